// Package webgpu computes the network on the GPU, through the browser's WebGPU
// and syscall/js.
//
// A forward pass is recorded first, as a list of dispatches on tensors that
// have a size and a lifetime but no memory yet, and run at its end. The first
// pass of a shape plans the memory (plan.go), makes buffers and bind groups and
// writes the dispatches as numbers into one typed array (program.go); later
// passes of that shape only compare what they recorded with it and have
// replay.js replay the array, which costs a fraction of a millisecond. Nothing
// is read back between the upload of the sources and the result.
//
// A pass that goes on from what earlier ones have kept (core.Keeper) is of a shape
// of its own: shorter, and with copies from and to the buffers where that is kept
// (keep.go), which alone differ from one such pass to the next. All shapes share
// their memory (arena.go).
//
// # Kernels
//
// The kernels are in wgsl, one a file. A kernel is text with conditional lines
// (shader.go), so one file serves every variant: integer dot products or
// unpacked arithmetic, subgroups or workgroup memory, tiles for 16 or 32 KiB of
// workgroup memory, and, where it is asked for, activations in f16 instead of f32.
// The variant is chosen once from what the adapter offers (variant.go).
//
// The residual stream z is float32 always. Linear layers multiply int8 weights
// by activations quantised per token, in integers, exactly as core/cpu does;
// with Precision Float32 they multiply floats, which is what the golden files
// are compared with. So it is within attention. In integers it takes two kernels: one
// makes bytes of queries, keys and values (heads.wgsl), and one multiplies them
// (attention_i8.wgsl); a float attention is one kernel (attention.wgsl).
//
// Large grids go through attention and feed-forward parts in runs of rows
// (whole windows, for attention), so that the wide intermediate tensors stay
// small, and into several submits, so that none runs long.
//
// A source that the browser holds as an ImageBitmap goes to the GPU from there
// (bitmap.go), through a texture to a buffer that has the bytes which the host would
// have uploaded. Each device has to show first that known opaque pixels, of an ImageData,
// come through a bitmap as what they are. That a photograph comes to the bytes that a
// canvas gives the CPU has been seen in Chromium, of JPEG files in sRGB
// (test/browser/gpu.test.mjs), and is assumed of other browsers. Where there are
// transparency or another colour space, the copy and the canvas may round otherwise, and
// a value differ by a level: what a bitmap has of either is for its maker to choose and
// cannot be asked. Bytes in Go's memory remain for what needs them on the host, as
// core.Checkpoints do to know a pair again.
//
// A picture for a canvas of bytes leaves as bytes, rounded as the host rounds: with the
// weights, half of what floats would be. One that is one tile leaves as a whole
// (finish.wgsl). Of larger ones the tiles are laid into one another here (lay.wgsl),
// where their sums round as on the host (core/mosaic.go), in a buffer of the picture's
// width and a tile's height (band.go); and once a row of tiles is complete, the rows
// leave that no later one reaches (strip.wgsl). Overlaps and padding never do. Where a
// buffer cannot be as large as that, tiles leave as floats and the host lays them.
//
// # The CPU's picture
//
// Between the integers there are floats, and what they round to in their last bit
// decides now and then to which integer an activation is rounded, which the layers
// after it make more of. So every kernel keeps to core/cpu's order of operations:
// sums of floats run in its order (rows.wgsl, attention.wgsl, gemm.wgsl), exponential and
// logarithm are its polynomials (exp.wgsl, log.wgsl), sums over a whole stream are
// exact enough to round alike (measure.wgsl), and what a compiler would rewrite is
// hidden from it (opaque.wgsl). On an adapter that rounds each operation as IEEE
// 754 says, the streams are the CPU's after every part, bit by bit, and the tests
// demand it. The local means of the last step alone (box.wgsl) are sums in f32 here
// and in f64 there, since nothing after them is rounded to int8: a pixel may differ
// by one level of 255. WebGPU lets a GPU round a product only after something was
// added to it, and divide to a few units in the last place: there some pixels, at
// borders that the model itself is undecided about, may differ by a few levels.
package webgpu
