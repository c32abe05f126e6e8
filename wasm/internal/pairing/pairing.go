// Package pairing finds the pairs of a batch among its files, by their names.
package pairing

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Rule says how the names of a pair's files differ: they are the same but for a
// mark, First in the one and Second in the other. A mark may stand anywhere in
// the name, in that of a folder too, but not within a word or a number: "_a" is
// not in "my_apple". A mark may be empty: then it is the other's absence that
// counts. Upper and lower case are the same, and the ending after the last full
// stop does not matter.
type Rule struct{ First, Second string }

// Rules are those that people name their files by. Bright comes before dark, and
// near before far, as in the tasks.
var Rules = []Rule{
	{"_a", "_b"}, {"-a", "-b"}, {"_1", "_2"}, {"-1", "-2"},
	{"_vis", "_ir"}, {"_over", "_under"}, {"_near", "_far"},
	{"a/", "b/"}, {"vis/", "ir/"}, {"over/", "under/"}, {"near/", "far/"},
	{"vi", "ir"}, {"visible", "infrared"}, {"rgb", "thermal"}, {"over", "under"}, {"near", "far"},
}

// Pair is two files, by their indices among the names, and what they are called
// together.
type Pair struct {
	Name          string
	First, Second int
}

// Match pairs names by the rule, in the order of the names. Where several files
// could be a pair's, the earlier ones are; alone are those without a partner.
func (r Rule) Match(names []string) (pairs []Pair, alone []int) {
	first, second := map[string]int{}, map[string]int{}
	order := sorted(names)
	for _, i := range order {
		key, isFirst, ok := r.key(names[i])
		side := second
		if isFirst {
			side = first
		}
		if _, taken := side[key]; ok && !taken {
			side[key] = i
		} else {
			alone = append(alone, i)
		}
	}
	for _, i := range order {
		key, isFirst, ok := r.key(names[i])
		switch {
		case !ok:
		case isFirst && first[key] == i:
			if j, found := second[key]; found {
				pairs = append(pairs, Pair{together(key, names[i]), i, j})
			} else {
				alone = append(alone, i)
			}
		case !isFirst && second[key] == i:
			if _, found := first[key]; !found {
				alone = append(alone, i)
			}
		}
	}
	slices.SortFunc(alone, func(i, j int) int { return natural(names[i], names[j]) })
	return pairs, alone
}

// InOrder pairs every file with the next one, in the order of the names.
func InOrder(names []string) (pairs []Pair, alone []int) {
	order := sorted(names)
	for len(order) > 1 {
		pairs = append(pairs, Pair{stem(names[order[0]]), order[0], order[1]})
		order = order[2:]
	}
	return pairs, order
}

// Folders pairs every file with the one of the same name in another folder beside
// its own. The folder whose name comes first has the first ones.
func Folders(names []string) (pairs []Pair, alone []int) {
	type place struct{ around, name string }
	waiting := map[place]int{}
	partner, taken := map[int]int{}, map[int]bool{} // by the first; the second
	order := sorted(names)
	folder := func(i int) string { return path.Dir(names[i]) }
	for _, i := range order {
		at := place{path.Dir(folder(i)), strings.ToLower(path.Base(stem(names[i])))}
		j, found := waiting[at]
		switch {
		case folder(i) == ".": // it is in none
		case !found:
			waiting[at] = i
		case folder(i) != folder(j):
			partner[j], taken[i] = i, true
			delete(waiting, at)
		}
	}
	for _, i := range order {
		j, found := partner[i]
		switch {
		case found:
			whole := stem(names[i])
			name := strings.Trim(path.Join(path.Dir(folder(i)), path.Base(whole)), "/_-. ")
			pairs = append(pairs, Pair{cmp.Or(name, whole), i, j})
		case !taken[i]:
			alone = append(alone, i)
		}
	}
	return pairs, alone
}

// Best is the one of Rules that pairs the most files; ok tells whether any pairs
// some.
func Best(names []string) (best Rule, ok bool) {
	most := 0
	for _, r := range Rules {
		if pairs, _ := r.Match(names); len(pairs) > most {
			best, most = r, len(pairs)
		}
	}
	return best, most > 0
}

// hole stands in a key for the mark that was taken out.
const hole = "\x00"

// key is what both names of a pair have in common: the name with a hole for the
// mark, of which the last one counts. A name without any mark is the one whose
// mark is empty; its hole is where the other's mark usually is, at the end. ok is
// false for a name that the rule says nothing about.
func (r Rule) key(name string) (key string, isFirst, ok bool) {
	whole := strings.ToLower(stem(name))
	markA, markB := strings.ToLower(r.First), strings.ToLower(r.Second)
	a, b := last(whole, markA), last(whole, markB)
	switch {
	case markA == markB:
		return "", false, false
	case a >= 0 && (a > b || a == b && len(markA) > len(markB)):
		return whole[:a] + hole + whole[a+len(markA):], true, true
	case b >= 0:
		return whole[:b] + hole + whole[b+len(markB):], false, true
	default:
		return whole + hole, markA == "", markA == "" || markB == ""
	}
}

// last is where the last mark of a name begins, -1 where there is none.
func last(name, mark string) int {
	if mark == "" {
		return -1
	}
	for end := len(name); ; {
		at := strings.LastIndex(name[:end], mark)
		if at < 0 || borders(name, at) && borders(name, at+len(mark)) {
			return at
		}
		end = at + len(mark) - 1
	}
}

// borders tells whether at is not within a word or a number of a name.
func borders(name string, at int) bool {
	if at == 0 || at == len(name) {
		return true
	}
	before, after := kind(name[at-1]), kind(name[at])
	return before == other || after == other || before != after
}

const (
	other = iota
	letter
	digit
)

func kind(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return digit
	case 'a' <= c && c <= 'z' || c >= 0x80: // part of a letter beyond ASCII
		return letter
	default:
		return other
	}
}

// together is the name of a pair: the key without the hole, or, where that leaves
// nothing, the first file's name.
func together(key, first string) string {
	before, after, _ := strings.Cut(key, hole)
	// In the original's case, of which the key knows only the length.
	whole := stem(first)
	if len(whole) >= len(key)-len(hole) {
		before, after = whole[:len(before)], whole[len(whole)-len(after):]
	}
	name := path.Clean("/" + strings.TrimRight(before, "_-. ") + after)
	if name = strings.Trim(name, "/_-. "); name == "" {
		return whole
	}
	return name
}

// stem is a name without its ending.
func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

func sorted(names []string) []int {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return natural(names[i], names[j]) })
	return order
}

// natural compares names as people count: 2 before 10.
func natural(a, b string) int {
	for a != "" && b != "" {
		numberA, restA := leadingNumber(a)
		numberB, restB := leadingNumber(b)
		if numberA != "" && numberB != "" {
			x, y := strings.TrimLeft(numberA, "0"), strings.TrimLeft(numberB, "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
				return c
			}
			a, b = restA, restB
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func leadingNumber(s string) (number, rest string) {
	n := 0
	for n < len(s) && kind(s[n]) == digit {
		n++
	}
	return s[:n], s[n:]
}
