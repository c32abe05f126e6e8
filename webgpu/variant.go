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
	"attention": flagF16,
	"gemm":      flagDP4A | flagF16,
	"peak":      flagDP4A,
	"rows":      flagDP4A | flagSubgroups | flagF16,
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
	if o.F16 && (name == "attention" || f&(flagHalf|flagNarrow) != 0) {
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
	for _, block := range [][2]int{{24, 24}, {24, 16}, {16, 32}, {16, 16}, {8, 32}, {8, 16}, {8, 8}} {
		queries, keys := block[0], block[1]
		scores := queries * ((w*w + 7) &^ 7)
		if 4*(queries*d+keys*d+scores+8*queries) <= o.WorkgroupMemory {
			return o.kernel("attention", 0, uint32(d), uint32(w), uint32(queries), uint32(keys)), true
		}
	}
	return kernel{}, false
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
