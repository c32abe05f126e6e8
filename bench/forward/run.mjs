// Times the CPU forward pass natively and in headless Chromium, in turn, and
// prints one table.
//
//   node run.mjs BIN [-n RUNS] [SIDE...]
//
// BIN holds the programs forward and forward.wasm; CHROMIUM is the browser.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../../test/browser/server.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { chromium } = createRequire(here("../../test/browser/package.json"))("playwright-core");

const { values, positionals } = parseArgs({ options: { n: { type: "string", short: "n", default: "5" } }, allowPositionals: true });
const [bin, ...given] = positionals;
const sides = given.length > 0 ? given : ["112", "224", "448"];
const config = JSON.stringify(JSON.parse(readFileSync(here("../../site/model/tiny/model.json"), "utf8")).variant);
const args = ["-n", values.n, config, ...sides];

const native = (workers) => execFileSync(join(bin, "forward"), ["-workers", String(workers), ...args], { encoding: "utf8" })
  .trim().split("\n").map((line) => JSON.parse(line));

const goroot = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
const files = {
  "/forward.wasm": [join(bin, "forward.wasm"), "application/wasm"],
  "/kernels.wasm": [here("../../core/cpu/kernel/wasm/kernels.wasm"), "application/wasm"],
  "/kernels.js": [here("../../core/cpu/kernel/wasm/kernels.js"), "text/javascript"],
  "/wasm_exec.js": [join(goroot, "lib/wasm/wasm_exec.js"), "text/javascript"],
  "/worker.js": [here("browser/worker.js"), "text/javascript"],
};

async function inBrowser() {
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
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    const lines = await page.evaluate((args) => new Promise((resolve, reject) => {
      const worker = new Worker("worker.js", { type: "module" });
      const lines = [];
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => (data === null ? resolve(lines) : lines.push(data));
      worker.postMessage({ program: "forward.wasm", kernels: "kernels.wasm", args });
    }), args);
    return lines.map((line) => JSON.parse(line));
  } finally {
    await browser.close();
    await server.close();
  }
}

const table = [];
const add = (where, rows) => {
  for (const r of rows) {
    table.push({
      where, workers: r.workers, precision: r.precision, pair: `${r.side}²`, ms: r.ms.toFixed(0), "GMAC/s": r.gmac_s.toFixed(1),
      "plain GEMM": r.gemm_gmac_s.toFixed(1), ratio: r.of_gemm.toFixed(2), "peak MiB": r.peak_mib.toFixed(0),
    });
  }
};
console.log(`${cpus()[0].model}, ${cpus().length} processors; medians of ${values.n} runs`);
add("native", native(1));
if (cpus().length > 1) add("native", native(cpus().length));
add("Chromium", await inBrowser());
console.table(table);
