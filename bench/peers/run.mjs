// Times our fusion beside onnxruntime-web on the same network, in one headless
// Chromium, in turn, and prints a table.
//
//   node run.mjs BIN [-quick | -gpu] [-o FILE]
//
// BIN holds the programs onnx and forward.wasm; CHROMIUM is the browser. The rows
// go to FILE, by default ../results/peers.json; all single times and what they
// were measured with go beside it, to *.meta.json. -quick does one small case, -gpu
// the one on the GPU; both write only where -o says.
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
const json = (path) => JSON.parse(readFileSync(here(path), "utf8"));
const round = (ms) => Number(ms.toFixed(1));
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const args = process.argv.slice(2);
const bin = args.shift();
if (!bin) throw new Error("want the folder of the programs");
const gpu = args.includes("-gpu");
const quick = gpu || args.includes("-quick");
const file = args.includes("-o") ? args[args.indexOf("-o") + 1] : quick ? null : here("../results/peers.json");

const duels = gpu ? cases.gpu : quick ? cases.quick : cases.full;
const sides = [...new Set(duels.map(({ side }) => side))];
const config = json("../../site/model/tiny/model.json").variant;
const { version } = json("node_modules/onnxruntime-web/package.json");
const { task } = cases.pair;
const folder = join(bin, "../peers");
write(join(bin, "onnx"), folder, cases.pair, sides);

const rows = [];
const details = [];
const skipped = [];
function add(name, { ours, peer }, result) {
  const names = { case: name, ours: cases.nameOurs(ours), peer: cases.namePeer(version, peer) };
  const [oursMs, peerMs] = [result.ours, result.peer].map(({ times }) => median(times));
  rows.push({ ...names, ours_ms: round(oursMs), peer_ms: round(peerMs), ratio: Number((peerMs / oursMs).toFixed(2)) });
  const detail = ({ times, first, accuracy }) => ({ times_ms: times.map(round), first_ms: first && round(first), ...accuracy });
  details.push({ ...names, load: round(loadavg()[0]), of_ours: detail(result.ours), of_peer: detail(result.peer) });
}

const { browser, url, close } = await host({ bin, cases: folder });
const chromium = browser.version();
let limits = [];
try {
  for (const one of duels) {
    try {
      add(`${one.side}²`, one, await duel({ browser, url }, { task, ...one }));
    } catch (error) {
      if (!one.optional) throw error;
      skipped.push(`${one.side}², ${cases.nameOurs(one.ours)}: ${error.message.split("\n")[0].replace("page.evaluate: Error: ", "")}`);
    }
  }
  if (!quick) add(`first result, ${cases.cold.side}²`, cases.cold, await coldStart({ browser, url }, { task, ...cases.cold }));
  if (!gpu) limits = await roofline({ browser, url }, { config, sides, runs: quick ? 3 : 9 });
} finally {
  await close();
}

const machine = `${cpus()[0].model}, ${cpus().length} processors`;
console.log(`${machine}; Chromium ${chromium}; load ${round(loadavg()[0])}`);
console.table(rows);
for (const { case: name, ours, peer, of_ours, of_peer } of details) {
  if (of_ours.first_ms) console.log(`first result, compilation included: ${name}: ${ours} ${of_ours.first_ms} ms, ${peer} ${of_peer.first_ms} ms`);
}
for (const { precision, side, gmac_s, gemm_gmac_s, of_gemm } of limits) {
  console.log(`roofline: ${side}², ${precision}: ${gmac_s.toFixed(1)} GMAC/s, ${(100 * of_gemm).toFixed(0)} % of a plain product's ${gemm_gmac_s.toFixed(1)}`);
}
for (const line of skipped) console.log(`skipped: ${line}`);

if (file) {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", cwd: here(".") }).trim();
  const list = (values, indent = "  ") => `[\n${values.map((v) => `${indent}${JSON.stringify(v)}`).join(",\n")}\n${indent.slice(1)}]`;
  const meta = { commit, date: new Date().toISOString(), machine, chromium, details, roofline: limits, skipped };
  const members = Object.entries(meta).map(([key, v]) => ` "${key}": ${Array.isArray(v) && v.length > 0 ? list(v) : JSON.stringify(v)}`);
  writeFileSync(file, `${list(rows, " ")}\n`);
  writeFileSync(file.replace(/(\.json)?$/, ".meta.json"), `{\n${members.join(",\n")}\n}\n`);
}
