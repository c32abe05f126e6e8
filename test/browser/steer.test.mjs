// Steering, as a visitor does it: by pointer, by touch and by keyboard.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";
import { picture, start } from "./visit.mjs";

let site, visit, page;

before(async () => (site = await start()));
after(() => site?.stop());
afterEach(() => visit.leave());

/** Opens the page; hash is what follows in its address. */
async function open({ hash = "", ...options } = {}) {
  visit = await site.visit({ ...options, hash });
  page = visit.page;
}

const text = (selector) => page.locator(selector).textContent();
const upToDate = () => page.locator('#steer[data-state="current"]').waitFor({ state: "attached" });
const fused = () => page.waitForSelector('#stage[data-state="fused"]');
const hash = (part) => page.waitForFunction((part) => decodeURI(location.hash).includes(part), part);
const section = (name) => page.locator(`#steer-${name} > summary`).click();

/** Two small pictures of one size, fused. */
async function fusePair(width = 96, height = 64) {
  await page.setInputFiles("#file-first", await picture(page, "bright.png", width, height, 0));
  await page.setInputFiles("#file-second", await picture(page, "dark.png", width, height, 4));
  await page.waitForSelector('#fusing[data-state="lit"]');
  await page.locator("#fuse").click();
  await fused();
}

/** All bytes of the fused picture, as one number. */
const pixels = () => page.locator("#fused").evaluate((canvas) => {
  const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, v) => (Math.imul(sum, 31) + v) >>> 0, canvas.width);
});

test("the prompts follow slider, number and keys, and the picture follows them", async () => {
  await open();
  await fusePair();
  const before = await pixels();
  await page.locator("#beta-number").fill("0.4");
  await page.keyboard.press("Enter");
  await upToDate();
  const shifted = await pixels();
  assert.notEqual(shifted, before);
  assert.match(await text("#formula-beta-first"), /^0\.40$/);
  assert.deepEqual([await text("#formula-sign-first"), await text("#formula-sign-second")], ["+", "−"]);
  assert.equal(await page.locator("#beta").getAttribute("aria-valuetext"), "0.40, towards Over-exposed");
  assert.match(await text("#steer-live"), /25 % of the layers were kept from before\.$/);

  await page.locator("#beta").focus();
  await page.keyboard.press("ArrowRight"); // towards the second, which is on the right
  assert.equal(await page.locator("#beta-number").inputValue(), "0.39");
  await hash("prompt=1,0.39");

  const track = await page.locator("#alpha").boundingBox();
  await page.mouse.move(track.x + track.width / 4, track.y + track.height / 2);
  await page.mouse.down();
  await page.mouse.move(track.x + track.width, track.y + track.height / 2, { steps: 5 });
  await page.mouse.up();
  assert.equal(await page.locator("#alpha-number").inputValue(), "4");
  await page.locator("#alpha-number").fill("");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator("#alpha-number").inputValue(), "4", "what is no number changes nothing");
  await page.locator("#alpha-number").fill("99");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator("#alpha-number").inputValue(), "4", "and nothing leaves the limits");

  await page.locator("#alpha-reset").click();
  await page.locator("#beta-reset").click();
  await upToDate();
  while (await pixels() !== before) await page.waitForTimeout(50); // it comes back, to the bit
});

test("one mixture can have its own prompts, and what lies before it is kept", async () => {
  await open();
  await fusePair();
  await page.locator("#moa").selectOption({ label: "mixture 4, in the decoder" });
  await page.locator("#beta-number").fill("-0.2");
  await page.keyboard.press("Enter");
  await upToDate();
  assert.match(await text("#steer-live"), /100 % of the layers/);
  assert.match(await text("#facts"), /\d+ Workers?, 100 % of the layers kept from before\.$/);
  await hash("own=4:1,-0.2");
  assert.match(await text("#prompts-now"), /1 of its own$/);
  await page.locator("#beta-reset").click();
  assert.equal(await text("#prompts-now"), "α 1.00 · β 0.00");
});

