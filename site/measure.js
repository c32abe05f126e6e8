// The Worker that measures fusions, by the Go program measure.wasm, whose
// doc.go says what it offers. Messages are answered in their order:
//
//	{type: "sources", first, second}   two Blobs             → {width, height, histograms}
//	{type: "fuse", method}             the pair, classically → {bitmap}
//	{type: "figures", bitmap}          of a fusion           → {type: "figure", name, value} each, then {histogram}
//
// Answers have the type "done", or "failed" with a message, a sentence.

import { run } from "./program.js";

// What is larger is measured smaller: the slowest metric takes a minute and 300
// MB for a megapixel.
const mostPixels = 1 << 20;

const started = start();
let size; // that the sources are measured at
let turn = started.catch(() => {});

addEventListener("message", ({ data }) => {
  turn = turn.then(() => answer(data)).catch(({ message }) => postMessage({ type: "failed", message }));
});

// The program puts the global measure in place before it first waits.
async function start() {
  const ended = run(new URL("measure.wasm", import.meta.url)).then(() => Promise.reject(new Error("It ended.")));
  const there = (async () => {
    while (!globalThis.measure) await new Promise((resolve) => setTimeout(resolve, 5));
  })();
  await Promise.race([ended, there]);
  ended.catch(stopped);
}

// It has most likely run out of memory.
function stopped() {
  postMessage({ type: "failed", message: "The program that measures has stopped: close other pages, or measure smaller pictures." });
}

async function answer(message) {
  await started.catch(() => {
    throw new Error("The program that measures did not arrive. Look at the connection and try again.");
  });
  const done = await requests[message.type](message);
  postMessage({ type: "done", ...done }, Object.values(done).filter((value) => value instanceof ImageBitmap));
}

const requests = {
  async sources({ first, second }) {
    const bitmaps = await Promise.all([first, second].map((blob) => createImageBitmap(blob, { imageOrientation: "from-image" })));
    size = measuredSize(bitmaps[0]);
    const pictures = bitmaps.map(pixels);
    check(measure.sources(...pictures));
    return { ...size, histograms: pictures.map((picture) => check(measure.histogram(picture))) };
  },

  async fuse({ method }) {
    return { bitmap: await createImageBitmap(check(measure.fuse(method))) };
  },

  figures({ bitmap }) {
    const picture = pixels(bitmap);
    check(measure.figures(picture, (name, value) => postMessage({ type: "figure", name, value })));
    return { histogram: check(measure.histogram(picture)) };
  },
};

function measuredSize({ width, height }) {
  const shrink = Math.min(1, Math.sqrt(mostPixels / (width * height)));
  return { width: Math.round(width * shrink), height: Math.round(height * shrink) };
}

/** The pixels of a bitmap, which it closes, at the measured size. */
function pixels(bitmap) {
  const { width, height } = size;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

function check(result) {
  if (result?.error) throw new Error(result.error);
  return result;
}
