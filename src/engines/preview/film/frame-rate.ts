/** Frame rates as probes tell them, to three decimals, and as they truly are. Pure. */

/** Half of the last decimal a probe tells, and a little. */
const tolerance = 0.002;

type Rational = readonly [numerator: number, denominator: number];

/** Whole rates, and NTSC's: 29.97 is 30000/1001 (SMPTE 170M). Others to a thousandth. */
function exactly(rate: number): Rational {
  const whole = Math.round(rate);
  if (Math.abs(rate - whole) < tolerance) return [whole, 1];
  const ntsc = Math.round(rate * 1.001);
  if (Math.abs(rate - ntsc / 1.001) < tolerance) return [ntsc * 1000, 1001];
  return [Math.round(rate * 1000), 1000];
}

export function exactRate(rate: number): number {
  const [numerator, denominator] = exactly(rate);
  return numerator / denominator;
}

/** As ffmpeg takes it: `24`, `30000/1001`. */
export function rateText(rate: number): string {
  const [numerator, denominator] = exactly(rate);
  return denominator === 1 ? String(numerator) : `${numerator}/${denominator}`;
}