test("the router is mixed by pointer, keys and numbers", async () => {
  await open();
  await fusePair();
  await section("router");
  const before = await pixels();
  await page.locator("#corner-vif").click();
  await upToDate();
  assert.notEqual(await pixels(), before);
  assert.equal(await text("#router-now"), "Infrared 100 %");
  await hash("router=0,0,100");

  const box = await page.locator("#triangle-plane").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.6);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 105.5 / 216);
  await page.mouse.up();
  assert.equal(await text("#router-now"), "Exposure 50 %, Focus 25 %, Infrared 25 %");
  await page.mouse.click(box.x + box.width / 2, box.y - 40); // beside it: the nearest there is
  await page.locator("#router-handle").focus();
  for (const key of ["ArrowDown", "ArrowLeft", "Shift+ArrowRight"]) await page.keyboard.press(key);
  const shares = () => page.locator(".shares input").evaluateAll((all) => all.map(({ value }) => +value));
  const sum = (await shares()).reduce((a, b) => a + b);
  assert.equal(sum, 100);
  await page.locator("#share-mff").fill("40");
  await page.keyboard.press("Enter");
  assert.equal((await shares())[1], 40);
  assert.equal((await shares()).reduce((a, b) => a + b), 100);
  await page.locator("#router-reset").click();
  assert.equal(await text("#router-now"), "Exposure 100 %");
});

test("experts are switched, but never all off", async () => {
  await open();
  await fusePair();
  await section("experts");
  const before = await pixels();
  for (const name of ["Expert 1", "Expert 2", "Expert 3"]) await page.getByRole("switch", { name }).click();
  assert.equal(await text("#experts-now"), "1 of 4 on");
  await page.getByRole("switch", { name: "Expert 4" }).click({ force: true });
  assert.ok(await page.getByRole("switch", { name: "Expert 4" }).isChecked());
  assert.equal(await text("#status"), "The last expert stays on.");
  await hash("off=1,2,3");
  await upToDate();
  assert.notEqual(await pixels(), before);
  await page.locator("#experts-reset").click();
  assert.equal(await text("#experts-now"), "4 of 4 on");
});

test("steps are undone and done again, by button and key", async () => {
  await open();
  await fusePair();
  const beta = () => page.locator("#beta-number").inputValue();
  await page.locator("#beta").focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await beta(), "0.02");
  await page.keyboard.press("Control+z");
  assert.equal(await beta(), "0.01");
  await page.keyboard.press("Control+Shift+Z");
  assert.equal(await beta(), "0.02");
  await page.locator("#undo").click();
  await page.locator("#undo").click();
  assert.equal(await beta(), "0");
  assert.equal(await page.locator("#undo").getAttribute("aria-disabled"), "true");
  await page.locator("#redo").click();
  await page.locator("#steer-reset").click();
  assert.equal(await beta(), "0");
  await page.keyboard.press("Control+z");
  assert.equal(await beta(), "0.01", "the reset was a step, too");
});

test("an address opens what it says, and fuses", async () => {
  await open({ hash: "#sample=mff-astronaut&task=vif&view=second&prompt=1.5,-0.1&own=2:0,0.25&router=50,25,25&off=3" });
  await fused();
  assert.equal(await page.locator('.sample[aria-current="true"] .title').textContent(), "Astronaut");
  assert.ok(await page.locator("#tasks input[value=vif]").isChecked());
  assert.equal(await page.locator("#frame").getAttribute("data-view"), "second");
  assert.equal(await text("#prompts-now"), "α 1.50 · β −0.10 · 1 of its own");
  assert.equal(await text("#router-now"), "Exposure 50 %, Focus 25 %, Infrared 25 %");
  assert.equal(await text("#experts-now"), "3 of 4 on");
  assert.equal(await text("#steer-changes"), "3 changes");
  assert.match(await text("#facts"), /^Infrared fusion of 512 × 512/);
  await page.evaluate(() => { location.hash = "#sample=mff-astronaut"; });
  await page.waitForFunction(() => !document.querySelector("#steer-changes").textContent);
});

