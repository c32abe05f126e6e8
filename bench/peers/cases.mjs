// What is compared: which of our paths with which of the peer's, on square
// pairs of which side.

/** The pair of which every case takes the middle: two focus distances. */
export const pair = { first: "mff-astronaut-a.jpg", second: "mff-astronaut-b.jpg", task: "mff" };

const cpu = (precision, workers) => ({ backend: "cpu", precision, workers });
const wasm = (precision, threads) => ({ provider: "wasm", precision, threads });

// A software adapter takes the peer many seconds, and either side minutes to compile.
export const gpu = [{
  side: 112, warmups: 1, runs: 3, optional: true,
  ours: { backend: "gpu", precision: "int8", workers: 1 }, peer: { provider: "webgpu", precision: "f32", threads: 1 },
}];

export const quick = [{ side: 112, runs: 9, ours: cpu("int8", 1), peer: wasm("int8", 1) }];

export const full = [
  ...[[112, 15], [224, 9], [448, 5]].flatMap(([side, runs]) => [
    { side, runs, ours: cpu("int8", 1), peer: wasm("int8", 1) },
    { side, runs, ours: cpu("int8", 1), peer: wasm("f32", 1) },
    { side, runs, ours: cpu("f32", 1), peer: wasm("f32", 1) },
  ]),
  // These pairs are one tile: our Workers share it by its two streams, the peer's
  // threads share every product.
  { side: 224, runs: 9, ours: cpu("int8", 2), peer: wasm("int8", 2) },
  { side: 448, runs: 5, ours: cpu("int8", 2), peer: wasm("int8", 2) },
  ...gpu,
];

/** The first result of a page that was never visited. */
export const cold = { side: 224, runs: 5, ours: cpu("int8", 1), peer: wasm("int8", 1) };

export const nameOurs = ({ backend, precision, workers }) =>
  `${backend === "gpu" ? "WebGPU" : "CPU"}, ${precision}, ${plural(workers, "Worker")}`;

export const namePeer = (version, { provider, precision, threads }) =>
  `onnxruntime-web ${version}, ${provider === "webgpu" ? "WebGPU" : provider}, ${precision}` +
  (provider === "wasm" ? `, ${plural(threads, "thread")}` : "");

const plural = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
