// How close two pictures are, for values in [0,1]. Runs in Node and in the
// browser.

/** The largest difference, and the peak signal-to-noise ratio in decibels. */
export function compare(got, want) {
  if (got.length !== want.length) throw new Error(`${got.length} values, want ${want.length}`);
  let largest = 0;
  let squares = 0;
  for (let i = 0; i < want.length; i++) {
    const d = Math.abs(got[i] - want[i]);
    largest = Math.max(largest, d); // NaN stays
    squares += d * d;
  }
  return { largest, psnr: 10 * Math.log10(want.length / squares) };
}

/** Throws unless a result is, in its precision, that of the same network. */
export function check(who, precision, got, want) {
  const { largest, psnr } = compare(got, want);
  const same = precision === "f32" ? largest <= 1e-3 : psnr >= 35;
  if (!same) throw new Error(`${who} computes something else: off by up to ${largest}, ${psnr.toFixed(1)} dB`);
  return { largest, psnr };
}

/** Pixels of four bytes as three planes in [0,1]. */
export function planes(rgba) {
  const n = rgba.length / 4;
  const out = new Float32Array(3 * n);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < 3; c++) out[c * n + i] = rgba[4 * i + c] / 255;
  }
  return out;
}
