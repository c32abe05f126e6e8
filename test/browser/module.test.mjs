// Tests of the fusion module in a browser. They need a built site (TCMOA_DIST,
// default: dist) and Chromium (CHROMIUM, default: /usr/bin/chromium).
//
// The fused pixels are compared with those of the native program where that is
// given: TCMOA is the path of the program, which fuses the same pair with the
// same model.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { dist, serve } from "./server.mjs";

let browser, server, page;
let broken = {}; // what the server answers in place of a file: path → (request, response) => void

before(async () => {
  server = await serve(dist, (path, request, response) => {
    if (broken[path]) {
      broken[path](request, response);
      return true;
    }
    if (path !== "/module-test.html") return false;
    response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Test</title>");
    return true;
  });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(async () => {
  broken = {};
  await page?.close();
  page = await browser.newPage();
  await page.goto(`${server.url}module-test.html`);
  await page.evaluate(prepare);
});

/** Runs in the page: what the tests there have in common. */
async function prepare() {
  const module = await import("./tcmoa.js");
  globalThis.tcmoa = module;

  /** A picture with structure at every scale; sources of a pair differ by seed. */
  globalThis.picture = (width, height, seed) => {
    const image = new ImageData(width, height);
    let noise = seed;
    for (let i = 0; i < width * height; i++) {
      const x = i % width, y = Math.floor(i / width);
      noise = (Math.imul(noise, 1103515245) + 12345) & 0x7fffffff;
      const wave = Math.sin((x * seed) / 9) * Math.cos((y * seed) / 13);
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = 120 + 60 * wave + 30 * c * seed * (x / width) + (noise >> 27);
      image.data[4 * i + 3] = 255;
    }
    return image;
  };

  /** The error's message; fails when there is none. */
  globalThis.refusal = async (work) => {
    try {
      await work;
    } catch (error) {
      return error.message;
    }
    throw new Error("this should have been refused");
  };

  /** A fuser of two Workers, of which the second is ready: from the next picture on it shares even a single tile. */
  globalThis.sharingFuser = async (options = {}) => {
    const fuser = await module.load({ workers: 2, backend: "cpu", ...options });
    const a = picture(112, 112, 1);
    while ((await fuser.fuse(a, a, { task: "mef" })).workers < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    return fuser;
  };

  globalThis.equal = (a, b) => a.length === b.length && a.every((v, i) => Object.is(v, b[i]));

  /** A hash of typed arrays, to compare results across calls. */
  globalThis.digest = async (...arrays) => {
    const sums = await Promise.all(arrays.map((a) => crypto.subtle.digest("SHA-256", a)));
    return sums.map((s) => [...new Uint8Array(s, 0, 8)].map((v) => v.toString(16).padStart(2, "0")).join("")).join(" ");
  };
}

test("loads a model and tells what it is", async () => {
  const { info, progress } = await page.evaluate(async () => {
    const progress = [];
    const fuser = await tcmoa.load({ onProgress: (p) => progress.push(p) });
    return { info: fuser.info, progress };
  });
  assert.deepEqual(info.tasks, ["vif", "mef", "mff"]);
  assert.ok(info.moas > info.encoderMoas && info.encoderMoas > 0);
  assert.ok(info.experts >= info.topK && info.cell > 0);
  const last = progress.at(-1);
  assert.equal(last.bytes, last.totalBytes);
  assert.equal(last.tensors, last.totalTensors);
  for (let i = 1; i < progress.length; i++) assert.ok(progress[i].bytes >= progress[i - 1].bytes);
});

for (const [width, height] of [[112, 112], [131, 67], [1, 1], [250, 9]]) {
  test(`fuses ${width}×${height}`, async () => {
    const r = await page.evaluate(async ([width, height]) => {
      const fuser = await tcmoa.load();
      const progress = [];
      const a = picture(width, height, 1);
      const r = await fuser.fuse(a, picture(width, height, 2), { task: "mef", onProgress: (p) => progress.push(p) });
      const { rows, cols, cell, routes } = r.prompts;
      return {
        size: [r.image.width, r.image.height], untouched: a.data.byteLength === 4 * width * height,
        opaque: r.image.data.every((v, i) => i % 4 !== 3 || v === 255),
        varied: new Set(r.image.data).size,
        weights: r.weights.length, inRange: r.weights.every((v) => v >= 0 && v <= 1),
        rows, cols, cell, experts: fuser.info.experts, topK: fuser.info.topK, moas: fuser.info.moas,
        routes: routes.map((o) => [o.first.length, o.second.length, o.gates.length]),
        chosen: routes.every((o) => o.first.every((_, i) => {
          const gates = o.gates.subarray(i * fuser.info.experts, (i + 1) * fuser.info.experts);
          return Math.abs(gates.reduce((s, v) => s + v) - 1) < 1e-3 && gates.filter((v) => v > 0).length <= fuser.info.topK;
        })),
        backend: r.backend, tiles: r.tiles, workers: r.workers, progress, milliseconds: r.milliseconds,
      };
    }, [width, height]);
    assert.deepEqual(r.size, [width, height]);
    assert.ok(r.untouched && r.opaque && r.varied > 1);
    assert.equal(r.weights, width * height);
    assert.ok(r.inRange);
    assert.deepEqual([r.rows, r.cols], [Math.ceil(height / r.cell), Math.ceil(width / r.cell)]);
    const n = r.rows * r.cols;
    assert.deepEqual(r.routes, Array(r.moas).fill([n, n, n * r.experts]));
    assert.ok(r.chosen, "gates of every token sum to 1 over at most topK experts");
    assert.deepEqual([r.backend, r.tiles, r.workers], ["CPU, int8", 1, 1]);
    assert.ok(r.progress.length > 0 && r.progress[0].step === "patch embedding");
    for (const [i, p] of r.progress.entries()) {
      assert.ok(p.done > 0 && p.done <= p.total && p.tile === 0 && p.tiles === 1);
      assert.ok(p.fraction > 0 && p.fraction <= 1 && (i === 0 || p.fraction > r.progress[i - 1].fraction));
    }
    assert.ok(r.milliseconds > 0);
  });
}

test("several Workers give what one gives, to the bit", async () => {
  const r = await page.evaluate(async () => {
    const a = picture(400, 345, 1), b = picture(400, 345, 2);
    const region = { width: 2, height: 2, beta: Float32Array.of(0.3, 0, 0, -0.3) };
    const options = { task: "mff", tilePixels: 336 * 336, region, alpha: 1.2, experts: [true, false, true, true], maps: true };
    const all = [];
    for (const workers of [1, 3]) {
      const fuser = await tcmoa.load({ workers });
      const fractions = [];
      const r = await fuser.fuse(a, b, { ...options, onProgress: (p) => fractions.push(p.fraction) });
      const arrays = [r.image.data, r.weights, ...r.prompts.routes.flatMap((o) => [o.first, o.second, o.gates])];
      all.push({ workers: r.workers, tiles: r.tiles, hash: await digest(...arrays), fractions });
      fuser.close();
    }
    return all;
  });
  assert.deepEqual(r.map((o) => o.workers), [1, 3]);
  assert.deepEqual(r.map((o) => o.tiles), [4, 4]);
  assert.equal(r[1].hash, r[0].hash);
  for (const { fractions } of r) {
    assert.deepEqual(fractions, fractions.toSorted((a, b) => a - b), "the fraction never falls");
  }
});

for (const precision of ["int8", "f32"]) {
  test(`two Workers share a single tile and give what one gives, to the bit: ${precision}`, async () => {
    const r = await page.evaluate(async (precision) => {
      const region = { width: 2, height: 2, beta: Float32Array.of(0.3, 0, 0, -0.3) };
      const options = { task: "mff", region, alpha: 1.2, experts: [true, false, true, true], maps: true };
      const one = await tcmoa.load({ workers: 1, backend: "cpu", precision }), two = await sharingFuser({ precision });
      const all = [];
      // One tile; one tile of a single window; three, of which the last is shared.
      for (const { size, tilePixels } of [{ size: [250, 190] }, { size: [70, 112] }, { size: [500, 100], tilePixels: 1 }]) {
        const a = picture(...size, 1), b = picture(...size, 2);
        const runs = [];
        for (const fuser of [one, two]) {
          const fractions = [];
          const r = await fuser.fuse(a, b, { ...options, tilePixels, onProgress: (p) => fractions.push(p.fraction) });
          const arrays = [r.image.data, r.weights, ...r.prompts.routes.flatMap((o) => [o.first, o.second, o.gates])];
          runs.push({ workers: r.workers, tiles: r.tiles, hash: await digest(...arrays), fractions });
        }
        all.push(runs);
      }
      one.close();
      two.close();
      return all;
    }, precision);
    assert.deepEqual(r.map(([one]) => one.tiles), [1, 1, 3]);
    for (const [one, two] of r) {
      assert.deepEqual([one.workers, two.workers], [1, 2]);
      assert.equal(two.hash, one.hash);
      assert.ok(two.fractions.length > 0);
      assert.deepEqual(two.fractions, two.fractions.toSorted((a, b) => a - b), "the fraction never falls");
    }
  });
}

test("float32 differs from int8, but not by much", async () => {
  const mean = await page.evaluate(async () => {
    const results = [];
    for (const precision of ["int8", "f32"]) {
      const fuser = await tcmoa.load({ precision });
      results.push(await fuser.fuse(picture(112, 112, 1), picture(112, 112, 2), { task: "vif" }));
      fuser.close();
    }
    const [a, b] = results.map((r) => r.image.data);
    return a.reduce((sum, v, i) => sum + Math.abs(v - b[i]), 0) / a.length;
  });
  assert.ok(mean > 0 && mean < 2, `mean difference ${mean}`);
});

test("controls steer: tasks, mixes, prompts, experts", async () => {
  const hashes = await page.evaluate(async () => {
    const fuser = await tcmoa.load();
    const a = picture(112, 112, 1), b = picture(112, 112, 2);
    const hash = async (options) => digest((await fuser.fuse(a, b, options)).image.data);
    const moas = fuser.info.moas;
    const map = { width: 1, height: 1, beta: Float32Array.of(0.25) };
    return {
      plain: await hash({ task: "mef" }),
      mix: await hash({ task: "vif", router: { mef: 1 } }),
      neutral: await hash({ task: "mef", alpha: 1, beta: 0, experts: [true, true, true, true] }),
      other: await hash({ task: "vif" }),
      half: await hash({ task: "vif", router: { mef: 0.5, vif: 0.5 } }),
      beta: await hash({ task: "mef", beta: 0.25 }),
      prompts: await hash({ task: "mef", prompts: Array(moas).fill({ beta: 0.25 }) }),
      overridden: await hash({ task: "mef", beta: 0.25, prompts: Array(moas).fill({ beta: 0 }) }),
      region: await hash({ task: "mef", region: map }),
      experts: await hash({ task: "mef", experts: [true, false, false, false] }),
    };
  });
  const { plain, mix, neutral, overridden, beta, prompts, region, other, half, experts } = hashes;
  assert.equal(mix, plain);
  assert.equal(neutral, plain);
  assert.equal(overridden, plain);
  assert.equal(prompts, beta);
  assert.equal(region, beta);
  assert.equal(new Set([plain, other, half, beta, experts]).size, 5);
});

test("every kind of source gives the same picture, and stays the caller's", async () => {
  const r = await page.evaluate(async () => {
    const fuser = await tcmoa.load();
    const a = picture(120, 112, 1), b = picture(120, 112, 2);
    const png = async (image) => {
      const canvas = new OffscreenCanvas(image.width, image.height);
      canvas.getContext("2d").putImageData(image, 0, 0);
      return canvas.convertToBlob();
    };
    const blob = await png(a), bitmap = await createImageBitmap(a);
    const sources = { imageData: a, bitmap, blob };
    const hashes = {};
    for (const [kind, source] of Object.entries(sources)) {
      hashes[kind] = await digest((await fuser.fuse(source, b, { task: "mef" })).image.data);
    }
    return { hashes, bitmap: bitmap.width, image: a.data.length, decoded: (await tcmoa.decode(blob)).width };
  });
  assert.equal(new Set(Object.values(r.hashes)).size, 1);
  assert.deepEqual([r.bitmap, r.image, r.decoded], [120, 4 * 120 * 112, 120]);
});

test("an address is fetched, and Exif orientation honoured", async () => {
  const jpeg = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(64, 32);
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, 32, 32); // the left half
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
    return [...bytes];
  });
  // An Exif segment that says: turn by 90° clockwise to see it upright.
  const exif = Buffer.from("ffe1002245786966000049492a00080000000100120103000100000006000000" + "00000000", "hex");
  const turned = Buffer.concat([Buffer.from(jpeg.slice(0, 2)), exif, Buffer.from(jpeg.slice(2))]);
  broken["/turned.jpg"] = (_, response) => response.writeHead(200, { "Content-Type": "image/jpeg" }).end(turned);
  const r = await page.evaluate(async () => {
    const bitmap = await tcmoa.decode("turned.jpg");
    const context = new OffscreenCanvas(32, 64).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const at = (y) => context.getImageData(16, y, 1, 1).data[0];
    const fuser = await tcmoa.load();
    const fused = await fuser.fuse(new URL("turned.jpg", location.href), bitmap, { task: "mef" });
    return { size: [bitmap.width, bitmap.height], top: at(8), bottom: at(56), fused: [fused.image.width, fused.image.height] };
  });
  assert.deepEqual(r.size, [32, 64]);
  assert.ok(r.top > 200 && r.bottom < 50);
  assert.deepEqual(r.fused, [32, 64]);
});

