// A visit to the page, as its tests make it: a browser that knows nothing of the
// visits before, and a watch over what no visit may do.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { dist, serve } from "./server.mjs";

/** Starts the browser and a server for the site. answer is serve()'s. */
export async function start(answer) {
  const server = await serve(dist, answer);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const tabs = new Tabs(browser, server.url);
  return {
    visit: (options) => visit(tabs, server.url, options),
    async stop() {
      await browser.close();
      await server.close();
    },
  };
}

const desk = { width: 1280, height: 800 };

/**
 * Who visits wants less motion, unless a test says otherwise. A page that scrolls
 * softly moves between a mouse button's going down and coming up, and the click is
 * nobody's.
 */
const still = "reduce";

/**
 * Tabs whose visit is over, by the options of their contexts. They are swept and
 * used again: a tab's process has compiled the programs, which takes a new one
 * longer than all the rest of a short visit.
 */
class Tabs {
  #free = new Map();

  constructor(browser, url) {
    this.browser = browser;
    this.origin = new URL(url).origin;
  }

  /** A tab without a past. */
  async open(options) {
    return this.#free.get(JSON.stringify(options))?.pop() ?? this.make(options);
  }

  /** A new tab. There is no service worker, which would download the whole page once more. */
  async make(options) {
    const context = await this.browser.newContext({ viewport: desk, reducedMotion: still, ...options });
    await context.addInitScript(() => delete Navigator.prototype.serviceWorker);
    return context.newPage();
  }

  /** Takes all that a visit has left out of its tab, and keeps that for the next. */
  async sweep(page, options) {
    await page.goto("about:blank");
    await page.unrouteAll();
    page.removeAllListeners();
    page.context().removeAllListeners();
    await page.setViewportSize(options.viewport ?? desk);
    await page.emulateMedia({ media: null, reducedMotion: options.reducedMotion ?? still });
    await page.mouse.move(0, 0);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Storage.clearDataForOrigin", { origin: this.origin, storageTypes: "all" });
    await devtools.detach();
    const key = JSON.stringify(options);
    this.#free.set(key, [...(this.#free.get(key) ?? []), page]);
  }
}

/**
 * Opens the page, does what comes meanwhile, and waits until its program runs.
 * before prepares a tab of the visit's own.
 */
async function visit(tabs, url, { before, meanwhile, hash = "", ...options } = {}) {
  const page = await (before ? tabs.make(options) : tabs.open(options));
  page.setDefaultTimeout(180_000); // the machine may be busy
  const said = [];
  const strayed = [];
  page.on("console", (message) => {
    // On a machine that is busy, what is preloaded waits for the program to start.
    if (!message.text().includes("was preloaded using link preload but not used")) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  page.context().on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== "blob:") strayed.push(request.url());
  });
  await before?.(page);
  await page.goto(url + hash);
  await meanwhile?.(page);
  await page.locator("#samples button").first().waitFor();
  return {
    page,
    said,
    /** Ends the visit. It must have been quiet, and have stayed at home. */
    async leave() {
      await (before ? page.context().close() : tabs.sweep(page, options));
      assert.deepEqual(said, [], "console messages");
      assert.deepEqual(strayed, [], "requests to other origins");
    },
  };
}

/** Waits for the last row of the weight map, which is painted in bands. */
export const weightsPainted = (page) => page.waitForFunction(() => {
  const canvas = document.querySelector("#weights");
  const row = new OffscreenCanvas(canvas.width, 1).getContext("2d", { willReadFrequently: true });
  row.drawImage(canvas, 0, 1 - canvas.height);
  return canvas.width > 1 && row.getImageData(0, 0, canvas.width, 1).data.every((value, i) => i % 4 !== 3 || value === 255);
});

/** A PNG file for setInputFiles(): a gradient with stripes, which seed shifts. */
export async function picture(page, name, width, height, seed = 0) {
  const bytes = await page.evaluate(async ([width, height, seed]) => {
    const image = new ImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const x = i % width, y = Math.floor(i / width);
      const stripe = ((x + seed) >> 3) & 1 ? 40 : 0;
      image.data.set([(255 * x) / width, (200 * y) / height + stripe, 128 - stripe, 255], 4 * i);
    }
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d").putImageData(image, 0, 0);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  }, [width, height, seed]);
  return { name, mimeType: "image/png", buffer: Buffer.from(bytes) };
}

/** Lets files fall on an element, or, for "paste", come from the clipboard. */
export function hand(page, how, selector, files) {
  const plain = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, bytes: [...buffer] }));
  return page.evaluate(([how, selector, files]) => {
    const data = new DataTransfer();
    for (const { name, mimeType, bytes } of files) {
      data.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
    }
    const common = { bubbles: true, cancelable: true };
    const event = how === "paste"
      ? new ClipboardEvent("paste", { ...common, clipboardData: data })
      : new DragEvent("drop", { ...common, dataTransfer: data });
    document.querySelector(selector).dispatchEvent(event);
  }, [how, selector, plain]);
}
