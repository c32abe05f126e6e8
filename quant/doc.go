// Package quant brings the network's parameters from files to a backend and
// back: quantisation to int8, safetensors files, and the model folder that the
// page streams.
//
// Everything that holds parameters is a [Source]. Sources compose:
// [OpenSafetensors] and [OpenModel] read files, [Quantised] wraps a source so
// that its matrices come out as int8, [Load] takes one into memory,
// [WriteModel] and [WriteSafetensors] write one.
//
// # The model folder
//
// A model folder holds a manifest, model.json ([Manifest]), and a weight file:
// a safetensors file whose int8 matrices (I8) each follow their scales (F32, one
// per output channel, named <name>_scale), its config as JSON in __metadata__
// under "config", the tensors in the order of core.Config.Params. The file is
// compressed with zstd as independent frames, one after the other, so that
// `zstd -d` gives the safetensors file back. The manifest has the place and the
// hash of every frame.
//
// A [Stream] reads such a file as its bytes arrive, in whatever pieces, and
// hands out finished tensors; it knows no file system and runs in the browser.
// A [FrameDecoder] checks and decodes single frames.
//
// All of these are hostile input: sizes, shapes and hashes are checked before
// memory is claimed or a byte is decoded, and errors name the file, the tensor
// and the fault.
package quant