test("an abort stops the engine within a blink, at any moment", async (t) => {
  const waits = await page.evaluate(async () => {
    const fuser = await tcmoa.load({ workers: 2 });
    const a = picture(672, 672, 1), b = picture(672, 672, 2);
    const waits = [];
    for (const tilePixels of [undefined, 336 * 336]) {
      for (const delay of [0, 40, 120, 300, 700]) {
        const controller = new AbortController();
        const reason = new Error("enough");
        let at;
        setTimeout(() => {
          at = performance.now();
          controller.abort(reason);
        }, delay);
        const error = await fuser.fuse(a, b, { task: "mef", tilePixels, signal: controller.signal }).catch((e) => e);
        if (error === reason) waits.push(performance.now() - at);
        else if (error instanceof Error) throw error;
      }
    }
    await fuser.fuse(picture(112, 112, 1), picture(112, 112, 2), { task: "mef" }); // it still works
    return waits;
  });
  t.diagnostic(`milliseconds from abort to rest: ${waits.map(Math.round).join(" ")}`);
  assert.ok(waits.length > 0);
  // 100 ms on an idle machine; ten times that where others compute as well.
  assert.ok(Math.max(...waits) < 1000, `an abort took ${Math.max(...waits)} ms`);
});

test("an abort at any step ends both that share a tile", async () => {
  const r = await page.evaluate(async () => {
    const fuser = await sharingFuser();
    const a = picture(336, 224, 1), b = picture(336, 224, 2), reason = new Error("enough");
    const fuse = (options) => fuser.fuse(a, b, { task: "mef", keep: true, ...options });
    const want = await digest((await fuse()).image.data);
    const aborted = [], equals = [];
    for (let step = 1; step <= 9; step += 2) {
      const controller = new AbortController();
      const onProgress = ({ done }) => done >= step && controller.abort(reason);
      aborted.push((await fuse({ beta: step / 100, onProgress, signal: controller.signal }).catch((e) => e)) === reason);
      const again = await fuse();
      equals.push(again.workers === 2 && (await digest(again.image.data)) === want);
    }
    return { aborted, equals };
  });
  assert.deepEqual(r, { aborted: Array(5).fill(true), equals: Array(5).fill(true) });
});

