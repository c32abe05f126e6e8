// Times the WebGPU forward pass in headless Chromium and prints it, kernel by
// kernel, beside the adapter's own roofs.
//
//   node run.mjs BIN [-n RUNS] [SIDE...]
//
// BIN holds the program gpu.wasm; CHROMIUM is the browser. Where the machine has
// no GPU, Chromium imitates one, and what is slow there says nothing about a GPU.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../../test/browser/server.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { chromium } = createRequire(here("../../test/browser/package.json"))("playwright-core");

const { values, positionals } = parseArgs({ options: { n: { type: "string", short: "n", default: "5" } }, allowPositionals: true });
const [bin, ...given] = positionals;
const sides = given.length > 0 ? given : ["112", "224"];
const config = JSON.stringify(JSON.parse(readFileSync(here("../../site/model/tiny/model.json"), "utf8")).variant);
const goroot = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
const files = {
  "/gpu.wasm": [join(bin, "gpu.wasm"), "application/wasm"],
  "/kernels.wasm": [here("../../core/cpu/kernel/wasm/kernels.wasm"), "application/wasm"],
  "/kernels.js": [here("../../core/cpu/kernel/wasm/kernels.js"), "text/javascript"],
  "/replay.js": [here("../../webgpu/replay.js"), "text/javascript"],
  "/wasm_exec.js": [join(goroot, "lib/wasm/wasm_exec.js"), "text/javascript"],
  "/program.js": [here("../forward/browser/worker.js"), "text/javascript"],
};

const server = await serve(here("browser"), (path, _request, response) => {
  if (path === "/") {
    response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>bench</title>");
    return true;
  }
  if (!(path in files)) return false;
  const [file, type] = files[path];
  response.writeHead(200, { "Content-Type": type }).end(readFileSync(file));
  return true;
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--enable-unsafe-webgpu"],
});
let lines;
try {
  const page = await browser.newPage();
  await page.goto(server.url);
  lines = await page.evaluate((args) => new Promise((resolve, reject) => {
    const worker = new Worker("worker.js", { type: "module" });
    const lines = [];
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => (data === null ? resolve(lines) : lines.push(data));
    worker.postMessage({ program: "gpu.wasm", kernels: "kernels.wasm", args });
  }), ["-n", values.n, config, ...sides]);
} finally {
  await browser.close();
  await server.close();
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
