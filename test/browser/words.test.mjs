// The page in another language. That every text has its German, the tests of
// wasm/page see to.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { picture, start } from "./visit.mjs";

let site;
let brokenPath = ""; // what the server does not give out

before(async () => {
  site = await start((path, _, response) => {
    if (path !== brokenPath) return false;
    response.writeHead(503).end();
    return true;
  });
});
after(() => site?.stop());

const language = (page) => page.locator("#language");
const spoken = (page) => page.evaluate(() => document.documentElement.lang);
const headline = (page) => page.locator("h1").innerText();

/** Every text and name that shows, without those that stay as they are. */
const texts = (page) => page.evaluate(() => {
  const shows = (element) => element.checkVisibility({ visibilityProperty: true });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const all = [document.title];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (/\p{L}/u.test(data) && shows(parentElement) && !parentElement.closest('[translate="no"], noscript')) all.push(data.trim());
  }
  for (const name of ["aria-label", "alt", "title", "placeholder"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) if (shows(element)) all.push(element.getAttribute(name));
  }
  return all;
});

test("who reads German sees no English page first", async () => {
  const { page, leave } = await site.visit({
    locale: "de-AT",
    before: (page) => page.addInitScript(() => {
      // A machine that is busy is not to use up the page's patience.
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (act, ms) => setTimeout(act, ms > 1000 ? 60_000 : ms);
      globalThis.seen = [];
      const look = () => {
        const title = document.querySelector("h1");
        if (title && getComputedStyle(title).visibility === "visible") seen.push(title.textContent);
        requestAnimationFrame(look);
      };
      look();
    }),
  });
  assert.equal(await spoken(page), "de");
  const seen = await page.evaluate(() => [...new Set(seen)]);
  assert.deepEqual(seen, ["Zwei Bilder einer Szene, zu einem fusioniert"]);
  assert.equal(await language(page).textContent(), "English");

  await page.setInputFiles("#file-first", { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("text") });
  await page.locator("#error-first", { hasText: "„notes.txt“ ist kein Bild." }).waitFor();
  await page.locator("#samples button", { hasText: "Sessel" }).click();
  await page.locator('#stage[data-state="fused"]').waitFor();
  assert.match(await page.locator("#facts").textContent(), /^Fusion \(Belichtung\) von 448 × 336 Pixeln in (\d+ m|\d(,\d)? ?|\d+ )s auf diesem Gerät: CPU, int8, 1 Worker\.$/);
  assert.match(await page.locator("#model-text").textContent(), /ist bereit: \d,\d MB, geprüft\.$/);
  await leave();
});

test("the language changes while the page is in use, and back", async () => {
  const { page, leave } = await site.visit();
  await page.setInputFiles("#file-first", { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("text") });
  await page.locator("#error-first:not(:empty)").waitFor();
  await page.setInputFiles("#file-first", await picture(page, "a.png", 96, 64));
  await page.setInputFiles("#file-second", await picture(page, "b.png", 64, 64));
  await page.locator("#error-pair:not(:empty)").waitFor();
  await page.locator('#model[data-state="ready"]').waitFor();
  const english = await texts(page);
  assert.equal(await spoken(page), "en-GB");

  await language(page).focus();
  await page.keyboard.press("Enter");
  await page.locator("html[lang=de]").waitFor();
  assert.match(await page.locator("#error-pair").textContent(), /^Die Bilder sind verschieden groß: Das erste hat 96 × 64 Pixel/);
  assert.ok(await language(page).evaluate((button) => button === document.activeElement), "the focus stays");
  await page.locator("#samples button", { hasText: "Küste" }).waitFor();

  await page.reload();
  await page.locator("#samples button", { hasText: "Küste" }).waitFor();
  assert.equal(await spoken(page), "de", "it is remembered");
  await page.setInputFiles("#file-first", await picture(page, "a.png", 96, 64));
  await page.setInputFiles("#file-second", await picture(page, "b.png", 64, 64));
  await page.locator("#error-pair:not(:empty)").waitFor();
  await page.locator('#model[data-state="ready"]').waitFor();
  await language(page).click();
  await page.locator("html[lang=en-GB]").waitFor();
  assert.deepEqual(await texts(page), english, "nothing German is left");
  await leave();
});

test("without the other language's texts the page stays as it is, and says so", async () => {
  brokenPath = "/words/de.json";
  const { page, said, leave } = await site.visit({ locale: "de" });
  assert.equal(await spoken(page), "en-GB");
  assert.match(await headline(page), /^Two pictures/);
  await language(page).click();
  await page.getByRole("alert").filter({ hasText: "The texts did not arrive." }).waitFor();
  brokenPath = "";
  await language(page).click();
  await page.locator("html[lang=de]").waitFor();
  assert.match(await headline(page), /^Zwei Bilder/);
  assert.equal(await page.locator("#error-language").textContent(), "");
  said.length = 0; // the browser itself reports the answer 503
  await leave();
});
