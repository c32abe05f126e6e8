package webgpu

import (
	"embed"
	"fmt"
	"strings"

	"tcmoa/core"
)

//go:embed wgsl/*.wgsl
var files embed.FS

// flag names a condition that lines of a kernel's text depend on.
type flag uint32

const (
	// What the adapter offers: the variant.
	flagDP4A      flag = 1 << iota // dot4I8Packed is there
	flagSubgroups                  // subgroup operations are there
	flagF16                        // activations between kernels are f16 in memory

	// What the operation is.
	flagInt8      // a product of int8 matrices
	flagNorm      // rows are normalised first
	flagQuantise  // rows leave as int8 with a scale
	flagWindows   // rows are in the order of the shifted windows
	flagPair      // a row is both streams' token side by side
	flagHalf      // the input rows are f16 under flagF16
	flagPatches   // the left matrix is cut from the sources
	flagNear      // the left matrix is 3×3 neighbourhoods
	flagWeighted  // the left matrix is the prompt-weighted sum of the streams
	flagShifted   // modal shifts are added to that sum
	flagBias      // a bias is added
	flagGELU      // GELU is applied
	flagResidual  // the result is added to what is there
	flagPositions // the position table is added
	flagAlpha     // the result is mixed into both streams
	flagPixels    // the result is laid out as pixels
	flagNarrow    // the result is f16 under flagF16
	flagRegion    // the prompts' shift differs from token to token
	flagBytes     // a source, or the result, is 8-bit RGBA
	flagDown      // along columns, not rows
	flagShares    // pixels have a weight, the first source's share, too

	flags = iota
)

// flagNames are the names in the kernels' text, in the order of the flags.
var flagNames = [flags]string{
	"DP4A", "SUBGROUPS", "F16",
	"INT8", "NORM", "QUANTISE", "WINDOWS", "PAIR", "HALF", "PATCHES", "NEAR", "WEIGHTED", "SHIFTED",
	"BIAS", "GELU", "RESIDUAL", "POSITIONS", "ALPHA", "PIXELS", "NARROW", "REGION", "BYTES", "DOWN", "SHARES",
}

// constants are the names of a kernel's numbers, in the order of
// kernel.constants.
var constants = map[string][]string{
	"attention":    {"HEAD_DIM", "WINDOW", "QUERIES", "KEYS"},
	"attention_i8": {"HEAD_DIM", "WINDOW", "QUERIES", "KEYS"},
	"heads":        {"HEAD_DIM", "WINDOW"},
	"measure":      {"PART"},
	"merge":        {"PART"},
	"mixture":      {"WIDTH", "EXPERTS", "TOKENS"},
	"rows":         {"WIDTH"},
	"smooth":       {"OUTPUTS", "RADIUS"},
	"twoscale":     {"OUTPUTS"},
}

// numbers are those of core that kernels need, in WGSL.
var numbers = number("GATE_FLOOR", core.GateFloor) + number("EMPTY_SUM", core.EmptySum) +
	number("PROMPT_CLAMP", core.PromptClamp) + number("RENORMALISE_EPS", core.RenormaliseEps) +
	number("ACTIVATION_LIMIT", core.ActivationLimit) + number("CERTAIN_SHARE", core.CertainShare) +
	vector("PIXEL_MEAN", core.PixelMean) + vector("PIXEL_STD", core.PixelStd)

func number(name string, v float64) string { return fmt.Sprintf("const %s = %g; ", name, v) }

func vector(name string, v [3]float32) string {
	return fmt.Sprintf("const %s = vec3<f32>(%v, %v, %v); ", name, v[0], v[1], v[2])
}

// kernel names a compute pipeline: a file, the conditions under which its lines
// count, and its numbers.
type kernel struct {
	name      string
	flags     flag
	constants [4]uint32
}

func (k kernel) String() string {
	var b strings.Builder
	b.WriteString(k.name)
	for i, name := range flagNames {
		if k.flags>>i&1 != 0 {
			b.WriteString(" " + strings.ToLower(name))
		}
	}
	for i, name := range constants[k.name] {
		fmt.Fprintf(&b, " %s=%d", strings.ToLower(name), k.constants[i])
	}
	return b.String()
}

// source is the kernel's WGSL. The text may hold lines
//
//	#if NAME    #elif NAME    #else    #endif    #include file.wgsl
//
// (NAME may be !NAME) and finds the kernel's numbers, and the network's, as
// constants. Lines left out become empty, so that a compiler's line numbers, less
// the first one, are the file's wherever nothing is included.
func (k kernel) source() (string, error) {
	var b strings.Builder
	p := preprocessor{flags: k.flags, out: &b}
	// Extensions must come before everything else.
	if k.flags&flagF16 != 0 {
		b.WriteString("enable f16; ")
	}
	if k.flags&flagSubgroups != 0 {
		b.WriteString("enable subgroups; requires subgroup_id; ")
	}
	if k.flags&flagDP4A != 0 {
		b.WriteString("requires packed_4x8_integer_dot_product; ")
	}
	for i, name := range constants[k.name] {
		fmt.Fprintf(&b, "const %s = %du; ", name, k.constants[i])
	}
	b.WriteString(numbers)
	b.WriteByte('\n')
	err := p.file(k.name + ".wgsl")
	return b.String(), err
}

type preprocessor struct {
	flags flag
	out   *strings.Builder
}

func (p *preprocessor) file(name string) error {
	text, err := files.ReadFile("wgsl/" + name)
	if err != nil {
		return err
	}
	// The conditions around a line: whether the present branch is taken, and
	// whether one of its #if has been.
	type condition struct{ on, done bool }
	var around []condition
	for i, line := range strings.Split(string(text), "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		on := true
		for _, c := range around {
			on = on && c.on
		}
		last := len(around) - 1
		switch word {
		case "#else", "#elif", "#endif":
			if last < 0 {
				return fmt.Errorf("%s:%d: %s without #if", name, i+1, word)
			}
		}
		holds := false
		if word == "#if" || word == "#elif" {
			if holds, err = p.holds(strings.TrimSpace(rest)); err != nil {
				return fmt.Errorf("%s:%d: %w", name, i+1, err)
			}
		}
		switch {
		case word == "#if":
			around = append(around, condition{holds, holds})
		case word == "#elif":
			c := &around[last]
			c.on = holds && !c.done
			c.done = c.done || holds
		case word == "#else":
			around[last].on = !around[last].done
		case word == "#endif":
			around = around[:last]
		case word == "#include" && on:
			if err := p.file(strings.TrimSpace(rest)); err != nil {
				return fmt.Errorf("%s:%d: %w", name, i+1, err)
			}
			continue
		case word == "#include":
		case strings.HasPrefix(word, "#"):
			return fmt.Errorf("%s:%d: unknown directive %s", name, i+1, word)
		case on:
			p.out.WriteString(line)
		}
		p.out.WriteByte('\n')
	}
	if len(around) > 0 {
		return fmt.Errorf("%s: #if without #endif", name)
	}
	return nil
}

func (p *preprocessor) holds(name string) (bool, error) {
	name, negated := strings.CutPrefix(name, "!")
	for i, n := range flagNames {
		if n == name {
			return (p.flags>>i&1 != 0) != negated, nil
		}
	}
	return false, fmt.Errorf("unknown condition %q", name)
}
