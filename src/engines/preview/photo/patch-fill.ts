// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Fills a hole of a picture with the pieces that were found for it, without a seam. */
import { boxBlur, clamp, createPlane, mapPlane, mix, type Plane, resizePlane } from '../raster/plane.ts';
import { pullPush } from '../raster/pull-push.ts';
import { whole } from '../whole.ts';
import type { PatchOffsets } from './patch-match.ts';

/** Writes into `out` what the offsets say belongs at a pixel; false when they say nothing. */
function lookUp(
  colours: readonly Plane[],
  known: Plane,
  offsets: PatchOffsets,
  index: number,
  out: Float32Array,
): boolean {
  const { width, height } = known;
  const scaleX = width / offsets.width;
  const scaleY = height / offsets.height;
  const x = index % width;
  const y = (index / width) | 0;
  const u = (x + 0.5) / scaleX - 0.5;
  const v = (y + 0.5) / scaleY - 0.5;
  const left = Math.floor(u) | 0;
  const top = Math.floor(v) | 0;
  out.fill(0);
  let weight = 0;
  // The four offsets around vote: where they agree, which is nearly everywhere, the texture stays sharp.
  for (let corner = 0; corner < 4; corner++) {
    const coarseX = left + (corner & 1);
    const coarseY = top + (corner >> 1);
    if (coarseX < 0 || coarseY < 0 || coarseX >= offsets.width || coarseY >= offsets.height) continue;
    const coarse = coarseY * offsets.width + coarseX;
    if (!offsets.isFound[coarse]) continue;
    const sourceX = whole(x + offsets.x[coarse]! * scaleX);
    const sourceY = whole(y + offsets.y[coarse]! * scaleY);
    if (sourceX < 0 || sourceY < 0 || sourceX >= width || sourceY >= height) continue;
    const source = sourceY * width + sourceX;
    if (known.data[source]! <= 0) continue;
    const across = corner & 1 ? u - left : 1 - (u - left);
    const down = corner >> 1 ? v - top : 1 - (v - top);
    const part = across * down + 1e-3;
    weight += part;
    for (let channel = 0; channel < 3; channel++) out[channel]! += part * colours[channel]!.data[source]!;
  }
  if (weight <= 0) return false;
  for (let channel = 0; channel < 3; channel++) out[channel]! /= weight;
  return true;
}

/** Differences known at single pixels, spread smoothly over all of them. It is smooth, so a coarse one is as good. */
function createMembrane(width: number, height: number) {
  const coarser = 4;
  const columns = Math.ceil(width / coarser);
  const rows = Math.ceil(height / coarser);
  const sums = [createPlane(columns, rows), createPlane(columns, rows), createPlane(columns, rows)];
  const counts = createPlane(columns, rows);
  return {
    add(index: number, difference: Float32Array): void {
      const cell = Math.floor(index / width / coarser) * columns + Math.floor((index % width) / coarser);
      counts.data[cell]!++;
      for (let channel = 0; channel < 3; channel++) sums[channel]!.data[cell]! += difference[channel]!;
    },
    spread(): Plane[] {
      const means = sums.map((plane) => mapPlane(plane, (sum, cell) => sum / Math.max(1, counts.data[cell]!)));
      const isSet = mapPlane(counts, (count) => (count > 0 ? 1 : 0));
      return pullPush(means, isSet).map((plane) => resizePlane(plane, width, height));
    },
  };
}

/** Pieces from elsewhere are lighter or darker than what they continue, by at most so much that it may be evened out. */
const mostCorrection = 0.2;

/**
 * The colours with the hole filled by the offsets, over `smooth`; `shares` says how much of them shows at each pixel,
 * 0..1. What the offsets say of the last known pixels before the hole is compared with what is there, and the difference
 * carried inwards, so that no seam shows (a membrane, as in Poisson editing).
 */
export function applyPatches(
  colours: readonly Plane[],
  smooth: readonly Plane[],
  known: Plane,
  offsets: PatchOffsets,
  shares: Float32Array,
): Plane[] {
  const { width, height } = known;
  const filled = smooth.map(({ data }) => ({ width, height, data: data.slice() }));
  const rim = createMembrane(width, height);
  const filling = { colours, known, near: boxBlur(known, 1), offsets, shares, filled, rim, said: new Float32Array(3) };
  for (let from = 0; from < shares.length; from += width) fillRow(filling, from, from + width);
  const carried = rim.spread();
  for (let channel = 0; channel < 3; channel++) {
    const [{ data }, { data: correction }] = [filled[channel]!, carried[channel]!];
    for (let from = 0; from < shares.length; from += width)
      correctRow(data, known.data, correction, shares, from, width);
  }
  return filled;
}

type Filling = {
  readonly colours: readonly Plane[];
  readonly known: Plane;
  /** What is known around each pixel: 1 where all of it is. */
  readonly near: Plane;
  readonly offsets: PatchOffsets;
  readonly shares: Float32Array;
  readonly filled: readonly Plane[];
  readonly rim: ReturnType<typeof createMembrane>;
  /** The colour of one pixel, used again and again. */
  readonly said: Float32Array;
};

// A row at a time: see `raster/box-blur.ts`.

function fillRow(
  { colours, known, near, offsets, shares, filled, rim, said }: Filling,
  from: number,
  to: number,
): void {
  for (let index = from; index < to; index++) {
    const isKnown = known.data[index]! > 0;
    if (isKnown) {
      for (let channel = 0; channel < 3; channel++) filled[channel]!.data[index] = colours[channel]!.data[index]!;
      if (near.data[index]! > 0.99) continue;
    }
    const share = isKnown ? 1 : shares[index]!;
    if (share <= 0 || !lookUp(colours, known, offsets, index, said)) continue;
    for (let channel = 0; channel < 3; channel++) {
      const { data } = filled[channel]!;
      if (isKnown) said[channel] = clamp(data[index]! - said[channel]!, -mostCorrection, mostCorrection);
      else data[index] = mix(data[index]!, said[channel]!, share);
    }
    if (isKnown) rim.add(index, said);
  }
}

function correctRow(
  data: Float32Array,
  known: Float32Array,
  correction: Float32Array,
  shares: Float32Array,
  from: number,
  width: number,
): void {
  for (let index = from; index < from + width; index++) {
    if (known[index]! > 0) continue;
    data[index] = clamp(data[index]! + correction[index]! * shares[index]!, 0, 1);
  }
}
