// Tests of the workbench, driven as a visitor does: the viewer's zoom, pan and
// ways to compare, the measures, and the batch.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { hand, picture, start } from "./visit.mjs";

let site, visit, page;

before(async () => { site = await start(); });
after(() => site?.stop());
beforeEach(() => open());
afterEach(() => visit.leave());

/** Opens the page; a visit before it must have ended. */
async function open(options) {
  visit = await site.visit(options);
  page = visit.page;
}

/** Two pictures of one size, in their places. */
async function choosePair(width = 96, height = 64) {
  await page.setInputFiles("#file-first", await picture(page, "bright.png", width, height, 0));
  await page.setInputFiles("#file-second", await picture(page, "dark.png", width, height, 4));
  await page.waitForSelector('#stage[data-state="pair"]');
  await page.locator("#frame").scrollIntoViewIfNeeded();
}

async function fuse() {
  await page.locator("#fuse").click();
  await page.waitForSelector('#stage[data-state="fused"]');
}

/** Lets the page come to rest: a wheel that turns while it scrolls, or soon after, scrolls on. */
async function rest() {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.waitForTimeout(400);
}

const frameBox = () => page.locator("#frame").boundingBox();
const scale = async () => parseFloat(await page.locator("#zoom-scale").textContent());

/** Where the pixel (x, y) of a layer's picture is in the window. */
const whereIs = (layer, x, y, width = 96, height = 64) =>
  page.locator(`#layer-${layer} .plate`).evaluate((plate, [x, y]) => {
    const { left, top, width, height } = plate.getBoundingClientRect();
    return { x: left + x * width, y: top + y * height };
  }, [x / width, y / height]);

const close = (a, b, tolerance = 0.6) =>
  assert.ok(Math.hypot(a.x - b.x, a.y - b.y) <= tolerance, `(${a.x}, ${a.y}) is not (${b.x}, ${b.y})`);

test("the wheel zooms both sources about the pointer, and leaves the rest to the page", async () => {
  await choosePair();
  const box = await frameBox();
  const at = { x: box.x + box.width * 0.3, y: box.y + box.height * 0.6 };
  const fit = await scale();
  await page.mouse.move(at.x, at.y);
  await rest();
  await page.mouse.wheel(0, -300);
  await page.waitForFunction((fit) => parseFloat(document.querySelector("#zoom-scale").textContent) > fit * 2, fit);
  for (const layer of ["first", "second"]) close(await whereIs(layer, 96 * 0.3, 64 * 0.6), at, 2); // a wheel's place is in whole pixels
  const scrolled = await page.evaluate(() => scrollY);
  await page.mouse.wheel(0, 2000);
  await page.waitForFunction(() => document.querySelector("#zoom-fit").ariaDisabled === "true");
  assert.equal(await scale(), fit);
  assert.equal(await page.evaluate(() => scrollY), scrolled, "zooming out does not scroll");
  await page.mouse.wheel(0, 200);
  await page.waitForFunction((before) => scrollY > before, scrolled);
});

test("a drag pans what is zoomed, but moves the seam near it; a click places it", async () => {
  await choosePair();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.getByRole("button", { name: "Zoom in" }).click();
  const box = await frameBox();
  const split = () => page.locator("#frame").evaluate((frame) => parseFloat(frame.style.getPropertyValue("--split") || "50"));
  const before = await whereIs("first", 48, 32);
  await page.mouse.move(box.x + 100, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 140, box.y + 130, { steps: 4 });
  await page.mouse.up();
  close(await whereIs("first", 48, 32), { x: before.x + 40, y: before.y + 30 });
  close(await whereIs("second", 48, 32), { x: before.x + 40, y: before.y + 30 });
  assert.equal(await split(), 50);
  await page.mouse.move(box.x + box.width / 2 + 5, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 80, { steps: 3 });
  await page.mouse.up();
  assert.ok(Math.abs(await split() - 70) < 1, `the seam is at ${await split()}`);
  await page.mouse.click(box.x + box.width * 0.2, box.y + 80);
  assert.ok(Math.abs(await split() - 20) < 1, `the seam is at ${await split()}`);
});

test("a double click goes closer and back, and the picture ends at its edges", async () => {
  await choosePair();
  const box = await frameBox();
  const fit = await scale();
  const at = { x: box.x + 30, y: box.y + 40 };
  const point = { x: (30 / box.width) * 96, y: (40 / box.height) * 64 };
  await page.mouse.dblclick(at.x, at.y);
  assert.ok(await scale() >= fit * 1.99);
  close(await whereIs("first", point.x, point.y), at);
  await page.mouse.move(at.x + 100, at.y); // not at the seam, which the clicks have placed
  await page.mouse.down();
  await page.mouse.move(at.x + 500, at.y + 500, { steps: 3 });
  await page.mouse.up();
  close(await whereIs("first", 0, 0), { x: box.x, y: box.y });
  await page.waitForTimeout(500);
  await page.mouse.dblclick(at.x, at.y);
  assert.equal(await scale(), fit);
});