test("an address that cannot be read is explained, and changes nothing", async () => {
  await open({ hash: "#prompt=1,0.2&router=50,60,70" });
  await page.locator("#error-pair", { hasText: "holds “router=50,60,70”, which it cannot read." }).waitFor();
  assert.equal(await text("#prompts-now"), "α 1.00 · β 0.00");
  for (const bad of ["#sample=nowhere", "#view=upside-down", "#%F0%9F%92%A5=<b>", "#paint=", `#${"a=1&".repeat(9000)}`]) {
    await page.evaluate((bad) => { location.hash = bad; }, bad);
    await page.locator("#error-pair:not(:empty)").waitFor();
  }
  await page.evaluate(() => { location.hash = "#prompt=1,0.2"; });
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter"); // a place in the page is no state
  assert.equal(await page.evaluate(() => location.hash), "#inputs");
  assert.equal(await text("#error-pair"), "");
  await page.waitForFunction(() => document.querySelector("#prompts-now").textContent.endsWith("0.20"));
  await fused(); // the example was on the stage, and follows
});

test("the address is copied with all that is chosen, whatever it held", async () => {
  await open({ permissions: ["clipboard-read", "clipboard-write"] });
  await section("files");
  const copied = async () => {
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await page.locator("#link-copy").click();
    await page.waitForFunction(async () => await navigator.clipboard.readText() !== "");
    return new URL(await page.evaluate(() => navigator.clipboard.readText())).hash;
  };
  await page.locator("#compare input[value=second]").check();
  await page.locator("#tasks input[value=vif]").check();
  const state = "#sample=mef-armchair&task=vif&view=second";
  assert.equal(await copied(), state, "also of the recorded example");
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => location.hash), "#inputs");
  assert.equal(await copied(), state);
  await page.locator("#compare input[value=first]").check();
  await page.locator("#tasks input[value=mef]").check();
  assert.equal(await copied(), "#sample=mef-armchair");
});

test("while a slider moves, the last setting wins, and a large picture is previewed", async () => {
  await open();
  await fusePair(448, 448);
  const widths = page.evaluate(() => new Promise((resolve) => {
    const canvas = document.querySelector("#fused");
    const seen = new Set([canvas.width]);
    new MutationObserver(() => {
      seen.add(canvas.width);
      if (seen.size > 1 && canvas.width === 448) resolve([...seen]);
    }).observe(canvas, { attributeFilter: ["width"] });
  }));
  for (const value of ["0.1", "0.2", "0.3", "0.4"]) {
    await page.locator("#beta-number").fill(value);
    await page.waitForTimeout(60);
  }
  assert.deepEqual(await widths, [448, 224], "a preview comes before the whole picture");
  await upToDate();
  const live = await pixels();
  await page.locator("#beta-number").press("Enter");
  await page.locator("#fuse").click();
  await page.waitForSelector('#fusing[data-state="running"]');
  await page.waitForSelector('#fusing[data-state="lit"]');
  assert.equal(await pixels(), live, "it is the picture of the last setting");
});

