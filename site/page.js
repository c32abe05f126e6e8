// Starts the page's Go program and hands it the fusion module: the page is
// the module's first user and reaches the network by no other way.
import { run } from "./program.js";
import * as tcmoa from "./tcmoa.js";

globalThis.tcmoa = tcmoa;

try {
  await run("page.wasm");
  throw new Error("the program ended");
} catch (error) {
  document.getElementById("error-fusion").textContent =
    words.say("The page could not start here. A current browser with WebAssembly is needed; reloading may help.");
  console.error(error);
}
