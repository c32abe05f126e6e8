// The browser of the benchmarks, and what it is served: the site, and beside it
// what a benchmark mounts, from one origin that is isolated as threads want it.

import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { dist, serve } from "../test/browser/server.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { chromium } = createRequire(here("../test/browser/package.json"))("playwright-core");

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** A browser, and a server that it reaches at url. mounts has files by their addresses, and folders by addresses that end in "/". */
export async function host(mounts) {
  const all = { "/page.html": here("page.html"), ...mounts };
  const server = await serve(dist, async (path, _request, response) => {
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    const at = all[path] ? path : `/${path.split("/")[1]}/`;
    if (!(at in all)) return false;
    const file = at === path ? all[at] : join(all[at], normalize(`/${path.slice(at.length)}`));
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

/** The mounts of one of our programs: NAME.wasm, which is in the folder bin, with its Worker and what that needs. */
export function program(bin, name) {
  const goroot = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
  const files = {
    [`${name}.wasm`]: join(bin, `${name}.wasm`),
    "worker.js": here(`${name}/browser/worker.js`),
    "kernels.js": here("../core/cpu/kernel/wasm/kernels.js"),
    "kernels.wasm": here("../core/cpu/kernel/wasm/kernels.wasm"),
    "kernels-relaxed.wasm": here("../core/cpu/kernel/wasm/kernels-relaxed.wasm"),
    "wasm_exec.js": join(goroot, "lib/wasm/wasm_exec.js"),
  };
  return Object.fromEntries(Object.entries(files).map(([file, path]) => [`/${name}/${file}`, path]));
}

/** Runs a mounted program with arguments, and gives the lines that it prints. */
export async function run({ browser, url }, name, args) {
  const page = await browser.newPage();
  try {
    await page.goto(`${url}page.html`);
    return await page.evaluate(([name, args]) => new Promise((resolve, reject) => {
      const worker = new Worker(`/${name}/worker.js`, { type: "module" });
      const lines = [];
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => (data === null ? resolve(lines) : lines.push(data));
      worker.postMessage({ program: `${name}.wasm`, args });
    }), [name, args]);
  } finally {
    await page.close();
  }
}
