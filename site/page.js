// Starts the page's Go program and hands it the fusion module: the page is
// the module's first user and reaches the network by no other way.
import "./wasm_exec.js";
import * as tcmoa from "./tcmoa.js";

globalThis.tcmoa = tcmoa;

const go = new Go();
try {
  const { instance } = await instantiate("page.wasm", go.importObject);
  await go.run(instance);
  throw new Error("the program ended");
} catch (error) {
  document.getElementById("error-fusion").textContent =
    words.say("The page could not start here. A current browser with WebAssembly is needed; reloading may help.");
  console.error(error);
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
