// Measurements in the browser of a host: duels, first results, and our distance
// from the limit of our own kernels.

import { run } from "../host.mjs";

/** One case, both sides in turn: { ours, peer }, each with times and accuracy. */
export async function duel({ browser, url }, one) {
  const page = await browser.newPage();
  try {
    await page.goto(`${url}page.html`);
    return await page.evaluate(async (one) => (await import("/bench/duel.js")).duel(one), one);
  } finally {
    await page.close();
  }
}

/** From the navigation of a page to its first result, in profiles that never saw it. */
export async function coldStart({ browser, url }, { runs, ours, peer, ...rest }) {
  const sides = { ours: { how: ours, times: [] }, peer: { how: peer, times: [] } };
  for (let i = 0; i < runs; i++) {
    for (const [who, { how, times }] of Object.entries(sides)) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${url}bench/cold.html#${encodeURIComponent(JSON.stringify({ who, how, ...rest }))}`);
      times.push(await page.evaluate(() => globalThis.first));
      await context.close();
    }
  }
  return sides;
}

/**
 * The forward pass beside plain matrix products of its own shape, in the lines
 * that bench/forward prints.
 */
export async function roofline(host, { config, sides, runs }) {
  const lines = await run(host, "forward", ["-n", String(runs), JSON.stringify(config), ...sides.map(String)]);
  return lines.map((line) => JSON.parse(line));
}
