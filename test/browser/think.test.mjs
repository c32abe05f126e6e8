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

const model = (path) => path.startsWith("/model/") || /^\/(engine|kernels.*)\.wasm$/.test(path);

/** Opens the page without the model, or with what else is withheld. */
async function open(options, without = model) {
  withheld = without;
  held = new Promise((resolve) => { release = resolve; });
  return site.visit(options);
}

const recorded = (page) => page.waitForFunction(() => performance.getEntriesByName("example").length);
const state = (page) => page.locator("#stage").getAttribute("data-state");

/** Where the seam is, in per cent. */
const split = (page) => page.locator("#frame").evaluate((frame) => parseFloat(frame.style.getPropertyValue("--split")));

/** How many colours a canvas has. */
const colours = (page, selector) => page.locator(selector).evaluate((canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  return new Set(new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
});

/** What of the opening must not change when the program takes over: words, pictures and places. */
const opening = (page) => page.evaluate(async () => {
  const shown = (selector) => [...document.querySelectorAll(selector)].find((element) => element.checkVisibility({ visibilityProperty: true }));
  const pixels = async (picture) => {
    const context = new OffscreenCanvas(56, 42).getContext("2d");
    context.drawImage(picture, 0, 0);
    return `${new Uint8Array(await crypto.subtle.digest("SHA-256", context.getImageData(0, 0, 56, 42).data))}`;
  };
  const place = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x + scrollX, y + scrollY, width, height];
  };
  const words = [...document.querySelectorAll("#frame .tag, .plot.first + figcaption :is(.name, .ticks, .stats)")];
  const pictures = ["#preview-first", "#preview-second", "#source-first", "#layer-fused .plate > *", ".prompt img", ".plot.first .ground", ".plot.first .values"].map(shown);
  return {
    same: {
      split: document.querySelector("#frame").style.getPropertyValue("--split"),
      said: document.querySelector("#split").ariaValueText,
      focus: document.activeElement.id,
      words: words.map((element) => element.innerText),
      pictures: await Promise.all(pictures.map(pixels)),
    },
    places: [...words, ...pictures].flatMap(place),
  };
});

test("before any program and weight there are sources, result, a prompt's map and a seam that moves", async () => {
  const { prompt, rows, cols, routes, variant } = await readRecording();
  let before;
  const { page, leave } = await open({
    hasTouch: true,
    async meanwhile(page) {
      assert.equal(await state(page), "recorded");
      for (const [selector, ...size] of [
        ["#still", 448, 336], ["#source-first", 448, 336], ["#preview-first", 448, 336], ["#preview-second", 448, 336],
        [".prompt img", cols, rows], [".plot.first img.values", cols, rows],
      ]) {
        const image = page.locator(selector);
        assert.deepEqual(await image.evaluate(async (image) => (await image.decode(), [image.naturalWidth, image.naturalHeight])), size, selector);
        assert.ok(await image.isVisible(), selector);
      }
      await page.locator("#map-stats-first:not(:empty)").waitFor();
      assert.equal(await said(page, "map-name-first"), "Prompt of Over-exposed");
      assert.deepEqual(await page.locator(".plot.first + figcaption .ticks span").allTextContents(), ["0.00", "0.50", "1.00"]);
      const opened = routes[Math.ceil(variant.depth / variant.tau) - 1].first;
      numbers(await said(page, "map-stats-first")).forEach((got, i) => {
        const want = [Math.min(...opened), prompt.mean, Math.max(...opened), prompt.std][i];
        assert.ok(Math.abs(got - want) < 0.0006, `${got}, want ${want}`);
      });

      const { x, y, width } = await page.locator("#frame").boundingBox();
      await page.touchscreen.tap(x + 0.7 * width, y + 50);
      assert.equal(await split(page), 70, "by touch");
      await page.locator("#split").focus();
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowLeft");
      assert.equal(await split(page), 99, "by keys");
      await page.mouse.move(x + 0.9 * width, y + 80);
      await page.mouse.down();
      await page.mouse.move(x + 0.3 * width, y + 90);
      assert.equal(await split(page), 30, "by a mouse");
      assert.equal(await page.locator("#split").getAttribute("aria-valuetext"), "Over-exposed up to 30 %, then Fused");
      before = await opening(page);
      release(); // in the middle of the drag
    },
  }, (path) => path === "/page.wasm" || model(path));
  await recorded(page);
  const after = await opening(page);
  assert.deepEqual(after.same, before.same, "nothing changes when the program takes over");
  after.places.forEach((at, i) => assert.ok(Math.abs(at - before.places[i]) < 1, `from ${before.places[i]} to ${at}`));

  const { x, y, width } = await page.locator("#frame").boundingBox();
  await page.mouse.move(x + 0.4 * width, y + 90);
  await page.mouse.up();
  assert.equal(await split(page), 40, "the drag goes on to its end");
  await page.mouse.move(x + 0.6 * width, y + 90);
  assert.equal(await split(page), 40, "and ends");
  const moves = await page.evaluate(() => new Promise((resolve) => {
    new MutationObserver((records) => resolve(records.length)).observe(document.querySelector("#split"), { attributeFilter: ["aria-valuetext"] });
    document.querySelector("#split").stepUp();
    document.querySelector("#split").dispatchEvent(new Event("input"));
  }));
  assert.equal(moves, 1, "one program listens");
  assert.equal(await split(page), 41);
  await leave();
});