test("two fingers pinch", async () => {
  await visit.leave();
  await open({ viewport: { width: 390, height: 740 }, hasTouch: true, isMobile: true });
  await choosePair();
  await page.locator("#frame").evaluate((frame) => frame.scrollIntoView({ block: "center", behavior: "instant" }));
  const fit = await scale();
  const box = await frameBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const touch = await page.context().newCDPSession(page);
  const fingers = (type, apart) => touch.send("Input.dispatchTouchEvent", {
    type, touchPoints: apart === null ? [] : [{ id: 1, x: x - apart, y }, { id: 2, x: x + apart, y }],
  });
  await fingers("touchStart", 30);
  for (const apart of [40, 50, 60, 75, 90]) await fingers("touchMove", apart);
  await fingers("touchEnd", null);
  await page.waitForFunction((fit) => Math.abs(parseFloat(document.querySelector("#zoom-scale").textContent) / fit - 3) < 0.2, fit);
  close(await whereIs("second", 48, 32), { x, y }, 2);
  assert.equal(await page.evaluate(() => visualViewport.scale), 1, "the page itself does not zoom");
});

test("keys zoom and pan", async () => {
  await choosePair();
  const fit = await scale();
  await page.locator("#pan").focus();
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  assert.ok(Math.abs(await scale() / fit - 2.25) < 0.05);
  const before = await whereIs("first", 48, 32);
  const box = await frameBox();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  close(await whereIs("first", 48, 32), { x: before.x - box.width / 8, y: before.y - box.height / 8 }, 1);
  await page.keyboard.press("-");
  assert.ok(Math.abs(await scale() / fit - 1.5) < 0.05);
  await page.keyboard.press("0");
  assert.equal(await scale(), fit);
  await page.locator("#split").focus();
  await page.keyboard.press("+");
  assert.ok(await scale() > fit, "also from the seam, whose arrows stay its own");
});

test("1:1 shows the pixels of a large picture, and the overview leads on", async () => {
  await choosePair(2400, 1600);
  assert.ok(await scale() < 60);
  await page.getByRole("button", { name: "1:1, actual pixels" }).click();
  assert.equal(await scale(), 100);
  const width = await page.locator("#layer-first .plate").evaluate((plate) => plate.getBoundingClientRect().width);
  assert.ok(Math.abs(width - 2400) < 1);
  const overview = await page.locator("#overview").boundingBox();
  await page.mouse.click(overview.x + overview.width * 0.25, overview.y + overview.height * 0.3);
  const box = await frameBox();
  close(await whereIs("first", 600, 480, 2400, 1600), { x: box.x + box.width / 2, y: box.y + box.height / 2 }, 2400 / overview.width + 2);
  await page.getByRole("button", { name: "Fit" }).click();
  assert.ok(!await page.locator("#overview").isVisible());
});

test("a very wide or tall picture has a frame with room for its names", async () => {
  for (const [width, height] of [[1600, 40], [40, 1600]]) {
    await choosePair(width, height);
    await page.locator("#size-second", { hasText: `${width} × ${height}` }).waitFor();
    await page.locator("#preview-second").evaluate((image) => image.decode());
    for (const shown of ["Split", "Side by side"]) {
      await page.getByRole("radio", { name: shown }).check();
      const box = await frameBox();
      assert.ok(box.width >= 150 && box.height >= 80, `${width} × ${height}, ${shown}: ${box.width} × ${box.height}`);
      const { x, y } = await whereIs("second", width / 2, height / 2, width, height);
      const corner = await whereIs("second", 0, 0, width, height);
      assert.ok(Math.abs((x - corner.x) / (y - corner.y) / (width / height) - 1) < 0.02, "it is not stretched");
      await page.mouse.move(x, y);
      await rest();
      await page.mouse.wheel(0, -300);
      await page.waitForFunction(() => document.querySelector("#frame").classList.contains("close"));
      close(await whereIs("second", width / 2, height / 2, width, height), { x, y }, 2);
      await page.getByRole("button", { name: "Fit" }).click();
    }
  }
});

