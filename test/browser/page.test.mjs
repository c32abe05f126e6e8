// Tests of the page, driven as a visitor does. They need a built site
// (TCMOA_DIST, default: dist) and Chromium (CHROMIUM, default: /usr/bin/chromium).

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { hand, picture, start, weightsPainted } from "./visit.mjs";

let site, visit, page;
let brokenPath = ""; // what the server does not give out
let held = {}; // what it gives out only after a promise: path → promise

before(async () => {
  site = await start(async (path, request, response) => {
    await held[path];
    if (path !== brokenPath) return false;
    response.writeHead(503).end();
    return true;
  });
});
after(() => site?.stop());

beforeEach(async () => {
  brokenPath = "";
  held = {};
  await open();
});
afterEach(() => visit.leave());

/** Opens the page; a visit before it must have ended. */
async function open(options) {
  visit = await site.visit(options);
  page = visit.page;
}

const sample = () => page.locator("#samples button").first();
const fuse = () => page.locator("#fuse");
const size = (side) => page.locator(`#size-${side}`);
const problem = (where) => page.locator(`#error-${where}`);
const choose = (side, ...files) => page.setInputFiles(`#file-${side}`, files);
const fused = () => page.waitForSelector('#stage[data-state="fused"]');
const lit = () => page.waitForSelector('#fusing[data-state="lit"]');

/** Two small pictures of one size, in their places. */
async function choosePair(width = 96, height = 64) {
  await choose("first", await picture(page, "bright.png", width, height, 0));
  await choose("second", await picture(page, "dark.png", width, height, 4));
  await lit();
}

test("a sample is fused at once, and says where", async () => {
  const title = await sample().locator(".title").textContent();
  await sample().click();
  await fused();
  assert.equal(await sample().getAttribute("aria-current"), "true", title);
  assert.match(await page.locator("#facts").textContent(), /^\w+ fusion of \d+ × \d+ pixels took \d.* m?s on this device: .*int8, \d+ Workers?\.$/);
  assert.ok((await page.locator("#caption").textContent()).length > 20);
  assert.ok(!await page.locator("#pair-before").isVisible(), "the example that went was not the visitor's");
  const colours = await page.locator("#fused").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
  assert.ok(colours > 500, `the fused picture has ${colours} colours`);
});

test("every task names its sources", async () => {
  const parts = () => page.locator(".zone .part").allTextContents();
  assert.deepEqual(await parts(), ["Over-exposed", "Under-exposed"]);
  await page.getByRole("radio", { name: "Focus" }).check();
  assert.deepEqual(await parts(), ["Near focus", "Far focus"]);
  await page.getByRole("radio", { name: "Infrared" }).check();
  assert.deepEqual(await parts(), ["Visible", "Infrared"]);
});

test("own pictures are fused, compared, and saved under their name", async () => {
  await page.getByRole("radio", { name: "Focus" }).check();
  await choosePair();
  assert.equal(await page.locator("#frame").getAttribute("data-view"), "pair", "both sources meet on the stage before");
  await fuse().click();
  await fused();
  await page.locator("#compare input[value=second]").check();
  assert.deepEqual(await page.locator("#frame .tag").allTextContents(), ["Fused", "Far focus"]);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save PNG" }).click();
  const file = await download;
  assert.equal(file.suggestedFilename(), "bright-fused-mff.png");
  const png = await readFile(await file.path());
  assert.equal(png.toString("latin1", 1, 4), "PNG");
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [96, 64]);
});

test("a result follows the task, the recorded example does not", async () => {
  await page.waitForSelector('#model[data-state="ready"]');
  await page.getByRole("radio", { name: "Focus" }).check();
  assert.equal(await page.locator("#stage").getAttribute("data-state"), "recorded");
  assert.deepEqual(await page.locator("#frame .tag").allTextContents(), ["Over-exposed", "Fused"], "it keeps its names");
  assert.equal(await page.locator("#fusing").getAttribute("data-state"), "lit");
  await choosePair();
  await fuse().click();
  await page.getByRole("radio", { name: "Infrared" }).check(); // while it runs, or just after
  await page.locator("#facts", { hasText: "Infrared" }).waitFor();
  assert.deepEqual(await page.locator("#frame .tag").allTextContents(), ["Visible", "Fused"]);
  await page.waitForFunction(() => location.hash.includes("task=vif")); // it is late, and the same address would be no change
  await page.evaluate(() => { location.hash = "#task=mff"; });
  await page.locator("#facts", { hasText: "Focus" }).waitFor();
  const settings = JSON.stringify({ settings: "task=vif" });
  await page.setInputFiles("#settings-load", { name: "a.json", mimeType: "application/json", buffer: Buffer.from(settings) });
  await page.locator("#facts", { hasText: "Infrared" }).waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#save").click()]);
  assert.equal(file.suggestedFilename(), "bright-fused-vif.png");
});

