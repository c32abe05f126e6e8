//go:build js && wasm

package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const site = "../../site/"

// table is site/words/LANGUAGE.json.
type table struct {
	Texts   map[string]map[string]entry // by subject, for those who write them
	Foreign map[string]string
}

// entry is a text, or one a plural category.
type entry map[string]string

func (e *entry) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*e = entry{"": one}
		return nil
	}
	return json.Unmarshal(text, (*map[string]string)(e))
}

func readTable(t *testing.T, language string) table {
	t.Helper()
	var table table
	if err := json.Unmarshal(read(t, site+"words/"+language+".json"), &table); err != nil {
		t.Fatal(err)
	}
	return table
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// said are the texts that the page may say, and where.
type said map[string]string

// Every text of the page has its German, and every German text its place.
func TestTableIsWhole(t *testing.T) {
	wanted := said{}
	wanted.program(t)
	wanted.document(t)
	wanted.scripts(t)
	wanted.samples(t)
	optional := modelTexts(t)
	plurals := pluralForms(t)

	found := map[string]string{}
	for subject, texts := range readTable(t, "de").Texts {
		for english, german := range texts {
			if other, twice := found[english]; twice {
				t.Errorf("%q stands under %q and under %q", english, other, subject)
			}
			found[english] = subject
			if _, ok := wanted[english]; !ok && !optional[english] {
				t.Errorf("nothing says %q (%s)", english, subject)
			}
			categories := slices.Sorted(maps.Keys(german))
			if want := plurals[english]; want != slices.Equal(categories, []string{"one", "other"}) || !want && !slices.Equal(categories, []string{""}) {
				t.Errorf("%q has the forms %q", english, categories)
			}
			for _, text := range german {
				if !slices.Equal(blanks(text), blanks(english)) {
					t.Errorf("%q has the blanks %q, %q has %q", english, blanks(english), text, blanks(text))
				}
			}
		}
	}
	for english, where := range wanted {
		if found[english] == "" {
			t.Errorf("%s: no German for %q", where, english)
		}
	}
}

// The sentences of others that the table knows are theirs indeed.
func TestTableKnowsOthersSentences(t *testing.T) {
	var sources strings.Builder
	for _, pattern := range []string{"../engine/*.go", "../../core/*.go", "../../webgpu/*.go", site + "engine.js", site + "measure.js", site + "tcmoa.js"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			sources.Write(read(t, name))
		}
	}
	all := strings.ToLower(sources.String())
	for english, german := range readTable(t, "de").Foreign {
		pieces(strings.TrimSuffix(english, "."), func(words, _ string) {
			if !strings.Contains(all, strings.ToLower(words)) {
				t.Errorf("nobody says %q of %q", words, english)
			}
		})
		if !slices.Equal(blanks(german), blanks(english)) {
			t.Errorf("%q has the blanks %q, %q has %q", english, blanks(english), german, blanks(german))
		}
	}
}

func blanks(text string) []string {
	var names []string
	pieces(text, func(_, blank string) {
		if blank != "" {
			names = append(names, blank)
		}
	})
	slices.Sort(names)
	return names
}

var (
	// prose is what a visitor might read: two words, or one with a capital letter.
	prose = regexp.MustCompile(`[A-Za-z]{2,} [A-Za-z]|^[A-Z][a-z]+$`)
	// keys are KeyboardEvent.key's names that look like prose.
	keys = []string{"Enter", "Escape", "Tab", "Home", "End", "Delete", "Backspace", "Space"}
	// unspoken are functions whose constants no visitor reads, or reads in any
	// language: names of the document's, the browser's and the metrics'.
	unspoken = []string{"panic", "Get", "Set", "Call", "New", "SetAttribute", "setProperty", "figure"}
)

// program adds what this package says. Prose that is not said by say, problem,
// plural or mark is an error.
func (s said) program(t *testing.T) {
	eachCall(t, func(where, function string, call *ast.CallExpr) {
		switch function {
		case "say", "problem", "mark":
			if text, ok := constant(call.Args[0]); ok {
				s[text] = where
			}
		case "plural":
			text, ok := constant(call.Args[2])
			if !ok {
				t.Errorf("%s: the forms of plural must be constants", where)
			}
			s[text] = where
		}
	})
	eachLiteral(t, func(where, text string) {
		if prose.MatchString(text) && !slices.Contains(keys, text) {
			t.Errorf("%s: %q is said by neither say, problem, plural nor mark", where, text)
		}
	})
}

// pluralForms are the texts of many that plural says.
func pluralForms(t *testing.T) map[string]bool {
	forms := map[string]bool{}
	eachCall(t, func(_, function string, call *ast.CallExpr) {
		if function == "plural" {
			text, _ := constant(call.Args[2])
			forms[text] = true
		}
	})
	return forms
}

