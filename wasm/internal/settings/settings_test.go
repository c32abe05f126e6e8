package settings

import (
	"math"
	"strings"
	"testing"
)

// some is a link that has something of everything.
func some() Link {
	s := Default().WithPrompt(Prompt{120, -5}).WithOwn(2, Prompt{0, 50}).WithOwn(0, Prompt{400, -50})
	s.Router = Router{50, 0, 50}
	s = s.WithExpert(3, 4, false)
	s = s.WithStroke(Stroke{First, 80, 100, []Point{{0, 0}, {1000, 500}}})
	s = s.WithStroke(Stroke{Erase, 1, LeastSize, []Point{{999, 1}}})
	return Link{Sample: "mef-armchair", Task: "vif", View: "second", Settings: s}
}

func TestLink(t *testing.T) {
	const want = "sample=mef-armchair&task=vif&view=second&prompt=1.2,-0.05&own=1:4,-0.5;3:0,0.5&router=50,0,50&off=4" +
		"&paint=f80,100,0,0,1000,500;e1,10,999,1"
	if got := some().String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	got, fault := Parse("#" + want)
	if fault != "" || got.String() != want || !got.Settings.Equal(some().Settings) {
		t.Errorf("got %v, %q", got, fault)
	}
	if text := (Link{Settings: Default()}).String(); text != "" {
		t.Errorf("the default is %q", text)
	}
}

func TestParseFaults(t *testing.T) {
	for _, text := range []string{
		"x", "=", "sample=", "sample=../secret", "sample=%3Cb%3E", "task=abc", "task=mef&task=mff", "prompt=1", "prompt=1,",
		"prompt=1,2", "prompt=-1,0", "prompt=1.234,0", "prompt=1.,0", "prompt=.5,0", "prompt=1e1,0", "prompt=5,0", "prompt=--1,0",
		"own=", "own=0:1,0", "own=1:1,0;1:1,0", "own=65:1,0", "router=1,2", "router=50,50,50", "router=-1,51,50", "off=", "off=0",
		"off=33", "paint=", "paint=f", "paint=x50,100,1,1", "paint=f50,100,1", "paint=f50,100,1,1001", "paint=f0,100,1,1",
		"paint=f50,5,1,1", "paint=f50,100,1,1;", "paint=f50,100" + strings.Repeat(",1,1", MostPoints+1),
		"paint=f50,100,1,1" + strings.Repeat(";f50,100,1,1", MostStrokes), strings.Repeat("&", mostText+1),
	} {
		if l, fault := Parse(text); fault == "" || !l.Settings.Equal(Default()) || l.Sample+l.Task+l.View != "" {
			t.Errorf("%.60q: got %v, %q", text, l, fault)
		}
	}
	if _, fault := Parse("task=mef&" + strings.Repeat("ü", 50)); fault != Fault(strings.Repeat("ü", 40)+"…") {
		t.Errorf("got %q", fault)
	}
}

// Whatever is parsed without a fault comes to the same text and value again, and
// can be steered with.
func FuzzParse(f *testing.F) {
	f.Add(some().String())
	f.Add("#task=mef&prompt=1.25,0.1")
	f.Add("paint=f50,100,500,500;s100,600,0,1000&off=1,2,3,4")
	f.Add("&&router=100,0,0")
	f.Add("own=3:0.05,-0.01;1:1,0\xff")
	f.Fuzz(func(t *testing.T, text string) {
		l, fault := Parse(text)
		if fault != "" {
			if len([]rune(string(fault))) > 41 || !l.Settings.Equal(Default()) {
				t.Fatalf("%q: fault %q with %v", text, fault, l)
			}
			return
		}
		again, fault := Parse(l.String())
		if fault != "" || again.String() != l.String() || !again.Settings.Equal(l.Settings) {
			t.Fatalf("%q: %q became %q (%s)", text, l, again, fault)
		}
		s := l.Settings.Fit(4, 4)
		if s.Off&15 == 15 || len(s.Own) > 4 {
			t.Fatalf("%q does not fit", text)
		}
		if r := NewRegion(s.Strokes, 300, 200, 8); r != nil {
			for _, v := range r.Beta {
				if !(math.Abs(float64(v)) <= MostBeta+1e-6) {
					t.Fatalf("%q: the region holds %v", text, v)
				}
			}
		}
	})
}

func TestRouter(t *testing.T) {
	for _, c := range []struct {
		from        Router
		task, share int
		want        Router
	}{
		{Router{100, 0, 0}, 0, 40, Router{40, 30, 30}},
		{Router{100, 0, 0}, 1, 25, Router{75, 25, 0}},
		{Router{20, 30, 50}, 2, 0, Router{40, 60, 0}},
		{Router{33, 33, 34}, 0, 100, Router{100, 0, 0}},
		{Router{10, 20, 70}, 0, 200, Router{100, 0, 0}},
		{Router{1, 1, 98}, 2, 97, Router{2, 1, 97}},
	} {
		if got := c.from.With(c.task, c.share); got != c.want {
			t.Errorf("%v.With(%d, %d) = %v, want %v", c.from, c.task, c.share, got, c.want)
		}
	}
	for _, weights := range [][3]float64{{1, 1, 1}, {0.005, 0.005, 0.99}, {-1, 0, 3}, {2, 5, 7}} {
		if r := Shared(weights); r[0]+r[1]+r[2] != 100 || min(r[0], r[1], r[2]) < 0 {
			t.Errorf("Shared(%v) = %v", weights, r)
		}
	}
	if got := (Router{}).Of("mff"); got != (Router{0, 100, 0}) {
		t.Errorf("the router of mff is %v", got)
	}
}

