// Writes the cases: the network as ONNX, the pairs, and our results (onnx/main.go).

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const site = fileURLToPath(new URL("../../site/", import.meta.url));

/** Makes a folder for every side with the program onnx. */
export function write(program, folder, { first, second, task }, sides) {
  const samples = [first, second].map((name) => join(site, "samples", name));
  execFileSync(program, [join(site, "model/tiny"), ...samples, task, folder, ...sides.map(String)], { stdio: ["ignore", "ignore", "inherit"] });
}
