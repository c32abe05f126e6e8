// Starts a Go program of this site.
import "./wasm_exec.js";

/** Resolves when the program has ended, which none is meant to; rejects if it cannot start. */
export async function run(url) {
  const go = new Go();
  const { instance } = await instantiate(url, go.importObject);
  await go.run(instance);
}

// A server that does not know the type application/wasm costs the streaming,
// not the page.
async function instantiate(url, imports) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  if (response.headers.get("Content-Type")?.startsWith("application/wasm")) {
    return WebAssembly.instantiateStreaming(response, imports);
  }
  return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
