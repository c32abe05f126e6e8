package core

import (
	"fmt"
	"strings"
)

// Param describes one tensor of a weight file.
type Param struct {
	Name  string
	Shape []int
	// Int8 says that the tensor is the matrix (out × in) of a linear layer that
	// runs in int8: a weight file stores it so, with a scale per output channel.
	Int8 bool
	// Optional says that a network works without it: zero is used instead.
	Optional bool
}

// Params lists the tensors that inference needs, in the order in which the
// network uses them, which is the order of a streamed weight file.
func (c Config) Params() []Param {
	var ps []Param
	add := func(name string, shape ...int) { ps = append(ps, Param{Name: name, Shape: shape}) }
	matrix := func(name string, out, in int) {
		ps = append(ps, Param{Name: name, Shape: []int{out, in}, Int8: true})
	}
	norm := func(name string, c int) { add(name+".weight", c); add(name+".bias", c) }
	linear := func(name string, out, in int) { matrix(name+".weight", out, in); add(name+".bias", out) }

	moa := func(prefix string, j, dim int) {
		p := fmt.Sprintf("%s.%d.", prefix, j)
		r, h := dim/4, dim/32
		norm(p+"norm1", 2*dim)
		add(p+"dimReduction.weight", r, 2*dim)
		norm(p+"norm2", r)
		add(p+"MoA.w_gate", len(c.Tasks), r, c.Experts)
		for e := range c.Experts {
			q := fmt.Sprintf("%sMoA.experts.%d.", p, e)
			add(q+"fc1.weight", h, r)
			add(q+"fc1.bias", h)
			add(q+"fc2.weight", r, h)
			add(q+"fc2.bias", r)
		}
		ps = append(ps, Param{Name: p + "modal_shifts", Shape: []int{len(c.Tasks), 2, dim}, Optional: true})
	}
	fusion := func(prefix string, j, dim int) {
		p := fmt.Sprintf("%s.%d.", prefix, j)
		add(p+"conv1.weight", dim/4, dim, 1, 1)
		add(p+"conv2.weight", dim/4, dim/4, 3, 3)
		add(p+"conv3.weight", dim, dim/4, 1, 1)
	}
	stage := func(s stageNames, depth, dim, heads int) {
		if n := c.moas(depth); n > 0 {
			add(s.alpha, n)
		}
		for i := range depth {
			if i%2 == 0 {
				side := 2*c.Window - 1
				add(fmt.Sprintf("%s.%d.relative_position_bias_table", s.position, i/2), side*side, heads)
			}
			p := fmt.Sprintf("%s.%d.", s.blocks, i)
			norm(p+"norm1", dim)
			linear(p+"attn.qkv", 3*dim, dim)
			linear(p+"attn.proj", dim, dim)
			norm(p+"norm2", dim)
			linear(p+"mlp.fc1", c.MLPRatio*dim, dim)
			linear(p+"mlp.fc2", dim, c.MLPRatio*dim)
			if c.LocalConv {
				add(p+"local.weight", dim, 1, 3, 3)
				add(p+"local.bias", dim)
			}
			if j, ok := c.MoAAfter(i); ok {
				moa(s.moas, j, dim)
				fusion(s.fusion, j, dim)
			}
		}
	}

	add("patch_embed.proj.weight", c.Dim, 3, c.Patch, c.Patch)
	add("patch_embed.proj.bias", c.Dim)
	stage(encoderNames, c.Depth, c.Dim, c.Heads)
	norm("norm", c.Dim)
	linear("decoder_embed", c.DecoderDim, c.Dim)
	stage(decoderNames, c.DecoderDepth, c.DecoderDim, c.DecoderHeads)
	norm("decoder_norm", c.DecoderDim)
	switch c.Head {
	case HeadPixels:
		add("decoder_pred.weight", c.HeadOutputs(), c.DecoderDim)
		add("decoder_pred.bias", c.HeadOutputs())
	case HeadBlend, HeadTwoScale:
		add("head.weight", c.HeadOutputs(), 2*c.DecoderDim)
		add("head.bias", c.HeadOutputs())
		add("head.prompt_gain", 1)
	}
	return ps
}

// stageNames are the published names of the encoder's or the decoder's parts.
type stageNames struct{ alpha, position, blocks, moas, fusion string }

var (
	encoderNames = stageNames{"Alpha_encoder", "en_relative_position", "blocks", "blocks_MoA", "FusionLayer"}
	decoderNames = stageNames{"Alpha_decoder", "de_relative_position", "decoder_blocks", "decoder_blocks_MoA", "de_FusionLayer"}
)

// Unused reports whether a checkpoint may hold a tensor of this name that
// inference does not need: what only training reads, the class token, the
// fixed position tables (computed here), and buffers that follow from the
// configuration.
func Unused(name string) bool {
	switch name {
	case "cls_token", "mask_token", "pos_embed", "decoder_pos_embed":
		return true
	}
	for _, suffix := range []string{".relative_position_index", ".MoA.mean", ".MoA.std", ".MoA.w_noise"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	for _, prefix := range []string{"MaxGradLoss.", "MFFselect."} { // the training losses' Sobel kernels
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
