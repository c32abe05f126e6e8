// Every WebGPU kernel in Chromium, whose compiler and validation have the last
// word: the Go tests of webgpu/, as a program in a page. They need that program
// (TCMOA_KERNEL_TESTS; build.sh makes it) beside what gpu.test.mjs needs. Only the
// variant that the engine uses is tested, on few shapes: the imitated GPU compiles
// slowly. All the others run under Node (webgpu/test.sh).

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { dist, serve } from "./server.mjs";

const program = process.env.TCMOA_KERNEL_TESTS;

/** A test for every kernel; those that need files cannot run in a page. */
const tests = [
  "Arithmetic", "IntegerProducts", "Embed", "Attention", "MLP", "LocalConv", "NormAndProject",
  "Mixture", "Fuse", "Renormalise", "Heads", "Lay", "Bitmaps", "TiledBitmaps",
];

describe("the kernels in Chromium", { skip: !program && "TCMOA_KERNEL_TESTS is not set" }, () => {
  let server, browser;

  before(async () => {
    server = await serve(dist, async (path, request, response) => {
      if (path === "/kernels.html") {
        response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Test</title>");
      } else if (path === "/tests.wasm") {
        response.writeHead(200, { "Content-Type": "application/wasm" }).end(await readFile(program));
      } else {
        return false;
      }
      return true;
    });
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
    });
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test("they compute what the CPU computes", async (t) => {
    const page = await browser.newPage();
    await page.goto(`${server.url}kernels.html`);
    const { code, said } = await page.evaluate(run, `^Test(${tests.join("|")})$`);
    t.diagnostic(said);
    assert.equal(code, 0, said);
    for (const name of tests) {
      assert.match(said, new RegExp(`--- PASS: Test${name} `), `Test${name} ran`);
    }
  });

  /** Runs in the page: the program's tests of those names. */
  async function run(names) {
    await import("./replay.js");
    const { bindKernels, kernelsFile } = await import("./kernels.js");
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: "wasm_exec.js", onload: resolve, onerror: reject });
      document.head.append(script);
    });
    let said = "";
    const decoder = new TextDecoder();
    globalThis.fs.writeSync = (_, bytes) => {
      said += decoder.decode(bytes, { stream: true });
      return bytes.length;
    };
    const go = new globalThis.Go();
    go.argv = ["webgpu.test", "-test.v", "-test.short", `-test.run=${names}`];
    let code = 0;
    go.exit = (status) => (code = status);
    const attach = bindKernels(go.importObject);
    const { instance } = await WebAssembly.instantiateStreaming(fetch("tests.wasm"), go.importObject);
    await attach(await (await fetch(kernelsFile())).arrayBuffer(), instance.exports.mem);
    await go.run(instance);
    return { code, said };
  }
});
