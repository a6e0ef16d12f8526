// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * The mean over (2r+1)x(2r+1) with repeated edges, a row at a time: rows enter at the top and leave blurred, and only
 * 2r+2 of them are held. Whole planes in between would go through the memory once more for each step of a filter.
 *
 * Loops stand in functions of the module, here and wherever there are many pixels: V8 keeps what it learned and compiled
 * of those, but begins anew with a closure that is made in each call. And they take a row, not a plane: what is called often
 * is compiled once, and a loop that is compiled while it runs is forgotten at the next collection.
 */

import { whole } from '../whole.ts';

export type RowBlur = {
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  /** The last rows that entered, blurred across. */
  readonly ring: Float32Array;
  readonly sums: Float64Array;
  /** Rows that came and went. */
  entered: number;
  left: number;
};

/** Along one row: a running sum, so the cost does not depend on the radius. */
function blurRow(
  from: Float32Array,
  start: number,
  width: number,
  radius: number,
  out: Float32Array,
  outStart: number,
): void {
  const scale = 1 / (2 * radius + 1);
  const last = start + width - 1;
  let sum = from[start]! * radius;
  for (let x = 0; x <= radius; x++) sum += from[Math.min(last, start + x)]!;
  // Three stretches, so that the long middle one runs without looking at the ends.
  const ramp = Math.min(width, radius + 1);
  const fall = Math.max(ramp, width - radius - 1);
  for (let x = 0; x < ramp; x++) {
    out[outStart + x] = sum * scale;
    sum += from[Math.min(last, start + x + radius + 1)]! - from[Math.max(start, start + x - radius)]!;
  }
  for (let x = ramp; x < fall; x++) {
    out[outStart + x] = sum * scale;
    sum += from[start + x + radius + 1]! - from[start + x - radius]!;
  }
  for (let x = fall; x < width; x++) {
    out[outStart + x] = sum * scale;
    sum += from[last]! - from[Math.max(start, start + x - radius)]!;
  }
}

/** Adds a row to the sums of its columns. */
function addColumns(sums: Float64Array, rows: Float32Array, at: number): void {
  for (let x = 0; x < sums.length; x++) sums[x]! += rows[at + x]!;
}

/** One row enters the sums and another leaves them. */
function slideColumns(sums: Float64Array, rows: Float32Array, enters: number, leaves: number): void {
  for (let x = 0; x < sums.length; x++) sums[x]! += rows[enters + x]! - rows[leaves + x]!;
}

function scaleColumns(sums: Float64Array, scale: number, out: Float32Array, start: number): void {
  for (let x = 0; x < sums.length; x++) out[start + x] = sums[x]! * scale;
}

/** `radius` is at least 1. */
export function openRowBlur(width: number, height: number, radius: number): RowBlur {
  const ring = new Float32Array((2 * radius + 2) * width);
  return { width, height, radius: whole(radius), ring, sums: new Float64Array(width), entered: 0, left: 0 };
}

/** Where a row lies in the ring. */
function slotOf({ width, height, radius }: RowBlur, row: number): number {
  const held = row < 0 ? 0 : row >= height ? height - 1 : row;
  return (held % (2 * radius + 2)) * width;
}

/** Takes the next row, from `start` of `from`. */
export function enterRow(blur: RowBlur, from: Float32Array, start: number): void {
  blurRow(from, start, blur.width, blur.radius, blur.ring, slotOf(blur, blur.entered));
  blur.entered++;
}

/** Writes the next blurred row; `radius` rows beyond it must have entered, as far as there are any. */
export function leaveRow(blur: RowBlur, out: Float32Array, start: number): void {
  const { radius, ring, sums, left } = blur;
  // Down all columns at once: walking each column by itself misses the cache at every step.
  if (left > 0) slideColumns(sums, ring, slotOf(blur, left + radius), slotOf(blur, left - radius - 1));
  else for (let row = -radius; row <= radius; row++) addColumns(sums, ring, slotOf(blur, row));
  scaleColumns(sums, 1 / (2 * radius + 1), out, start);
  blur.left++;
}
