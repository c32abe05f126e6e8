// What a runner of Go programs under Node imports before it chooses the kernels.
import v8 from "node:v8";

// Node 20 has relaxed SIMD, but behind a flag; later ones do not know the flag.
if (process.versions.node.startsWith("20.")) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