test("aborts before the start, in the queue, and while loading", async () => {
  const r = await page.evaluate(async () => {
    const reason = new Error("no");
    const aborted = AbortSignal.abort(reason);
    const out = { load: (await tcmoa.load({ signal: aborted }).catch((e) => e)) === reason };
    const controller = new AbortController();
    const late = tcmoa.load({ signal: controller.signal, onProgress: () => controller.abort(reason) }).catch((e) => e);
    out.loading = (await late) === reason;
    const fuser = await tcmoa.load();
    const a = picture(224, 224, 1), b = picture(224, 224, 2);
    out.fuse = (await fuser.fuse(a, b, { task: "mef", signal: aborted }).catch((e) => e)) === reason;
    const queue = new AbortController();
    let running = true;
    const first = fuser.fuse(a, b, { task: "mef" }).finally(() => (running = false));
    const second = fuser.fuse(a, b, { task: "mef", signal: queue.signal }).catch((e) => [e === reason, running]);
    const third = fuser.fuse(a, b, { task: "mef" });
    queue.abort(reason);
    out.queued = await second;
    out.others = [(await first).tiles, (await third).tiles];
    return out;
  });
  assert.deepEqual(r, { load: true, loading: true, fuse: true, queued: [true, true], others: [1, 1] });
});