test("side by side, both halves show the same part", async () => {
  await choosePair();
  await fuse();
  await page.getByRole("radio", { name: "Side by side" }).check();
  const half = (place) => page.locator(`.layer[data-place=${place}]`).boundingBox();
  const [left, right] = [await half("left"), await half("right")];
  assert.ok(right.x >= left.x + left.width - 2, "they do not overlap");
  const at = { x: right.x + right.width * 0.25, y: right.y + right.height * 0.25 };
  await page.mouse.move(at.x, at.y);
  await rest();
  await page.mouse.wheel(0, -300);
  await page.waitForFunction(() => document.querySelector("#frame").classList.contains("close"));
  close(await whereIs("fused", 24, 16), at, 3);
  close(await whereIs("first", 24, 16), { x: at.x - (right.x - left.x), y: at.y }, 3);
  assert.ok(!await page.locator(".seam").isVisible());
});

test("a blink shows one after the other, and stops when asked to", async () => {
  await choosePair();
  await fuse();
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.getByRole("radio", { name: "Blink" }).check();
  const tags = page.locator(".tag:visible");
  for (const shown of ["Fused", "Over-exposed"]) {
    await page.waitForFunction((shown) => {
      const seen = [...document.querySelectorAll(".tag")].filter((tag) => getComputedStyle(tag).visibility === "visible");
      return seen.length === 1 && seen[0].textContent === shown;
    }, shown);
  }
  await page.getByRole("button", { name: "Stop blinking" }).click();
  const shown = await tags.textContent();
  await page.waitForTimeout(1200);
  assert.equal(await tags.textContent(), shown);
  await page.locator("#pan").focus();
  await page.keyboard.press("Space");
  assert.notEqual(await tags.textContent(), shown, "Space changes over");
  const box = await frameBox();
  await page.mouse.click(box.x + 50, box.y + 50);
  assert.equal(await tags.textContent(), shown, "and so does a click");
});

test("who wants less motion starts a blink by hand", async () => {
  await choosePair();
  await page.getByRole("radio", { name: "Blink" }).check();
  const shown = await page.locator("#frame").getAttribute("data-blink");
  await page.waitForTimeout(1200);
  assert.equal(await page.locator("#frame").getAttribute("data-blink"), shown);
  await page.getByRole("button", { name: "Start blinking" }).click();
  await page.waitForFunction((shown) => document.querySelector("#frame").dataset.blink !== shown, shown);
});

test("the loupe shows single pixels of both, under the pointer and by keys", async () => {
  await choosePair(2400, 1600);
  await page.getByRole("switch", { name: "Loupe" }).check();
  assert.ok(await page.locator("#loupe").isVisible(), "there is a place for it without a pointer");
  assert.equal(await page.locator("#loupe-power").textContent(), "1:1");
  const box = await frameBox();
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
  /** The pixel of the picture in the middle of a lens. */
  const middle = (side) => page.locator(`#lens-${side}`).evaluate((lens) => {
    const image = lens.querySelector("img").getBoundingClientRect(), { left, top, width, height } = lens.getBoundingClientRect();
    return { x: left + width / 2 - image.left, y: top + height / 2 - image.top };
  });
  for (const side of ["left", "right"]) close(await middle(side), { x: 600, y: 800 }, 4);
  await page.locator("#pan").focus();
  await page.keyboard.press("ArrowRight");
  close(await middle("left"), { x: 675, y: 800 }, 4);
  await page.getByRole("switch", { name: "Loupe" }).uncheck();
  assert.ok(!await page.locator("#loupe").isVisible());
});

test("the loupe magnifies the fused pixels too", async () => {
  await choosePair();
  await fuse();
  await page.getByRole("switch", { name: "Loupe" }).check();
  const box = await frameBox();
  await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.25);
  const [power, shown, pixel] = await page.evaluate(() => {
    const at = (id, x, y) => [...document.querySelector(id).getContext("2d").getImageData(x, y, 1, 1).data];
    return [parseInt(document.querySelector("#loupe-power").textContent), at("#lens-canvas-right", 69, 69), at("#fused", 24, 16)];
  });
  assert.ok(power > 1);
  assert.deepEqual(shown, pixel);
});

const measured = () => page.waitForFunction(() => document.querySelector("#measure-note").textContent === "Measured on this device, at full size.");

