// Times our fusion beside onnxruntime-web on the same network, in one headless
// Chromium, in turn, and prints a table.
//
//   node run.mjs BIN [-quick] [-o FILE]
//
// BIN holds the programs onnx and forward.wasm; CHROMIUM is the browser. The rows
// go to FILE, by default ../results/peers.json, and what they were measured with
// to FILE with .meta.json; -quick does one small case and writes only where -o
// says.
//
// Ours is timed from the call of fuse() with 8-bit pixels to its result, the
// peer inside its Worker from ready tensors to ready tensors: what is around the
// network counts for us alone. Every case is checked before it is timed: a peer
// that computes something else is none.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as cases from "./cases.mjs";
import { host } from "./host.mjs";
import { coldStart, duel, roofline } from "./measure.mjs";
import { write } from "./network.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const output = (command, ...args) => execFileSync(command, args, { encoding: "utf8", cwd: here(".") }).trim();
const json = (path) => JSON.parse(readFileSync(here(path), "utf8"));

const args = process.argv.slice(2);
const bin = args.shift();
const quick = args.includes("-quick");
const file = args.includes("-o") ? args[args.indexOf("-o") + 1] : quick ? null : here("../results/peers.json");
if (!bin) throw new Error("want the folder of the programs");

const duels = quick ? cases.quick : cases.full;
const { task } = cases.pair;
const { version } = json("node_modules/onnxruntime-web/package.json");
const config = json("../../site/model/tiny/model.json").variant;
const sides = [...new Set([...duels, ...(quick ? [] : [cases.cold])].map(({ side }) => side))];
const folder = join(bin, "../peers");
const before = loadavg();
write(join(bin, "onnx"), folder, cases.pair, sides);

const rows = [];
const accuracy = [];
const skipped = [];
function add(name, { ours, peer }, { oursMs, peerMs }) {
  rows.push({
    case: name, ours: cases.nameOurs(ours), peer: cases.namePeer(version, peer),
    ours_ms: round(oursMs), peer_ms: round(peerMs), ratio: Number((peerMs / oursMs).toFixed(2)),
  });
}
const round = (ms) => Number(ms.toFixed(1));

const browser = await host({ bin, cases: folder, goroot: output("go", "env", "GOROOT") });
let limits;
let chromium;
try {
  chromium = browser.browser.version();
  for (const one of duels) {
    try {
      const result = await duel(browser, { task, ...one });
      add(`${one.side}²`, one, result);
      accuracy.push({ case: `${one.side}²`, ours: cases.nameOurs(one.ours), peer: cases.namePeer(version, one.peer), ...result.accuracy });
    } catch (error) {
      if (!one.optional) throw error;
      skipped.push(`${one.side}², ${cases.nameOurs(one.ours)}: ${error.message.split("\n")[0]}`);
    }
  }
  if (!quick) add(`first result, ${cases.cold.side}²`, cases.cold, await coldStart(browser, { task, ...cases.cold }));
  limits = await roofline(browser, { config, sides, runs: quick ? 3 : 9 });
} finally {
  await browser.close();
}

const machine = `${cpus()[0].model}, ${cpus().length} processors`;
console.log(`${machine}; Chromium ${chromium}; load ${before.map((v) => v.toFixed(1)).join(" ")}`);
console.table(rows);
for (const { precision, side, gmac_s, gemm_gmac_s, of_gemm } of limits) {
  console.log(`roofline: ${side}², ${precision}: ${gmac_s.toFixed(1)} GMAC/s, ${(100 * of_gemm).toFixed(0)} % of a plain product's ${gemm_gmac_s.toFixed(1)}`);
}
for (const line of skipped) console.log(`skipped: ${line}`);
if (file) {
  const commit = output("git", "rev-parse", "HEAD");
  const date = new Date().toISOString();
  writeFileSync(file, `[\n${rows.map((row) => ` ${JSON.stringify(row)}`).join(",\n")}\n]\n`);
  const meta = { commit, date, machine, load: { before, after: loadavg() }, chromium, node: process.version, accuracy, roofline: limits, skipped };
  writeFileSync(file.replace(/\.json$/, ".meta.json"), `${JSON.stringify(meta, null, 1)}\n`);
}