test("whatever becomes of a fusion, it leaves no bitmap open", async () => {
  const r = await page.evaluate(async () => {
    const bitmaps = [], decode = globalThis.createImageBitmap;
    let decoded = () => {};
    globalThis.createImageBitmap = async (...args) => {
      const bitmap = await decode(...args);
      bitmaps.push(bitmap);
      decoded();
      return bitmap;
    };
    const fuser = await tcmoa.load({ workers: 1 });
    const canvas = new OffscreenCanvas(112, 112);
    canvas.getContext("2d").putImageData(picture(112, 112, 1), 0, 0);
    const blob = await canvas.convertToBlob();
    const fuse = (a, b, options) => fuser.fuse(a, b, { task: "mef", ...options });
    const out = {};
    /** Counts what is open when all that was begun has come to its end. */
    const count = async (name, work) => {
      const message = await work.then(() => "fused", (error) => error.message);
      await new Promise((resolve) => setTimeout(resolve, 300));
      out[name] = [message, bitmaps.length, bitmaps.filter(({ width }) => width > 0).length];
      bitmaps.length = 0;
    };
    await count("fused", fuse(blob, blob));
    const aborting = new AbortController();
    decoded = () => aborting.abort(new Error("enough"));
    await count("aborted while the second is decoded", fuse(blob, blob, { signal: aborting.signal }));
    decoded = () => {};
    await count("one is no picture", fuse(blob, new Blob(["text"])));
    await count("the other is none", fuse(new Blob(["text"]), blob));
    await count("what cannot be sent", fuse(blob, blob, { region: () => {} }));
    const closing = new Promise((resolve) => (decoded = () => resolve(fuser.close())));
    await count("closed while it is decoded", fuse(blob, blob));
    await closing;
    return out;
  });
  const damaged = (which) => `The ${which} picture could not be decoded: it is damaged, too large, or no image that this browser knows.`;
  const { "what cannot be sent": unsendable, ...rest } = r;
  assert.deepEqual(unsendable.slice(1), [2, 0]);
  assert.deepEqual(rest, {
    "fused": ["fused", 2, 0],
    "aborted while the second is decoded": ["enough", 2, 0],
    "one is no picture": [damaged("second"), 1, 0],
    "the other is none": [damaged("first"), 1, 0],
    "closed while it is decoded": ["The fuser is closed.", 2, 0],
  });
});

