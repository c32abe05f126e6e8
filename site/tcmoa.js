// Image fusion in the browser. tcmoa.d.ts says what this module offers;
// wasm/engine/doc.go has the messages that it exchanges with its Worker.

/** Starts a Worker with the engine, streams the model in, and verifies it. */
export async function load(options = {}) {
  const { model = new URL("model/tiny/", import.meta.url), precision = "int8", backend = "auto" } = options;
  const { workers = processors(), onProgress, signal } = options;
  if (!Number.isInteger(workers) || workers < 1 || workers > maxWorkers) {
    throw new TypeError(`The option workers must be a whole number from 1 to ${maxWorkers}.`);
  }
  const url = absolute(model).replace(/\/?$/, "/");
  const engine = new Engine();
  try {
    const request = engine.request("load", { url, precision, backend }, [], { onProgress });
    const { info, stored, manifest, weights, ...runs } = await abortable(request, signal);
    return new EngineFuser(engine, { info, stored }, { manifest, weights, precision, backend }, runs, workers);
  } catch (error) {
    engine.end(error);
    throw error;
  }
}

/** Decodes a picture as fuse() would, honouring EXIF orientation. */
export function decode(source) {
  return bitmapOf(source, "The picture");
}

const choices = ["auto", "gpu", "cpu"]; // of a backend

const maxWorkers = 64;

// As many as there are processors, but one at most for each gigabyte (where the
// browser tells): a Worker with a tile of a megapixel takes a good part of one.
const processors = () =>
  Math.max(1, Math.floor(Math.min(navigator.hardwareConcurrency || 1, navigator.deviceMemory ?? 8, 8)));

const absolute = (url) => new URL(url, globalThis.document?.baseURI ?? location.href).href;

/** The Fuser that load() gives. It outlives its engine, should that crash. */
class EngineFuser {
  #engine; // null after close()
  #model; // what a new engine loads: no second download
  #runs; // {backend, note} as of the last answer
  #workers;
  #turn = Promise.resolve(); // settles when all calls so far are done

  constructor(engine, { info, stored }, model, runs, workers) {
    this.#engine = engine;
    this.#model = model;
    this.#runs = runs;
    this.#workers = workers;
    this.info = Object.freeze(info);
    this.stored = stored;
  }

  get backend() {
    return this.#runs.backend;
  }

  get note() {
    return this.#runs.note;
  }

  fuse(first, second, options = {}) {
    const { task, alpha, beta, prompts, router, experts, region, maps, keep, tilePixels, onProgress, signal } = options;
    const controls = { task, alpha, beta, prompts, router, experts };
    return this.#inTurn(signal, async () => {
      const start = performance.now();
      const pictures = pairOf(first, second, signal);
      try {
        const [a, b] = await abortable(pictures, signal);
        const engine = await abortable(this.#livingEngine(), signal);
        const members = { first: a.picture, second: b.picture, controls, region, maps, keep, tilePixels, workers: this.#workers };
        const fused = await engine.request("fuse", members, [...a.transfer, ...b.transfer], { onProgress, signal });
        this.#runs = { backend: fused.backend, note: fused.note };
        return result(fused, performance.now() - start);
      } finally {
        pictures.then(release, () => {}); // bitmaps that the engine did not take; nothing is left of those that it took
      }
    });
  }

  async use(backend) {
    if (!choices.includes(backend)) throw new TypeError(`The backend must be one of ${choices.join(", ")}.`);
    return this.#inTurn(undefined, async () => {
      if (!this.#engine) throw closed();
      this.#model.backend = backend;
      this.#engine.end(new Error("The fusion engine was replaced by another.")); // and lets go of all its memory
      await this.#livingEngine();
    });
  }

  close() {
    this.#engine?.end(closed());
    this.#engine = null;
    this.#model = null;
  }

  /** Does some work when the calls before are done. */
  async #inTurn(signal, work) {
    const before = this.#turn;
    const mine = promise();
    this.#turn = before.then(() => mine.promise);
    try {
      await abortable(before, signal);
      return await work();
    } finally {
      mine.resolve();
    }
  }

  async #livingEngine() {
    if (!this.#engine) throw closed();
    if (this.#engine.ended) {
      const engine = new Engine();
      this.#engine = engine;
      try {
        const { backend, note } = await engine.request("load", this.#model, []);
        this.#runs = { backend, note };
      } catch (error) {
        engine.end(error);
        throw error;
      }
    }
    return this.#engine;
  }
}

const closed = () => new Error("The fuser is closed.");

function result({ image, width, height, ...members }, milliseconds) {
  return { image: new ImageData(image, width, height), ...members, milliseconds };
}

