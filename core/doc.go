// Package core is the network and everything about fusing that knows no
// platform: the configuration of a variant, the names and shapes of its
// parameters, the forward graph written once over a Backend, the controls that
// steer it, and the padding, tiling and blending of whole pictures.
//
// Axes, used in every doc comment of the project: S = 2 the sources of a pair
// ("x" the first, "t" the second), H and W the token grid (rows, columns),
// N = H·W its tokens, C the width, P the patch side in pixels, w the window
// side in tokens, E the experts, K how many of them a token uses. Storage is
// row-major, channel last for tokens and channel first for pixels.
//
// The arithmetic is that of TC-MoA (Zhu, Sun, Cao, Hu: "Task-Customized
// Mixture of Adapters for General Image Fusion", CVPR 2024), as its released
// code computes it.
package core
