// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * The person model was made for one person near the camera. Beside such a one it half sees whoever stands further off: there
 * it is worth asking again, closer.
 */
import { boxBlur, clamp, createPlane, mapPlane, type Plane } from '../raster/plane.ts';
import { eachRegion, maskAbove } from '../raster/regions.ts';

/** A square inside a picture, in its pixels. */
export type Square = { readonly left: number; readonly top: number; readonly side: number };

/** What the model is sure of, and what it must at least say of somebody it half sees. */
const sureFrom = 0.75;
const doubtFrom = 0.1;
/** Half seen things smaller than this share of the picture are blurs and shadows. */
const leastShare = 0.008;
const mostPlaces = 2;
/** Around what is half seen, so that all of a person is in it; never smaller than this share of the shorter side. */
const margin = 1.25;
const leastSide = 0.35;
/** Somebody found lies by this share at least where the first look was in doubt. */
const leastOverlap = 0.4;

const shareOf = ({ width, height }: Plane, share: number) => Math.max(1, Math.round(Math.max(width, height) * share));

/** 1 where somebody may be whom the matte only half shows, clear of those it is sure of. */
function doubtOf(matte: Plane): Uint8Array {
  const { width, height, data } = matte;
  const sure = createPlane(width, height);
  for (let index = 0; index < data.length; index++) sure.data[index] = data[index]! > sureFrom ? 1 : 0;
  const beside = boxBlur(sure, shareOf(matte, 0.03)).data;
  const doubt = sure;
  for (let index = 0; index < data.length; index++) {
    doubt.data[index] = data[index]! > doubtFrom && beside[index]! < 0.01 ? 1 : 0;
  }
  return maskAbove(boxBlur(doubt, shareOf(matte, 0.01)), 0.2);
}

function squareAround(region: readonly number[], { width, height }: Plane): Square {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const index of region) {
    const x = index % width;
    const y = (index / width) | 0;
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  const shorter = Math.min(width, height);
  const side = Math.round(clamp(Math.max(right - left, bottom - top) * margin, leastSide * shorter, shorter));
  const start = (from: number, to: number, room: number) => Math.round(clamp((from + to - side) / 2, 0, room - side));
  return { left: start(left, right, width), top: start(top, bottom, height), side };
}

/** Where to look again, the largest first. `matte` is what the model said of the whole picture. */
export function placesInDoubt(matte: Plane): Square[] {
  const regions: (readonly number[])[] = [];
  eachRegion(doubtOf(matte), matte.width, (region) => {
    if (region.length >= leastShare * matte.data.length) regions.push(region);
  });
  return regions
    .sort((one, other) => other.length - one.length)
    .slice(0, mostPlaces)
    .map((region) => squareAround(region, matte));
}

/** The matte with those added whom a closer look (0 outside of where it looked) found where the first was in doubt. */
export function withFound(matte: Plane, closer: Plane): Plane {
  const doubt = doubtOf(matte);
  const found = new Uint8Array(matte.data.length);
  eachRegion(maskAbove(closer, 0.5), matte.width, (region) => {
    let overlap = 0;
    for (const index of region) overlap += doubt[index]!;
    if (region.length < leastShare * matte.data.length || overlap < leastOverlap * region.length) return;
    for (const index of region) found[index] = 1;
  });
  // With the soft edge that the closer look gave it.
  const around = boxBlur({ ...matte, data: Float32Array.from(found) }, shareOf(matte, 0.01));
  return mapPlane(matte, (value, index) => (around.data[index]! > 0 ? Math.max(value, closer.data[index]!) : value));
}