test("what a picture lets shine through is shown black, as it is fused", async () => {
  const clear = async (name) => {
    const bytes = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(160, 64);
      canvas.getContext("2d");
      const blob = await canvas.convertToBlob();
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    return { name, mimeType: "image/png", buffer: Buffer.from(bytes) };
  };
  await choose("first", await clear("a.png"));
  await choose("second", await clear("b.png"));
  await lit();
  await fuse().click();
  await fused();
  const brightest = await page.locator("#fused").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return Math.max(...data.filter((_, i) => i % 4 !== 3));
  });
  assert.ok(brightest < 8, `the fused picture is ${brightest} where nothing is`);
  for (const id of ["preview-first", "source-first"]) {
    assert.equal(await page.locator(`#${id}`).evaluate((image) => getComputedStyle(image).backgroundColor), "rgb(0, 0, 0)", id);
  }
  const { width, height } = await page.locator("#preview-first").boundingBox();
  assert.ok(Math.abs(width / height - 2.5) < 0.02, "and no wider or higher than it is");
});

test("at the top of the page nothing lies on anything else, at any width", async () => {
  for (const width of [360, 704, 720, 790, 860, 1000]) {
    await page.setViewportSize({ width, height: 600 });
    const boxes = await page.locator(".brand span, .privacy, .language button").evaluateAll((all) => all.map((element) => {
      const { left, top, right, bottom, height } = element.getBoundingClientRect();
      return { left, top, right, bottom, lines: Math.round(height / parseFloat(getComputedStyle(element).lineHeight)) };
    }));
    assert.equal(boxes[0].lines, 1, `the name at ${width}`);
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) =>
      assert.ok(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top, `at ${width}`)));
  }
});

test("the seam follows the pointer and the keys", async () => {
  await choosePair();
  const split = () => page.locator("#frame").evaluate((frame) => parseFloat(frame.style.getPropertyValue("--split")));
  const box = await page.locator("#frame").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 3);
  await page.mouse.up();
  assert.ok(Math.abs(await split() - 25) < 2);
  await page.keyboard.press("End");
  assert.equal(await split(), 100);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await split(), 99);
  assert.equal(await page.locator("#split").getAttribute("aria-valuetext"), "Over-exposed up to 99 %, then Under-exposed");
});

test("the weight map covers the fused picture", async () => {
  await choosePair();
  await fuse().click();
  await fused();
  await page.getByRole("switch", { name: "Weight map" }).click();
  await weightsPainted(page);
  assert.equal(await page.locator("#weights").evaluate((canvas) => canvas.width), 96);
  assert.match(await page.locator("#weights-scale").innerText(), /^Local means from\s+Over-exposed\s+Under-exposed$/);
});

test("what is no picture is explained where it fell, and nothing is lost", async () => {
  const note = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("not a picture") };
  await choose("first", note);
  await problem("first").filter({ hasText: "“notes.txt” is not a picture." }).waitFor();

  const torn = { name: "torn.png", mimeType: "image/png", buffer: Buffer.from("\x89PNG\r\n\x1a\n torn", "latin1") };
  await choosePair();
  await choose("first", torn);
  await problem("first").filter({ hasText: "“torn.png” cannot be used." }).waitFor();
  assert.match(await problem("first").textContent(), /The picture before it is still here\.$/);
  assert.equal(await size("first").textContent(), "96 × 64");

  await choose("second", await picture(page, "dot.png", 8, 8));
  await problem("second").filter({ hasText: "too small: 8 × 8 pixels. Each side needs at least 32." }).waitFor();
  await choose("second", await picture(page, "wide.png", 8200, 32));
  await problem("second").filter({ hasText: "too large: 8200 × 32 pixels." }).waitFor();
});

test("sizes that differ are named, and hold the fusion back", async () => {
  await choose("first", await picture(page, "a.png", 96, 64));
  await choose("second", await picture(page, "b.png", 64, 64));
  await problem("pair").filter({ hasText: "the first has 96 × 64 pixels, the second 64 × 64" }).waitFor();
  assert.equal(await fuse().getAttribute("aria-disabled"), "true");
  await page.getByRole("button", { name: "Remove the second picture" }).click();
  assert.equal(await problem("pair").textContent(), "");
  await fuse().click({ force: true }); // it does not look enabled, and tells why
  assert.equal(await problem("fusion").textContent(), "The second picture is still missing.");
});