test("who cancels while a preview is shown has the last whole result again", async () => {
  await open();
  await fusePair(448, 448);
  await upToDate();
  const before = await pixels();
  await page.evaluate(() => new MutationObserver((_, observer) => {
    if (document.querySelector("#fused").width !== 224) return;
    observer.disconnect();
    document.querySelector("#fuse").click();
    globalThis.measurable = document.querySelector("#measure-run").ariaDisabled;
  }).observe(document.querySelector("#fused"), { attributeFilter: ["width"] }));
  await page.locator("#beta-number").fill("0.4");
  await page.waitForSelector('#fusing[data-state="running"]');
  await page.locator("#cancel").click();
  assert.equal(await page.locator("#fused").evaluate(({ width }) => width), 448);
  assert.equal(await pixels(), before);
  assert.equal(await page.evaluate(() => measurable), "true", "a preview is not measured");
  assert.equal(await page.locator("#measure-run").getAttribute("aria-disabled"), "false");
  assert.ok(await page.locator("#save").isVisible());
  assert.equal(await page.locator("#steer").getAttribute("data-state"), "behind");
  assert.equal(await text("#steer-live"), "The result is as it was before your last changes.");
  await page.locator("#fuse").click();
  await page.waitForSelector('#fusing[data-state="running"]');
  await page.waitForSelector('#fusing[data-state="lit"]');
  assert.notEqual(await pixels(), before);
});

/** Takes the brush up, and tells where the picture is. */
async function takeBrush() {
  await section("brush");
  await page.locator("#brush-on").click();
  assert.equal(await page.locator("#frame").getAttribute("data-view"), "fused", "all of the result can be painted on");
  await page.locator("#frame").scrollIntoViewIfNeeded();
  return page.locator("#frame").boundingBox();
}

/** The fused picture's mean level left and right of the middle. */
const halves = () => page.locator("#fused").evaluate((canvas) => {
  const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const mean = (x) => {
    const { data } = context.getImageData(x, 0, canvas.width / 2, canvas.height);
    return data.reduce((sum, v, i) => sum + (i % 4 === 3 ? 0 : v), 0) / (data.length * 0.75);
  };
  return [mean(0), mean(canvas.width / 2)];
});

/** A white and a black picture, fused. */
async function fuseExtremes(size = 112) {
  for (const [side, level] of [["first", 250], ["second", 5]]) {
    const bytes = await page.evaluate(async ([size, level]) => {
      const canvas = new OffscreenCanvas(size, size);
      const context = canvas.getContext("2d");
      context.fillStyle = `rgb(${level} ${level} ${level})`;
      context.fillRect(0, 0, size, size);
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    }, [size, level]);
    await page.setInputFiles(`#file-${side}`, { name: `${side}.png`, mimeType: "image/png", buffer: Buffer.from(bytes) });
  }
  await page.waitForSelector('#fusing[data-state="lit"]');
  await page.locator("#fuse").click();
  await fused();
}

test("the brush pulls a place towards a source, and the eraser lets it go", async () => {
  await open();
  await fuseExtremes();
  const before = await pixels(), [left, right] = await halves();
  const box = await takeBrush();
  const at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  await page.locator("#brush-strength-number").fill("100");
  await page.locator("#brush-size-number").fill("40");
  await page.keyboard.press("Tab");
  await page.mouse.move(...at(0.2, 0.1));
  await page.mouse.down();
  await page.mouse.move(...at(0.2, 0.9), { steps: 6 });
  await page.mouse.up();
  await page.locator("#brush-kind label.second").click();
  await page.mouse.move(...at(0.8, 0.1));
  await page.mouse.down();
  await page.mouse.move(...at(0.8, 0.9), { steps: 6 });
  await page.mouse.up();
  await upToDate();
  const [painted, dark] = await halves();
  // How far there is to go, the weights decide.
  assert.ok(painted > left + 1 && dark < right - 1, `from ${left}, ${right} to ${painted}, ${dark}`);
  assert.equal(await text("#brush-now"), "2 strokes");
  await hash("paint=f100,400,200,100,");
  await hash("800,900"); // where the second stroke ends

  const address = await page.evaluate(() => location.hash);
  const shown = await pixels();
  await page.locator("#undo").click();
  assert.equal(await text("#brush-now"), "1 stroke");
  await page.locator("#redo").click();
  await upToDate();
  assert.equal(await pixels(), shown);
  assert.equal(await page.evaluate(() => location.hash), address);

  await page.locator("#brush-kind label", { hasText: "Erase" }).click();
  await page.locator("#brush-size-number").fill("60");
  await page.keyboard.press("Tab");
  for (const x of [0.05, 0.2, 0.35, 0.65, 0.8, 0.95]) {
    await page.mouse.move(...at(x, 0.02));
    await page.mouse.down();
    await page.mouse.move(...at(x, 0.98), { steps: 8 });
    await page.mouse.up();
  }
  await upToDate();
  assert.equal(await pixels(), before, "to the bit");
  await page.locator("#brush-clear").click();
  assert.equal(await text("#brush-now"), "");
  await page.locator("#brush-on").click();
  assert.equal(await page.locator("#frame").getAttribute("data-view"), "first");
});

