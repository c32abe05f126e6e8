// Times the WebGPU forward pass in headless Chromium and prints it, kernel by
// kernel, beside the adapter's own roofs.
//
//   node run.mjs BIN [-n RUNS] [SIDE...]
//
// BIN holds the program gpu.wasm; CHROMIUM is the browser. Where the machine has
// no GPU, Chromium imitates one, and what is slow there says nothing about a GPU.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { host, program, run } from "../host.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { values, positionals } = parseArgs({ options: { n: { type: "string", short: "n", default: "5" } }, allowPositionals: true });
const [bin, ...given] = positionals;
const sides = given.length > 0 ? given : ["112", "224"];
const config = JSON.stringify(JSON.parse(readFileSync(here("../../site/model/tiny/model.json"), "utf8")).variant);

const hosted = await host({
  ...program(bin, "gpu"),
  "/gpu/program.js": here("../forward/browser/worker.js"),
  "/gpu/replay.js": here("../../webgpu/replay.js"),
});
let lines;
try {
  lines = await run(hosted, "gpu", ["-n", values.n, config, ...sides]);
} finally {
  await hosted.close();
}

const stray = lines.filter((line) => !line.startsWith("{"));
if (stray.length > 0) throw new Error(stray.join("\n"));
const rows = lines.map((line) => JSON.parse(line));
for (const pass of rows.filter((row) => "adapter" in row)) {
  const { Int8, Float32, Copy } = pass.peaks;
  console.log(
    `${pass.side}² on ${pass.adapter}: ${pass.ms.toFixed(1)} ms; ${pass.dispatches} dispatches in ${pass.submits} submits, ` +
    `${(pass.bytes_up / 1024).toFixed(0)} KiB up, ${(pass.bytes_down / 1024).toFixed(0)} KiB down, ${pass.host_us.toFixed(0)} µs on the host`);
  const kernels = rows.filter((row) => "kernel" in row && row.side === pass.side);
  if (kernels.length === 0) {
    console.log("the adapter has no clock to time kernels by");
    continue;
  }
  const giga = (v) => (v / 1e9).toPrecision(3);
  console.log(`roofs: ${giga(Int8)} G int8 and ${giga(Float32)} G f32 multiplications a second, ${giga(Copy)} GB/s`);
  console.table(kernels.map((k) => ({
    kernel: k.kernel, dispatches: k.dispatches, "GPU ms": k.gpu_ms.toFixed(2), share: `${(100 * k.share).toFixed(0)} %`,
    "of its roof": `${(100 * k.of_peak).toFixed(0)} %`, roof: k.roof,
  })));
}
