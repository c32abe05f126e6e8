// Tests of what the module computes on. They need a built site (TCMOA_DIST,
// default: dist), Chromium (CHROMIUM, default: /usr/bin/chromium), which imitates
// a GPU by software, and the native program (TCMOA), which makes a small model.
//
// The imitation takes far longer to compile the kernels than to run them, so one
// module has to do for all of it. What the engine makes of each failure of a GPU
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
    globalThis.fuse = async (fuser, { width = 100, height = 90, bitmaps = false, given, ...options } = {}) => {
      const fractions = [];
      const onProgress = ({ fraction }) => fractions.push(fraction);
      let pair = given ?? [picture(width, height, 0), picture(width, height, 2)];
      if (bitmaps) pair = await Promise.all(pair.map((image) => createImageBitmap(image)));
      const { image, weights, tiles, backend, note, workers, reused } =
        await fuser.fuse(...pair, { task: "mef", onProgress, ...options });
      const now = [fuser.backend, fuser.note];
      return { pixels: [...image.data], weights: [...weights], tiles, backend, note, workers, reused, fractions, now };
    };
  }

  const equal = (a, b) => a.length === b.length && a.every((v, i) => v === b[i]);

  test("the GPU gives the CPU's picture; aborted or lost, it goes on; gone, it gives place to the CPU", async () => {
    // What a result is waited for with does what the page has asked for before.
    prelude = `
      const requestDevice = GPUAdapter.prototype.requestDevice;
      let device;
      GPUAdapter.prototype.requestDevice = async function (...args) {
        return (device = await requestDevice.apply(this, args));
      };
      const test = new BroadcastChannel("test");
      let plan = "";
      test.onmessage = ({ data }) => {
        if (!data.plan) return; // the other Worker's
        plan = data.plan;
        if (plan === "lose for good") GPU.prototype.requestAdapter = async () => null;
        test.postMessage("heard");
      };
      const mapAsync = GPUBuffer.prototype.mapAsync;
      GPUBuffer.prototype.mapAsync = function (...args) {
        const now = plan;
        plan = now === "lose at the second tile" ? "lose" : "";
        if (plan) return mapAsync.apply(this, args);
        if (now === "never end") {
          test.postMessage("waiting");
          return new Promise(() => {});
        }
        if (now.startsWith("lose")) device.destroy(); // in the middle of a fusion
        return mapAsync.apply(this, args);
      };
      const copy = GPUQueue.prototype.copyExternalImageToTexture;
      GPUQueue.prototype.copyExternalImageToTexture = function (...args) {
        if (plan === "refuse bitmaps") throw new Error("injected");
        return copy.apply(this, args);
      };
      const getImageData = OffscreenCanvasRenderingContext2D.prototype.getImageData;
      OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...args) {
        test.postMessage("a bitmap is read");
        return getImageData.apply(this, args);
      };`;
    const r = await page.evaluate(async () => {
      const [one, other] = [await load({ backend: "gpu" }), await load({ backend: "cpu" })];
      const channel = new BroadcastChannel("test");
      let reads = 0;
      channel.addEventListener("message", ({ data }) => data === "a bitmap is read" && reads++);
      const plan = (what) => new Promise((resolve) => { // two Workers listen; that on the CPU never maps
        let answers = 0;
        channel.onmessage = ({ data }) => data === "heard" && ++answers === 2 && resolve();
        channel.postMessage({ plan: what });
      });
      const results = { cpu: await fuse(other), gpu: await fuse(one) };
      const settings = { first: {}, steered: { beta: 0.2 }, again: { beta: 0.3 } };
      const kept = {};
      for (const [name, options] of Object.entries(settings)) {
        kept[name] = { gpu: await fuse(one, { ...options, keep: true }), cpu: await fuse(other, options) };
      }

      await plan("never end");
      const controller = new AbortController();
      channel.onmessage = ({ data }) => data === "waiting" && controller.abort();
      const aborted = await fuse(one, { signal: controller.signal }).then(() => "no error", (error) => error.name);
      results.afterAbort = await fuse(one);

      const tiles = { width: 340, tilePixels: 1 };
      const tiled = { cpu: await fuse(other, tiles), gpu: await fuse(one, tiles) };
      // Bitmaps stay with the browser, unless something has to be known of their bytes.
      const fromBitmaps = {};
      for (const [name, options] of Object.entries({ once: {}, kept: { keep: true }, tiled: tiles })) {
        fromBitmaps[name] = await fuse(one, { bitmaps: true, ...options });
        await plan("nothing"); // what the Worker has said until now has come
        fromBitmaps[name].reads = reads;
      }
      // Photographs, which the browser decodes to bitmaps, and what a canvas makes of these.
      const photographs = ["armchair", "dog"].map(async (name) => (await fetch(`samples/mef-${name}-thumb.jpg`)).blob());
      const pixels = photographs.map(async (blob) => {
        const bitmap = await createImageBitmap(await blob);
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
        canvas.drawImage(bitmap, 0, 0);
        return canvas.getImageData(0, 0, bitmap.width, bitmap.height);
      });
      const decoded = {
        bitmaps: await fuse(one, { given: await Promise.all(photographs) }),
        bytes: await fuse(one, { given: await Promise.all(pixels) }),
      };
      await plan("nothing");
      decoded.reads = reads;

      await plan("refuse bitmaps");
      fromBitmaps.refused = await fuse(one, { bitmaps: true, ...tiles });
      await plan("nothing");
      fromBitmaps.refused.reads = reads;

      await plan("lose at the second tile");
      tiled.revived = await fuse(one, tiles);

      await plan("lose for good");
      results.lost = await fuse(one, { bitmaps: true });
      results.again = await fuse(one);
      return { aborted, kept, tiled, fromBitmaps, decoded, ...results };
    });
    assert.deepEqual([r.cpu.backend, r.cpu.note, r.cpu.workers], ["CPU, int8", "", 1]);
    assert.match(r.gpu.backend, /^GPU \(.*swiftshader.*\), int8$/i);
    assert.deepEqual(r.gpu.fractions, [1]);
    for (const [name, { gpu, cpu }] of Object.entries(r.kept)) {
      assert.ok(equal(gpu.pixels, cpu.pixels), `the picture that goes on from what is kept is the CPU's: ${name}`);
    }
    assert.deepEqual(Object.values(r.kept).map(({ gpu }) => gpu.reused), [0, 2 / 6, 2 / 6]);
    assert.equal(r.aborted, "AbortError");
    for (const what of ["gpu", "afterAbort"]) {
      const fused = r[what];
      // The imitated GPU rounds as the CPU does, so that not one level may differ.
      assert.ok(equal(fused.pixels, r.cpu.pixels), `the picture "${what}" is the CPU's`);
      assert.deepEqual([fused.note, fused.workers, fused.now], ["", 1, [r.gpu.backend, ""]], what);
    }
    for (const what of ["gpu", "revived"]) {
      const fused = r.tiled[what];
      assert.ok(equal(fused.pixels, r.tiled.cpu.pixels), `the tiled picture "${what}" is the CPU's`);
      assert.ok(equal(fused.weights, r.tiled.cpu.weights), `and so are its weights`);
      assert.deepEqual([fused.tiles, fused.note, fused.now], [2, "", [r.gpu.backend, ""]], what);
    }
    const { once, kept, tiled, refused } = r.fromBitmaps;
    for (const [fused, cpu] of [[once, r.cpu], [kept, r.cpu], [tiled, r.tiled.cpu], [refused, r.tiled.cpu]]) {
      assert.ok(equal(fused.pixels, cpu.pixels), "the picture from bitmaps is the CPU's");
      assert.deepEqual(fused.now, [r.gpu.backend, ""]);
    }
    assert.deepEqual([once, kept, tiled, refused].map(({ reads }) => reads), [0, 2, 2, 4]);
    assert.ok(equal(r.decoded.bitmaps.pixels, r.decoded.bytes.pixels), "photographs are what a canvas makes of them");
    assert.deepEqual([r.decoded.bitmaps.now, r.decoded.reads], [[r.gpu.backend, ""], 2], "and are not read");
    for (const fused of [r.lost, r.again]) {
      assert.ok(equal(fused.pixels, r.cpu.pixels), "the picture is the CPU's");
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
      assert.ok(equal(fused.pixels, r.before.pixels), "the picture is the same");
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
