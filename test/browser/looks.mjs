// Comparing how the page looks with how it looked: pictures of its parts, made
// small enough that another machine's letters come out the same.

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const references = new URL("looks/", import.meta.url);
const renewing = process.env.LOOKS === "renew";

const block = 8; // pixels of the page's for one of the picture's
const far = 28; // of 255: a difference that is more than letters
const mostFar = 0.03; // of all blocks
const mostMean = 3.2; // of 255

/**
 * Holds a part of the page, or the window where selector is null, against its
 * picture in looks/. A part that has grown or shrunk a little, as other fonts
 * have it, is fitted to the picture first.
 */
export async function looksAsBefore(page, name, selector) {
  const target = selector ? page.locator(selector) : page;
  const now = await target.screenshot({ animations: "disabled", caret: "hide" });
  const file = new URL(`${name}.webp`, references);
  if (renewing) {
    await mkdir(references, { recursive: true });
    await writeFile(file, Buffer.from(await page.evaluate(small, [[...now], block]), "base64"));
    return;
  }
  const before = await readFile(file).catch(() => null);
  assert.ok(before, `looks/${name}.webp is missing: make it by LOOKS=renew node --test visual.test.mjs`);
  const { mean, share, grown } = await page.evaluate(difference, [[...now], [...before], block, far]);
  if (mean <= mostMean && share <= mostFar && grown <= 0.15) return;
  const path = join(tmpdir(), `${name}.png`);
  await writeFile(path, now);
  assert.fail(
    `${name} looks different: ${mean.toFixed(1)} of 255 on average, ${(100 * share).toFixed(1)} % of it by more than ${far}, ` +
    `${(100 * grown).toFixed(0)} % in size. It is now as in ${path}; where that is right, LOOKS=renew node --test visual.test.mjs keeps it.`,
  );
}

/** In the page: a PNG made small, as a WebP in base64. */
async function small([bytes, block]) {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const canvas = new OffscreenCanvas(Math.ceil(bitmap.width / block), Math.ceil(bitmap.height / block));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, bitmap.width / block, bitmap.height / block);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 1 });
  return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}

/** In the page: how far a PNG is from a small picture. */
async function difference([now, before, block, far]) {
  const [a, b] = await Promise.all([now, before].map((bytes) => createImageBitmap(new Blob([new Uint8Array(bytes)]))));
  const { width, height } = b;
  const grown = Math.max(Math.abs(a.width / block - width) / width, Math.abs(a.height / block - height) / height);
  const fits = Math.ceil(a.width / block) === width && Math.ceil(a.height / block) === height;
  const pixels = (bitmap, ...size) => {
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, ...size);
    return context.getImageData(0, 0, width, height).data;
  };
  const x = fits ? pixels(a, a.width / block, a.height / block) : pixels(a, width, height);
  const y = pixels(b, width, height);
  let sum = 0, beyond = 0;
  for (let i = 0; i < x.length; i += 4) {
    const most = Math.max(...[0, 1, 2].map((c) => Math.abs(x[i + c] - y[i + c])));
    sum += most;
    if (most > far) beyond++;
  }
  return { mean: sum / (width * height), share: beyond / (width * height), grown };
}
