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

export type SecondLook = {
  /** Where to look again, the largest first. */
  readonly places: readonly Square[];
  /**
   * Above 0 on and beside those whom a closer look (of the matte's size, 0 outside of where it looked) found where the first
   * was in doubt; undefined when it found nobody.
   */
  around(closer: Plane): Plane | undefined;
};

/** `matte` is what the model said of the whole picture; a few hundred pixels wide are enough to tell what is in doubt. */
export function planSecondLook(matte: Plane): SecondLook {
  const doubt = doubtOf(matte);
  const least = leastShare * matte.data.length;
  const regions: (readonly number[])[] = [];
  eachRegion(doubt, matte.width, (region) => {
    if (region.length >= least) regions.push(region);
  });
  const places = regions
    .sort((one, other) => other.length - one.length)
    .slice(0, mostPlaces)
    .map((region) => squareAround(region, matte));
  return {
    places,
    around(closer) {
      const found = createPlane(matte.width, matte.height);
      let isFound = false;
      eachRegion(maskAbove(closer, 0.5), matte.width, (region) => {
        let overlap = 0;
        for (const index of region) overlap += doubt[index]!;
        if (region.length < least || overlap < leastOverlap * region.length) return;
        isFound = true;
        for (const index of region) found.data[index] = 1;
      });
      return isFound ? boxBlur(found, shareOf(matte, 0.01)) : undefined;
    },
  };
}

/** The matte with those added whom the closer look found, with the soft edge that it gave them. All of one size. */
export function withFound(matte: Plane, closer: Plane, around: Plane): Plane {
  return mapPlane(matte, (value, index) => (around.data[index]! > 0 ? Math.max(value, closer.data[index]!) : value));
}