test("a fusion is measured in a Worker, which comes when it is asked for", async (t) => {
  const loaded = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await choosePair();
  assert.equal(await page.locator("#measure-note").textContent(), "Fuse a pair first.");
  await fuse();
  assert.ok(!loaded.includes("/measure.wasm"), "not before");
  await page.evaluate(() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
    }).observe({ type: "longtask" });
  });
  const begun = Date.now();
  await page.getByRole("button", { name: "Measure it", exact: true }).click();
  await measured();
  const took = Date.now() - begun;
  assert.ok(loaded.includes("/measure.wasm"));
  const rows = await page.locator("#figures-body tr").evaluateAll((rows) => rows.map((row) => [row.querySelector("b").textContent, row.querySelector("td").textContent]));
  assert.equal(rows.length, 24);
  for (const [name, value] of rows) assert.match(value, /^−?\d+\.\d+$|^too small$/, name);

  // The entropy and the share of black, by the page's own pixels.
  const [entropy, black] = await page.locator("#fused").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const counts = new Array(256).fill(0);
    for (let i = 0; i < data.length; i += 4) {
      counts[Math.floor(Math.fround(0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]) + 0.5)]++;
    }
    const n = data.length / 4;
    return [
      -counts.reduce((sum, c) => sum + (c && (c / n) * Math.log2(c / n)), 0),
      (100 * counts.slice(0, 5).reduce((a, b) => a + b)) / n,
    ];
  });
  assert.ok(Math.abs(parseFloat(rows.find(([name]) => name === "EN")[1]) - entropy) < 0.01, `${rows[0]} is not ${entropy}`);
  assert.ok(Math.abs(parseFloat(await page.locator("#dark-fused").textContent()) - black) < 0.2);
  assert.ok((await page.locator("#curve-fused").getAttribute("d")).length > 1000);
  const longest = await page.evaluate(() => globalThis.longest);
  t.diagnostic(`longest task ${longest} ms of ${took} ms`);
  assert.ok(longest < took / 4, `a task of ${longest} ms while measuring for ${took} ms`);
});

test("the classical methods are measured beside it, and shown", async () => {
  await choosePair();
  await fuse();
  await page.getByRole("button", { name: "Measure it and the classical methods" }).click();
  await measured();
  assert.deepEqual(await page.locator("#figures-head th").allTextContents(),
    ["Figure", "Fused", "Average", "Maximum", "Laplacian pyramid", "Exposure fusion", "Guided filter"]);
  assert.match(await page.locator("#figures-summary").textContent(), /^★ marks the best of a row\./);
  const stars = await page.locator("#figures-body tr").evaluateAll((rows) => rows.map((row) => row.querySelectorAll(".best").length));
  assert.ok(stars.every((n) => n >= 1), "every row has a best");
  await page.getByRole("button", { name: "Average: show its picture in the viewer" }).click();
  assert.deepEqual(await page.locator(".tag").allTextContents(), ["Average", "Fused"]);
  // It is the mean of the sources, pixel by pixel.
  const furthest = await page.evaluate(() => {
    const pixels = (source) => {
      const context = new OffscreenCanvas(96, 64).getContext("2d");
      context.drawImage(source, 0, 0);
      return context.getImageData(0, 0, 96, 64).data;
    };
    const [a, b, mean] = ["#source-first", "#source-second", "#classic"].map((id) => pixels(document.querySelector(id)));
    return Math.max(...mean.map((v, i) => Math.abs(v - (a[i] + b[i]) / 2)));
  });
  assert.ok(furthest <= 1, `the average is off by ${furthest}`);
});

test("a classical picture is one choice away, by keys too", async () => {
  await choosePair();
  await fuse();
  await page.locator("#compare input:checked").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.locator(".tag.left", { hasText: "Guided filter" }).waitFor();
  await page.locator("#classic-method").selectOption("max");
  await page.locator(".tag.left", { hasText: "Maximum" }).waitFor();
  await page.locator("#swap").click(); // another pair
  await fuse();
  await page.locator(".tag.left", { hasText: "Maximum" }).waitFor();
});

test("a classical picture by itself makes no table of figures", async () => {
  await choosePair();
  await fuse();
  await page.locator("#compare input[value=classic]").check();
  await page.locator(".tag.left", { hasText: "Guided filter" }).waitFor();
  assert.ok(!await page.locator("#findings").isVisible());
  await page.locator("#measure-run").click();
  await measured();
  assert.deepEqual(await page.locator("#figures-head th").allTextContents(), ["Figure", "Fused"]);
});

test("measuring can be cancelled, and a new fusion is measured anew", async () => {
  await choosePair(320, 240);
  await fuse();
  await page.locator("#measure-run").click();
  await page.locator("#measure-note", { hasText: "Measuring: Fused" }).waitFor();
  await page.locator("#measure-cancel").click();
  assert.equal(await page.locator("#status").textContent(), "Cancelled.");
  assert.ok(await page.locator("#measure-run").evaluate((button) => button === document.activeElement));
  await choosePair();
  await fuse();
  assert.ok(!await page.locator("#findings").isVisible());
  await page.locator("#measure-run").click();
  await measured();
});

test("a measuring program that does not arrive is told of", async () => {
  await choosePair();
  await fuse();
  await page.route("**/measure.wasm", (route) => route.fulfill({ status: 503 }));
  await page.locator("#measure-run").click();
  await page.locator("#error-measures", { hasText: "The program that measures did not arrive." }).waitFor();
  await page.unroute("**/measure.wasm");
  await page.locator("#measure-run").click();
  await measured();
  visit.said.length = 0; // the browser itself reports the answer 503
});

