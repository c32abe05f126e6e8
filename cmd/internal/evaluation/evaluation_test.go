package evaluation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"tcmoa/core"
	"tcmoa/metrics"
)

// plain is a picture of one grey with a brighter corner.
func plain(grey uint8) *core.RGBA {
	p := core.NewRGBA(20, 15)
	for i := range p.Pix {
		if i%4 < 3 {
			p.Pix[i] = grey
		}
	}
	for i := range 3 {
		p.Pix[i] += 50
	}
	return p
}

// scenes are pairs of which every second has a truth.
func scenes(n int) []Pair {
	var pairs []Pair
	for i := range n {
		name := fmt.Sprint("pair", i)
		pairs = append(pairs, Pair{name, func() (*Scene, error) {
			s := &Scene{Name: name, A: plain(uint8(10 * i)), B: plain(uint8(10*i + 40))}
			if i%2 == 0 {
				s.Truth = plain(uint8(10*i + 3))
			}
			return s, nil
		}})
	}
	return pairs
}

var (
	first = Method{"first", func(_ context.Context, s *Scene) (core.Picture, error) { return s.A, nil }}
	truth = Method{"truth", func(_ context.Context, s *Scene) (core.Picture, error) {
		if s.Truth != nil {
			return s.Truth, nil
		}
		return s.B, nil
	}}
)

func named(t *testing.T, names ...string) Choice {
	t.Helper()
	c, err := Named(names)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRun(t *testing.T) {
	var last float64
	e := Evaluation{
		Task: "mff", Pairs: scenes(7), Methods: []Method{first, truth},
		Choice: named(t, "psnr", "VIF", "PSNR-gt-RGB", "psnr-GT-y", "ssim-gt-y"),
		Progress: func(share float64) {
			if share <= last || share > 1 {
				t.Errorf("share %v after %v", share, last)
			}
			last = share
		},
		Failed: func(pair string, err error) { t.Error(pair, err) },
	}
	r, err := e.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Pairs != 7 || r.Task != "mff" || last != 1 {
		t.Errorf("%d pairs of %s, share %v", r.Pairs, r.Task, last)
	}
	of3 := 10 * math.Log10(255*255/9.)
	for _, c := range []struct {
		method, metric string
		mean, std      float64
		pairs          int
	}{
		{"first", "PSNR-gt-RGB", of3, 0, 4},
		{"first", "PSNR-gt-Y", of3, 0, 4},
		{"truth", "PSNR-gt-RGB", 100, 0, 4},
		{"truth", "SSIM-gt-Y", 1, 0, 4},
		{"first", "PSNR", 10 * math.Log10(255*255/800.), 0, 0},
	} {
		got, ok := r.Methods[c.method][c.metric]
		if !ok || math.Abs(got.Mean-c.mean) > 1e-4 || math.Abs(got.Std-c.std) > 1e-4 || got.Pairs != c.pairs {
			t.Errorf("%s of %s: %+v, want %+v", c.metric, c.method, got, c)
		}
	}
	if _, there := r.Methods["first"]["VIF"]; there {
		t.Error("VIF of pictures that are too small for it")
	}
}

// TestRunLeavesOutFailures: a pair that one method cannot fuse counts for none.
func TestRunLeavesOutFailures(t *testing.T) {
	broken := errors.New("broken")
	pairs := scenes(4)
	pairs[1].Read = func() (*Scene, error) { return nil, broken }
	weak := Method{"weak", func(_ context.Context, s *Scene) (core.Picture, error) {
		switch s.Name {
		case "pair2":
			return nil, broken
		case "pair3":
			return core.NewRGBA(3, 3), nil // of another size
		}
		return s.A, nil
	}}
	var failed []string
	e := Evaluation{
		Pairs: pairs, Methods: []Method{first, weak}, Choice: named(t, "EN"),
		Failed: func(pair string, err error) { failed = append(failed, pair) },
	}
	r, err := e.Run(t.Context())
	slices.Sort(failed)
	if err != nil || r.Pairs != 1 || !slices.Equal(failed, []string{"pair1", "pair2", "pair3"}) {
		t.Errorf("%+v, %v; failed: %q", r, err, failed)
	}
	if s := r.Methods["first"]["EN"]; s.Pairs != 0 || s.Std != 0 {
		t.Errorf("%+v of one pair", s)
	}
}

func TestRunStops(t *testing.T) {
	enough := errors.New("enough")
	ctx, stop := context.WithCancelCause(t.Context())
	e := Evaluation{
		Pairs: scenes(50), Methods: []Method{first}, Choice: named(t, "EN", "SD"),
		Progress: func(float64) { stop(enough) },
		Failed:   func(pair string, err error) { t.Errorf("%s is blamed: %v", pair, err) },
	}
	if r, err := e.Run(ctx); r != nil || !errors.Is(err, enough) {
		t.Errorf("%v, %v", r, err)
	}
}

func TestReportDoesNotDependOnProcessors(t *testing.T) {
	e := Evaluation{Pairs: scenes(9), Methods: []Method{first, truth}, Choice: All(true)}
	run := func(processors int) map[string]map[string]Statistic {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		r, err := e.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.Methods
	}
	one, many := run(1), run(4)
	for method, statistics := range one {
		for metric, s := range statistics {
			if many[method][metric] != s {
				t.Errorf("%s of %s: %+v on one processor, %+v on four", metric, method, s, many[method][metric])
			}
		}
	}
}

func TestChoices(t *testing.T) {
	if c := Usual("vif", true); len(c.Plain) < 10 || len(c.Truth) != len(TruthMetrics) {
		t.Errorf("%+v", c)
	}
	if c := Usual("vif", false); len(c.Truth) != 0 {
		t.Errorf("%+v", c)
	}
	if c := Usual("tea", false); len(c.Plain) != 0 {
		t.Errorf("%+v", c)
	}
	all := named(t, Names()...)
	if len(all.Plain) != len(metrics.All) || len(all.Truth) != len(TruthMetrics) {
		t.Errorf("all names choose %d and %d metrics", len(all.Plain), len(all.Truth))
	}
	if c := named(t, "qabf", " Qabf", "QABF"); len(c.Plain) != 1 {
		t.Errorf("%+v", c)
	}
	if _, err := Named([]string{"EN", "beauty"}); err == nil {
		t.Error("a metric called beauty")
	}
}
