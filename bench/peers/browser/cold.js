// A page that was never visited: what it takes from the start of the navigation
// to the first result. The address says who computes: #{"who": ..., ...}.

import { pair } from "./pair.js";

async function first({ who, how, side, task }) {
  if (who === "ours") {
    const [{ open }, pictures] = await Promise.all([import("./ours.js"), pair(side, task)]);
    await (await open(how, pictures)).run();
    return performance.now();
  }
  const [{ session }, pictures] = await Promise.all([import("./session.js"), pair(side, task)]);
  await (await session({ ...how, ...pictures }))();
  return performance.now();
}

globalThis.first = first(JSON.parse(decodeURIComponent(location.hash.slice(1))));
