// Tests of what the module computes on. They need a built site (TCMOA_DIST,
// default: dist), Chromium (CHROMIUM, default: /usr/bin/chromium), which imitates
// a GPU by software, and the native program (TCMOA), which makes a small model.
//
// The imitation takes far longer to compile the kernels than to run them, so one
// device has to do for all of it. What the engine makes of each failure of a GPU
// is tested in wasm/engine/machine_test.go.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { dist, serve } from "./server.mjs";

const weights = new URL("../../core/cpu/testdata/golden/blend.safetensors", import.meta.url);

describe("what the module computes on", { skip: !process.env.TCMOA && "TCMOA is not set" }, () => {
  let folder, server, browser, page;
  let downloads; // of the model's files
  let prelude; // what the Worker runs before engine.js, which no page could change

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tcmoa-"));
    await promisify(execFile)(process.env.TCMOA, ["quantise", fileURLToPath(weights), "--output", folder]);
    server = await serve(dist, answer);
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
    });
  });

  after(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    await page?.context().close();
    downloads = 0;
    prelude = "";
    page = await (await browser.newContext()).newPage();
    await page.goto(`${server.url}gpu-test.html`);
    await page.evaluate(prepare);
  });

  async function answer(path, request, response) {
    const give = (type, content) => response.writeHead(200, { "Content-Type": type }).end(content);
    if (path === "/gpu-test.html") {
      give("text/html", "<!doctype html><title>Test</title>");
    } else if (path.startsWith("/model/small/")) {
      downloads++;
      give("application/octet-stream", await readFile(join(folder, basename(path))));
    } else if (path === "/engine.js" && prelude && !request.url.endsWith("?itself")) {
      give("text/javascript", 'import "./prelude.js"; import "./engine.js?itself";');
    } else if (path === "/prelude.js") {
      give("text/javascript", prelude);
    } else {
      return false;
    }
    return true;
  }

  /** Runs in the page: what the tests there have in common. */
  async function prepare() {
    const { load } = await import("./tcmoa.js");
    globalThis.load = (options) => load({ model: "model/small/", ...options });

    /** A smooth picture with some texture; sources of a pair differ by phase. */
    const picture = (width, height, phase) => {
      const image = new ImageData(width, height);
      for (let i = 0; i < width * height; i++) {
        const x = i % width, y = Math.floor(i / width);
        for (let c = 0; c < 3; c++) {
          image.data[4 * i + c] = 255 * (0.5 + 0.3 * Math.sin(x / 17 + phase + c) + 0.2 * Math.cos((x * y) / 400 - phase));
        }
        image.data[4 * i + 3] = 255;
      }
      return image;
    };

    /** Fuses a pair, and says what came of it, and where. */
    globalThis.fuse = async (fuser, options) => {
      const fractions = [];
      const onProgress = ({ fraction }) => fractions.push(fraction);
      const { image, backend, note, workers } =
        await fuser.fuse(picture(100, 90, 0), picture(100, 90, 2), { task: "mef", onProgress, ...options });
      return { pixels: [...image.data], backend, note, workers, fractions, now: [fuser.backend, fuser.note] };
    };
  }

  /** The share of values that are more than two levels of 255 apart. */
  const apart = (a, b) => a.filter((v, i) => Math.abs(v - b[i]) > 2).length / a.length;

  test("the GPU gives the CPU's picture; one that is lost and gone gives place to the CPU", async (t) => {
    prelude = `
      const requestAdapter = GPU.prototype.requestAdapter;
      const requestDevice = GPUAdapter.prototype.requestDevice;
      let device;
      GPUAdapter.prototype.requestDevice = async function (...args) {
        return (device = await requestDevice.apply(this, args));
      };
      const test = new BroadcastChannel("test");
      test.onmessage = () => {
        GPU.prototype.requestAdapter = async () => null;
        const mapAsync = GPUBuffer.prototype.mapAsync;
        GPUBuffer.prototype.mapAsync = function (...args) {
          device.destroy(); // in the middle of a fusion, with the result on its way
          return mapAsync.apply(this, args);
        };
        test.postMessage("it will be lost");
      };`;
    const { gpu, cpu, lost, again } = await page.evaluate(async () => {
      const [one, other] = [await load({ backend: "gpu" }), await load({ backend: "cpu" })];
      const cpu = await fuse(other);
      const gpu = await fuse(one);
      await new Promise((resolve) => { // two Workers listen; the one on the CPU has nothing to lose
        const test = new BroadcastChannel("test");
        let answers = 0;
        test.onmessage = () => ++answers === 2 && resolve();
        test.postMessage("lose it");
      });
      return { gpu, cpu, lost: await fuse(one), again: await fuse(one) };
    });
    assert.deepEqual([cpu.backend, cpu.note, cpu.workers], ["CPU, int8", "", 1]);
    assert.match(gpu.backend, /^GPU \(.*swiftshader.*\), int8$/i);
    assert.deepEqual([gpu.note, gpu.workers, gpu.now], ["", 1, [gpu.backend, ""]]);
    assert.deepEqual(gpu.fractions, [1]);
    // Random weights decide at random where two experts are almost equally good,
    // so that a rounding moves single tokens far; the shipped model is compared
    // in webgpu/shipped_test.go.
    const share = apart(gpu.pixels, cpu.pixels);
    t.diagnostic(`${(100 * share).toFixed(2)} % of the values differ from the CPU's by more than 2 levels`);
    assert.ok(share < 0.05, `${share} of the values differ by more than 2 levels`);

    for (const fused of [lost, again]) {
      assert.deepEqual(fused.pixels, cpu.pixels);
      assert.equal(fused.backend, "CPU, int8");
      assert.match(fused.note, /^The browser offers no GPU.*\.$/);
      assert.deepEqual(fused.now, [fused.backend, fused.note]);
    }
    assert.ok(downloads <= 3, `${downloads} downloads: the weights once, and the manifest for each load`);
  });

  test("an imitated GPU is not taken by itself, and the choice can be changed", async () => {
    const r = await page.evaluate(async () => {
      const fuser = await load();
      const said = [[fuser.backend, fuser.note]];
      const fusing = fuse(fuser);
      for (const backend of ["cpu", "auto"]) {
        await fuser.use(backend);
        said.push([fuser.backend, fuser.note]);
      }
      const wrong = await fuser.use("npu").catch((error) => error.message);
      return { said, wrong, before: await fusing, after: await fuse(fuser) };
    });
    const imitated = "The browser only imitates a GPU, which is slower than the CPU.";
    assert.deepEqual(r.said, [["CPU, int8", imitated], ["CPU, int8", ""], ["CPU, int8", imitated]]);
    assert.equal(r.wrong, "The backend must be one of auto, gpu, cpu.");
    for (const fused of [r.before, r.after]) {
      assert.deepEqual([fused.backend, fused.note], ["CPU, int8", imitated]);
      assert.deepEqual(fused.pixels, r.before.pixels);
    }
    assert.equal(downloads, 2, "the manifest and the weights, once");
  });

  for (const [what, script, note] of [
    ["no WebGPU", 'Object.defineProperty(navigator, "gpu", { value: undefined });', /^This browser has no WebGPU\.$/],
    ["no adapter", "GPU.prototype.requestAdapter = async () => null;", /^The browser offers no GPU.*\.$/],
    ["a refused adapter", 'GPU.prototype.requestAdapter = () => Promise.reject(new Error("no"));', /^The browser offers no GPU: no\.$/],
    ["a refused device", 'GPUAdapter.prototype.requestDevice = () => Promise.reject(new Error("no"));', /^The GPU gave no device: no\.$/],
    ["small limits", 'Object.defineProperty(GPUSupportedLimits.prototype, "maxComputeWorkgroupStorageSize", { value: 8192 });', /^The GPU is too small: .*\.$/],
  ]) {
    test(`${what}: the CPU computes, and says why`, async () => {
      prelude = script;
      const fused = await page.evaluate(async () => fuse(await load({ backend: "gpu" })));
      assert.equal(fused.backend, "CPU, int8");
      assert.match(fused.note, note);
    });
  }
});
