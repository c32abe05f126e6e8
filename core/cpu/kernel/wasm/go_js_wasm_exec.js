// The Node half of go_js_wasm_exec: what Go's own wasm_exec_node.js does, and
// the kernels: those that KERNELS names, or else the fastest. Arguments: GOROOT, the
// program, the program's arguments.
import { createRequire } from "node:module";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import "./node.js";
import { bindKernels, kernelsFile } from "./kernels.js";

const [goroot, program, ...args] = process.argv.slice(2);
if (!program) {
  console.error("usage: go_js_wasm_exec program.wasm [arguments]");
  process.exit(1);
}

const require = createRequire(import.meta.url);
Object.assign(globalThis, { require, fs, path });
globalThis.crypto ??= crypto.webcrypto;
require(path.join(goroot, "lib/wasm/wasm_exec.js"));

const go = new Go();
go.argv = [program, ...args];
go.env = { TMPDIR: os.tmpdir(), ...process.env };
go.exit = process.exit;
const attach = bindKernels(go.importObject);
try {
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(program), go.importObject);
  await attach(fs.readFileSync(new URL(process.env.KERNELS ?? kernelsFile(), import.meta.url)), instance.exports.mem);
  process.on("exit", (code) => {
    // Node leaves when nothing is pending any more. If Go hasn't, it is deadlocked:
    // let it say so, with its stacks.
    if (code === 0 && !go.exited) {
      go._pendingEvent = { id: 0 };
      go._resume();
    }
  });
  await go.run(instance);
} catch (error) {
  console.error(error);
  process.exit(1);
}
