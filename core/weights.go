package core

// Norm is a LayerNorm over the last axis.
type Norm struct {
	Gain, Bias Weight
	Width      int
	Eps        float32
}

// LayerNorm's eps in the transformer, and inside the adapters.
const (
	epsViT = 1e-6
	epsMoA = 1e-5
)

// Linear is y = v·Wᵀ + b, W stored Out×In.
type Linear struct {
	Weight, Bias Weight
	In, Out      int
}

// PatchEmbed is a convolution with kernel and stride Patch from the 3 colour
// channels to Width, weights Width×3×Patch×Patch.
type PatchEmbed struct {
	Weight, Bias           Weight
	Width, Patch, Upsample int
}

// Attention is a block's window attention: bias table ((2w-1)²)×heads, shared
// by an even block and the odd one after it.
type Attention struct {
	Norm          Norm
	QKV, Proj     Linear
	Table         Weight
	Heads, Window int
}

// MLP is a block's feed-forward part.
type MLP struct {
	Norm     Norm
	FC1, FC2 Linear
}

// LocalConv is a depthwise 3×3 convolution, weight C×1×3×3.
type LocalConv struct {
	Weight, Bias Weight
	Width        int
}

// Mixture is a mixture of adapters: router and experts. R = Width/4 is the
// adapters' width, Hidden = Width/32 an expert's.
type Mixture struct {
	Norm1, Norm2  Norm
	Reduce        Weight // R×2C, no bias
	Gate          Weight // tasks×R×E
	FC1, FC1Bias  Weight // E×Hidden×R, E×Hidden: all experts' side by side
	FC2, FC2Bias  Weight // E×R×Hidden, E×R
	Width, Hidden int
	Experts, TopK int
	Tasks         int
}

// Reduced is R, the adapters' width.
func (m *Mixture) Reduced() int { return m.Width / 4 }

// Fusion merges the two streams after a mixture of adapters: convolutions
// 1×1 (C→C/4), 3×3 (C/4→C/4, zero padding 1), 1×1 (C/4→C), and the modal
// shifts tasks×2×C (nil: zero) that tell the sources apart.
type Fusion struct {
	Conv1, Conv2, Conv3 Weight
	Shifts              Weight
	Alpha               float32 // share of the fused tokens in each stream
	Width, Tasks        int
}

// BlendHead predicts how to blend the sources from both streams' tokens side by
// side: with HeadBlend a weight logit and a colour correction for every pixel of a
// patch (row, column, channel), with HeadTwoScale TwoScaleOutputs.
type BlendHead struct {
	Linear
	PromptGain float32 // weight of the prompts' dominance map
	Patch      int
}

// Table is a fixed position embedding: token (r, c) takes Values[r mod Rows]
// [c mod Cols], Dim numbers.
type Table struct {
	Rows, Cols, Dim int
	Values          []float32
}
