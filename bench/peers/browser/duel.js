// One case: both sides checked against the same result, then run in turn.

import { check } from "./accuracy.mjs";
import { open as openOurs } from "./ours.js";
import { pair, reference } from "./pair.js";
import { open as openPeer } from "./peer.js";

/**
 * Answers each side's times in milliseconds, the time of its first result, with
 * everything that had to be loaded and compiled for it, and its distance from the
 * float32 reference. After that, warmups are runs in which the browser still compiles
 * what it runs often once more.
 */
export async function duel({ side, task, ours, peer, warmups = 2, runs }) {
  const [pictures, want] = await Promise.all([pair(side, task), reference(side)]);
  const sides = {};
  try {
    for (const [who, open, how] of [["ours", openOurs, ours], ["peer", openPeer, peer]]) {
      const start = performance.now();
      const opened = await open(how, pictures);
      sides[who] = { ...opened, times: [] };
      const { fused } = await opened.run();
      sides[who].first = performance.now() - start;
      // Our module gives 8-bit pixels, for which 1e-3 is too fine in any precision.
      sides[who].accuracy = check(who, who === "ours" ? "int8" : how.precision, fused, want);
    }
    for (let i = -warmups; i < runs; i++) {
      for (const one of Object.values(sides)) {
        const { ms } = await one.run();
        if (i >= 0) one.times.push(ms);
      }
    }
    const answer = ({ times, first, accuracy }) => ({ times, first, accuracy });
    return { ours: answer(sides.ours), peer: answer(sides.peer) };
  } finally {
    for (const one of Object.values(sides)) one.close();
  }
}