test("pictures change places", async () => {
  await choosePair();
  await page.getByRole("button", { name: "Swap the pictures" }).click();
  assert.equal(await page.locator("#name-first").textContent(), "dark.png");
  assert.equal(await page.locator("#name-second").textContent(), "bright.png");
});

test("a sample that is turned is a pair like any other", async () => {
  await sample().click();
  await fused();
  await page.waitForFunction(() => location.hash.includes("sample="));
  const [first, second] = await page.locator(".zone .file").allTextContents();
  await page.getByRole("button", { name: "Swap the pictures" }).click();
  assert.deepEqual(await page.locator(".zone .file").allTextContents(), [second, first]);
  await page.waitForFunction(() => !location.hash.includes("sample="));
  assert.equal(await sample().getAttribute("aria-current"), "false");
  await fuse().click();
  await fused();
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#save").click()]);
  assert.match(file.suggestedFilename(), new RegExp(`^${second.replace(/\.\w+$/, "")}-fused-\\w+\\.png$`));
  await sample().click();
  await page.waitForFunction(() => location.hash.includes("sample="));
  assert.deepEqual(await page.locator(".zone .file").allTextContents(), [first, second]);
});

test("a sample that is there already is only fused again", async () => {
  await sample().click();
  await fused();
  await page.getByRole("radio", { name: "Infrared" }).check();
  await sample().click();
  await page.locator("#facts", { hasText: "Exposure" }).waitFor();
  assert.ok(!await page.locator("#pair-before").isVisible(), "there is nothing to bring back");
});

test("two files dropped anywhere fill both places, one its own", async () => {
  const a = await picture(page, "a.png", 96, 64);
  const b = await picture(page, "b.png", 96, 64, 3);
  await hand(page, "drop", "h1", [a, b]);
  await lit();
  assert.deepEqual(await page.locator(".zone .file").allTextContents(), ["a.png", "b.png"]);
  await hand(page, "drop", "#zone-second", [{ ...a, name: "c.png" }]);
  await page.locator("#name-second", { hasText: "c.png" }).waitFor();
  await hand(page, "drop", "h1", [a]);
  await problem("pair").filter({ hasText: "Both places are taken." }).waitFor();
  await hand(page, "paste", "h1", []);
  await problem("pair").filter({ hasText: "That held no file." }).waitFor();
});

test("more files than places are told of, for as long as they stay", async () => {
  const files = await Promise.all(["a.png", "b.png", "c.png", "d.png"].map((name, i) => picture(page, name, 96, 64, i)));
  await choose("first", ...files);
  await lit();
  assert.equal(await problem("pair").textContent(), "These were 4 files. The first two were taken.");
  await choose("second", await picture(page, "e.png", 64, 64));
  await size("second").filter({ hasText: "64 × 64" }).waitFor();
  assert.match(await problem("pair").textContent(), /^The pictures differ in size/);
});

test("pasted pictures fill one place after the other", async () => {
  const pasted = await picture(page, "image.png", 96, 64);
  await hand(page, "paste", "body", [pasted]);
  await size("first").filter({ hasText: "96 × 64" }).waitFor();
  await hand(page, "paste", "body", [pasted]);
  await lit();
});

test("text that is pasted or dropped into a field is the field's", async () => {
  await choosePair();
  await hand(page, "drop", "h1", [await picture(page, "c.png", 96, 64)]);
  const notice = problem("pair").filter({ hasText: "Both places are taken." });
  await notice.waitFor();
  const prevented = await page.evaluate(() => ["paste", "drop"].map((how) => {
    const data = new DataTransfer();
    data.setData("text/plain", "_left");
    const common = { bubbles: true, cancelable: true };
    const event = how === "paste"
      ? new ClipboardEvent("paste", { ...common, clipboardData: data })
      : new DragEvent("drop", { ...common, dataTransfer: data });
    document.querySelector("#batch-mark-first").dispatchEvent(event);
    return event.defaultPrevented;
  }));
  assert.deepEqual(prevented, [false, false]);
  assert.ok(await notice.isVisible(), "and what was said before stays");
});

test("a fusion can be cancelled and started again", async () => {
  await choosePair(448, 448);
  await fuse().click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await lit();
  assert.equal(await page.locator("#status").textContent(), "Cancelled.");
  assert.ok(await fuse().evaluate((button) => button === document.activeElement), "the focus is not lost");
  assert.equal(await page.locator("#stage").getAttribute("data-state"), "pair");
  await choosePair();
  await fuse().click();
  await fused();
});

