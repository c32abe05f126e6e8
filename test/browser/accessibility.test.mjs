// The page under the eyes of axe, and on a narrow screen.

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

/** What axe finds wrong, rule by rule. */
async function faults(page) {
  await page.evaluate(axe); // not a script element: the page's policy forbids those
  const { violations } = await page.evaluate(() => axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`);
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in its main states, ${colorScheme}`, async () => {
    const { page, leave } = await site.visit({ colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await faults(page), [], "empty");

    await page.setInputFiles("#file-first", { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("text") });
    await page.setInputFiles("#file-second", await picture(page, "b.png", 64, 64));
    await page.locator("#error-first:not(:empty)").waitFor();
    await page.setInputFiles("#file-first", await picture(page, "a.png", 96, 64));
    await page.locator("#error-pair:not(:empty)").waitFor();
    assert.deepEqual(await faults(page), [], "refused");

    await page.locator("#samples button").first().click();
    await page.locator('#fusing[data-state="running"]').waitFor();
    assert.deepEqual(await faults(page), [], "fusing");

    await page.locator('#stage[data-state="fused"]').waitFor();
    await page.getByRole("switch", { name: "Weight map" }).click();
    assert.deepEqual(await faults(page), [], "fused");
    await leave();
  });
}

for (const width of [320, 360, 390]) {
  test(`a phone of ${width} pixels needs no sideways scrolling`, async () => {
    const { page, leave } = await site.visit({ viewport: { width, height: 740 }, hasTouch: true });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(await overflow(), 0, "empty");
    const long = `${"a-long-name-".repeat(12)}.png`;
    for (const side of ["first", "second"]) {
      await page.setInputFiles(`#file-${side}`, await picture(page, long, 96, 64));
    }
    await page.locator('#fusing[data-state="lit"]').waitFor();
    await page.locator("#fuse").click();
    await page.locator('#stage[data-state="fused"]').waitFor();
    assert.equal(await overflow(), 0, "fused");
    await leave();
  });
}

test("targets are at least 24 pixels", async () => {
  const { page, leave } = await site.visit({ viewport: { width: 390, height: 740 } });
  await page.locator("#samples button").first().click();
  await page.locator('#stage[data-state="fused"]').waitFor();
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, label, summary")]
      .map((element) => [element.id || element.className || element.tagName, element.getBoundingClientRect()])
      .filter(([, { width, height }]) => width && (width < 24 || height < 24))
      .map(([name]) => name));
  assert.deepEqual(small, []);
  await leave();
});
