// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the value's test
/** Exponentials by table: pictures take one or more for every pixel. */

const decaySteps = 64;
const decayEnd = 24;
const decays = Float64Array.from({ length: decayEnd * decaySteps + 2 }, (_, index) => Math.exp(-index / decaySteps));

/** `exp(-value)` for what is not negative, by table: within a ten-thousandth of it. */
export function decay(value: number): number {
  if (value >= decayEnd) return 0;
  const at = value * decaySteps;
  const index = at | 0;
  const here = decays[index]!;
  return here + (decays[index + 1]! - here) * (at - index);
}
