// How the page looks in its main states. LOOKS=renew node --test visual.test.mjs
// makes the pictures in looks/ anew, when a change of looks is meant.

import { after, before, test } from "node:test";
import { looksAsBefore } from "./looks.mjs";
import { start } from "./visit.mjs";

let site;

before(async () => { site = await start(); });
after(() => site?.stop());

const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

for (const [name, options] of Object.entries({
  light: { viewport: wide },
  dark: { viewport: wide, colorScheme: "dark" },
  phone: { viewport: phone, hasTouch: true },
  german: { viewport: phone, hasTouch: true, locale: "de" },
})) {
  test(`looks: ${name}`, async () => {
    const { page, leave } = await site.visit({ reducedMotion: "reduce", ...options });
    await page.locator('#model[data-state="ready"]').waitFor();
    await looksAsBefore(page, `${name}-start`, null);

    await page.locator("#samples button").nth(2).click();
    await page.locator('#stage[data-state="fused"]').waitFor();
    await page.mouse.move(0, 0);
    for (const part of ["inputs", "stage"]) await looksAsBefore(page, `${name}-${part}`, `#${part}`);
    await page.locator("#weights-on").check();
    await page.waitForTimeout(500); // the map is painted in stretches
    await looksAsBefore(page, `${name}-weights`, "#stage");
    await leave();
  });
}
