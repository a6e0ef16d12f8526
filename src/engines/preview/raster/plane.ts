// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** One channel of floats, and the few operations everything else is made of. Rows run top down, no padding. */
import { enterRow, leaveRow, openRowBlur } from './box-blur.ts';

export type Plane = { readonly width: number; readonly height: number; readonly data: Float32Array };

export function createPlane(width: number, height: number, value = 0): Plane {
  const data = new Float32Array(width * height);
  if (value !== 0) data.fill(value);
  // Whatever was computed on the way: see `whole`.
  return { width: width | 0, height: height | 0, data };
}

export function mapPlane(plane: Plane, change: (value: number, index: number) => number): Plane {
  const out = createPlane(plane.width, plane.height);
  for (let index = 0; index < out.data.length; index++) out.data[index] = change(plane.data[index]!, index);
  return out;
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** Hermite step: 0 below `from`, 1 above `to`, smooth between. `from` may be the larger one. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** Mean over (2r+1)x(2r+1), edges repeated. Two running sums, so the cost does not depend on the radius. */
export function boxBlur(plane: Plane, radius: number): Plane {
  const { width, height, data } = plane;
  if (radius < 1) return plane;
  const out = createPlane(width, height);
  const blur = openRowBlur(width, height, radius);
  for (let enters = 0, y = 0; y < height; y++) {
    for (; enters < height && enters <= y + radius; enters++) enterRow(blur, data, enters * width);
    leaveRow(blur, out.data, y * width);
  }
  return out;
}

/** Repeated box blurs: three come within a few percent of a Gaussian. */
export function softBlur(plane: Plane, radius: number, times = 3): Plane {
  let out = plane;
  for (let time = 0; time < times; time++) out = boxBlur(out, radius);
  return out;
}

/** The index of the pixel at one of the four sides of another that lies in column `x`; negative or too large outside. */
export function neighbour(index: number, side: number, x: number, width: number): number {
  if (side === 0) return x > 0 ? index - 1 : -1;
  if (side === 1) return x < width - 1 ? index + 1 : -1;
  return side === 2 ? index - width : index + width;
}

/** Bilinear value at a position in pixels, where (0.5, 0.5) is the centre of the first pixel; edges repeat. */
export function samplePlane(plane: Plane, x: number, y: number): number {
  const { width, height, data } = plane;
  const u = clamp(x - 0.5, 0, width - 1);
  const v = clamp(y - 0.5, 0, height - 1);
  const left = Math.min(u | 0, Math.max(0, width - 2));
  const top = Math.min(v | 0, Math.max(0, height - 2));
  const right = Math.min(left + 1, width - 1);
  const bottom = Math.min(top + 1, height - 1);
  const across = u - left;
  const down = v - top;
  const upper = data[top * width + left]! * (1 - across) + data[top * width + right]! * across;
  const lower = data[bottom * width + left]! * (1 - across) + data[bottom * width + right]! * across;
  return upper * (1 - down) + lower * down;
}

/** Columns of a row, without `to`; none when that is not beyond `from`. */
export type Stretch = { readonly from: number; readonly to: number };

/**
 * Bilinear resize one row at a time, for sizes at which a whole float plane would weigh too much: writes row `y` of the
 * plane as if it were `width` x `height` into `out`, or only a stretch of it. Shrinking to less than half averages boxes
 * first, so that nothing is skipped.
 */
export function rowResizer(
  plane: Plane,
  width: number,
  height: number,
): (y: number, out: Float32Array, stretch?: Stretch) => void {
  const shrink = Math.min(plane.width / width, plane.height / height);
  const source = shrink > 2 ? boxBlur(plane, Math.round(shrink / 2)) : plane;
  const lefts = new Int32Array(width);
  const shares = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const u = clamp(((x + 0.5) * source.width) / width - 0.5, 0, source.width - 1);
    lefts[x] = Math.min(u | 0, Math.max(0, source.width - 2));
    shares[x] = u - lefts[x]!;
  }
  const whole = { from: 0, to: width };
  return (y, out, stretch = whole) =>
    resizeRow(source, lefts, shares, ((y + 0.5) * source.height) / height - 0.5, out, stretch);
}

/** The row at height `wanted` of the source, in its pixels; each value lies `shares` of the way beyond `lefts`. */
function resizeRow(
  source: Plane,
  lefts: Int32Array,
  shares: Float32Array,
  wanted: number,
  out: Float32Array,
  { from, to }: Stretch,
): void {
  const { width, height, data } = source;
  const step = width > 1 ? 1 : 0;
  const v = clamp(wanted, 0, height - 1);
  const top = Math.min(v | 0, Math.max(0, height - 2));
  const down = v - top;
  const upperRow = top * width;
  const lowerRow = Math.min(top + 1, height - 1) * width;
  for (let x = from; x < to; x++) {
    const left = lefts[x]!;
    const across = shares[x]!;
    const a = data[upperRow + left]!;
    const b = data[upperRow + left + step]!;
    const c = data[lowerRow + left]!;
    const d = data[lowerRow + left + step]!;
    const upper = a + (b - a) * across;
    out[x] = upper + (c + (d - c) * across - upper) * down;
  }
}

/** Bilinear resize to any size. */
export function resizePlane(plane: Plane, width: number, height: number): Plane {
  if (plane.width === width && plane.height === height) return plane;
  const out = createPlane(width, height);
  const writeRow = rowResizer(plane, width, height);
  for (let y = 0; y < height; y++) writeRow(y, out.data.subarray(y * width, (y + 1) * width));
  return out;
}

/** Cuts a rectangle out; it must lie inside. */
export function cropPlane(plane: Plane, left: number, top: number, width: number, height: number): Plane {
  const out = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * plane.width + left;
    out.data.set(plane.data.subarray(start, start + width), y * width);
  }
  return out;
}

/** Stretches the values to 0..1; a constant plane becomes 0. */
export function normalise(plane: Plane): Plane {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < plane.data.length; index++) {
    const value = plane.data[index]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high > low ? 1 / (high - low) : 0;
  const out = createPlane(plane.width, plane.height);
  for (let index = 0; index < out.data.length; index++) out.data[index] = (plane.data[index]! - low) * scale;
  return out;
}
