// Connects a Go program to the kernels' side module. Go's module names the
// kernels as imports, but they run on the memory that it exports: so the imports
// are forwarding functions, and the side module takes their place afterwards.
//
//	const go = new Go();
//	const attach = bindKernels(go.importObject);
//	const { instance } = await WebAssembly.instantiate(program, go.importObject);
//	await attach(await (await fetch(kernelsFile())).arrayBuffer(), instance.exports.mem);
//	go.run(instance);

// What the side module exports, and Go imports.
const names = [
  "add", "add_rows", "blend", "box_line", "box_step", "contrast", "depthwise_3x3", "enlarge_row", "exp_each",
  "gelu_each", "gemm_f32", "gemm_i8", "grey", "laplacian", "layer_norm_rows", "log_each", "mix", "mul_add",
  "pack_columns_i8", "pack_f32", "pack_f32_t", "pack_rows_i8", "quantise_rows", "sigmoid_each", "softmax_bytes", "softmax_rows",
];

// The smallest program that multiplies bytes in relaxed SIMD.
const relaxed = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 0, 253, 15, 65, 0, 253, 15, 253, 146, 2, 11,
];

/** The module that is the fastest here; both compute the same, bit for bit. */
export const kernelsFile = () => (WebAssembly.validate(new Uint8Array(relaxed)) ? "kernels-relaxed.wasm" : "kernels.wasm");

/**
 * Adds the kernels to the imports of a Go program that is not yet instantiated.
 *
 * @param {WebAssembly.Imports} importObject Go's import object.
 * @returns {(kernels: WebAssembly.Module | BufferSource, memory: WebAssembly.Memory) => Promise<void>}
 *   attach, to be awaited before the program runs: it instantiates the side module,
 *   compiled or in bytes, on the program's memory.
 */
export function bindKernels(importObject) {
  let side = null;
  importObject.kernels = {};
  for (const name of names) {
    importObject.kernels[name] = (...args) => side[name](...args);
  }
  return async function attach(kernels, memory) {
    const module = kernels instanceof WebAssembly.Module ? kernels : await WebAssembly.compile(kernels);
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    const missing = names.filter((name) => !(name in exports));
    if (missing.length > 0) throw new Error(`the kernels lack ${missing.join(", ")}: they are not of this build`);
    side = exports;
  };
}
