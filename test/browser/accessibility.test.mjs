// The page for everyone: under the eyes of axe in all its states, by keys
// alone, on a narrow screen, and with less motion.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { picture, start } from "./visit.mjs";

let site, axe;

before(async () => {
  axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  site = await start();
});
after(() => site?.stop());

const fused = (page) => page.locator('#stage[data-state="fused"]').waitFor();

/** Opens every part that folds. */
const unfold = (page) => page.evaluate(() => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});

/** Takes the page through its states, and tells of each when it is there. */
async function throughAllStates(page, visit) {
  page.setDefaultTimeout(300_000); // this fuses and measures several times
  await page.locator('#model[data-state="ready"]').waitFor();
  await visit("at first, with the recorded example");

  await page.setInputFiles("#file-first", { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("text") });
  await page.setInputFiles("#file-second", await picture(page, "b.png", 64, 64));
  await page.locator("#error-first:not(:empty)").waitFor();
  await page.setInputFiles("#file-first", await picture(page, "a.png", 96, 64));
  await page.locator("#error-pair:not(:empty)").waitFor();
  await visit("with pictures refused");

  await page.setInputFiles("#file-first", await picture(page, "long.png", 896, 896));
  await page.setInputFiles("#file-second", await picture(page, "long.png", 896, 896, 3));
  await page.locator('#fusing[data-state="lit"]').waitFor();
  await page.locator("#fuse").click();
  await page.locator('#fusing[data-state="running"]').waitFor();
  await visit("fusing");
  await page.locator("#cancel").click();

  await page.locator("#samples button").first().click();
  await fused(page);
  await unfold(page);
  await page.locator("#weights-on").check();
  await visit("fused, with everything unfolded and the weight map");

  await page.locator("#weights-on").uncheck();
  await page.locator("#modes input[value=side]").check();
  await page.locator("#zoom-actual").click();
  await page.locator("#loupe-on").check();
  await page.locator("#beta-number").fill("0.3");
  await page.keyboard.press("Enter");
  await page.locator('#steer[data-state="current"]').waitFor({ state: "attached" });
  await page.locator("#plot-picture").click();
  await visit("side by side, magnified, steered, with a patch held");

  // 24 figures of six pictures take their time: small ones will do.
  await page.setInputFiles("#file-first", await picture(page, "a.png", 160, 120));
  await page.setInputFiles("#file-second", await picture(page, "b.png", 160, 120, 3));
  await page.locator('#stage[data-state="pair"]').waitFor();
  await page.locator("#fuse").click();
  await fused(page);
  const names = ["dunes-over.png", "dunes-under.png", "alone.png"];
  await page.setInputFiles("#batch-files", await Promise.all(names.map((name, i) => picture(page, name, 64, 64, i))));
  await page.locator("#batch-list li").first().waitFor();
  await unfold(page);
  await page.locator("#modes input[value=blink]").check();
  await page.locator("#measure-all").click();
  await page.locator("#findings:not([hidden])").waitFor();
  await visit("measuring, with a pair for a batch");
  await page.locator("#measure-cancel[hidden]").waitFor({ state: "attached" });
  await visit("measured");
}

/** What axe finds in the window. It is not a script element: the page's policy forbids those. */
async function violations(page) {
  const { violations } = await page.evaluate(() => axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`);
}

/** What scrolls sideways, moves, or is smaller than a finger. */
const misfits = (page) => page.evaluate(() => {
  const sideways = document.documentElement.scrollWidth - innerWidth;
  const moving = document.getAnimations().length;
  // Links in a sentence are as high as its lines.
  const small = [...document.querySelectorAll("button, label, summary, select, input, [role=slider], [role=application], td a")]
    .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map((element) => [element.id || element.className || element.textContent, (element.closest("label") ?? element).getBoundingClientRect()])
    .filter(([, { width, height }]) => width && (width < 23.99 || height < 23.99))
    .map(([name, { width, height }]) => `${name}: ${width} × ${height}`);
  return [...(sideways ? [`wider by ${sideways}`] : []), ...(moving ? [`${moving} animations`] : []), ...small];
});

for (const eyes of [{ colorScheme: "light", locale: "en" }, { colorScheme: "dark", locale: "de", hasTouch: true }]) {
  test(`in every state axe finds nothing, and all fits down to 320 pixels, ${eyes.colorScheme}, ${eyes.locale}`, async () => {
    const { page, leave } = await site.visit(eyes);
    await page.evaluate(axe);
    const faults = [];
    await throughAllStates(page, async (state) => {
      for (const width of [320, 390, 1280]) { // 320 pixels are 1280 at 400 %
        await page.setViewportSize({ width, height: 800 });
        const found = [...await misfits(page), ...(width === 320 ? [] : await violations(page))];
        faults.push(...found.map((fault) => `${state}, ${width}: ${fault}`));
      }
    });
    assert.deepEqual(faults, []);
    await leave();
  });
}

test("names of any length stay in their place", async () => {
  const { page, leave } = await site.visit({ viewport: { width: 320, height: 640 } });
  const long = `${"a-long-name-".repeat(12)}.png`;
  for (const side of ["first", "second"]) {
    await page.setInputFiles(`#file-${side}`, await picture(page, long, 96, 64));
  }
  await page.locator('#fusing[data-state="lit"]').waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
  await leave();
});

