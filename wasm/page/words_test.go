//go:build js && wasm

package main

import (
	"os"
	"syscall/js"
	"testing"
)

// The tests speak as the page does, by site/words.js.
func TestMain(m *testing.M) {
	script, err := os.ReadFile("../../site/words.js")
	if err != nil {
		panic(err)
	}
	js.Global().Call("eval", string(script))
	dictionary = js.Global().Get("words")
	os.Exit(m.Run())
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		milliseconds float64
		want         string
	}{
		{0, "0 ms"}, {83.6, "84 ms"}, {999.4, "999 ms"}, {999.6, "1.0 s"}, {1234, "1.2 s"},
		{9949, "9.9 s"}, {9951, "10 s"}, {119_400, "119 s"}, {119_600, "2 min"}, {600_000, "10 min"},
	} {
		if got := duration(c.milliseconds); got != c.want {
			t.Errorf("duration(%v) = %q, want %q", c.milliseconds, got, c.want)
		}
	}
}

func TestStem(t *testing.T) {
	for name, want := range map[string]string{
		"IMG_1.jpg": "IMG_1", "scans/a.b.png": "a.b", "noending": "noending",
	} {
		if got := (&picture{name: name}).stem(); got != want {
			t.Errorf("stem of %q = %q, want %q", name, got, want)
		}
	}
}

func TestMismatch(t *testing.T) {
	var s state
	if s.mismatch() != nil {
		t.Error("no pictures cannot differ")
	}
	s.sources[first].picture = &picture{width: 3, height: 2}
	s.sources[second].picture = &picture{width: 3, height: 2}
	if s.mismatch() != nil || s.obstacle() != nil {
		t.Error("equal pictures differ")
	}
	s.sources[second].picture.height = 3
	if s.mismatch() == nil || s.obstacle().Error() != s.mismatch().Error() {
		t.Error("unequal pictures do not differ")
	}
}

func TestSay(t *testing.T) {
	speak := func(language, texts, foreign string) {
		table := js.Global().Get("JSON").Call("parse", `{"texts": {"": `+texts+`}, "foreign": `+foreign+`}`)
		dictionary.Call("speak", language, table)
	}
	defer speak("en", "{}", "{}")
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	tiles := func(n int) string { return plural(n, "{n} tile of {size}", "{n} tiles of {size}", "8 × 8") }
	both := func() string { return say("{a} before {b}", "x", 7) }
	torn := problem("“{name}” is torn: {reason}", "a.png", problem("The end is missing."))
	lost := js.Error{Value: js.Global().Get("Error").New("The GPU lost frame 3: the end.")}

	check(both(), "x before 7")
	check(tiles(1), "1 tile of 8 × 8")
	check(tiles(2), "2 tiles of 8 × 8")
	check(sentence(torn), "“a.png” is torn: The end is missing.")
	check(sentence(lost), "The GPU lost frame 3: the end.")
	check(sentence(nil), "")
	check(duration(1234), "1.2 s")

	speak("de", `{
		"{a} before {b}": "{b} nach {a}",
		"{n} tiles of {size}": {"one": "{n} Kachel, {size}", "other": "{n} Kacheln, {size}"},
		"“{name}” is torn: {reason}": "„{name}“ ist zerrissen: {reason}",
		"The end is missing.": "Das Ende fehlt."
	}`, `{"The GPU lost frame {i}: {reason}.": "Der GPU fehlt Bild {i}: {reason}.", "the end": "das Ende"}`)
	check(both(), "7 nach x")
	check(tiles(1), "1 Kachel, 8 × 8")
	check(tiles(2), "2 Kacheln, 8 × 8")
	check(sentence(torn), "„a.png“ ist zerrissen: Das Ende fehlt.")
	check(sentence(lost), "Der GPU fehlt Bild 3: das Ende.")
	check(say("Untold"), "Untold")
	check(duration(1234), "1,2 s")
	check(number(-0.7, 2), "−0,70")
	check(number(-0.001, 2), "0,00")
	check(language(), "de")
}
