//go:build js && wasm

// Command engine computes fusions in a dedicated Worker of a browser: it
// streams a model in, fuses pictures, and shares the work with further Workers
// that run this same program. site/engine.js starts it and
// site/tcmoa.js speaks to it.
//
// A request is {type, id, …}, and is answered by any number of
// {type: "progress", id, …} and then one {type: "result", id, …} or
// {type: "error", id, message, aborted}, its message a sentence for the user.
//
//	load    {url} or {manifest, weights}, precision, backend
//	fuse    {first, second, controls, region, maps, keep, tilePixels, workers}
//	tile    {first, second, width, height, controls, beta, maps, keep, half, port}
//	cancel  no answer of its own: the request of that id ends as aborted
//	forget  no answer: what tiles have left for later ones is let go
//
// Two Workers that share a tile speak to each other through port (link.go).
//
// Before the first request the program says {type: "ready"}. Where it stops for
// good, engine.js says {type: "crash", message}.
package main
