// Package baseline fuses pictures by classical methods: a yardstick for the
// network, and a preview while it works.
//
// [All] lists the methods; [Method.Fuse] runs one on two pictures of any size.
// Colours are fused, or kept from one source, as [Colour] says. Filters continue
// pictures by their edge pixels unless a method says otherwise. The memory needed
// is some twenty float32 planes of the picture at most, and results do not depend
// on the number of processors.
package baseline
