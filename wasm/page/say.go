//go:build js && wasm

package main

import (
	"strings"
	"syscall/js"

	"honnef.co/go/js/dom/v2"
)

// How the page says something in the visitor's language.
//
// Sentences stand in the sources in English, and site/words/LANGUAGE.json has
// each of them by its English text:
//
//	say("Fuse again")                                       the words, now
//	say("Fused in {time}.", duration(ms))                   blanks, filled in the order of the English text
//	plural(n, "{n} tile", "{n} tiles")                      the form that fits n; n fills the first blank
//	problem("“{name}” is too small.", p.name)               an error, for state: it is said when it is shown
//	var tasks = []*task{{name: mark("Exposure")}}           a constant that say(t.name) says later
//
// What is written into the document is said in render, so that it follows the
// visitor who changes the language: every component is rendered then. One that
// makes elements once and keeps them makes them anew when language() has
// changed. Texts of index.html need nothing but their entry in the table;
// translate="no" keeps names as they are. Quotation marks and order belong to
// the sentence, so a sentence is never put together from pieces. A test finds
// what has no entry, and entries that nothing says.

// dictionary is site/words.js.
var dictionary = js.Global().Get("words")

// language is the page's, "en" or "de".
func language() string { return dictionary.Get("language").String() }

// onLanguage has a listener told when the language has changed.
func onLanguage(d document, listener func()) {
	listen(wrap(d.Value), "wordschange", func(*dom.BasicEvent) { listener() })
}

// say is a text in the page's language, its blanks filled. A value is a string,
// an int, or an error, which is said as sentence does.
func say(english string, values ...any) string {
	return fill(dictionary.Call("say", english).String(), english, values)
}

// plural is the text that fits n, which fills the first blank.
func plural(n int, one, other string, values ...any) string {
	return fill(dictionary.Call("plural", one, other, n).String(), other, append([]any{n}, values...))
}

// mark marks a constant for the table.
func mark(english string) string { return english }

// number is one with so many digits after the point.
func number(v float64, digits int) string { return dictionary.Call("number", v, digits).String() }

// trouble is an error in words that can be said in any language.
type trouble struct {
	english string
	values  []any
}

func (t *trouble) Error() string { return say(t.english, t.values...) }

// problem is an error that tells the visitor what is wrong and what to do.
func problem(english string, values ...any) error { return &trouble{english, values} }

// sentence is what an error tells the visitor, "" if there is none. The
// module's errors are sentences already; a js.Error would put
// "JavaScript error: " before them.
func sentence(err error) string {
	switch err := err.(type) {
	case nil:
		return ""
	case js.Error:
		return foreign(err.Value.Get("message").String())
	default:
		return err.Error()
	}
}

// foreign is a sentence of the engine's or the module's in the page's language,
// where the table knows it.
func foreign(words string) string { return dictionary.Call("foreign", words).String() }

// fill puts values into the blanks {name} of a text. Which is whose, the order
// of the blanks in the English text tells.
func fill(text, english string, values []any) string {
	if len(values) == 0 {
		return text
	}
	byName := map[string]string{}
	pieces(english, func(_, blank string) {
		if _, known := byName[blank]; !known && blank != "" && len(values) > 0 {
			byName[blank] = spell(values[0])
			values = values[1:]
		}
	})
	var filled strings.Builder
	pieces(text, func(words, blank string) {
		filled.WriteString(words)
		filled.WriteString(byName[blank])
	})
	return filled.String()
}

// pieces yields a text's words, each time with the name of the blank that
// follows, "" at the end.
func pieces(text string, yield func(words, blank string)) {
	for {
		words, rest, found := strings.Cut(text, "{")
		blank, rest, closed := strings.Cut(rest, "}")
		if !found || !closed {
			yield(text, "")
			return
		}
		yield(words, blank)
		text = rest
	}
}

func spell(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int:
		return count(v)
	case error:
		return sentence(v)
	default:
		panic("a blank takes a string, an int or an error")
	}
}