test("refuses what it cannot fuse, in sentences", async () => {
  const messages = await page.evaluate(async () => {
    const fuser = await tcmoa.load();
    const a = picture(112, 112, 1);
    const fuse = (first, second, options) => refusal(fuser.fuse(first, second, options));
    const closed = await createImageBitmap(a);
    closed.close();
    return {
      sizes: await fuse(a, picture(112, 113, 2), { task: "mef" }),
      text: await fuse(new Blob(["no picture"]), a, { task: "mef" }),
      missing: await fuse(a, "missing.png", { task: "mef" }),
      kind: await fuse(a, 7, { task: "mef" }),
      closed: await fuse(closed, a, { task: "mef" }),
      task: await fuse(a, a, { task: "abc" }),
      noTask: await fuse(a, a),
      alpha: await fuse(a, a, { task: "mef", alpha: NaN }),
      prompts: await fuse(a, a, { task: "mef", prompts: [{ beta: "1" }] }),
      prompt: await fuse(a, a, { task: "mef", prompts: [{}] }),
      experts: await fuse(a, a, { task: "mef", experts: [false, false, false, false] }),
      router: await fuse(a, a, { task: "mef", router: { mef: 0.5 } }),
      unknown: await fuse(a, a, { task: "mef", router: { abc: 1 } }),
      region: await fuse(a, a, { task: "mef", region: { width: 2, height: 2, beta: new Float32Array(3) } }),
      tile: await fuse(a, a, { task: "mef", tilePixels: 0 }),
      workers: await refusal(tcmoa.load({ workers: 0 })),
      precision: await refusal(tcmoa.load({ precision: "int4" })),
      works: (await fuser.fuse(a, a, { task: "mef" })).tiles,
    };
  });
  const expected = {
    sizes: /^The first picture is 112×112 pixels and the second 112×113: .*\.$/,
    text: /^The first picture could not be decoded: .*\.$/,
    missing: /^The second picture could not be fetched from .*missing\.png: the server answers 404\.$/,
    kind: /^The second picture is neither .*\.$/,
    closed: /^The first picture is an ImageBitmap that was closed or given away\.$/,
    task: /^Unknown task "abc".*\.$/,
    noTask: /^The option task must be a text\.$/,
    alpha: /^The option alpha must be a finite number\.$/,
    prompts: /^The option prompts\[0\]\.beta must be a finite number\.$/,
    prompt: /^Prompts has 1 entries, want one for each of \d+ mixtures of adapters\.$/,
    experts: /^Every expert is switched off.*\.$/,
    router: /^Router weights sum to 0\.5, want 1\.$/,
    unknown: /abc.*\.$/,
    region: /^Region is 2×2 with 3 values\.$/,
    tile: /^The option tilePixels must be a whole number from 1 to 1048576\.$/,
    workers: /^The option workers must be a whole number from 1 to 64\.$/,
    precision: /^The option precision must be .*\.$/,
  };
  for (const [name, pattern] of Object.entries(expected)) assert.match(messages[name], pattern, name);
  assert.equal(messages.works, 1);
});

