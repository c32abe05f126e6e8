// What the page teaches: the recorded example that it opens with, and what the
// network decided.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { picture, start } from "./visit.mjs";
import { dist } from "./server.mjs";

let site;
let withheld = () => false; // the paths that the server does not answer before release()
let held, release;

before(async () => {
  site = await start(async (path) => {
    if (withheld(path)) await held;
    return false;
  });
});
after(() => {
  release();
  return site?.stop();
});

const model = (path) => path.startsWith("/model/") || path === "/engine.wasm" || path === "/kernels.wasm";

/** Opens the page without the model, or with what else is withheld. */
async function open(options, without = model) {
  withheld = without;
  held = new Promise((resolve) => { release = resolve; });
  return site.visit(options);
}

const recorded = (page) => page.waitForFunction(() => performance.getEntriesByName("example").length);
const state = (page) => page.locator("#stage").getAttribute("data-state");

/** How many colours a canvas has. */
const colours = (page, selector) => page.locator(selector).evaluate((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
});

test("the page's own markup shows the example before any program", async () => {
  const { page, leave } = await open({
    async meanwhile(page) {
      assert.equal(await state(page), "recorded");
      for (const id of ["still", "source-first"]) {
        const width = await page.locator(`#${id}`).evaluate(async (image) => (await image.decode(), image.naturalWidth));
        assert.equal(width, 448);
        assert.ok(await page.locator(`#${id}`).isVisible(), id);
      }
      release();
    },
  }, (path) => path === "/page.wasm");
  await leave();
});

test("without the model, the recorded example is there and can be compared", async (t) => {
  const { page, leave } = await open();
  await recorded(page);
  t.diagnostic(`example after ${await page.evaluate(() => Math.round(performance.getEntriesByName("example")[0].startTime))} ms`);
  assert.equal(await state(page), "recorded");
  assert.match(await page.locator("#facts").textContent(), /^Exposure fusion of 448 × 336 pixels, recorded/);
  assert.ok(await colours(page, "#fused") > 500);
  assert.equal(await page.locator("#size-second").textContent(), "448 × 336");
  const split = () => page.locator("#frame").evaluate((frame) => parseFloat(getComputedStyle(frame).getPropertyValue("--split")));
  const { x, y, width, height } = await page.locator("#frame").boundingBox();
  await page.mouse.move(x + width / 2, y + height / 3);
  await page.mouse.down();
  await page.mouse.move(x + width / 5, y + height / 3);
  await page.mouse.up();
  assert.ok(Math.abs(await split() - 20) < 2);
  await page.getByRole("switch", { name: "Weight map" }).click();
  await page.waitForFunction(() => document.querySelector("#weights").width === 448);
  await leave();
});

test("what index.html shows is what was recorded", async () => {
  const recording = JSON.parse(await readFile(join(dist, "example/recording.json"), "utf8"));
  const html = await readFile(join(dist, "index.html"), "utf8");
  assert.ok(html.includes(`src="${recording.sources[0].replace("../", "")}"`), recording.sources[0]);
  assert.ok(html.includes(`src="example/${recording.fused}"`));
  const { variant } = JSON.parse(await readFile(join(dist, "model/tiny/model.json"), "utf8"));
  assert.deepEqual(recording.variant, variant, "the shipped model made it");
});

test("the example becomes live when it is fused", async () => {
  const { page, leave } = await open({}, () => false);
  await recorded(page);
  const shape = () => page.locator("#fused").evaluate(({ width, height }) => [width, height]);
  assert.deepEqual(await shape(), [448, 336]);
  await page.locator("#fuse").click();
  await page.waitForSelector('#stage[data-state="fused"]');
  assert.deepEqual(await shape(), [448, 336]);
  assert.match(await page.locator("#facts").textContent(), /on this device/);
  await leave();
});

test("the example gives way to the visitor's own pictures", async () => {
  const { page, leave } = await open();
  await recorded(page);
  await page.setInputFiles("#file-second", await picture(page, "own.png", 96, 64));
  await page.locator("#size-second").filter({ hasText: "96 × 64" }).waitFor();
  assert.equal(await page.locator("#size-first").textContent(), "");
  assert.equal(await page.locator("#error-pair").textContent(), "");
  assert.equal(await state(page), "empty");
  await leave();
});

test("what is no picture leaves the example where it is", async () => {
  const { page, leave } = await open();
  await recorded(page);
  await page.setInputFiles("#file-first", { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("text") });
  await page.locator("#error-first:not(:empty)").waitFor();
  assert.equal(await state(page), "recorded");
  await leave();
});