test("pictures that change places twice are as they were, with all that was set", async () => {
  await open({ hash: "#sample=mff-astronaut" });
  await fused();
  await section("before");
  await page.locator("#before-keep").click();
  await takeBrush();
  await page.locator("#brush-pad").press("Enter");
  await upToDate();
  const shown = await pixels();
  await hash("paint=f80,160,500,500");
  await page.locator("#swap").click();
  assert.equal(await page.locator("#stage").getAttribute("data-state"), "pair");
  assert.ok(!await page.locator("#brush-on").isChecked());
  assert.ok(!await page.locator("#compare-before").isVisible());
  assert.equal(await text("#brush-now"), "1 stroke");
  await hash("task=mff&paint=s80,160,500,500"); // towards the same picture
  await page.locator("#swap").click();
  await fused();
  assert.equal(await pixels(), shown);
  await hash("sample=mff-astronaut&paint=f80,160,500,500");
  assert.equal(await page.locator('.sample[aria-current="true"] .title').textContent(), "Astronaut");
  await page.locator("#compare-before input").check();
  await page.locator("#undo").click();
  assert.equal(await text("#brush-now"), "");
  await upToDate();
  assert.notEqual(await pixels(), shown);

  await page.locator("#swap").click(); // and where it was fused meanwhile, it is so again
  await page.locator("#fuse").click();
  await fused();
  await page.locator("#swap").click();
  assert.equal(await page.locator("#stage").getAttribute("data-state"), "pair");
});

test("the brush is led by keys alone", async () => {
  await open();
  await fuseExtremes();
  await takeBrush();
  await page.locator("#brush-pad").focus();
  await page.keyboard.press("Enter");
  assert.equal(await text("#brush-now"), "1 stroke");
  await page.keyboard.press("Shift+ArrowLeft");
  assert.equal(await text("#status"), "Brush at 49 % and 50 %");
  await page.keyboard.press("Space");
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  await page.keyboard.press("]");
  assert.equal(await page.locator("#brush-size-number").inputValue(), "18");
  await hash(";f80,160,495,500,");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Escape");
  assert.equal(await text("#brush-now"), "2 strokes", "Escape takes the stroke at work away");
  await page.keyboard.press("Control+z");
  assert.equal(await text("#brush-now"), "1 stroke");
});

