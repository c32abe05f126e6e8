// The page on paper.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./visit.mjs";

let site;

before(async () => { site = await start(); });
after(() => site?.stop());

test("paper holds the result, its sources and the numbers, and nothing to press", async () => {
  const { page, leave } = await site.visit({ colorScheme: "dark" });
  await page.locator("#samples button").first().click();
  await page.locator('#stage[data-state="fused"]').waitFor();
  await page.locator("#zoom-actual").click(); // paper has the whole picture all the same
  await page.emulateMedia({ media: "print" });

  const pressable = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, textarea, summary, progress")]
      .filter((element) => !element.closest("table")) // where they are names, too
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .map((element) => element.id || element.outerHTML.slice(0, 80)));
  assert.deepEqual(pressable, []);
  for (const id of ["fused", "preview-first", "preview-second", "caption", "facts", "maps", "weights-licence"]) {
    assert.ok(await page.locator(`#${id}`).isVisible(), id);
  }
  const { background, ink } = await page.evaluate(() => {
    const { backgroundColor: background, color: ink } = getComputedStyle(document.documentElement);
    return { background, ink };
  });
  assert.deepEqual([background, ink], ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
  const [frame, fused] = await Promise.all(["#frame", "#fused"].map((selector) => page.locator(selector).boundingBox()));
  assert.deepEqual(fused, frame, "the picture fills its frame");

  await page.emulateMedia({ media: null }); // or pdf() would take the screen's width
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  const pages = pdf.match(/\/Type\s*\/Page\b(?!s)/g).length;
  assert.ok(pages <= 4, `${pages} pages`);
  await leave();
});
