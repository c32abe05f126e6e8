// What the module keeps of a model in the browser's private file system: it
// goes on where a download stopped, and does without a network.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { dist, serve } from "./server.mjs";

const folder = join(dist, "model/tiny");
const manifest = JSON.parse(await readFile(join(folder, "model.json"), "utf8"));
const weights = await readFile(join(folder, manifest.file));
const { frames, size } = manifest;

let browser, server, context, page;
let requests; // for the weight file: [the Range asked for, the bytes given]
let knowsRanges; // whether the server knows ranges
let cuts; // bytes after which its connections stall, first one first; 0 is a server that is down
let connection; // the last one
let changed; // other contents: path → text

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});
after(() => browser?.close());

beforeEach(async () => {
  requests = [];
  knowsRanges = true;
  cuts = [];
  changed = {};
  server = await serve(dist, answer);
  context = await browser.newContext();
  page = await open();
});
afterEach(async () => {
  await context.close();
  await server.close();
});

function answer(path, request, response) {
  if (path === "/empty.html") {
    response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Test</title>");
  } else if (changed[path] !== undefined) {
    const type = path.endsWith(".js") ? "text/javascript" : "application/json";
    response.writeHead(200, { "Content-Type": type }).end(changed[path]);
  } else if (path === `/model/tiny/${manifest.file}`) {
    giveWeights(request, response);
  } else {
    return false;
  }
  return true;
}

function giveWeights({ headers: { range } }, response) {
  const [, from, to] = (knowsRanges && range?.match(/^bytes=(\d+)-(\d*)$/)) || [null, 0, ""];
  const part = weights.subarray(Number(from), to === "" ? size : Number(to) + 1);
  const given = Math.min(cuts.shift() ?? Infinity, part.length);
  requests.push([range, given]);
  connection = response;
  if (given === 0) {
    response.writeHead(503).end();
    return;
  }
  response.writeHead(range && knowsRanges ? 206 : 200, { "Content-Length": part.length });
  if (given === part.length) response.end(part);
  else response.write(part.subarray(0, given));
}

async function open() {
  const page = await context.newPage();
  await page.goto(`${server.url}empty.html`);
  return page;
}

/** Loads the model: what came of it, and how much of it was stored before. */
const load = (on = page) => on.evaluate(async () => {
  const { load } = await import("./tcmoa.js");
  const progress = [];
  try {
    const fuser = await load({ onProgress: (p) => progress.push(p) });
    fuser.close();
    return { stored: fuser.stored, fromStore: progress.at(-1).storedBytes };
  } catch (error) {
    return { error: error.message };
  }
});

const whole = { stored: true, fromStore: size };
const fresh = { stored: true, fromStore: 0 };
const unstored = { stored: false, fromStore: 0 };

/** Every file that is stored: path → size. */
const stored = () => page.evaluate(async () => {
  const files = {};
  const walk = async (directory, path) => {
    for await (const [name, handle] of directory.entries()) {
      if (handle.kind === "directory") await walk(handle, `${path}${name}/`);
      else files[`${path}${name}`] = (await handle.getFile()).size;
    }
  };
  await walk(await navigator.storage.getDirectory(), "");
  return files;
});

/** Breaks the connection off once the first n frames are stored. */
async function breakOffAfter(n) {
  const full = (files) => Object.entries(files).some(([path, size]) => path.endsWith(`/${n - 1}`) && size === frames[n - 1].length);
  while (!full(await stored())) await page.waitForTimeout(20);
  connection.destroy();
}

/** Writes into a stored file, or, with no text, cuts it short. */
const damage = (path, text) => page.evaluate(async ([path, text]) => {
  let handle = await navigator.storage.getDirectory();
  const names = path.split("/");
  for (const name of names.slice(0, -1)) handle = await handle.getDirectoryHandle(name);
  const file = await handle.getFileHandle(names.at(-1));
  const writable = await file.createWritable({ keepExistingData: true });
  await (text ? writable.write({ type: "write", position: 500, data: text }) : writable.truncate(1000));
  await writable.close();
}, [path, text]);

test("a second load fetches the manifest alone, and does without the server", async () => {
  assert.deepEqual(await load(), fresh);
  assert.deepEqual(requests, [[undefined, size]]);
  const files = Object.keys(await stored());
  assert.equal(files.length, frames.length + 1);
  for (const file of files) assert.match(file, /^tcmoa\/[0-9a-f]{64}\/([0-9a-f]{64}\/\d+|model\.json)$/);

  page = await open();
  assert.deepEqual(await load(), whole);
  assert.equal(requests.length, 1);

  await context.route("**/model/**", (route) => route.abort());
  assert.deepEqual(await load(), whole, "no server");
  await context.unroute("**/model/**");
  await context.route("**/model/**", () => {});
  assert.deepEqual(await load(), whole, "a server that never answers");
});