for (const { name, size, tilePixels, workers, kept, shared = false } of [
  { name: "one tile", size: [224, 150], workers: 1, kept: 0.25 },
  { name: "one tile that two Workers share", size: [224, 150], workers: 2, kept: 0.25, shared: true },
  { name: "tiles of several Workers", size: [345, 130], tilePixels: 1, workers: 2, kept: 0.25 },
]) {
  test(`goes on from what an earlier fusion has kept: ${name}`, async () => {
    const r = await page.evaluate(async ({ size, tilePixels, workers, shared }) => {
      const a = picture(...size, 1), b = picture(...size, 2);
      const fuser = shared ? await sharingFuser() : await tcmoa.load({ workers, backend: "cpu" });
      const fuse = (options) => fuser.fuse(a, b, { task: "mef", tilePixels, ...options });
      const same = (x, y) =>
        equal(x.image.data, y.image.data) && equal(x.weights, y.weights) &&
        x.prompts.routes.every((route, j) => Object.keys(route).every((key) => equal(route[key], y.prompts.routes[j][key])));
      const last = Array.from({ length: fuser.info.moas }, (_, j) => ({ beta: j === fuser.info.moas - 1 ? 0.2 : 0.1 }));
      const settings = { first: {}, beta: { beta: 0.1 }, last: { prompts: last }, experts: { experts: [true, true, false, true] } };
      const kept = {}, equals = {};
      for (const [name, options] of Object.entries(settings)) {
        const resumed = await fuse({ ...options, keep: true });
        kept[name] = resumed.reused;
        settings[name] = { options, resumed };
      }
      for (const [name, { options, resumed }] of Object.entries(settings)) equals[name] = same(await fuse(options), resumed);
      kept.forgotten = (await fuse({ keep: true })).reused;
      fuser.close();
      const { tiles, workers: used } = settings.first.resumed;
      return { kept, equals, tiles, used, moas: last.length };
    }, { size, tilePixels, workers, shared });
    assert.equal(r.tiles > 1, tilePixels !== undefined);
    if (shared) assert.equal(r.used, 2);
    assert.deepEqual(r.equals, { first: true, beta: true, last: true, experts: true }, "the pictures and maps are those of whole passes");
    assert.deepEqual([r.kept.first, r.kept.forgotten], [0, 0]);
    for (const name of ["beta", "experts"]) {
      if (r.tiles === 1) assert.equal(r.kept[name], kept, name);
      else assert.ok(r.kept[name] > 0 && r.kept[name] <= kept, `${name}: ${r.kept[name]}`);
    }
    if (r.tiles === 1) assert.equal(r.kept.last, 1, "only the last mixture and the head were left");
  });
}