const rows = () => page.locator("#batch-list li");
const rowNames = () => page.locator("#batch-list b").allTextContents();
const ready = () => page.waitForSelector('#model[data-state="ready"]');

/** Named pictures, of one size. */
const pictures = (...names) => Promise.all(names.map((name, i) => picture(page, name, 96, 64, i)));

test("a batch is paired by names, fused, and saved as a ZIP that others read", async () => {
  await ready();
  const notes = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("text") };
  const small = await picture(page, "c_b.png", 64, 64);
  await page.setInputFiles("#batch-files", [...await pictures("b_b.png", "a_a.png", "a_b.png", "b_a.png", "c_a.png", "lone_a.png"), small, notes]);
  assert.deepEqual(await rowNames(), ["a", "b", "c"]);
  assert.equal(await page.locator("#batch-note").textContent(), "1 file is no picture, and was left out.");
  assert.equal(await page.locator("#batch-alone-title").textContent(), "1 file has no partner");
  assert.equal(await page.locator("#batch-alone-names").textContent(), "lone_a.png");

  await page.getByRole("button", { name: "Fuse 3 pairs" }).click();
  await page.locator("#batch-summary", { hasText: "2 of 3 are fused, 1 could not be." }).waitFor();
  assert.deepEqual(await rows().evaluateAll((rows) => rows.map((row) => row.dataset.state)), ["done", "done", "failed"]);
  assert.match(await rows().nth(2).locator("p").textContent(), /^The pictures differ in size: the first has 96 × 64 pixels, the second 64 × 64\./);
  assert.equal(await page.locator("#status").textContent(), "2 of 3 are fused, 1 could not be.");

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as ZIP" }).click();
  const file = await download;
  assert.equal(file.suggestedFilename(), "fused.zip");
  // Python's reader checks every sum; unzip is not everywhere.
  const list = execFileSync("python3", ["-c", `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    for i in z.infolist(): print(i.filename, i.compress_type, z.read(i)[:8].hex())
`, await file.path()], { encoding: "utf8" });
  assert.equal(list, "a-fused-mef.png 0 89504e470d0a1a0a\nb-fused-mef.png 0 89504e470d0a1a0a\n");
});

test("a batch's pictures are those that the page fuses one by one", async () => {
  await ready();
  const pair = await pictures("x-1.png", "x-2.png");
  await page.setInputFiles("#batch-files", pair);
  await page.locator("#batch-run").click();
  await page.locator('#batch-list li[data-state="done"]').waitFor();
  await page.getByRole("button", { name: "Open x above" }).click();
  await page.waitForSelector('#stage[data-state="pair"]');
  assert.deepEqual(await page.locator(".zone .file").allTextContents(), ["x-1.png", "x-2.png"]);
  await fuse();
  const [zip] = await Promise.all([page.waitForEvent("download"), page.locator("#batch-save").click()]);
  const [png] = await Promise.all([page.waitForEvent("download"), page.locator("#save").click()]);
  const alone = await readFile(await png.path());
  assert.ok((await readFile(await zip.path())).includes(alone), "the ZIP holds the same file");
});

