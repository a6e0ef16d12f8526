// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** From a coarse matte to one that follows the picture's edges. */
import { type RgbImage, type RgbPlanes, toPlanes } from '../raster/colour.ts';
import { openFastGuidedFilter } from '../raster/guided-filter.ts';
import { boxBlur, clamp, createPlane, neighbour, type Plane, resizePlane, smoothstep } from '../raster/plane.ts';

/** A doubtful spot inside the subject is filled when it is at most this share of the picture. */
const largestSpot = 0.03;
/** The mean of a spot below which it is a true gap, such as the one between an arm and the body. */
const gapMean = 0.2;

/** The matte with doubtful spots that the subject surrounds filled: it does not become transparent in the middle. */
export function fillSpots(matte: Plane): Plane {
  const { width, height, data } = matte;
  const filled = Float32Array.from(data);
  const isSeen = new Uint8Array(data.length);
  // Every pixel enters it once at most; a spot lies at its beginning.
  const spot = new Int32Array(data.length);
  for (let start = 0; start < data.length; start++) {
    if (isSeen[start] || data[start]! >= 0.6) continue;
    let count = 1;
    let sum = 0;
    let isEnclosed = true;
    isSeen[start] = 1;
    spot[0] = start;
    for (let at = 0; at < count; at++) {
      const index = spot[at]!;
      sum += data[index]!;
      const x = index % width;
      // The bottom counts as inside: that is where the picture cuts a figure off.
      if (x === 0 || x === width - 1 || index < width) isEnclosed = false;
      for (let side = 0; side < 4; side++) {
        const next = neighbour(index, side, x, width);
        if (next < 0 || next >= data.length || isSeen[next] || data[next]! >= 0.6) continue;
        isSeen[next] = 1;
        spot[count++] = next;
      }
    }
    const isSpot = isEnclosed && count < largestSpot * data.length && sum / count > gapMean;
    if (isSpot) for (let at = 0; at < count; at++) filled[spot[at]!] = 1;
  }
  return { width, height, data: filled };
}

/**
 * A matte at the size of `image` that follows its edges. A guided filter cannot move an edge further than its radius,
 * which is why the coarse matte is steepened first; the last step clears the haze it leaves on both sides. Only a band
 * along the outline may be half transparent: a body is solid, and far outside it is nothing.
 */
export function refineMatte(image: RgbImage, coarse: Plane, guide: RgbPlanes = toPlanes(image)): Plane {
  const { width, height } = image;
  // Always a plane of our own, which may be changed.
  const steep = resizePlane(fillSpots(coarse), width, height);
  const { data } = steep;
  const side = createPlane(width, height);
  for (let from = 0; from < data.length; from += width) steepen(data, side.data, from, from + width);
  const radius = Math.max(3, Math.round(Math.max(width, height) / 120));
  const inner = boxBlur(side, Math.round(radius * 1.5)).data;
  const outer = boxBlur(side, radius * 2).data;
  for (let from = 0; from < data.length; from += width) settle(data, inner, outer, from, from + width);
  const matte = openFastGuidedFilter(guide, radius, 1e-4)(steep);
  for (let from = 0; from < data.length; from += width) clearHaze(matte.data, from, from + width);
  for (let from = 0; from < data.length; from += width) settle(matte.data, inner, outer, from, from + width);
  return matte;
}

// A row at a time: see `raster/box-blur.ts`.

function steepen(matte: Float32Array, side: Float32Array, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    const value = clamp((matte[index]! - 0.25) / 0.5, 0, 1);
    matte[index] = value;
    side[index] = value > 0.5 ? 1 : 0;
  }
}

/** Solid well inside, nothing well outside. */
function settle(matte: Float32Array, inner: Float32Array, outer: Float32Array, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    if (inner[index]! > 0.995) matte[index] = 1;
    else if (outer[index]! < 0.005) matte[index] = 0;
  }
}

function clearHaze(matte: Float32Array, from: number, to: number): void {
  for (let index = from; index < to; index++) matte[index] = smoothstep(0.12, 0.88, matte[index]!);
}
