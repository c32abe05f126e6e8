// Package cpu computes the network on the CPU: natively on all cores, under
// WebAssembly on the one thread that Go has there.
//
// It has two precisions. Float32 is exact in the sense that every other path
// is tested against it. Int8 quantises the activations of a linear layer token
// by token on the fly and multiplies in integers, and so it does the queries, keys,
// shares and values of attention: the same arithmetic as on a GPU. LayerNorm, the
// softmax up to its shares, GELU, adapters and heads are float32 in both.
//
// Operations are fused for the cache: a window is gathered, normalised,
// attended and put back before the next one starts, and a run of tokens goes
// through the whole feed-forward part at once, so the wide intermediate
// tensors never exist whole.
package cpu
