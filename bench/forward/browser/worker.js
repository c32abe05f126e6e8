// Runs a Go program in a Worker: gets {program, args}, sends every line
// that it prints and, at its end, null.

import "./wasm_exec.js";
import { bindKernels, kernelsFile } from "./kernels.js";

let line = "";
const decoder = new TextDecoder();
globalThis.fs.writeSync = (_fd, bytes) => {
  const lines = (line + decoder.decode(bytes)).split("\n");
  line = lines.pop();
  for (const text of lines) postMessage(text);
  return bytes.length;
};

onmessage = async ({ data: { program, args } }) => {
  const go = new Go();
  go.argv = [program, ...args];
  const attach = bindKernels(go.importObject);
  const { instance } = await WebAssembly.instantiateStreaming(fetch(program), go.importObject);
  await attach(await (await fetch(kernelsFile())).arrayBuffer(), instance.exports.mem);
  await go.run(instance);
  postMessage(null);
};
