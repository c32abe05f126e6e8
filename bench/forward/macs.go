package main

import "tcmoa/core"

// macs counts the multiplications (with their additions) of a forward pass on
// a grid of n tokens: all matrix products and convolutions, nothing
// element-wise.
func macs(c core.Config, n int) int {
	stage := func(dim, depth int) int {
		perToken := (3 + 1 + 2*c.MLPRatio) * dim * dim // qkv, proj, fc1, fc2
		perToken += 2 * c.Window * c.Window * dim      // q·kᵀ and scores·v
		if c.LocalConv {
			perToken += 9 * dim
		}
		total := 2 * n * depth * perToken // two streams
		for i := range depth {
			if _, ok := c.MoAAfter(i); ok {
				r := dim / 4
				experts := c.TopK * 2 * r * (dim / 32)
				total += n * (2*dim*r + r*c.Experts + experts) // reduction, router, experts
				total += n * (2*dim*r + 9*r*r)                 // fusion layer
			}
		}
		return total
	}
	total := stage(c.Dim, c.Depth) + stage(c.DecoderDim, c.DecoderDepth)
	total += 2 * n * (3*c.Patch*c.Patch*c.Dim + c.Dim*c.DecoderDim)
	read := 2 * c.DecoderDim // by the head, of a token
	if c.Head == core.HeadPixels {
		read = c.DecoderDim
	}
	return total + n*read*c.HeadOutputs()
}