/** A Worker with the engine, and the requests that it has not answered yet. */
class Engine {
  ended = null; // the error that ended it
  #worker;
  #calls = new Map();
  #lastId = 0;
  #ready = promise();

  constructor() {
    try {
      this.#worker = new Worker(new URL("engine.js", import.meta.url), { type: "module", name: "tcmoa" });
    } catch (error) {
      throw new Error(`The fusion engine could not be started: ${error.message}`);
    }
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const why = event.message ? `stopped: ${event.message}` : "could not be started: its files are missing or blocked";
      this.end(new Error(`The fusion engine ${why}.`));
    };
    this.#worker.postMessage({});
  }

  /** Sends a request. When signal aborts, it rejects as soon as the engine has let go of the work. */
  request(type, members, transfer, { onProgress, signal } = {}) {
    const { promise: answer, resolve, reject } = promise();
    if (this.ended) {
      reject(this.ended);
      return answer;
    }
    const id = ++this.#lastId;
    const cancel = () => this.#worker.postMessage({ type: "cancel", id });
    const settle = (how, value) => {
      this.#calls.delete(id);
      signal?.removeEventListener("abort", cancel);
      signal?.aborted ? reject(signal.reason) : how(value);
    };
    this.#calls.set(id, {
      onProgress,
      resolve: (value) => settle(resolve, value),
      reject: (error) => settle(reject, error),
    });
    this.#ready.promise.then(() => {
      const call = this.#calls.get(id);
      if (!call || signal?.aborted) {
        call?.reject();
        return;
      }
      signal?.addEventListener("abort", cancel);
      try {
        this.#worker.postMessage({ ...members, type, id }, transfer);
      } catch (error) {
        call.reject(error);
      }
    });
    return answer;
  }

  #receive({ type, id, message, ...members }) {
    const call = this.#calls.get(id);
    if (type === "ready") this.#ready.resolve();
    else if (type === "crash") this.end(new Error(message));
    else if (type === "progress") call?.onProgress?.(members);
    else if (type === "result") call?.resolve(members);
    else if (type === "error") call?.reject(new Error(message));
  }

  /** Ends the Worker, and with it those that it shares its work with. */
  end(error) {
    if (this.ended) return;
    this.ended = error;
    this.#worker.terminate();
    for (const call of [...this.#calls.values()]) call.reject(error);
  }
}

/** A promise and what settles it. */
function promise() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

/** The promise, but rejected as soon as the signal aborts. */
function abortable(work, signal) {
  if (!signal) return work;
  const { promise: first, resolve, reject } = promise();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  return first;
}

/** Both sources as the engine takes them, or neither. */
async function pairOf(first, second, signal) {
  const read = [pictureOf(first, "The first picture", signal), pictureOf(second, "The second picture", signal)];
  const settled = await Promise.allSettled(read);
  const pictures = settled.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
  if (pictures.length === settled.length) return pictures;
  release(pictures);
  throw settled.find(({ status }) => status === "rejected").reason;
}

/** Closes the bitmaps of pictures: they hold memory until they are collected, which may be much later. */
function release(pictures) {
  for (const { transfer } of pictures) for (const bitmap of transfer) bitmap.close();
}

/** A source as the engine takes it, and what of it moves there. */
async function pictureOf(source, name, signal) {
  // Bytes that need no conversion go as they are; a canvas might round them.
  if (source instanceof ImageData && source.colorSpace === "srgb" && source.data instanceof Uint8ClampedArray) {
    const { width, height, data } = source;
    return { picture: { width, height, data }, transfer: [] };
  }
  const bitmap = await bitmapOf(source, name, signal);
  return { picture: bitmap, transfer: [bitmap] };
}

/** A bitmap of one's own of a source. */
async function bitmapOf(source, name, signal) {
  if (typeof source === "string" || source instanceof URL) source = await download(absolute(source), name, signal);
  if (!(source instanceof Blob || source instanceof ImageData || source instanceof ImageBitmap)) {
    throw new TypeError(`${name} is neither an ImageBitmap, an ImageData, a Blob nor an address.`);
  }
  if (source.width === 0) throw new Error(`${name} is an ImageBitmap that was closed or given away.`);
  try {
    return await createImageBitmap(source, { imageOrientation: "from-image" });
  } catch {
    throw new Error(`${name} could not be decoded: it is damaged, too large, or no image that this browser knows.`);
  }
}

async function download(url, name, signal) {
  const fail = (why) => new Error(`${name} could not be fetched from ${url}: ${why}.`);
  let response;
  try {
    response = await fetch(url, { signal });
  } catch {
    throw fail("there is no connection to the server, or it does not give it to this page");
  }
  if (!response.ok) throw fail(`the server answers ${response.status}`);
  try {
    return await response.blob();
  } catch {
    throw fail("the connection broke off");
  }
}