test("the page stays alive during a fusion", async (t) => {
  await choosePair(448, 448);
  await page.waitForSelector('#model[data-state="ready"]');
  await page.evaluate(() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
    }).observe({ type: "longtask" });
  });
  const begun = Date.now();
  await fuse().click();
  await page.waitForFunction(() => document.querySelector("#progress").value > 0);
  await fused();
  const took = Date.now() - begun;
  const longest = await page.evaluate(() => globalThis.longest);
  t.diagnostic(`longest task ${longest} ms of a fusion of ${took} ms`);
  assert.ok(longest < took / 3, `a task of ${longest} ms during a fusion of ${took} ms`);
});

test("the choice of what it runs on is followed, and remembered", async () => {
  const chosen = () => page.locator("#runs input:checked").inputValue();
  const runs = (text) => page.locator("#runs-text").filter({ hasText: text }).waitFor();
  await runs(/^On the CPU, int8\. .*GPU.*\.$/); // why, since nobody chose it
  assert.equal(await chosen(), "auto");
  await page.getByRole("radio", { name: "CPU" }).check();
  await runs(/^On the CPU, int8\.$/);
  assert.equal(await page.locator("#status").textContent(), "On the CPU, int8.");
  await page.reload();
  await runs(/^On the CPU, int8\.$/);
  assert.equal(await chosen(), "cpu");
  await page.keyboard.press("Tab");
  await page.locator("#runs input:checked").focus();
  await page.keyboard.press("ArrowLeft");
  assert.equal(await chosen(), "gpu");
  await choosePair();
  await fuse().click();
  await fused();
  await runs(/^On the CPU, int8\. .+\.$/);
});

test("a browser that stores nothing lets choose all the same", async () => {
  await visit.leave();
  await open({
    before: (page) => page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", { get() { throw new DOMException("blocked", "SecurityError"); } });
    }),
  });
  await page.getByRole("radio", { name: "CPU" }).check();
  await page.locator("#runs-text").filter({ hasText: /^On the CPU, int8\.$/ }).waitFor();
});

test("a model that does not arrive can be asked for again", async () => {
  await visit.leave();
  brokenPath = "/model/tiny/model.json";
  await open();
  await choosePair();
  await page.waitForSelector('#model[data-state="failed"]');
  assert.match(await page.locator("#model-text").textContent(), /\.$/);
  brokenPath = "";
  await page.getByRole("button", { name: "Try again" }).click();
  await fuse().click();
  await fused();
  visit.said.length = 0; // the browser itself reports the answer 503
});

test("a visit opens on the first picture, or as its address says", async () => {
  const opensOn = async (view, ...tags) => {
    await page.waitForSelector('#think[data-state="shown"]'); // the example is there
    assert.equal(await page.locator("#compare input:checked").getAttribute("value"), view);
    assert.deepEqual(await page.locator(".tag:visible").allTextContents(), tags);
  };
  await opensOn("first", "Over-exposed", "Fused");
  await visit.leave();
  await open({ hash: "#view=second" });
  await opensOn("second", "Fused", "Under-exposed");
});

test("a visitor faster than the program and the model loses nothing", async () => {
  const files = [await picture(page, "a.png", 96, 64), await picture(page, "b.png", 96, 64, 3)];
  await visit.leave();
  let releaseProgram, releaseModel;
  held = {
    "/page.wasm": new Promise((resolve) => { releaseProgram = resolve; }),
    "/model/tiny/model.json": new Promise((resolve) => { releaseModel = resolve; }),
  };
  await open({
    async meanwhile(page) {
      await page.getByRole("radio", { name: "Focus" }).check();
      await page.setInputFiles("#file-second", files);
      await page.setInputFiles("#batch-files", files);
      await page.getByRole("radio", { name: "Side by side" }).check();
      await page.getByRole("switch", { name: "Loupe" }).check();
      await page.locator("#beta").fill("30");
      await page.locator("#alpha-number").fill("1.5");
      releaseProgram();
    },
  });
  await lit();
  assert.equal(await page.locator("#beta-number").inputValue(), "0.3");
  assert.equal(await page.locator("#alpha").inputValue(), "150");
  assert.equal(await page.locator("#steer-changes").textContent(), "1 change");
  assert.deepEqual(await page.locator("#batch-list .files").allTextContents(), ["a.png + b.png"]);
  assert.ok(await page.locator("#loupe").isVisible());
  await fuse().click();
  await page.waitForSelector('#fusing[data-state="waiting"]');
  releaseModel();
  await fused();
  assert.match(await page.locator("#facts").textContent(), /^Focus fusion of 96 × 64/);
});
