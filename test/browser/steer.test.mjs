// Steering, as a visitor does it: by pointer, by touch and by keyboard.

import assert from "node:assert/strict";
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
  await page.waitForFunction(() => document.querySelector("#prompts-now").textContent.endsWith("0.20"));
  await fused(); // the example was on the stage, and follows
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