test("a download that broke off goes on at the first frame that is missing", async () => {
  cuts = [frames[3].offset + 1000, 0]; // what is tried again at once brings nothing
  const [{ error }] = await Promise.all([load(), breakOffAfter(3)]);
  assert.match(error, /^The model could not be fetched from .*\.$/);
  assert.equal(requests.length, 2);

  page = await open();
  assert.deepEqual(await load(), { ...fresh, fromStore: frames[3].offset });
  assert.deepEqual(requests.at(-1), [`bytes=${frames[3].offset}-`, size - frames[3].offset]);
});

test("a connection that breaks off is taken up within a load", async () => {
  cuts = [frames[2].offset - 1000, frames[2].length];
  const [loaded] = await Promise.all([load(), breakOffAfter(1).then(() => breakOffAfter(2))]);
  assert.deepEqual(loaded, fresh);
  assert.equal(requests.length, 3);
  const [second, third] = requests.slice(1).map(([range]) => Number(range.match(/^bytes=(\d+)-$/)[1]));
  assert.ok(second >= frames[1].offset && second <= frames[2].offset - 1000);
  assert.ok(third >= frames[2].offset && third <= second + frames[2].length);
});

test("a server that knows no ranges costs bytes, not the model", async () => {
  knowsRanges = false;
  cuts = [frames[3].offset, 0];
  const [{ error }] = await Promise.all([load(), breakOffAfter(3)]);
  assert.ok(error);
  page = await open();
  assert.deepEqual(await load(), { ...fresh, fromStore: frames[3].offset });
  assert.deepEqual(requests.at(-1), [`bytes=${frames[3].offset}-`, size]);
});

test("stored frames that are damaged or cut short are fetched again, they alone", async () => {
  await load();
  const files = Object.keys(await stored());
  const last = frames.length - 1;
  for (const [i, text] of [[1, "damaged"], [3, ""], [last, "damaged"]]) {
    await damage(files.find((file) => file.endsWith(`/${i}`)), text);
  }
  requests = [];
  page = await open();
  const missing = frames[1].length + frames[3].length + frames[last].length;
  assert.deepEqual(await load(), { ...fresh, fromStore: size - missing });
  assert.deepEqual(requests, [
    [`bytes=${frames[1].offset}-${frames[2].offset - 1}`, frames[1].length],
    [`bytes=${frames[3].offset}-${frames[4].offset - 1}`, frames[3].length],
    [`bytes=${frames[last].offset}-`, frames[last].length],
  ]);
  assert.deepEqual(await load(), whole);
});

test("a damaged download is not stored", async () => {
  const damaged = { ...manifest, frames: frames.map((f, i) => (i === 2 ? { ...f, sha256: "0".repeat(64) } : f)) };
  changed["/model/tiny/model.json"] = JSON.stringify(damaged);
  assert.match((await load()).error, /^The model from .* is damaged: .*SHA-256.*\.$/);
  assert.equal(Object.keys(await stored()).length, 2);
});

test("a model that the address no longer gives is removed", async () => {
  await load();
  const before = Object.keys(await stored());
  changed["/model/tiny/model.json"] = JSON.stringify({ ...manifest, sha256: "1".repeat(64) });
  assert.deepEqual(await load(), fresh);
  const files = Object.keys(await stored());
  assert.equal(files.length, before.length);
  assert.equal(files.filter((file) => file.includes("1".repeat(64))).length, frames.length);
});

test("pages that load at once do not get in each other's way", async () => {
  const pages = [page, await open(), await open()];
  for (const { error } of await Promise.all(pages.map(load))) assert.equal(error, undefined);
  await load(); // what one of them left out because another was at it
  requests = [];
  assert.deepEqual(await load(), whole);
  assert.deepEqual(requests, []);
});

test("a browser without room keeps what fits, and goes on", async () => {
  const protocol = await context.newCDPSession(page);
  const origin = server.url.slice(0, -1);
  await protocol.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 3_000_000 });
  assert.deepEqual(await load(), unstored);
  const kept = Object.values(await stored()).reduce((sum, size) => sum + size, 0);
  assert.ok(kept > 0 && kept < 3_000_000, `${kept} bytes are kept`);
});

const engine = await readFile(join(dist, "engine.js"), "utf8");
for (const [what, script] of Object.entries({
  "that blocks the file system": "navigator.storage.getDirectory = async () => { throw new DOMException('', 'SecurityError') }",
  "without a file system": "Object.defineProperty(navigator, 'storage', { value: undefined })",
  "that can only read there": "delete FileSystemFileHandle.prototype.createSyncAccessHandle",
})) {
  test(`a browser ${what} loads as ever`, async () => {
    changed["/engine.js"] = `${engine}\n${script};\n`;
    assert.deepEqual(await load(), unstored);
    assert.deepEqual(requests, [[undefined, size]]);
  });
}
