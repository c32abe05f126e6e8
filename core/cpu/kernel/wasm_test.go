//go:build !js

package kernel

import (
	"encoding/binary"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSideModule checks what the committed modules must be to run on Go's memory:
// no data of its own, no start function, the memory as its only import; and that
// it exports what Go imports and what the glue forwards. That no kernel has a
// stack in memory is checked by the build.
func TestSideModule(t *testing.T) {
	for _, name := range []string{"kernels", "kernels-relaxed"} {
		t.Run(name, func(t *testing.T) { checkSideModule(t, "wasm/"+name+".wasm") })
	}
}

func checkSideModule(t *testing.T, file string) {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 32<<10 {
		t.Errorf("the module has %d bytes: something was unrolled or linked in", len(b))
	}
	const (
		importSection = 2
		exportSection = 7
		startSection  = 8
		dataSection   = 11
	)
	if len(b) < 8 || string(b[:8]) != "\x00asm\x01\x00\x00\x00" {
		t.Fatal("not a WebAssembly module")
	}
	b = b[8:]
	number := func() int {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			t.Fatal("broken number")
		}
		b = b[n:]
		return int(v)
	}
	text := func() string {
		n := number()
		s := string(b[:n])
		b = b[n:]
		return s
	}
	var exports []string
	for len(b) > 0 {
		id := b[0]
		b = b[1:]
		size := number()
		rest := len(b) - size
		switch id {
		case startSection, dataSection:
			t.Errorf("the module has a section %d", id)
		case importSection:
			const memory = 2
			if n := number(); n != 1 {
				t.Errorf("the module has %d imports", n)
			}
			if m, f := text(), text(); m != "env" || f != "memory" || b[0] != memory {
				t.Errorf("the module imports %s.%s", m, f)
			}
		case exportSection:
			for range number() {
				exports = append(exports, text())
				b = b[1:]
				number()
			}
		}
		b = b[len(b)-rest:]
	}
	slices.Sort(exports)
	for file, pattern := range map[string]string{
		"impl_wasm.go":    `//go:wasmimport kernels (\w+)`,
		"wasm/kernels.js": `"([a-z]\w+)",`,
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1])
		}
		slices.Sort(names)
		if !slices.Equal(names, exports) {
			t.Errorf("%s names %v, the module exports %v", file, names, exports)
		}
	}
}

// TestSideModuleIsBuilt rebuilds the modules where the compiler is at hand.
func TestSideModuleIsBuilt(t *testing.T) {
	for _, tool := range []string{"clang-19", "wasm-ld-19"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	out, err := exec.Command("wasm/build.sh", "--check").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, strings.TrimSpace(string(out)))
	}
}