test("the opening speaks the visitor's language, before the program too", async () => {
  const { leave } = await open({
    locale: "de",
    async meanwhile(page) {
      await page.locator("#map-name-first", { hasText: "Prompt von „Überbelichtet“" }).waitFor();
      assert.match(await said(page, "map-stats-first"), /^Kleinster 0,\d{3}, /);
      assert.match(await page.locator("#split").getAttribute("aria-valuetext"), /^Überbelichtet bis 50 %/);
      await page.locator("#language").click();
      await page.locator("#map-name-first", { hasText: "Prompt of Over-exposed" }).waitFor();
      release();
    },
  }, (path) => path === "/page.wasm");
  await leave();
});

test("what is chosen before the program is kept", async () => {
  const { page, leave } = await open({
    async meanwhile(page) {
      await page.locator("#compare input[value=second]").check();
      release();
    },
  }, (path) => path === "/page.wasm");
  await recorded(page);
  assert.deepEqual(await page.locator("#frame .tag").allTextContents(), ["Fused", "Under-exposed"]);
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
  const { x, y, width, height } = await page.locator("#frame").boundingBox();
  await page.mouse.move(x + width / 2, y + height / 3);
  await page.mouse.down();
  await page.mouse.move(x + width / 5, y + height / 3);
  await page.mouse.up();
  assert.ok(Math.abs(await split(page) - 20) < 2);
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
  for (const [key, value] of Object.entries(variant)) {
    assert.deepEqual(recording.variant[key], value, `the shipped model made it: ${key}`);
  }
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

const said = (page, id) => page.locator(`#${id}`).textContent();
const shown = (page) => page.waitForSelector('#think[data-state="shown"]');
const numbers = (text) => text.match(/-?\d+\.\d+/g).map(Number);

/** The recording's maps, as the page reads them. */
async function readRecording() {
  const { gunzipSync } = await import("node:zlib");
  const folder = join(dist, "example");
  const recording = JSON.parse(await readFile(join(folder, "recording.json"), "utf8"));
  let bytes = gunzipSync(await readFile(join(folder, recording.maps)));
  const next = (n, { low, high }) => {
    const values = Float64Array.from(bytes.subarray(0, n), (b) => low + ((high - low) * b) / 255);
    bytes = bytes.subarray(n);
    return values;
  };
  const { rows, cols, width, height, variant } = recording;
  const weight = next(width * height, recording.weight);
  const routes = recording.routes.map(({ first, second, gates }) => ({
    first: next(rows * cols, first), second: next(rows * cols, second), gates: next(rows * cols * variant.experts, gates),
  }));
  return { ...recording, weight, routes };
}

test("the maps of every mixture tell their numbers", async () => {
  const { rows, cols, routes } = await readRecording();
  const { page, leave } = await open();
  await shown(page);
  const choices = page.locator("#mixtures input");
  assert.equal(await choices.count(), routes.length);
  for (const [i, route] of routes.entries()) {
    await choices.nth(i).check();
    for (const side of ["first", "second"]) {
      const values = route[side];
      const mean = values.reduce((a, b) => a + b) / values.length;
      const want = [Math.min(...values), mean, Math.max(...values), Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / values.length)];
      numbers(await said(page, `map-stats-${side}`)).forEach((got, j) => assert.ok(Math.abs(got - want[j]) < 0.0011, `${side} ${i}: ${got}, want ${want[j]}`));
    }
    const sums = route.first.map((p, k) => p + route.second[k]);
    assert.ok(Math.abs(numbers(await said(page, "map-stats-sum"))[1] - sums.reduce((a, b) => a + b) / sums.length) < 0.0011);
    const size = await page.locator("#values-first").evaluate(({ width, height }) => [width, height]);
    assert.deepEqual(size, [cols, rows]);
    // The shares of the experts, and of their choices, are all there is.
    const shares = await page.locator("#experts td:nth-child(2)").allTextContents();
    assert.equal(shares.length, routes[i].gates.length / (rows * cols));
    const whole = (texts) => texts.reduce((sum, text) => sum + parseFloat(text), 0);
    assert.ok(Math.abs(whole(shares) - 100) < 0.5, `gates sum to ${whole(shares)} %`);
    assert.ok(Math.abs(whole(await page.locator("#teams .share").allTextContents()) - 100) < 0.5);
  }
  assert.equal(await said(page, "map-name-weight"), "Weight of Over-exposed in the local means");
  for (const id of ["first", "second", "sum", "experts", "weight"]) {
    assert.ok(await colours(page, `#values-${id}`) > 2, id);
  }
  await leave();
});

test("the colours can be those of what occurs, and the legend says so", async () => {
  const { page, leave } = await open();
  await shown(page);
  const ends = async () => [await said(page, "low-first"), await said(page, "middle-first"), await said(page, "high-first")];
  await page.locator("#mixtures input").last().check();
  assert.deepEqual(await ends(), ["0.00", "0.50", "1.00"]);
  const few = await colours(page, "#values-first");
  await page.getByRole("switch", { name: "Colours over what occurs" }).click();
  const [low, middle, high] = (await ends()).map(Number);
  assert.ok(low > 0.3 && middle === 0.5 && Math.abs(low + high - 1) < 0.011, `${low} to ${high}`);
  assert.ok(await colours(page, "#values-first") > few);
  await leave();
});

test("pointing at a patch tells its numbers and marks it everywhere", async () => {
  const { rows, cols, routes, variant } = await readRecording();
  const { page, leave } = await open();
  await shown(page);
  const plot = page.locator(".plot.second");
  await page.locator("#maps").evaluate((maps) => maps.scrollIntoView());
  const box = await plot.boundingBox();
  const at = (row, col) => [box.x + ((col + 0.5) * box.width) / cols, box.y + ((row + 0.5) * box.height) / rows];
  const agrees = async (row, col) => {
    assert.equal(await said(page, "patch-title"), `Patch in row ${row + 1}, column ${col + 1}`);
    const token = row * cols + col;
    const way = await page.locator("#way tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
    assert.equal(way.length, routes.length);
    routes.forEach(({ first, second, gates }, j) => {
      const [, x, t, sum, experts] = way[j];
      assert.ok(Math.abs(x - first[token]) < 0.0011 && Math.abs(t - second[token]) < 0.0011, `prompts of mixture ${j}`);
      assert.ok(Math.abs(sum - first[token] - second[token]) < 0.0011);
      const chosen = [...gates.subarray(token * variant.experts, (token + 1) * variant.experts)].flatMap((gate, e) => (gate ? [e + 1] : []));
      assert.equal(experts, chosen.join(" + "));
    });
    const marks = await page.locator(".plot .mark").evaluateAll((marks) => marks.map((mark) => {
      const box = mark.parentElement.getBoundingClientRect(), own = mark.getBoundingClientRect();
      return [(own.top - box.top) / box.height, (own.left - box.left) / box.width];
    }));
    assert.equal(marks.length, 6);
    for (const [y, x] of marks) {
      assert.ok(Math.abs(y * rows - row) < 0.1 && Math.abs(x * cols - col) < 0.1, `a mark at ${y * rows}, ${x * cols}`);
    }
  };
  await page.mouse.move(...at(3, 5));
  await agrees(3, 5);
  await page.mouse.click(...at(30, 50));
  await agrees(30, 50);
  await page.mouse.move(...at(8, 8));
  await agrees(30, 50); // held
  await page.mouse.click(...at(30, 50));
  await page.mouse.move(...at(8, 8));
  await agrees(8, 8);
  // The table leads to another mixture.
  await page.locator("#way button").first().click();
  assert.ok(await page.locator("#mixtures input").first().isChecked());
  assert.equal(await page.locator("#way button").first().getAttribute("aria-pressed"), "true");
  await leave();
});

test("keys move the patch, and a voice follows", async () => {
  const { page, leave } = await open();
  await shown(page);
  await page.locator("#plot-picture").focus();
  for (const key of ["Home", "PageUp", "ArrowRight", "Shift+ArrowDown"]) await page.keyboard.press(key);
  assert.equal(await said(page, "patch-title"), "Patch in row 6, column 2");
  assert.match(await said(page, "patch-said"), /^Row 6, column 2: prompts 0\.\d\d and 0\.\d\d, experts \d( \+ \d)*\.$/);
  for (const key of ["End", "PageDown", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
  assert.equal(await said(page, "patch-title"), "Patch in row 42, column 56");
  await leave();
});

test("a finger points at a patch, on a phone", async () => {
  const { page, leave } = await open({ viewport: { width: 390, height: 740 }, hasTouch: true, isMobile: true });
  await shown(page);
  const plot = page.locator(".plot.first");
  await plot.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await plot.boundingBox();
  await page.touchscreen.tap(x + 0.5 * width / 56, y + 0.5 * height / 42);
  assert.equal(await said(page, "patch-title"), "Patch in row 1, column 1");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
  await leave();
});

test("what was decided follows the pair on the stage", async () => {
  const { page, leave } = await open({}, () => false);
  await shown(page);
  await page.locator("#mixtures input").first().check();
  const before = await said(page, "map-stats-first");
  for (const [side, seed] of [["first", 0], ["second", 5]]) {
    await page.setInputFiles(`#file-${side}`, await picture(page, `${side}.png`, 100, 60, seed));
  }
  await page.waitForSelector('#think[data-state="missing"]');
  assert.match(await said(page, "think-missing"), /^Fuse a pair/);
  await page.waitForSelector('#fusing[data-state="lit"]');
  await page.locator("#fuse").click();
  await shown(page);
  assert.notEqual(await said(page, "map-stats-first"), before);
  assert.deepEqual(await page.locator("#values-first").evaluate(({ width, height }) => [width, height]), [13, 8]);
  assert.ok(await page.locator("#mixtures input").first().isChecked(), "the mixture that was looked at stays");
  // 100 pixels are 12 patches and a half: the last one is cut, and so is its square.
  const cut = await page.locator("#values-first").evaluate((canvas) => canvas.clientWidth / canvas.parentElement.clientWidth);
  assert.ok(Math.abs(cut - 1.04) < 0.01, `${cut}`);
  await leave();
});

test("the diagram leads from the whole network to a formula, and back, by keys", async () => {
  const { rows, cols, routes } = await readRecording();
  const { page, leave } = await open();
  await shown(page);
  const boxes = page.locator("#chart .box");
  const lesson = () => page.locator("#lessons article:visible").evaluateAll((all) => all.map(({ dataset }) => dataset.lesson));
  const focused = () => page.evaluate(() => document.activeElement.querySelector(".label").textContent);
  assert.equal(await boxes.count(), 14); // patches, 6 + 2 blocks, 3 + 1 mixtures, head
  assert.deepEqual(await lesson(), ["network"]);
  // In the overview every mixture has the patch's prompts.
  const token = (rows / 2) * cols + cols / 2;
  const notes = await page.locator("#chart .box.mixture .note").allTextContents();
  assert.deepEqual(notes, routes.map(({ first, second }) => `${first[token].toFixed(2)} | ${second[token].toFixed(2)}`));

  await boxes.first().focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), "Mixture 2");
  await page.keyboard.press("Enter");
  assert.deepEqual(await lesson(), ["mixture"]);
  assert.equal(await focused(), "Look at both");
  assert.ok(await page.locator("#mixtures input").nth(1).isChecked(), "the maps show the same mixture");
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "Space"]) await page.keyboard.press(key);
  assert.deepEqual(await lesson(), ["prompts"]);
  assert.equal(await page.locator("#lessons article:visible math").count(), 4);
  const { first, second } = routes[1];
  assert.equal(await said(page, "live"), `In the patch that you point at: pₓ = ${first[token].toFixed(3)}, pₜ = ${second[token].toFixed(3)}.`);
  assert.deepEqual(await page.locator("#trail-network, #trail-part, #trail-step").allTextContents(), ["The whole network", "Mixture 2", "The prompts"]);

  // Another patch, and another mixture, are followed.
  await page.locator("#plot-picture").focus();
  await page.keyboard.press("Home");
  const start = (rows / 2) * cols;
  assert.match(await said(page, "live"), new RegExp(`pₓ = ${first[start].toFixed(3)}, `));
  await page.locator("#mixtures input").last().check();
  assert.match(await said(page, "live"), new RegExp(`pₓ = ${routes[3].first[start].toFixed(3)}, `));
  assert.equal(await boxes.count(), 6, "the decoder's mixtures keep the scale");

  await boxes.nth(3).focus();
  await page.keyboard.press("Escape");
  assert.deepEqual(await lesson(), ["mixture"]);
  await page.keyboard.press("Escape");
  assert.deepEqual(await lesson(), ["network"]);
  assert.equal(await focused(), "Mixture 4");
  await leave();
});

