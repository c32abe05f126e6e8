// The Worker in which the fusion engine runs: it prepares the Go program
// engine.wasm and its kernels, and says what happened should the program stop.
// wasm/engine/doc.go has the messages.

import "./wasm_exec.js";
import { bindKernels, kernelsFile } from "./kernels.js";
import "./replay.js"; // what the program needs of WebGPU

// The first message starts the program; Go listens to those that follow. An
// engine that shares its work with further Workers hands on what it compiled.
addEventListener("message", ({ data }) => run(data.modules).catch((error) => crash(error.message)), { once: true });

async function run(modules) {
  modules ??= await compileAll();
  globalThis.startEngine = () => startEngine(modules);

  const go = new Go();
  const report = listenTo(globalThis.fs);
  const attach = bindKernels(go.importObject);
  const instance = await WebAssembly.instantiate(modules.engine, go.importObject);
  await attach(modules.kernels, instance.exports.mem);
  await go.run(instance);
  crash(report());
}

async function compileAll() {
  const [engine, kernels] = await Promise.all([compile("engine.wasm"), compile(kernelsFile())]);
  return { engine, kernels };
}

async function compile(name) {
  const response = await fetch(new URL(name, import.meta.url)).catch(() => null);
  if (!response?.ok) {
    throw new Error(`${name} could not be fetched${response ? `: the server answers ${response.status}` : ""}`);
  }
  if (response.headers.get("Content-Type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

function startEngine(modules) {
  const worker = new Worker(import.meta.url, { type: "module", name: "tcmoa tiles" });
  worker.postMessage({ modules });
  return worker;
}

// listenTo keeps the beginning of what the program prints, where Go says why it
// stops.
function listenTo(fs) {
  const decoder = new TextDecoder();
  const write = fs.writeSync;
  let text = "";
  fs.writeSync = (fd, bytes) => {
    if (text.length < 1000) text += decoder.decode(bytes);
    return write(fd, bytes);
  };
  return () => text.split("\n", 1)[0] || "it ended by itself";
}

// An exception in WebAssembly ends the program as well. One that is thrown in a
// promise's callback does not reach the one who started this Worker by itself.
addEventListener("unhandledrejection", ({ reason }) => crash(String(reason?.message ?? reason)));

function crash(reason) {
  const message = /out of memory|cannot allocate|allocation failed/i.test(reason)
    ? "The fusion engine ran out of memory: close other pages, or fuse smaller pictures."
    : `The fusion engine stopped: ${reason.replace(/\.$/, "")}.`;
  postMessage({ type: "crash", message });
}
