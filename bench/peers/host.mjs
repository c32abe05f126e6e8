// What the benchmark beside the peer serves: the peer's files, the cases, the
// pages, and our forward pass.

import { fileURLToPath } from "node:url";
import { host as serve, program } from "../host.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A browser, and a server that it reaches at url. bin and cases are the folders of the programs and of the cases. */
export const host = ({ bin, cases }) => serve({
  "/bench/": here("browser"),
  "/ort/": here("node_modules/onnxruntime-web/dist"),
  "/cases/": cases,
  "/bench/accuracy.mjs": here("accuracy.mjs"),
  ...program(bin, "forward"),
});
