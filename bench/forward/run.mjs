// Times the CPU forward pass natively and in headless Chromium, in turn, and
// prints one table.
//
//   node run.mjs BIN [-n RUNS] [SIDE...]
//
// BIN holds the programs forward and forward.wasm; CHROMIUM is the browser.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { host, program, run } from "../host.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { values, positionals } = parseArgs({ options: { n: { type: "string", short: "n", default: "5" } }, allowPositionals: true });
const [bin, ...given] = positionals;
const sides = given.length > 0 ? given : ["112", "224", "448"];
const config = JSON.stringify(JSON.parse(readFileSync(here("../../site/model/tiny/model.json"), "utf8")).variant);
const args = ["-n", values.n, config, ...sides];

const native = (workers) => execFileSync(join(bin, "forward"), ["-workers", String(workers), ...args], { encoding: "utf8" })
  .trim().split("\n").map((line) => JSON.parse(line));

async function inBrowser() {
  const hosted = await host(program(bin, "forward"));
  try {
    return (await run(hosted, "forward", args)).map((line) => JSON.parse(line));
  } finally {
    await hosted.close();
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