/** The order of the page's parts, as Tab must meet them. */
const parts = [".skip", ".masthead", "#samples-row", "#inputs", "#stage", "#think", "#workbench", "#batch", ".about-tool", "footer"];

test("keys alone lead from a sample through steering, looking inside and measuring to the file", async () => {
  const { page, leave } = await site.visit();
  page.setDefaultTimeout(300_000);
  await page.locator('#model[data-state="ready"]').waitFor();
  const matches = (selector) => page.evaluate((selector) => document.activeElement.matches(selector), selector);
  const tabTo = async (selector, key = "Tab") => {
    for (let i = 0; i < 120 && !await matches(selector); i++) await page.keyboard.press(key);
    assert.ok(await matches(selector), `${key} reaches ${selector}`);
  };
  await tabTo(".sample");
  await page.keyboard.press("Enter");
  await fused(page);

  await tabTo("#steer > summary");
  if (!await page.locator("#steer").evaluate((details) => details.open)) await page.keyboard.press("Enter");
  await tabTo("#beta");
  await page.keyboard.press("End");
  await page.locator('#steer[data-state="current"]').waitFor({ state: "attached" });
  await tabTo("#split");
  await page.keyboard.press("ArrowRight");
  await tabTo("#compare input");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("#frame").getAttribute("data-view"), "second");
  await tabTo("#weights-on");
  await page.keyboard.press("Space");
  assert.ok(await page.locator("#weights").isVisible());

  await tabTo("#plot-picture");
  const patch = () => page.locator("#patch-title").textContent();
  const before = await patch();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await patch(), before);
  assert.match(await page.locator("#patch-said").textContent(), /\d/, "it is said, too");

  await tabTo("#measure-run");
  await page.keyboard.press("Enter");
  await page.locator("#findings:not([hidden])").waitFor();

  await tabTo("#save", "Shift+Tab");
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  assert.match((await download).suggestedFilename(), /^[a-z]+-[a-z]+-fused-[a-z]{3}\.png$/);
  await leave();
});

test("the focus goes from top to bottom, and is always to be seen", async () => {
  const { page, leave } = await site.visit();
  await page.locator("#samples button").first().click();
  await fused(page);
  await unfold(page);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Tab");
  let reached = 0;
  for (let i = 0; i < 200; i++) {
    await page.waitForTimeout(20);
    const { name, part, shown, inside } = await page.evaluate((parts) => {
      const element = document.activeElement;
      const ringed = (node, pseudo) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node, pseudo);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || (pseudo && boxShadow !== "none");
      };
      // The ring may be around what stands for the element: its label, its
      // pane, the seam that follows it.
      const stands = [element, element.closest("label"), element.parentElement, element.closest(".pane"), ...element.children];
      const next = element.nextElementSibling;
      const { top, bottom } = element.getBoundingClientRect();
      return {
        name: element.id || element.outerHTML.slice(0, 60),
        part: parts.findIndex((selector) => element.closest(selector)),
        shown: stands.some((node) => node && ringed(node)) || Boolean(next && ringed(next, "::before")),
        inside: bottom > 0 && top < innerHeight,
      };
    }, parts);
    if (name === "<body" || part < 0) break; // round the whole page
    assert.ok(part >= reached, `${name} comes after ${parts[reached]}`);
    assert.ok(shown, `the focus on ${name} shows`);
    assert.ok(inside, `${name} is in the window`);
    reached = part;
    await page.keyboard.press("Tab");
  }
  assert.equal(parts[reached], "footer", "all parts are met");
  await leave();
});