test("says what is wrong with a model", async () => {
  const weights = JSON.parse(await readFile(join(dist, "model/tiny/model.json"), "utf8")).file;
  const bytes = await readFile(join(dist, "model/tiny", weights));
  const load = () => page.evaluate(() => refusal(tcmoa.load()));
  const name = `/model/tiny/${weights}`;

  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 1000] ^= 1;
  broken[name] = (_, response) => response.writeHead(200).end(damaged);
  assert.match(await load(), /^The model from .*\/model\/tiny\/ is damaged: .*SHA-256.*\.$/);

  broken[name] = (_, response) => response.writeHead(200).end(bytes.subarray(0, bytes.length / 2));
  assert.match(await load(), /^The model from .* is damaged: .*ends in frame.*\.$/);

  broken[name] = (_, response) => {
    response.writeHead(200, { "Content-Length": bytes.length }).write(bytes.subarray(0, bytes.length / 2));
    setTimeout(() => response.destroy(), 200);
  };
  assert.match(await load(), /^The model could not be fetched from .*: the connection broke off\.$/);

  broken = { "/model/tiny/model.json": (_, response) => response.writeHead(200).end("<!doctype html>") };
  assert.match(await load(), /^The model from .* is damaged: manifest: .*\.$/);

  broken = {};
  assert.match(
    await page.evaluate(() => refusal(tcmoa.load({ model: "./model/none" }))),
    /^The model could not be fetched from .*\/model\/none\/model\.json: the server answers 404\.$/,
  );
});

test("says that the engine's files are missing", async () => {
  broken["/engine.wasm"] = (_, response) => response.writeHead(404).end();
  assert.match(
    await page.evaluate(() => refusal(tcmoa.load())),
    /^The fusion engine stopped: engine\.wasm could not be fetched: the server answers 404\.$/,
  );
  broken = { "/engine.js": (_, response) => response.writeHead(404).end() };
  assert.match(await page.evaluate(() => refusal(tcmoa.load())), /^The fusion engine could not be started: .*\.$/);
});

test("a dead engine rejects what waits for it, and a new one follows without a download", async () => {
  let downloads = 0;
  page.on("request", (request) => (downloads += request.url().includes("/model/")));
  const r = await page.evaluate(async () => {
    const workers = [];
    globalThis.Worker = class extends Worker {
      constructor(...args) {
        super(...args);
        workers.push(this);
      }
    };
    const fuser = await tcmoa.load();
    const a = picture(448, 448, 1), b = picture(448, 448, 2);
    const pending = refusal(fuser.fuse(a, b, { task: "mef", onProgress: () => {
      workers[0].dispatchEvent(new ErrorEvent("error", { message: "unreachable", cancelable: true }));
    } }));
    const message = await pending;
    const small = picture(112, 112, 1);
    const again = await fuser.fuse(small, small, { task: "mef" });
    return { message, again: again.tiles, workers: workers.length };
  });
  assert.deepEqual(r, { message: "The fusion engine stopped: unreachable.", again: 1, workers: 2 });
  assert.equal(downloads, 2); // the manifest and the weights, once
});

