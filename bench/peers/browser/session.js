// A session of the peer on one of our models.

import { planes } from "./accuracy.mjs";

/** Gives a function that fuses the pair and answers { ms, fused }. */
export async function session({ provider, precision, threads, side, first, second }) {
  const ort = await import(provider === "webgpu" ? "/ort/ort.webgpu.min.mjs" : "/ort/ort.wasm.min.mjs");
  ort.env.wasm.wasmPaths = "/ort/";
  ort.env.wasm.numThreads = threads;
  const model = await ort.InferenceSession.create(`/cases/${side}/${precision}.onnx`, { executionProviders: [provider] });
  const tensor = (pixels) => new ort.Tensor("float32", planes(pixels), [1, 3, side, side]);
  const feeds = { first: tensor(first), second: tensor(second) };
  return async () => {
    const start = performance.now();
    const { fused } = await model.run(feeds);
    return { ms: performance.now() - start, fused: fused.data };
  };
}