func TestExperts(t *testing.T) {
	s := Default()
	for e := range 4 {
		s = s.WithExpert(e, 4, false)
	}
	if s.Off != 0b0111 {
		t.Errorf("off is %b: the last one must stay on", s.Off)
	}
	if s = s.WithExpert(1, 4, true); s.Off != 0b0101 {
		t.Errorf("off is %b", s.Off)
	}
}

func TestOwnPrompts(t *testing.T) {
	a := Default().WithOwn(1, Prompt{100, 10})
	if a.At(1) != (Prompt{100, 10}) || a.At(0) != NoChange || len(a.Own) != 1 {
		t.Errorf("got %v", a)
	}
	b := a
	for beta := range 21 { // past the mixture's own
		b = b.WithPrompt(Prompt{100, beta})
	}
	if b.At(1) != (Prompt{100, 10}) || b.At(0) != (Prompt{100, 20}) {
		t.Errorf("got %v", b)
	}
	if c := a.WithOwn(1, NoChange); !c.Equal(Default()) {
		t.Errorf("got %v", c)
	}
}

func TestRegion(t *testing.T) {
	dab := func(kind Kind, strength int, points ...Point) Stroke { return Stroke{kind, strength, 200, points} }
	at := func(r *Region, x, y int) float32 {
		return r.Beta[y*r.Height/1000*r.Width+x*r.Width/1000]
	}
	r := NewRegion([]Stroke{dab(First, 100, Point{250, 500}), dab(Second, 50, Point{750, 500}, Point{750, 900})}, 400, 200, 8)
	if r.Width != 50 || r.Height != 25 {
		t.Fatalf("the region is %d×%d", r.Width, r.Height)
	}
	for _, c := range []struct {
		x, y int
		want float32
	}{{250, 500, 0.5}, {500, 500, 0}, {750, 500, -0.25}, {750, 750, -0.25}, {750, 100, 0}, {230, 550, 0.5}} {
		if got := at(r, c.x, c.y); math.Abs(float64(got-c.want)) > 1e-6 {
			t.Errorf("at %d, %d: %v, want %v", c.x, c.y, got, c.want)
		}
	}
	erased := []Stroke{dab(First, 100, Point{250, 500}), {Erase, 100, 400, []Point{{250, 500}}}}
	if r := NewRegion(erased, 400, 200, 8); r != nil {
		t.Error("what a larger brush erased leaves something")
	}
	half := []Stroke{dab(First, 100, Point{250, 500}), {Erase, 50, 400, []Point{{250, 500}}}}
	if got := at(NewRegion(half, 400, 200, 8), 250, 500); got != 0.25 {
		t.Errorf("half erased: %v", got)
	}
	if r := NewRegion(nil, 400, 200, 8); r != nil {
		t.Error("no strokes make a region")
	}
	if r := NewRegion([]Stroke{dab(First, 100, Point{500, 500})}, 8000, 10, 8); r == nil || r.Width != 128 || r.Height != 1 {
		t.Errorf("a strip has the region %v", r)
	}
}

func TestHistory(t *testing.T) {
	h := NewHistory(Default())
	one, two := Default().WithPrompt(Prompt{100, 1}), Default().WithPrompt(Prompt{100, 2})
	if _, ok := h.Undo(); ok {
		t.Error("nothing can be undone at first")
	}
	h.Put(one)
	h.Put(one)
	h.Put(two)
	if s, ok := h.Undo(); !ok || !s.Equal(one) {
		t.Errorf("got %v", s)
	}
	if s, ok := h.Undo(); !ok || !s.Equal(Default()) || h.CanUndo() {
		t.Errorf("got %v", s)
	}
	h.Redo()
	if s, ok := h.Redo(); !ok || !s.Equal(two) || h.CanRedo() {
		t.Errorf("got %v", s)
	}
	h.Undo()
	h.Put(Default())
	if h.CanRedo() {
		t.Error("what was undone is still there after something else")
	}
	for i := range 2 * mostPast {
		h.Put(Default().WithPrompt(Prompt{i % 400, i % 3}))
	}
	n := 0
	for h.CanUndo() {
		h.Undo()
		n++
	}
	if n != mostPast {
		t.Errorf("%d steps could be undone", n)
	}
}

// A pair whose pictures change places twice is steered as before.
func TestTurned(t *testing.T) {
	painted := Default().WithStroke(Stroke{Kind: First, Strength: 80, Size: 160, Points: []Point{{1, 2}}}).
		WithStroke(Stroke{Kind: Erase, Strength: 80, Size: 160, Points: []Point{{3, 4}}})
	h := NewHistory(Default())
	h.Put(painted)
	turned := h.Turned()
	if now := turned.now; now.Strokes[0].Kind != Second || now.Strokes[1].Kind != Erase || painted.Strokes[0].Kind != First {
		t.Errorf("%v was turned to %v", painted, now)
	}
	if again := turned.Turned(); !again.now.Equal(painted) || !again.past[0].Equal(Default()) || len(again.past) != 1 {
		t.Errorf("turned twice, %v is %v", h, again)
	}
}