test("every part and step of the diagram has its lesson", async () => {
  const { page, leave } = await open({ viewport: { width: 390, height: 740 }, hasTouch: true });
  await shown(page);
  const boxes = page.locator("#chart .box");
  const visible = () => page.locator("#lessons article:visible");
  const seen = new Set();
  for (const part of [0, 1, 3, 12, 13]) {
    await boxes.nth(part).tap();
    seen.add(await visible().getAttribute("data-lesson"));
    for (let step = 0; step < await boxes.count(); step++) {
      await boxes.nth(step).tap();
      seen.add(await visible().getAttribute("data-lesson"));
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    }
    await page.locator("#trail-network").tap();
  }
  const { variant } = await readRecording();
  assert.deepEqual([...seen].sort(), [
    "attention", "block", "cut", "dominance", "experts", "fuse", "head", "local", "mixture", "mlp", "patches", "position",
    "prompts", "reduce", "renormalise", "router", ...(variant.head === "twoscale" ? ["detail", "weigh"] : ["blend"]),
  ].sort());
  await leave();
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in what it shows, ${colorScheme}`, async () => {
    const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
    const { page, leave } = await open({ colorScheme });
    await page.evaluate(axe);
    const faultless = async (state) => {
      const { violations } = await page.evaluate(() => axe.run("#think"));
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`), [], state);
    };
    const widths = [390, 1280];
    const resize = (width) => page.setViewportSize({ width, height: 800 });
    await shown(page);
    for (const width of widths) {
      await resize(width);
      await faultless(`overview, ${width}`);
      await page.locator("#chart .box.mixture").last().click();
      for (let step = 0; step < 6; step++) {
        await page.locator("#chart .box").nth(step).click();
        await faultless(`step ${step}, ${width}`);
      }
      await page.locator("#trail-network").click();
    }
    await page.locator("#remove-first").click();
    await page.waitForSelector('#think[data-state="missing"]');
    for (const width of widths) {
      await resize(width);
      await faultless(`missing, ${width}`);
    }
    await leave();
  });
}
