package pairing

import (
	"slices"
	"strings"
	"testing"
)

// matched spells pairs as "name: first + second".
func matched(names []string, pairs []Pair, alone []int) (spelt, rest []string) {
	for _, p := range pairs {
		spelt = append(spelt, p.Name+": "+names[p.First]+" + "+names[p.Second])
	}
	for _, i := range alone {
		rest = append(rest, names[i])
	}
	return spelt, rest
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		rule  Rule
		names string
		pairs []string
		alone []string
	}{
		{Rule{"_a", "_b"}, "dog_b.jpg dog_a.png cat_a.jpg cat_b.jpg my_apple_a.jpg",
			[]string{"cat: cat_a.jpg + cat_b.jpg", "dog: dog_a.png + dog_b.jpg"}, []string{"my_apple_a.jpg"}},
		{Rule{"-1", "-2"}, "IMG-10-1.jpg IMG-2-2.jpg IMG-2-1.jpg IMG-10-2.jpg IMG-12.jpg",
			[]string{"IMG-2: IMG-2-1.jpg + IMG-2-2.jpg", "IMG-10: IMG-10-1.jpg + IMG-10-2.jpg"}, []string{"IMG-12.jpg"}},
		{Rule{"a/", "b/"}, "data/a/x.png data/b/x.jpg data/a/y.png data/b/z.png",
			[]string{"data/x: data/a/x.png + data/b/x.jpg"}, []string{"data/a/y.png", "data/b/z.png"}},
		{Rule{"_vis", "_ir"}, "s1_VIS_crop.png s1_IR_crop.png",
			[]string{"s1_crop: s1_VIS_crop.png + s1_IR_crop.png"}, nil},
		{Rule{"over", "under"}, "overview-over.jpg overview-under.jpg",
			[]string{"overview: overview-over.jpg + overview-under.jpg"}, nil},
		{Rule{"over", "under"}, "over.jpg under.jpg", []string{"over: over.jpg + under.jpg"}, nil},
		{Rule{"", "_ir"}, "01.png 01_ir.png 02.png", []string{"01: 01.png + 01_ir.png"}, []string{"02.png"}},
		{Rule{"_a", "_b"}, "x_a.png x_a.jpg x_b.png", []string{"x: x_a.jpg + x_b.png"}, []string{"x_a.png"}},
		{Rule{"_a", "_b"}, "Straße_a.png Straße_b.png", []string{"Straße: Straße_a.png + Straße_b.png"}, nil},
		{Rule{"", ""}, "a.png b.png", nil, []string{"a.png", "b.png"}},
		{Rule{"_a", "_a"}, "x_a.png y_a.png", nil, []string{"x_a.png", "y_a.png"}},
	} {
		names := strings.Fields(c.names)
		pairs, alone := c.rule.Match(names)
		if got, rest := matched(names, pairs, alone); !slices.Equal(got, c.pairs) || !slices.Equal(rest, c.alone) {
			t.Errorf("%v of %q:\n got %q, alone %q\nwant %q, alone %q", c.rule, c.names, got, rest, c.pairs, c.alone)
		}
	}
}

// Every file is in one pair or alone, whatever it is called.
func FuzzMatch(f *testing.F) {
	f.Add("a_a.png a_b.png b.png", "_a", "_b")
	f.Add("\x00 \xff_b /", "", "/")
	f.Add("İ_a İ_b", "_a", "_b") // longer in lower case
	f.Add("f01/1 f1/1 f1/01 /1 //1 f2/.x", "_a", "_b")
	f.Fuzz(func(t *testing.T, list, first, second string) {
		names := strings.Split(list, " ")
		for _, match := range []func([]string) ([]Pair, []int){Rule{first, second}.Match, Folders} {
			pairs, alone := match(names)
			seen := make([]int, len(names))
			for _, p := range pairs {
				seen[p.First]++
				seen[p.Second]++
				if p.Name == "" && names[p.First] != "" && stem(names[p.First]) != "" {
					t.Errorf("the pair of %q has no name", names[p.First])
				}
			}
			for _, i := range alone {
				seen[i]++
			}
			if slices.ContainsFunc(seen, func(n int) bool { return n != 1 }) {
				t.Errorf("%q by %q, %q: seen %v", names, first, second, seen)
			}
		}
	})
}

func TestInOrder(t *testing.T) {
	names := strings.Fields("p10.jpg p9.jpg p1.jpg p2.jpg p11.jpg")
	pairs, alone := InOrder(names)
	got, rest := matched(names, pairs, alone)
	if !slices.Equal(got, []string{"p1: p1.jpg + p2.jpg", "p9: p9.jpg + p10.jpg"}) || !slices.Equal(rest, []string{"p11.jpg"}) {
		t.Errorf("got %q, alone %q", got, rest)
	}
}

func TestFolders(t *testing.T) {
	names := strings.Fields("fb/2.png fa/10.jpg fa/2.png fb/10.jpg fa/3.png 2.png 10.png x/u/p.png x/v/P.jpg y/u/p.png fa/2.jpg fc/10.jpg")
	pairs, alone := Folders(names)
	got, rest := matched(names, pairs, alone)
	if want := []string{"2: fa/2.jpg + fb/2.png", "10: fa/10.jpg + fb/10.jpg", "x/p: x/u/p.png + x/v/P.jpg"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if want := []string{"2.png", "10.png", "fa/2.png", "fa/3.png", "fc/10.jpg", "y/u/p.png"}; !slices.Equal(rest, want) {
		t.Errorf("alone are %q, want %q", rest, want)
	}
}

func TestBest(t *testing.T) {
	for names, want := range map[string]Rule{
		"mef-dog-a.jpg mef-dog-b.jpg vif-coast-a.jpg vif-coast-b.jpg": {"-a", "-b"},
		"x/vis/1.png x/ir/1.png x/vis/2.png x/ir/2.png":               {"vis/", "ir/"},
		"s-over.jpg s-under.jpg":                                      {"over", "under"},
		"IMG_1.jpg IMG_2.jpg":                                         {"_1", "_2"},
	} {
		if got, ok := Best(strings.Fields(names)); !ok || got != want {
			t.Errorf("%s: %v, %v, want %v", names, got, ok, want)
		}
	}
	if got, ok := Best([]string{"p.jpg", "q.jpg"}); ok {
		t.Errorf("unrelated names are paired by %v", got)
	}
}
