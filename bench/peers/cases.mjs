// What is compared: which of our paths with which of the peer's, on square
// pairs of which side.

/** The pair of which every case takes the middle: two focus distances. */
export const pair = { first: "mff-astronaut-a.jpg", second: "mff-astronaut-b.jpg", task: "mff" };

const cpu = (precision, workers, tilePixels) => ({ precision, workers, tilePixels });
const wasm = (precision, threads) => ({ provider: "wasm", precision, threads });
const gpu = { ours: { backend: "webgpu", precision: "int8", workers: 1 }, peer: { provider: "webgpu", precision: "f32", threads: 1 } };

export const quick = [{ side: 112, ours: cpu("int8", 1), peer: wasm("int8", 1), runs: 3 }];

export const full = [
  ...[112, 224, 448].flatMap((side) => [
    { side, ours: cpu("int8", 1), peer: wasm("int8", 1), runs: 9 },
    { side, ours: cpu("int8", 1), peer: wasm("f32", 1), runs: 9 },
    { side, ours: cpu("f32", 1), peer: wasm("f32", 1), runs: 9 },
  ]),
  { side: 224, ours: cpu("int8", 2), peer: wasm("int8", 2), runs: 9 },
  { side: 448, ours: cpu("int8", 2), peer: wasm("int8", 2), runs: 9 },
  // A software adapter takes the peer many seconds.
  { side: 112, ...gpu, runs: 3, optional: true },
];

/** The first result of a page that was never visited. */
export const cold = { side: 224, ours: cpu("int8", 1), peer: wasm("int8", 1), runs: 5 };

export const nameOurs = ({ backend, precision, workers }) =>
  `${backend === "webgpu" ? "WebGPU" : "CPU"}, ${precision}, ${plural(workers, "Worker")}`;

export const namePeer = (version, { provider, precision, threads }) =>
  `onnxruntime-web ${version}, ${provider === "webgpu" ? "WebGPU" : provider}, ${precision}` +
  (provider === "wasm" ? `, ${plural(threads, "thread")}` : "");

const plural = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
