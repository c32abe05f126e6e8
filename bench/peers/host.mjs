// The browser of the benchmark and what it is served: our site, the peer's
// files, the cases and the pages, from one origin, isolated as the peer's
// threads want it.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { dist, serve } from "../../test/browser/server.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { chromium } = createRequire(here("../../test/browser/package.json"))("playwright-core");

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** A browser, and a server that it reaches at url. bin and cases are the folders of the programs and of the cases. */
export async function host({ bin, cases }) {
  const mounts = {
    "/bench/": here("browser"),
    "/ort/": here("node_modules/onnxruntime-web/dist"),
    "/cases/": cases,
    "/forward/worker.js": here("../forward/browser/worker.js"),
    "/forward/forward.wasm": join(bin, "forward.wasm"),
    ...Object.fromEntries(["kernels.js", "kernels.wasm", "wasm_exec.js"].map((name) => [`/forward/${name}`, join(dist, name)])),
    "/bench/accuracy.mjs": here("accuracy.mjs"),
  };
  const server = await serve(dist, async (path, _request, response) => {
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    const at = mounts[path] ? path : `/${path.split("/")[1]}/`;
    if (!(at in mounts)) return false;
    const file = at === path ? mounts[at] : join(mounts[at], normalize(`/${path.slice(at.length)}`));
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) {
      response.writeHead(404, `no ${basename(file)}`).end();
      return true;
    }
    response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", "Content-Length": found.size });
    createReadStream(file).pipe(response);
    return true;
  });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--enable-unsafe-webgpu"],
  });
  return {
    browser,
    url: server.url,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