test("fingers paint and steer, and on a phone the panel is closed at first", async () => {
  await open({ viewport: { width: 390, height: 780 }, hasTouch: true });
  assert.equal(await page.locator("#steer").getAttribute("open"), null);
  await fuseExtremes();
  await page.locator("#steer > summary").tap();
  assert.ok(await page.locator("#mirror-canvas").isVisible(), "the picture is in the panel, too");
  await page.locator("#beta").scrollIntoViewIfNeeded();
  const track = await page.locator("#beta").boundingBox();
  await page.touchscreen.tap(track.x + track.width * 0.25, track.y + track.height / 2);
  const beta = +await page.locator("#beta-number").inputValue();
  assert.ok(beta > 0.15 && beta < 0.35, `a tap sets β to ${beta}`);

  await section("router");
  await page.locator("#triangle").scrollIntoViewIfNeeded();
  const plane = await page.locator("#triangle-plane").boundingBox();
  await page.touchscreen.tap(plane.x + plane.width / 2, plane.y + (plane.height * 137) / 216);
  assert.match(await text("#router-now"), /^Exposure 3\d %, Focus 3\d %, Infrared 3\d %$/);

  await section("brush");
  await page.locator("#brush-on").tap();
  await page.locator("#frame").scrollIntoViewIfNeeded();
  const box = await page.locator("#frame").boundingBox();
  const touch = await page.context().newCDPSession(page);
  const finger = (type, ...points) => touch.send("Input.dispatchTouchEvent", {
    type, touchPoints: points.map(([x, y], id) => ({ x: box.x + x * box.width, y: box.y + y * box.height, id })),
  });
  await finger("touchStart", [0.3, 0.3]);
  for (const y of [0.4, 0.5, 0.6]) await finger("touchMove", [0.3, y]);
  await finger("touchEnd");
  assert.equal(await text("#brush-now"), "1 stroke");
  await finger("touchStart", [0.6, 0.3]);
  await finger("touchStart", [0.6, 0.3], [0.8, 0.5]);
  await finger("touchMove", [0.5, 0.2], [0.9, 0.6]);
  await finger("touchEnd");
  assert.equal(await text("#brush-now"), "1 stroke", "two fingers zoom, and paint nothing");
});

test("a result is kept as “before”, and meets what comes after it", async () => {
  await open();
  await fusePair();
  const before = await pixels();
  await section("before");
  await page.locator("#before-keep").click();
  assert.equal(await page.locator("#frame").getAttribute("data-view"), "before");
  assert.deepEqual(await page.locator("#frame .tag").allTextContents(), ["Before", "Now"]);
  await page.locator("#beta-number").fill("-0.3");
  await page.keyboard.press("Enter");
  await upToDate();
  assert.notEqual(await pixels(), before);
  const kept = await page.locator("#before").evaluate((canvas) => {
    const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, v) => (Math.imul(sum, 31) + v) >>> 0, canvas.width);
  });
  assert.equal(kept, before);
  await page.locator("#before-return").click();
  await upToDate();
  assert.equal(await pixels(), before);
  await page.locator("#before-drop").click();
  assert.equal(await page.locator("#frame").getAttribute("data-view"), "first");
  assert.ok(!await page.locator("#compare-before").isVisible());
});

test("what was let go of does not come back with the brush", async () => {
  await open();
  await fusePair();
  await section("before");
  await section("brush");
  const brush = page.locator("#brush-on");
  const view = () => page.locator("#frame").getAttribute("data-view");
  await page.locator("#before-keep").click();
  await brush.click();
  await page.locator("#before-drop").click();
  await brush.click();
  assert.equal(await view(), "first");

  await page.locator("#before-keep").click();
  await brush.click();
  await fusePair(64, 96);
  assert.ok(!await brush.isChecked());
  assert.equal(await view(), "first");
});

test("a result that is kept keeps its task", async () => {
  await open();
  await fusePair();
  const before = await pixels();
  await section("before");
  await page.locator("#before-keep").click();
  const back = page.locator("#before-return");
  assert.equal(await back.getAttribute("aria-disabled"), "true");
  await page.locator("#tasks input[value=vif]").check();
  assert.equal(await back.getAttribute("aria-disabled"), "false");
  assert.match(await text("#before-now"), /^Exposure · /);
  await page.locator("#facts", { hasText: "Infrared" }).waitFor();
  await upToDate();
  assert.notEqual(await pixels(), before);
  await back.click();
  await page.locator("#facts", { hasText: "Exposure" }).waitFor();
  await upToDate();
  assert.equal(await pixels(), before);
  assert.equal(await page.locator("#tasks input:checked").inputValue(), "mef");
  assert.equal(await back.getAttribute("aria-disabled"), "true");
});

