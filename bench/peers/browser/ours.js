// Our side: fuse() of the public module, timed from the call to its result. So
// the conversion from and to 8-bit pixels and the messages to the Worker and
// back count, which do not count for the peer.

import { load } from "/tcmoa.js";
import { planes } from "./accuracy.mjs";

/** Makes ready to fuse a pair: { side, task, first, second }. */
export async function open({ backend, precision, workers }, { side, task, first, second }) {
  const fuser = await load({ model: "/model/tiny/", backend, precision, workers });
  const [a, b] = [first, second].map((pixels) => new ImageData(new Uint8ClampedArray(pixels), side, side));
  const fuse = () => fuser.fuse(a, b, { task, maps: false });
  // A second Worker starts with the first picture, and shares those that come once
  // it is ready.
  for (let ready = 1; ready < workers; ) ready = (await fuse()).workers;
  return {
    async run() {
      const start = performance.now();
      const result = await fuse();
      const ms = performance.now() - start;
      if (!result.backend.toLowerCase().startsWith(backend)) throw new Error(`our module was to compute on ${backend}, and did on ${result.backend}`);
      return { ms, fused: planes(result.image.data) };
    },
    close: () => fuser.close(),
  };
}