func eachCall(t *testing.T, visit func(where, function string, call *ast.CallExpr)) {
	eachNode(t, func(where string, n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok {
			visit(where, functionName(call), call)
		}
	})
}

// eachLiteral visits the strings that no speaker and none of the unspoken takes.
func eachLiteral(t *testing.T, visit func(where, text string)) {
	excused := map[*ast.BasicLit]bool{}
	eachNode(t, func(where string, n ast.Node) {
		switch n := n.(type) {
		case *ast.ImportSpec:
			excused[n.Path] = true
		case *ast.CallExpr:
			name := functionName(n)
			if !slices.Contains([]string{"say", "problem", "mark", "plural"}, name) && !slices.Contains(unspoken, name) {
				return
			}
			for _, argument := range n.Args {
				if _, ok := constant(argument); ok || name == "panic" {
					ast.Inspect(argument, func(part ast.Node) bool {
						if literal, ok := part.(*ast.BasicLit); ok {
							excused[literal] = true
						}
						return true
					})
				}
			}
		case *ast.BasicLit:
			if text, ok := constant(n); ok && !excused[n] {
				visit(where, text)
			}
		}
	})
}

// eachNode visits this package's sources, outer nodes first.
func eachNode(t *testing.T, visit func(where string, n ast.Node)) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if n != nil {
				visit(files.Position(n.Pos()).String(), n)
			}
			return true
		})
	}
}

func functionName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	default:
		return ""
	}
}

// constant is a string literal, or several that are added.
func constant(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		x, okX := constant(e.X)
		y, okY := constant(e.Y)
		return x + y, okX && okY && e.Op == token.ADD
	case *ast.ParenExpr:
		return constant(e.X)
	default:
		return "", false
	}
}

var letter = regexp.MustCompile(`\pL`)

// document adds what index.html says: site/words.js looks at the same places.
func (s said) document(t *testing.T) {
	d := xml.NewDecoder(strings.NewReader(string(read(t, site+"index.html"))))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	add := func(text string) {
		if letter.MatchString(text) {
			s[strings.Join(strings.Fields(text), " ")] = "index.html"
		}
	}
	for {
		next, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		switch next := next.(type) {
		case xml.StartElement:
			attributes := map[string]string{}
			for _, a := range next.Attr {
				attributes[a.Name.Local] = a.Value
			}
			if attributes["translate"] == "no" || slices.Contains([]string{"script", "style", "noscript"}, next.Name.Local) {
				if err := d.Skip(); err != nil {
					t.Fatal(err)
				}
				continue
			}
			for _, name := range []string{"aria-label", "alt", "title", "placeholder"} {
				add(attributes[name])
			}
			if attributes["name"] == "description" {
				add(attributes["content"])
			}
		case xml.CharData:
			add(string(next))
		}
	}
}

var id = regexp.MustCompile(`\sid="([^"]+)"`)

// The program finds elements by their ids.
func TestIDsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, match := range id.FindAllStringSubmatch(string(read(t, site+"index.html")), -1) {
		if seen[match[1]] {
			t.Errorf("index.html has two elements #%s", match[1])
		}
		seen[match[1]] = true
	}
}

var spoken = regexp.MustCompile(`\bsay\(\s*"([^"]*)"`)

// scripts adds what site's scripts say.
func (s said) scripts(t *testing.T) {
	names, err := filepath.Glob(site + "*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("scripts: %v", err)
	}
	for _, name := range names {
		for _, match := range spoken.FindAllStringSubmatch(string(read(t, name)), -1) {
			s[match[1]] = name
		}
	}
}

var lower = regexp.MustCompile(`\p{Ll}`)

// samples adds what the sample pairs tell of themselves.
func (s said) samples(t *testing.T) {
	var list []struct{ Title, Caption, Licence, Origin string }
	if err := json.Unmarshal(read(t, site+"samples/samples.json"), &list); err != nil {
		t.Fatal(err)
	}
	for _, sample := range list {
		for _, text := range []string{sample.Title, sample.Caption, sample.Licence, sample.Origin} {
			if lower.MatchString(text) { // not CC0-1.0
				s[text] = "samples.json"
			}
		}
	}
}

// modelTexts are what the shipped model tells of itself. Other weights may come
// without German.
func modelTexts(t *testing.T) map[string]bool {
	var model struct{ Licence, Origin string }
	if err := json.Unmarshal(read(t, site+"model/tiny/model.json"), &model); err != nil {
		t.Fatal(err)
	}
	return map[string]bool{clause(model.Licence): true, clause(model.Origin): true}
}