for (const reducedMotion of ["reduce", "no-preference"]) {
  test(`a pair that is opened comes into the window, motion: ${reducedMotion}`, async () => {
    await page.emulateMedia({ reducedMotion });
    await page.setInputFiles("#batch-files", await pictures("x-1.png", "x-2.png"));
    await page.getByRole("button", { name: "Open x above" }).click();
    await page.waitForFunction(() => {
      const { top, bottom } = document.querySelector("#frame").getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
    await page.waitForSelector('#stage[data-state="pair"]');
  });
}

test("the rule can be changed by hand, and pairs taken out or turned", async () => {
  await page.setInputFiles("#batch-files", await pictures("s1-day.png", "s1-night.png", "s2-day.png", "s2-night.png"));
  assert.equal(await page.locator("#batch-rule").inputValue(), "order", "no rule is known for these");
  await page.locator("#batch-rule").selectOption("own");
  await page.locator("#batch-mark-first").fill("-night");
  await page.locator("#batch-mark-second").fill("-day");
  await page.locator("#batch-mark-second").press("Enter");
  assert.equal(await page.locator("#batch-rule").inputValue(), "own");
  assert.deepEqual(await page.locator("#batch-list .files").allTextContents(), ["s1-night.png + s1-day.png", "s2-night.png + s2-day.png"]);
  await page.getByRole("button", { name: "Swap the pictures of s1" }).click();
  assert.equal(await page.locator("#batch-list .files").first().textContent(), "s1-day.png + s1-night.png");
  await page.getByRole("button", { name: "Remove s1" }).click();
  assert.deepEqual(await rowNames(), ["s2"]);
  await page.getByRole("button", { name: "Clear the list" }).click();
  assert.ok(!await page.locator("#batch-pairs").isVisible());
});

test("a batch can be cancelled, and goes on where it stopped", async () => {
  await ready();
  const files = await Promise.all(["p_a.png", "p_b.png", "q_a.png", "q_b.png"].map((name, i) => picture(page, name, 224, 224, i)));
  await page.setInputFiles("#batch-files", files);
  await page.locator("#batch-run").click();
  await page.locator('#batch-list li[data-state="running"]').waitFor();
  await page.locator("#batch-cancel").click();
  await page.locator('#batch-list li[data-state="running"]').waitFor({ state: "detached" });
  assert.equal(await page.locator("#status").textContent(), "Cancelled.");
  await page.locator("#batch-run").click();
  await page.locator("#batch-summary", { hasText: "2 of 2 are done." }).waitFor();
});

test("a pair that was turned and fused stays so when the batch is paired anew", async () => {
  await ready();
  await page.setInputFiles("#batch-files", await pictures("p_a.png", "p_b.png"));
  await page.getByRole("button", { name: "Swap the pictures of p" }).click();
  await page.locator("#batch-run").click();
  await page.locator('#batch-list li[data-state="done"]').waitFor();
  const first = async () => [await rows().first().getAttribute("data-state"), await page.locator("#batch-list .files").first().textContent()];
  const turned = ["done", "p_b.png + p_a.png"];
  await page.setInputFiles("#batch-files", await pictures("q_a.png", "q_b.png"));
  assert.deepEqual(await rowNames(), ["p", "q"]);
  assert.deepEqual(await first(), turned, "files came");
  const rule = await page.locator("#batch-rule").inputValue();
  await page.locator("#batch-rule").selectOption({ label: "-a and -b" });
  assert.deepEqual(await rowNames(), []);
  await page.locator("#batch-rule").selectOption(rule);
  assert.deepEqual(await first(), turned, "the rule changed and changed back");
  assert.equal(await rows().nth(1).getAttribute("data-state"), "waiting");
});

test("a pair that is fused again at once after a cancel is at work until it is done", async () => {
  await ready();
  const files = await Promise.all(["p_a.png", "p_b.png"].map((name, i) => picture(page, name, 448, 448, i)));
  await page.setInputFiles("#batch-files", files);
  await page.locator("#batch-run").click();
  await page.locator('#batch-list li[data-state="running"]').waitFor();
  // Every look that the row has from the second run on, and whether it can be turned.
  const looks = await page.evaluate(() => new Promise((done) => {
    const row = document.querySelector("#batch-list li"), seen = [];
    const look = () => {
      const swap = row.querySelector(".acts button");
      const now = `${row.dataset.state}${swap.hidden ? "" : ", can be turned"}`;
      if (seen.at(-1) !== now) seen.push(now);
      if (row.dataset.state === "done") done(seen);
    };
    document.querySelector("#batch-cancel").click();
    look();
    document.querySelector("#batch-run").click();
    new MutationObserver(look).observe(row, { attributes: true, subtree: true, childList: true, characterData: true });
  }));
  assert.deepEqual(looks, ["waiting, can be turned", "running", "done, can be turned"]);
});

test("own marks stay chosen, also where a rule has the same", async () => {
  await page.setInputFiles("#batch-files", await pictures("p_a.png", "p_b.png"));
  await page.locator("#batch-rule").selectOption("own");
  assert.equal(await page.locator("#batch-rule").inputValue(), "own");
  assert.ok(await page.locator("#batch-mark-first").evaluate((field) => field === document.activeElement));
  await page.setInputFiles("#batch-files", await pictures("q-1.png", "q-2.png", "r-1.png", "r-2.png"));
  assert.deepEqual(await rowNames(), ["p"], "what the visitor has chosen stays");
});

test("files that come one after the other are paired by what then fits best", async () => {
  const from = await mkdtemp(join(tmpdir(), "pairs-"));
  for (const folder of ["fa", "fb"]) {
    await mkdir(join(from, folder));
    for (const name of ["001.png", "002.png"]) await writeFile(join(from, folder, name), (await picture(page, name, 96, 64)).buffer);
  }
  await page.setInputFiles("#batch-folder", join(from, "fa"));
  await rows().first().waitFor();
  assert.equal(await page.locator("#batch-rule").inputValue(), "order");
  await page.setInputFiles("#batch-folder", join(from, "fb"));
  await rows().nth(1).waitFor();
  assert.equal(await page.locator("#batch-rule").inputValue(), "folders");
  assert.deepEqual(await page.locator("#batch-list .files").allTextContents(), ["fa/001.png + fb/001.png", "fa/002.png + fb/002.png"]);
  await rm(from, { recursive: true });
  await page.getByRole("button", { name: "Clear the list" }).click();

  await page.setInputFiles("#batch-files", await pictures("s_a.png"));
  await page.setInputFiles("#batch-files", await pictures("s_b.png"));
  assert.deepEqual(await rowNames(), ["s"]);
});

test("a batch is fused again for another task, or by other settings", async () => {
  await ready();
  await page.setInputFiles("#batch-files", await pictures("p_a.png", "p_b.png"));
  const again = page.getByRole("button", { name: "Fuse all again" });
  const state = (text) => page.locator("#batch-list p", { hasText: text }).waitFor();
  await page.locator("#batch-run").click();
  await state(/^Exposure fusion in /);
  assert.equal(await page.locator("#batch-summary").textContent(), "1 of 1 is done.");
  assert.ok(!await again.isVisible());
  await page.locator("#tasks input[value=vif]").check();
  await again.click();
  await state(/^Infrared fusion in /);
  assert.ok(!await again.isVisible());
  await page.locator("#beta-number").fill("0.2");
  await page.keyboard.press("Tab");
  assert.ok(await again.isVisible());
  await page.locator("#beta-reset").click();
  assert.ok(!await again.isVisible());
  const [zip] = await Promise.all([page.waitForEvent("download"), page.locator("#batch-save").click()]);
  assert.match((await readFile(await zip.path())).toString("latin1"), /p-fused-vif\.png/);
});

test("what a batch no longer shows costs nothing", async () => {
  await ready();
  await page.evaluate(() => {
    globalThis.thumbs = [];
    globalThis.listeners = 0;
    const decode = globalThis.createImageBitmap, listen = EventTarget.prototype.addEventListener;
    globalThis.createImageBitmap = async (source, options) => {
      const bitmap = await decode(source, options);
      if (options?.resizeHeight === 96) thumbs.push(bitmap);
      return bitmap;
    };
    EventTarget.prototype.addEventListener = function (type, ...rest) {
      if (type === "click") globalThis.listeners++;
      listen.call(this, type, ...rest);
    };
  });
  const open = () => page.evaluate(() => thumbs.filter(({ width }) => width > 0).length);
  await page.setInputFiles("#batch-files", await pictures("p_a.png", "p_b.png", "q_a.png", "q_b.png", "r_a.png", "r_b.png"));
  await page.locator("#batch-run").click();
  await page.locator("#batch-summary", { hasText: "3 of 3 are done." }).waitFor();
  assert.equal(await open(), 3);
  await page.getByRole("button", { name: "Swap the pictures of p" }).click();
  assert.equal(await open(), 2);
  await page.getByRole("button", { name: "Remove q" }).click();
  assert.equal(await open(), 1);
  assert.deepEqual(await rows().evaluateAll((rows) => rows.map((row) => row.dataset.state)), ["waiting", "done"]);
  await page.locator("#batch-rule").selectOption("order");
  await page.getByRole("button", { name: "Clear the list" }).click();
  assert.equal(await open(), 0);
  assert.equal(await rows().count(), 0);
  assert.equal(await page.evaluate(() => listeners), 0, "rows that come and go listen to nothing themselves");
});

test("many files dropped anywhere become a batch", async () => {
  await hand(page, "drop", "h1", await pictures("k_1.png", "k_2.png", "m_1.png", "m_2.png"));
  await page.locator("#error-pair", { hasText: "These were 4 files." }).waitFor();
  assert.deepEqual(await rowNames(), ["k", "m"]);
  await hand(page, "drop", "#batch-title", await pictures("n_1.png", "n_2.png"));
  assert.deepEqual(await rowNames(), ["k", "m", "n"]);
});

test("a folder that falls on a picture's place says where its pairs are", async () => {
  await page.evaluate(() => {
    const file = (name) => ({
      isFile: true, isDirectory: false, fullPath: `/pairs/${name}`,
      file: (done) => done(new File([new Uint8Array(9)], name, { type: "image/png" })),
    });
    let lists = [["f_1.png", "f_2.png"].map(file), []];
    const folder = { isFile: false, isDirectory: true, createReader: () => ({ readEntries: (done) => done(lists.shift()) }) };
    const drop = new DragEvent("drop", { bubbles: true, cancelable: true });
    Object.defineProperty(drop, "dataTransfer", { value: { types: ["Files"], files: [], items: [{ webkitGetAsEntry: () => folder }] } });
    document.querySelector("#zone-first").dispatchEvent(drop);
  });
  await page.locator("#error-pair", { hasText: "These were 2 files. They are paired at the bottom of the page" }).waitFor();
  assert.deepEqual(await page.locator("#batch-list .files").allTextContents(), ["pairs/f_1.png + pairs/f_2.png"]);
});

test("a folder is chosen with its structure", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pairs-"));
  for (const side of ["vis", "ir"]) {
    await mkdir(join(folder, side));
    for (const name of ["one.png", "two.png"]) await writeFile(join(folder, side, name), (await picture(page, name, 96, 64)).buffer);
  }
  await page.setInputFiles("#batch-folder", folder);
  await rows().nth(1).waitFor();
  const base = basename(folder);
  assert.deepEqual(await page.locator("#batch-list .files").allTextContents(),
    ["one", "two"].map((name) => `${base}/vis/${name}.png + ${base}/ir/${name}.png`));
  await rm(folder, { recursive: true });
});

const reason = () => page.locator("#suggestion-reason");

test("every sample's task is suggested, with a reason, and never set", async () => {
  const samples = JSON.parse(await readFile(new URL("../../site/samples/samples.json", import.meta.url), "utf8"));
  const kinds = { mef: /two exposures: the first is brighter/, mff: /two focus distances/, vif: /visible light and infrared/ };
  const names = { mef: "Exposure", mff: "Focus", vif: "Infrared" };
  for (const { id, task, a, b } of samples) {
    const files = await Promise.all([a, b].map(async (name) => ({
      name, mimeType: "image/jpeg", buffer: await readFile(new URL(`../../site/samples/${name}`, import.meta.url)),
    })));
    const other = task === "mff" ? "mef" : "mff";
    await page.locator(`#tasks input[value=${other}]`).check();
    await page.setInputFiles("#file-first", files);
    await reason().filter({ hasText: kinds[task] }).waitFor();
    assert.equal(await page.locator("#tasks input:checked").inputValue(), other, `${id}: the task is the visitor's`);
    await page.getByRole("button", { name: `Choose ${names[task]}` }).click();
    assert.equal(await page.locator("#tasks input:checked").inputValue(), task, id);
    assert.ok(!await page.locator("#suggestion-choose").isVisible());
    await page.getByRole("button", { name: "Remove the second picture" }).click();
    assert.equal(await reason().textContent(), "");
  }
});

test("pictures that tell nothing suggest nothing", async () => {
  const [one] = await pictures("one.png");
  await page.setInputFiles("#file-first", [one, one]);
  await reason().filter({ hasText: "The pictures alone do not tell how they differ" }).waitFor();
  assert.ok(!await page.locator("#suggestion-choose").isVisible());
});

test("a wrong drop is undone, act by act", async () => {
  await choosePair();
  assert.ok(!await page.locator("#pair-before").isVisible(), "nothing of the visitor's was there before");
  const names = () => page.locator(".zone .file").allTextContents();
  await hand(page, "drop", "h1", await pictures("x.png", "y.png"));
  await page.locator("#name-second", { hasText: "y.png" }).waitFor();
  await page.locator("#name-first", { hasText: "x.png" }).waitFor();
  assert.equal(await page.locator("#pair-before-text").textContent(), "Before: bright.png, dark.png.");
  await page.getByRole("button", { name: "Remove the first picture" }).click();
  assert.deepEqual(await names(), ["No picture yet", "y.png"]);
  const undo = page.getByRole("button", { name: "Bring them back" });
  await undo.click();
  assert.deepEqual(await names(), ["x.png", "y.png"]);
  await undo.click();
  assert.deepEqual(await names(), ["bright.png", "dark.png"], "both files of a drop at once");
  await page.waitForFunction(() => document.querySelector("#preview-first").naturalWidth === 96, null, { polling: 50 });
  await fuse(); // the files are still there
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing on the workbench, on a phone, ${colorScheme}`, async () => {
    await visit.leave();
    await open({ colorScheme, viewport: { width: 390, height: 740 } });
    const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
    await page.evaluate(axe);
    const check = async (state) => {
      const { violations } = await page.evaluate(() => axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`), [], state);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `${state}: no sideways scrolling`);
    };
    await choosePair();
    await page.getByRole("radio", { name: "Blink" }).check();
    await page.setInputFiles("#batch-files", await pictures("a_1.png", "a_2.png", "b_1.png", "b_2.png", "c_1.png"));
    await check("blink, batch, suggestion");
    await fuse();
    await page.locator("#measure-all").click();
    await measured();
    await page.locator("#compare input[value=classic]").check();
    await page.getByRole("radio", { name: "Side by side" }).check();
    await page.getByRole("switch", { name: "Loupe" }).check();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await check("measures, classical, side by side, loupe");
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("#stage button, #workbench button, #batch button, #batch summary, .aside button")]
        .map((element) => [element.id || element.textContent, element.getBoundingClientRect()])
        .filter(([, { width, height }]) => width && (width < 24 || height < 24))
        .map(([name]) => name));
    assert.deepEqual(small, [], "targets are at least 24 pixels");
  });
}
