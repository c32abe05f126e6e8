// How the page looks in its main states. LOOKS=renew node --test visual.test.mjs
// makes the pictures in looks/ anew, when a change of looks is meant.

import { after, before, test } from "node:test";
import { looksAsBefore } from "./looks.mjs";
import { start, weightsPainted } from "./visit.mjs";

let site;

before(async () => { site = await start(); });
after(() => site?.stop());

const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

const parts = (page, name, ...ids) => ids.reduce(
  (before, id) => before.then(() => looksAsBefore(page, `${name}-${id}`, `#${id}`)), Promise.resolve());

for (const [name, options] of Object.entries({
  light: { viewport: wide },
  dark: { viewport: wide, colorScheme: "dark" },
  phone: { viewport: phone, hasTouch: true },
  german: { viewport: phone, hasTouch: true, locale: "de" },
})) {
  test(`looks: ${name}, with the recorded example`, async () => {
    const { page, leave } = await site.visit(options);
    await page.locator('#model[data-state="ready"]').waitFor();
    await page.locator('#think[data-state="shown"]').waitFor();
    await looksAsBefore(page, `${name}-start`, null);
    await page.locator("#steer > summary").click();
    await page.locator(":focus").blur();
    await page.mouse.move(0, 0);
    await parts(page, name, "steer", "stage", "think", "workbench", "batch");
    await leave();
  });
}

test("looks: a result, with its weight map", async () => {
  const { page, leave } = await site.visit({ viewport: wide });
  await page.locator("#samples button").nth(2).click();
  await page.locator('#stage[data-state="fused"]').waitFor();
  await page.mouse.move(0, 0);
  await parts(page, "result", "inputs", "stage");
  await page.locator("#weights-on").check();
  await weightsPainted(page);
  await looksAsBefore(page, "result-weights", "#frame");
  await leave();
});
