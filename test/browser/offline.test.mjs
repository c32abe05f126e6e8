// The page without a network, and how it comes by a new version.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { dist, serve } from "./server.mjs";

const scripts = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8" };

let browser, axe, server, context, page;
let requests; // what the server was asked for
let changed; // what it gives in place of a file: path → text, null for a 404

before(async () => {
  axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});
after(() => browser?.close());

beforeEach(async () => {
  requests = [];
  changed = {};
  server = await serve(dist, (path, _, response) => {
    requests.push(path);
    const text = changed[path];
    if (text === undefined) return false;
    const type = scripts[path.endsWith("/") ? ".html" : path.slice(path.lastIndexOf("."))];
    response.writeHead(text === null ? 404 : 200, { "Content-Type": type }).end(text);
    return true;
  });
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
  page = await open();
});
afterEach(async () => {
  await context.close();
  await server.close();
});

async function open(path = "") {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000); // the machine may be busy
  await page.goto(server.url + path);
  return page;
}

const kept = (on = page) => on.locator("#offline:visible").waitFor();
const notice = (on = page) => on.locator("#update-notice");
const button = (name) => notice().getByRole("button", { name });

const worker = await readFile(join(dist, "sw.js"), "utf8");
const html = await readFile(join(dist, "index.html"), "utf8");
const sum = (text) => createHash("sha256").update(text).digest("hex");

/** Has the server give a page of another title, as a build of it would. */
function publish(title) {
  changed["/"] = html.replace(/<title>.*<\/title>/, `<title>${title}</title>`);
  changed["/sw.js"] = worker.replace(sum(html), sum(changed["/"]));
}

test("the second visit fuses with the network cut", async () => {
  await kept();
  assert.match(await page.locator("#offline").innerText(), /without a network/);

  await server.close();
  await context.setOffline(true);
  page = await open("?a=query#state");
  assert.equal(page.url(), `${server.url}?a=query#state`);
  await page.locator("#samples button").first().click();
  await page.locator('#stage[data-state="fused"]').waitFor();
  await page.locator('#model[data-state="ready"]').waitFor();
  await kept();
  for (const image of await page.locator("#samples img").all()) {
    assert.ok(await image.evaluate(async (image) => image.decode().then(() => true, () => false)));
  }
});

test("a page that is not kept, or a model, promises nothing", async () => {
  await context.close();
  context = await browser.newContext();
  await context.addInitScript(() => delete Navigator.prototype.serviceWorker);
  page = await open();
  await page.locator('#model[data-state="ready"]').waitFor();
  assert.equal(await page.locator("#offline").isVisible(), false, "no service worker");

  await context.close();
  context = await browser.newContext();
  changed["/engine.js"] = null; // so that the shell is not whole
  page = await open();
  await page.locator('#model[data-state="failed"]').waitFor();
  assert.equal(await page.locator("#offline").isVisible(), false, "no engine");
  assert.deepEqual(await page.evaluate(() => document.documentElement.dataset.shell), undefined);
});

test("a new version is offered, and taken when the visitor likes", async () => {
  await kept();
  const title = await page.title();
  publish("The new version");
  requests = [];
  await page.reload();
  await notice().waitFor();
  assert.equal(await page.title(), title, "the page is still the old one");
  assert.ok(!requests.includes("/page.wasm") && !requests.includes("/engine.wasm"), "what has not changed is not fetched");

  await page.evaluate(axe);
  assert.deepEqual(await page.evaluate(async () => (await axe.run()).violations.map(({ id }) => id)), []);
  await button("Later").click();
  assert.equal(await notice().isVisible(), false);

  const other = await open();
  await notice(other).waitFor();
  await page.reload();
  await button("Reload").click();
  await notice().filter({ hasText: "Close the other tabs" }).waitFor();
  assert.equal(await page.title(), title, "no page changes its version while it is open");

  await other.close();
  await Promise.all([page.waitForEvent("load"), button("Reload").click()]);
  assert.equal(await page.title(), "The new version");
  await kept();
  assert.equal(await notice().isVisible(), false);
  const keys = await page.evaluate(async () => (await (await caches.open((await caches.keys())[0])).keys()).map(({ url }) => url));
  assert.equal(keys.filter((key) => key.includes("index.html")).length, 1, "the old version is gone");
});

test("a version that is not whole is not taken", async () => {
  await kept();
  const title = await page.title();
  publish("Half a version");
  changed["/"] += "<!-- another one -->";
  const fate = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const found = new Promise((resolve) => registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker.addEventListener("statechange", () => resolve(worker.state));
    }));
    registration.update();
    return found;
  });
  assert.equal(fate, "redundant");
  await page.reload();
  assert.equal(await page.title(), title);
  assert.equal(await notice().isVisible(), false);
});

test("the service worker leaves alone what is not the shell's", async () => {
  await kept();
  await page.reload();
  requests = [];
  const answers = await page.evaluate(async () => {
    const status = async (url, options) => (await fetch(url, options)).status;
    return [await status("missing.js"), await status("page.js?1"), await status("icon.svg"), await status("icon.svg", { method: "HEAD" })];
  });
  assert.deepEqual(answers, [404, 200, 200, 200]);
  assert.deepEqual(requests.filter((path) => /missing|page\.js|icon/.test(path)), ["/missing.js", "/page.js", "/icon.svg"]);
  const keys = await page.evaluate(async () => {
    const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return all.flat().map(({ url }) => url);
  });
  assert.ok(keys.length > 20);
  assert.deepEqual(keys.filter((key) => key.includes("/model/")), [], "the weights are not kept twice");
});

test("the page can be installed", async () => {
  const protocol = await context.newCDPSession(page);
  const { errors, data } = await protocol.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const { icons, name, start_url: start } = JSON.parse(data);
  assert.ok(name && start === "./");
  for (const { src, sizes, type } of icons) {
    const size = await page.evaluate(async (src) => {
      const blob = await (await fetch(src)).blob();
      if (blob.type === "image/svg+xml") return "any";
      const { width, height } = await createImageBitmap(blob);
      return `${width}x${height}`;
    }, src);
    assert.equal(size, sizes, `${src}, ${type}`);
  }
  await kept();
  const { installabilityErrors } = await protocol.send("Page.getInstallabilityErrors");
  const ours = installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito");
  assert.deepEqual(ours, []);
});
