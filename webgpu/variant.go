package webgpu

// Precision is how linear layers multiply.
type Precision int

const (
	// Int8 multiplies int8 weights by activations quantised per token.
	Int8 Precision = iota
	// Float32 multiplies floats; int8 weights are widened when loaded.
	Float32
)

// Options configure a Backend. The zero value takes the best that the adapter
// offers.
type Options struct {
	Precision Precision
	// NoDP4A and NoSubgroups leave a feature unused though it is there.
	NoDP4A, NoSubgroups bool
	// F16 keeps int8 layers' inputs and outputs in f16 where the adapter has it:
	// half the memory traffic between kernels. But what is rounded to eleven bits
	// first is rounded to another int8 now and then, so that pictures are no
	// longer the CPU's.
	F16 bool
	// Hardware refuses an adapter that is a program on the CPU.
	Hardware bool
	// WorkgroupMemory is the most bytes of it that a kernel may use; 0 means
	// what the adapter has, up to 32 KiB.
	WorkgroupMemory int
	// Profile measures every dispatch on the GPU's clock, where it has one.
	// Passes are slower for it.
	Profile bool
}

// Offer is what an adapter has of what the kernels can use.
type Offer struct {
	DP4A            bool // packed_4x8_integer_dot_product
	Subgroups       bool // subgroups and subgroup_id
	F16             bool // shader-f16
	WorkgroupMemory int  // bytes a workgroup may have
	Timestamps      bool // timestamp-query
}

// less is the part of an offer that the options leave on.
func (o Offer) less(opt Options) Offer {
	o.DP4A = o.DP4A && !opt.NoDP4A
	o.Subgroups = o.Subgroups && !opt.NoSubgroups
	o.F16 = o.F16 && opt.F16 && opt.Precision == Int8
	o.Timestamps = o.Timestamps && opt.Profile
	if opt.WorkgroupMemory > 0 {
		o.WorkgroupMemory = min(o.WorkgroupMemory, opt.WorkgroupMemory)
	}
	return o
}

// relevant are the variant's conditions that a file's text asks for: kernels
// that don't look at one must not be compiled twice for it.
var relevant = map[string]flag{
	"attention_i8": flagDP4A | flagF16,
	"gemm":         flagDP4A | flagF16,
	"heads":        flagDP4A | flagF16,
	"peak":         flagDP4A,
	"rows":         flagDP4A | flagSubgroups | flagF16,
}

// kernel completes a kernel's flags by the variant's.
func (o Offer) kernel(name string, f flag, constants ...uint32) kernel {
	var v flag
	if o.DP4A && f&(flagInt8|flagQuantise) != 0 {
		v |= flagDP4A
	}
	if o.Subgroups {
		v |= flagSubgroups
	}
	if o.F16 && f&(flagHalf|flagNarrow) != 0 {
		v |= flagF16
	}
	k := kernel{name: name, flags: f | v&relevant[name]}
	if name == "rows" && f&(flagNorm|flagQuantise) == 0 {
		k.flags &^= flagSubgroups // nothing is reduced
	}
	copy(k.constants[:], constants)
	return k
}

// attention is the kernel for heads of d channels and windows of w tokens a
// side: the largest blocks of queries and keys that fit the workgroup memory,
// together with the queries' scores. It reports false where none do.
func (o Offer) attention(d, w int) (kernel, bool) {
	return o.blocks([][2]int{{24, 24}, {24, 16}, {16, 32}, {16, 16}, {8, 32}, {8, 16}, {8, 8}}, func(queries, keys int) int {
		return 4 * (queries*d + keys*d + queries*((w*w+7)&^7) + 8*queries)
	}, "attention", 0, d, w)
}

// integerAttention is attention for bytes.
func (o Offer) integerAttention(d, w int) (kernel, bool) {
	l := layoutOf(d, w)
	if l.units > 64 {
		return kernel{}, false // a workgroup of heads.wgsl has no lane for each
	}
	return o.blocks([][2]int{{24, 32}, {16, 32}, {16, 16}, {8, 32}, {8, 16}}, func(queries, keys int) int {
		return 16*(queries+keys)*l.units + 4*queries*(max(w*w, l.words)|1) + 32*queries + 16
	}, "attention_i8", flagInt8|flagNarrow, d, w)
}

// blocks is an attention kernel with the first of several blocks of queries and
// keys that the workgroup memory has room for.
func (o Offer) blocks(all [][2]int, bytes func(queries, keys int) int, name string, f flag, d, w int) (kernel, bool) {
	for _, b := range all {
		if bytes(b[0], b[1]) <= o.WorkgroupMemory {
			return o.kernel(name, f, uint32(d), uint32(w), uint32(b[0]), uint32(b[1])), true
		}
	}
	return kernel{}, false
}

// headLayout is how a window's head of d channels lies in memory as bytes: the
// constants of layout.wgsl.
type headLayout struct {
	units int // vectors of sixteen bytes of a query or key
	words int // of four bytes, of a channel of the values
	bytes int // of the head
	scale int // floats that the bytes are multiplied by
}

// layoutOf is the layout for windows of w tokens a side.
func layoutOf(d, w int) headLayout {
	area := w * w
	l := headLayout{units: (d + 15) / 16, words: (area/32*8 + min(area%32, 8) + 3) &^ 3, scale: 2*area + d}
	l.bytes = 2*area*16*l.units + 4*l.words*d
	return l
}

// mixture is the kernel for streams of c channels and e experts, with as many
// tokens a workgroup as fit 16 KiB.
func (o Offer) mixture(c, e int) kernel {
	tokens := 16
	for tokens > 1 && 4*(64*max(tokens, 4)+tokens*(2*c/4+c/32+e+3)+4*64) > 16<<10 {
		tokens /= 2
	}
	return o.kernel("mixture", 0, uint32(c/4), uint32(e), uint32(tokens))
}

// mixtureTokens is how many tokens a workgroup of a mixture kernel takes.
func (k kernel) mixtureTokens() int { return int(k.constants[2]) }

// queries is how many queries a workgroup of an attention kernel takes.
func (k kernel) queries() int { return int(k.constants[2]) }
