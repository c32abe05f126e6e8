// One case: both sides checked against the same result, then run in turn.

import { check } from "./accuracy.mjs";
import { open as openOurs } from "./ours.js";
import { pair, reference } from "./pair.js";
import { open as openPeer } from "./peer.js";

// Runs in which the browser still compiles what it runs often once more.
const warmups = 2;

/** Answers each side's times in milliseconds and its distance from the float32 reference. */
export async function duel({ side, task, ours, peer, runs }) {
  const [pictures, want] = await Promise.all([pair(side, task), reference(side)]);
  const sides = {};
  try {
    for (const [who, open, how] of [["ours", openOurs, ours], ["peer", openPeer, peer]]) {
      const opened = await open(how, pictures);
      sides[who] = { ...opened, times: [] };
      const { fused } = await opened.run();
      // Our module gives 8-bit pixels, for which 1e-3 is too fine in any precision.
      sides[who].accuracy = check(who, who === "ours" ? "int8" : how.precision, fused, want);
    }
    for (let i = -warmups; i < runs; i++) {
      for (const one of Object.values(sides)) {
        const { ms } = await one.run();
        if (i >= 0) one.times.push(ms);
      }
    }
    const answer = ({ times, accuracy }) => ({ times, accuracy });
    return { ours: answer(sides.ours), peer: answer(sides.peer) };
  } finally {
    for (const one of Object.values(sides)) one.close();
  }
}
