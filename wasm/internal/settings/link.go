package settings

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Link is the state of the page that an address carries behind its #.
type Link struct {
	Sample   string // its id, or ""
	Task     string // or ""
	View     string // what the stage compares, or ""
	Settings Settings
}

// mostText bounds the text that is parsed at all.
const mostText = 1 << 16

// Fault is the part of a link that could not be read.
type Fault string

// String writes a link: key=value, joined by &, of what is not the default.
func (l Link) String() string {
	var b strings.Builder
	put := func(key, value string) {
		if value == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(key + "=" + value)
	}
	put("sample", l.Sample)
	put("task", l.Task)
	put("view", l.View)
	s := l.Settings
	if s.Prompt != NoChange {
		put("prompt", s.Prompt.text())
	}
	var own []string
	for _, moa := range slices.Sorted(maps.Keys(s.Own)) {
		own = append(own, strconv.Itoa(moa+1)+":"+s.Own[moa].text())
	}
	put("own", strings.Join(own, ";"))
	if s.Router != (Router{}) {
		put("router", join(s.Router[:]))
	}
	var off []int
	for e := range 32 {
		if !s.On(e) {
			off = append(off, e+1)
		}
	}
	put("off", join(off))
	var strokes []string
	for _, stroke := range s.Strokes {
		strokes = append(strokes, stroke.text())
	}
	put("paint", strings.Join(strokes, ";"))
	return b.String()
}

// Parse reads what String writes, with or without a # before it. Of a text that
// holds anything else it returns the first part that it could not read, and
// nothing else.
func Parse(text string) (Link, Fault) {
	l := Link{Settings: Default()}
	text = strings.TrimPrefix(text, "#")
	if len(text) > mostText {
		return Link{Settings: Default()}, Fault(clip(text))
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		if seen[key] || !l.read(key, value) {
			return Link{Settings: Default()}, Fault(clip(part))
		}
		seen[key] = true
	}
	return l, ""
}

// read takes one part in, and reports whether that was possible.
func (l *Link) read(key, value string) (ok bool) {
	s := &l.Settings
	switch key {
	case "sample":
		l.Sample, ok = value, isName(value)
	case "task":
		l.Task, ok = value, slices.Contains(Tasks[:], value)
	case "view":
		l.View, ok = value, isName(value)
	case "prompt":
		s.Prompt, ok = parsePrompt(value)
	case "own":
		s.Own = map[int]Prompt{}
		for item := range strings.SplitSeq(value, ";") {
			number, prompt, _ := strings.Cut(item, ":")
			moa, known := whole(number, 1, 64)
			var p Prompt
			if p, ok = parsePrompt(prompt); !ok || !known {
				return false
			}
			if _, twice := s.Own[moa-1]; twice {
				return false
			}
			s.Own[moa-1] = p
		}
	case "router":
		var shares []int
		if shares, ok = wholes(value, 0, 100); !ok || len(shares) != len(s.Router) {
			return false
		}
		s.Router = Router(shares)
		ok = s.Router[0]+s.Router[1]+s.Router[2] == 100
	case "off":
		var experts []int
		experts, ok = wholes(value, 1, 32)
		for _, e := range experts {
			s.Off |= 1 << (e - 1)
		}
	case "paint":
		for item := range strings.SplitSeq(value, ";") {
			stroke, known := parseStroke(item)
			if !known || len(s.Strokes) == MostStrokes {
				return false
			}
			s.Strokes = append(s.Strokes, stroke)
		}
		ok = true
	}
	return ok
}

// text is "alpha,beta", as one would write them.
func (p Prompt) text() string { return decimal(p.Alpha) + "," + decimal(p.Beta) }

func parsePrompt(text string) (p Prompt, ok bool) {
	alpha, beta, _ := strings.Cut(text, ",")
	a, okA := hundredths(alpha, 0, AlphaMost)
	b, okB := hundredths(beta, -BetaMost, BetaMost)
	return Prompt{a, b}, okA && okB
}

// text is the kind and the strength, the size, and the points' coordinates.
func (s Stroke) text() string {
	values := make([]int, 0, 2+2*len(s.Points))
	values = append(values, s.Strength, s.Size)
	for _, p := range s.Points {
		values = append(values, p.X, p.Y)
	}
	return string(rune(s.Kind)) + join(values)
}

func parseStroke(text string) (s Stroke, ok bool) {
	if text == "" {
		return s, false
	}
	s.Kind = Kind(text[0])
	values, ok := wholes(text[1:], 0, 1000)
	if !ok || len(values) < 4 || len(values)%2 != 0 || len(values) > 2+2*MostPoints {
		return s, false
	}
	s.Strength, s.Size = values[0], values[1]
	for i := 2; i < len(values); i += 2 {
		s.Points = append(s.Points, Point{values[i], values[i+1]})
	}
	return s, (s.Kind == First || s.Kind == Second || s.Kind == Erase) &&
		s.Strength >= 1 && s.Strength <= 100 && s.Size >= LeastSize && s.Size <= MostSize
}

// decimal writes hundredths: "-0.1", "1.25".
func decimal(v int) string {
	return strconv.FormatFloat(float64(v)/100, 'f', -1, 64)
}

// hundredths reads a number of at most two decimals from lo to hi hundredths.
func hundredths(text string, lo, hi int) (int, bool) {
	body, minus := strings.CutPrefix(text, "-")
	head, tail, point := strings.Cut(body, ".")
	if len(tail) > 2 || (point && tail == "") {
		return 0, false
	}
	for len(tail) < 2 {
		tail += "0"
	}
	units, ok := whole(head, 0, 1000)
	cents, known := whole(tail, 0, 99)
	v := 100*units + cents
	if minus {
		v = -v
	}
	return v, ok && known && v >= lo && v <= hi
}

// whole reads digits alone.
func whole(text string, lo, hi int) (int, bool) {
	if text == "" || len(text) > 4 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	v, err := strconv.Atoi(text)
	return v, err == nil && v >= lo && v <= hi
}

// wholes reads numbers with commas between them.
func wholes(text string, lo, hi int) (all []int, ok bool) {
	for item := range strings.SplitSeq(text, ",") {
		v, ok := whole(item, lo, hi)
		if !ok {
			return nil, false
		}
		all = append(all, v)
	}
	return all, true
}

func join(values []int) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(v))
	}
	return b.String()
}

// isName tells whether a text is one of small letters, digits and hyphens.
func isName(text string) bool {
	return text != "" && len(text) <= 64 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// clip is the beginning of a text, for a sentence.
func clip(text string) string {
	const most = 40
	runes := []rune(strings.ToValidUTF8(text, "?"))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}
