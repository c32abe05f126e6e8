// Package safetensors reads and writes the safetensors format: eight bytes of
// little-endian header length, a JSON header, and the tensors' bytes one after
// the other. It knows nothing of networks.
//
// A file is hostile input. A header is checked as a whole, lengths, overlaps,
// holes and overflows included, before anything else is read, so that no
// memory is claimed for data that is not there.
package safetensors