test("a pool that cannot grow does with what it has, and grows the next time", async () => {
  const fuse = () => page.evaluate(async () => {
    const a = picture(345, 130, 1), b = picture(345, 130, 2);
    return fuser.fuse(a, b, { task: "mef", tilePixels: 1 }).then((r) => r.workers, (error) => error.message);
  });
  await page.evaluate(async () => (globalThis.fuser = await tcmoa.load({ workers: 2 })));
  broken["/engine.js"] = (_, response) => response.writeHead(404).end();
  assert.equal(await fuse(), 1);
  broken = {};
  assert.equal(await fuse(), 2);
});

test("a Worker that dies while it shares a tile leaves it to the other", async () => {
  // The Workers of the pool are the engine's own: a page cannot reach them by itself.
  const engine = await readFile(join(dist, "engine.js"), "utf8");
  const killed = engine.replace("  return worker;", `  new BroadcastChannel("kill").onmessage = () => worker.dispatchEvent(new ErrorEvent("error", { message: "unreachable" }));
  return worker;`);
  assert.notEqual(killed, engine);
  broken["/engine.js"] = (_, response) => response.writeHead(200, { "Content-Type": "text/javascript" }).end(killed);
  const r = await page.evaluate(async () => {
    const fuser = await sharingFuser();
    const a = picture(336, 336, 1), b = picture(336, 336, 2);
    const fuse = async (onProgress) => {
      const { workers, image } = await fuser.fuse(a, b, { task: "mef", onProgress });
      return { workers, hash: await digest(image.data) };
    };
    const kill = new BroadcastChannel("kill");
    const before = await fuse();
    const meanwhile = await fuse(({ done }) => done === 3 && kill.postMessage(""));
    fuser.close();
    return { before, meanwhile };
  });
  assert.deepEqual([r.before.workers, r.meanwhile.workers], [2, 1]);
  assert.equal(r.meanwhile.hash, r.before.hash);
});

test("close() ends it all", async () => {
  const r = await page.evaluate(async () => {
    const fuser = await tcmoa.load();
    const a = picture(448, 448, 1);
    const running = refusal(fuser.fuse(a, a, { task: "mef", onProgress: () => fuser.close() }));
    const queued = refusal(fuser.fuse(a, a, { task: "mef" }));
    const messages = [await running, await queued, await refusal(fuser.fuse(a, a, { task: "mef" }))];
    fuser.close();
    return messages;
  });
  assert.deepEqual(r, Array(3).fill("The fuser is closed."));
});

test("fuses as the native program does", { skip: !process.env.TCMOA && "TCMOA is not set" }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tcmoa-"));
  t.after(() => rm(folder, { recursive: true }));
  const pngs = await page.evaluate(async () => {
    const png = async (image) => {
      const canvas = new OffscreenCanvas(image.width, image.height);
      canvas.getContext("2d").putImageData(image, 0, 0);
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    };
    return Promise.all([png(picture(200, 150, 1)), png(picture(200, 150, 2))]);
  });
  const [a, b, out] = ["a.png", "b.png", "fused.png"].map((name) => join(folder, name));
  await writeFile(a, Buffer.from(pngs[0]));
  await writeFile(b, Buffer.from(pngs[1]));

  // The kernels of the two are equal to the bit, so the pictures are too; one
  // level is left to functions of Go's own library that may differ in a last bit.
  for (const precision of ["f32", "int8"]) {
    const model = join(dist, "model/tiny");
    const args = ["fuse", "--task", "mff", "--precision", precision, "--model", model, "--output", out, a, b];
    await promisify(execFile)(process.env.TCMOA, args);
    const expected = await readFile(out);
    broken["/expected.png"] = (_, response) => response.writeHead(200, { "Content-Type": "image/png" }).end(expected);
    const furthest = await page.evaluate(async (precision) => {
      const bitmap = await tcmoa.decode(`expected.png?${precision}`);
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const want = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
      const fuser = await tcmoa.load({ precision });
      const { image } = await fuser.fuse(picture(200, 150, 1), picture(200, 150, 2), { task: "mff" });
      fuser.close();
      return image.data.reduce((most, v, i) => Math.max(most, Math.abs(v - want[i])), 0);
    }, precision);
    t.diagnostic(`${precision}: at most ${furthest} levels of 255 from the native result`);
    assert.ok(furthest <= 1, `${precision}: ${furthest} levels of 255 from the native result`);
  }
});