/** The content of the file that a button saves. */
async function saved(button) {
  const download = page.waitForEvent("download");
  await page.locator(button).click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test("settings and maps are saved, and settings come back", async () => {
  await open();
  await fusePair();
  await page.locator("#beta-number").fill("0.25");
  await page.keyboard.press("Enter");
  await page.locator("#moa").selectOption("2");
  await page.locator("#alpha-number").fill("2");
  await page.keyboard.press("Enter");
  await upToDate();
  await section("files");

  const file = await saved("#settings-save");
  assert.equal(file.name, "bright-settings.json");
  const { settings, options } = JSON.parse(file.bytes);
  assert.equal(settings, "task=mef&prompt=1,0.25&own=3:2,0.25");
  const prompt = { alpha: 1, beta: 0.25 };
  assert.deepEqual(options, { task: "mef", ...prompt, prompts: [prompt, prompt, { alpha: 2, beta: 0.25 }, prompt] });
  const again = await page.evaluate(async (options) => {
    const { load } = await import("./tcmoa.js");
    const source = (side) => createImageBitmap(document.getElementById(`source-${side}`));
    const [first, second] = await Promise.all([source("first"), source("second")]);
    const fuser = await load({ backend: "cpu" });
    const { image } = await fuser.fuse(first, second, options);
    fuser.close();
    return image.data.reduce((sum, v) => (Math.imul(sum, 31) + v) >>> 0, image.width);
  }, options);
  assert.equal(again, await pixels(), "the module comes to the same picture by them");

  await page.locator("#steer-reset").click();
  await page.setInputFiles("#settings-load", { name: "a.json", mimeType: "application/json", buffer: file.bytes });
  await page.waitForFunction(() => document.querySelector("#prompts-now").textContent === "α 1.00 · β 0.25 · 1 of its own");
  for (const [content, sentence] of [
    ["{", "“b.json” holds no settings of this page."],
    ["[1]", "“b.json” holds no settings of this page."],
    ['{"settings": "off=99"}', "“b.json” holds “off=99”, which is no setting."],
  ]) {
    await page.setInputFiles("#settings-load", { name: "b.json", mimeType: "application/json", buffer: Buffer.from(content) });
    await page.locator("#error-steer", { hasText: sentence }).waitFor();
  }

  const weights = await saved("#map-csv");
  assert.equal(weights.name, "bright-mef-weight.csv");
  const lines = weights.bytes.toString().trimEnd().split("\n");
  assert.equal(lines[0], "row,column,weight");
  assert.equal(lines.length, 1 + 96 * 64);
  assert.ok(lines.slice(1).every((line) => +line.split(",")[2] >= 0 && +line.split(",")[2] <= 1));
  await page.locator("#map").selectOption("gates-1");
  const gates = (await saved("#map-csv")).bytes.toString().trimEnd().split("\n");
  assert.equal(gates[0], "row,column,expert1,expert2,expert3,expert4");
  assert.equal(gates.length, 1 + 12 * 8);
  const shares = gates[1].split(",").slice(2).map(Number);
  assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-5);
  await page.locator("#map").selectOption("prompts-3");
  const map = await saved("#map-png");
  assert.equal(map.name, "bright-mef-prompts-4.png");
  assert.deepEqual([map.bytes.readUInt32BE(16), map.bytes.readUInt32BE(20)], [2 * 12, 8], "both sources side by side");
});

// The other states of the page are those of accessibility.test.mjs.
test("axe finds nothing while everything is steered at once", async () => {
  const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  await open({ colorScheme: "dark", viewport: { width: 1280, height: 900 } });
  await fusePair();
  for (const name of ["router", "experts", "brush", "before", "files"]) await section(name);
  await page.locator("#before-keep").click();
  await page.locator("#corner-mff").click();
  await page.getByRole("switch", { name: "Expert 2" }).click();
  await page.locator("#brush-on").click();
  await page.locator("#brush-pad").press("Enter");
  await page.setInputFiles("#settings-load", { name: "b.json", mimeType: "application/json", buffer: Buffer.from("{") });
  await page.locator("#error-steer:not(:empty)").waitFor();
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`), []);
});
