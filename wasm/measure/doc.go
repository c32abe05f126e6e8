//go:build js && wasm

// Command measure measures fusions in a Worker, and fuses by the classical
// methods for comparison. It is apart from the page's program and the engine's,
// and loaded when it is first asked for, since not every visitor needs its
// megabyte.
//
// It puts the global measure in place, whose functions compute at once and
// return when they are done; site/measure.js calls them. A picture is an
// ImageData. What goes wrong is returned as {error: sentence}.
//
//	measure.sources(first, second)       the pair that everything else is about
//	measure.fuse(method)                 the pair fused by a method of package baseline
//	measure.histogram(picture)           256 counts of luminances, a Float64Array
//	measure.figures(picture, report)     calls report(name, value) for every metric, the quick ones
//	                                     first; value is null where the picture is too small for it
package main
