//go:build js && wasm

package main

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentence is an error as users read it: with a capital letter and a full stop.
func sentence(err error) string {
	text := strings.TrimSpace(err.Error())
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
