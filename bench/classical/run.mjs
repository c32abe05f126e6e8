// The network beside enfuse, the exposure fusion of Debian: what a pair takes,
// from files to a file, and how good the fusions are.
//
//   node run.mjs BIN [-n RUNS] [FOLDER]
//
// BIN holds the program tcmoa. FOLDER has pairs of exposures in a and b under the
// same names; without one, the page's samples are fused.

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const site = fileURLToPath(new URL("../../site", import.meta.url));
const metrics = ["MEF-SSIM", "Qabf", "Qcb"];

// run returns what a program prints; statuses up to `worst` are no failure.
function run(program, args, worst = 0) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (error?.code === "ENOENT") throw new Error(`${program} is missing${program === "enfuse" ? ": on Debian, apt-get install enfuse" : ""}`);
  if (error || status === null || status > worst) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
  process.stderr.write(worst > 0 ? stderr : "");
  return stdout;
}

// sampleFolder makes a folder of pairs of the page's exposures.
function sampleFolder(work) {
  const samples = join(site, "samples");
  const folder = join(work, "samples");
  for (const side of ["a", "b"]) {
    mkdirSync(join(folder, side), { recursive: true });
    for (const s of JSON.parse(readFileSync(join(samples, "samples.json"), "utf8"))) {
      if (s.task === "mef") copyFileSync(join(samples, s[side]), join(folder, side, s.id + parse(s[side]).ext));
    }
  }
  return folder;
}

// pairsOf lists the pairs of a folder as { name, a, b }.
function pairsOf(folder) {
  const files = ["a", "b"].map((side) => {
    const dir = join(folder, side);
    if (!existsSync(dir)) throw new Error(`${folder} has no folder ${side}`);
    return new Map(readdirSync(dir).map((file) => [parse(file).name, join(dir, file)]));
  });
  const pairs = [...files[0]].filter(([name]) => files[1].has(name)).map(([name, a]) => ({ name, a, b: files[1].get(name) }));
  if (pairs.length === 0) throw new Error(`no picture of ${folder}/a has a partner of the same name in b`);
  return pairs;
}

const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

// took is the milliseconds of a call.
function took(call) {
  const start = performance.now();
  call();
  return performance.now() - start;
}

// timeAll fuses every pair `runs` times by every program, in turn, so that a
// load that comes and goes falls on all alike. It returns each program's fastest
// time for every pair: other programs can only slow a run down. A pair that a
// program cannot fuse is left out of all.
function timeAll(pairs, programs, runs) {
  const fastest = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (const pair of pairs) {
    try {
      const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
      for (let i = 0; i < runs; i++) {
        for (const [name, fuse] of Object.entries(programs)) times[name].push(took(() => fuse(pair)));
      }
      for (const [name, list] of Object.entries(times)) fastest[name].push(Math.min(...list));
    } catch (error) {
      console.error(`classical: pair ${pair.name} is left out: ${error.message}`);
    }
  }
  return fastest;
}

// compare prints the table. Its files are in work.
function compare(work, { bin, runs, given }) {
  const version = run("enfuse", ["--version"]).split("\n")[0];
  const tcmoa = join(bin, "tcmoa");
  const model = ["--model", join(site, "model", "tiny")];
  const folder = given ?? sampleFolder(work);
  const results = join(work, "enfuse");
  mkdirSync(results);

  // TIFFs without compression, so that nobody is timed compressing.
  const times = timeAll(pairsOf(folder), {
    enfuse: ({ name, a, b }) => run("enfuse", ["--compression=none", "-o", join(results, `${name}.tif`), a, b]),
    tcmoa: ({ name, a, b }) => run(tcmoa, ["fuse", "--task", "mef", ...model, "-o", join(work, `${name}.tif`), a, b]),
  }, runs);
  if (times.enfuse.length === 0) throw new Error("no pair is left");

  const file = join(work, "figures.json");
  const choice = ["--methods", "tcmoa,mertens,laplacian", "--fused", results, "--metrics", metrics.join(",")];
  run(tcmoa, ["eval", "--task", "mef", ...model, ...choice, "--json", file, folder], 1);
  const report = JSON.parse(readFileSync(file, "utf8"));

  console.log(`${cpus()[0].model}, ${cpus().length} processors; ${version}`);
  console.log(`${report.pairs} pairs of exposures; fastest of ${runs} runs, one process a pair; metrics: mean ± standard deviation, the higher the better`);
  console.table(Object.fromEntries(["tcmoa", "enfuse", "mertens", "laplacian"].map((name) => {
    const row = { "ms a pair": times[name] ? mean(times[name]).toFixed(0) : "" };
    for (const m of metrics) {
      const figure = report.methods[name][m];
      row[m] = `${figure.mean.toFixed(4)} ± ${figure.std.toFixed(4)}`;
    }
    return [name, row];
  })));
}

const work = mkdtempSync(join(tmpdir(), "classical-"));
try {
  const { values, positionals } = parseArgs({ options: { n: { type: "string", short: "n", default: "5" } }, allowPositionals: true });
  const [bin, given] = positionals;
  const runs = Number(values.n);
  if (!bin || positionals.length > 2 || !(Number.isInteger(runs) && runs > 0)) throw new Error("want BIN [-n RUNS] [FOLDER]");
  compare(work, { bin, runs, given });
} catch (error) {
  console.error(`classical: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true });
}
