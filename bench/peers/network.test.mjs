// The network that the peer is given is ours: without this the times compared
// would mean nothing.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-web";
import { check, compare, planes } from "./accuracy.mjs";
import { pair } from "./cases.mjs";
import { write } from "./network.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const landsat = { first: "vif-coast-a.jpg", second: "vif-coast-b.jpg", task: "vif" };
let folder;
let program;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "tcmoa-peers-"));
  program = join(folder, "onnx");
  const [, toolchain] = /^go (.+)$/m.exec(readFileSync(here("../../go.mod"), "utf8"));
  const env = { GOTOOLCHAIN: `go${toolchain}`, GOEXPERIMENT: "simd", ...process.env };
  execFileSync("go", ["build", "-o", program, "./onnx"], { cwd: here("."), env });
  ort.env.wasm.numThreads = 1;
});

after(() => rmSync(folder, { recursive: true, force: true }));

const floats = (path) => new Float32Array(Uint8Array.from(readFileSync(path)).buffer);

/** What the peer makes of a case, and what our network does. */
async function results(at, side, precision) {
  const model = await ort.InferenceSession.create(readFileSync(join(at, `${precision}.onnx`)), { executionProviders: ["wasm"] });
  const tensor = (name) => new ort.Tensor("float32", planes(readFileSync(join(at, `${name}.rgba`))), [1, 3, side, side]);
  const { fused } = await model.run({ first: tensor("first"), second: tensor("second") });
  await model.release();
  return { got: fused.data, want: floats(join(at, "f32.bin")), int8: floats(join(at, "int8.bin")) };
}

// The shift of windows and the seams between them need more than one window.
for (const [side, sources] of [[112, pair], [112, landsat], [224, landsat]]) {
  test(`the peer computes our network on a ${side}² pair, ${sources.task}`, async () => {
    const cases = join(folder, sources.task);
    write(program, cases, sources, [side]);
    const at = join(cases, String(side));

    const exact = await results(at, side, "f32");
    check("the float32 network", "f32", exact.got, exact.want);

    const rounded = await results(at, side, "int8");
    check("the int8 network", "int8", rounded.got, rounded.want);
    check("our int8 network", "int8", rounded.int8, rounded.want);
  });
}

test("writing a network twice gives the same bytes", () => {
  const [one, two] = ["one", "two"].map((name) => join(folder, name));
  for (const at of [one, two]) write(program, at, pair, [112]);
  for (const file of ["f32.onnx", "int8.onnx"]) {
    assert.ok(readFileSync(join(one, "112", file)).equals(readFileSync(join(two, "112", file))), file);
  }
});

test("a result that is not the network's is refused", () => {
  const want = new Float32Array(300).fill(0.5);
  const off = (d) => want.map((v, i) => (i === 7 ? v + d : v));
  check("one", "f32", off(9e-4), want);
  assert.throws(() => check("one", "f32", off(2e-3), want), /one computes something else/);
  assert.throws(() => check("one", "int8", want.map((v) => v + 0.02), want), /34\.0 dB/);
  for (const precision of ["f32", "int8"]) {
    assert.throws(() => check("one", precision, off(NaN), want), /something else/);
    assert.throws(() => check("one", precision, want.subarray(1), want), /299 values, want 300/);
  }
  assert.deepEqual(compare(want, want), { largest: 0, psnr: Infinity });
});
