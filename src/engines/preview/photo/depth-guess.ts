// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * How near each part of a photograph is, by rules of thumb: a sky or a wall is far, what stands before it is as near all
 * the way up as it is at its foot, the ground comes nearer downwards, the walls of a street run to a point, and where the
 * focus is shallow the sharp part is in front.
 */
import { type RgbImage, type RgbPlanes, toPlanes } from '../raster/colour.ts';
import { openFastGuidedFilter } from '../raster/guided-filter.ts';
import { clamp, createPlane, mix, type Plane, softBlur } from '../raster/plane.ts';
import type { Backdrop } from './backdrop.ts';
import type { Focus, Subject } from './saliency.ts';
import { findUprights } from './uprights.ts';
import { findVanishingPoint, type VanishingPoint } from './vanishing-point.ts';

const horizonNearness = 0.08;
/** Nearness that the ground gains over a whole height of picture, and the most it gets. */
const groundRise = 1.1;
const groundNearness = 0.85;
/** What reaches from the horizon to the top of the picture is this much nearer than the horizon. */
const standingRise = 0.6;
/** How steeply what stands may rise beside something lower, per width. */
const steepestSide = 3;
/** What is wider than this share of the picture is no single thing that stands in it. */
const broadShare = 0.3;
/** Of it, this share counts as standing all the same. */
const broadStands = 0.3;
/** Above what stands, its nearness goes back to that of its surroundings by this share with every row. */
const returnShare = 0.008;

/** Row, as a share of the height, below which less than half of the picture is backdrop. */
function horizonOf({ mask, width, height }: Backdrop): number {
  for (let y = 0; y < height; y++) {
    let count = 0;
    for (let x = 0; x < width; x++) count += mask[y * width + x]!;
    if (count < width / 2 && y > 6) return y / height;
  }
  return 1;
}

/** First row of every column, as a share of the height, that is no backdrop; specks of less than four rows are passed over. */
function skylineOf({ mask, width, height }: Backdrop): Float32Array {
  const skyline = new Float32Array(width).fill(1);
  for (let x = 0; x < width; x++) {
    let run = 0;
    for (let y = 3; y < height; y++) {
      run = mask[y * width + x] ? 0 : run + 1;
      if (run < 4) continue;
      skyline[x] = (y - 3) / height;
      break;
    }
  }
  return skyline;
}

/**
 * Before a sky or a wall. Down to the ground it is one nearness per column, the sky above included: so nothing upright can
 * lean or bend, and nobody sees how far a smooth sky moved.
 */
function openNearness(backdrop: Backdrop): Plane {
  const { width, height } = backdrop;
  const horizon = horizonOf(backdrop);
  const foot = Math.min(groundNearness, horizonNearness + groundRise * (1 - horizon));
  const rise = skylineOf(backdrop).map((top) => clamp((horizon - top) / Math.max(0.1, horizon), 0, 1));
  const single = standOut(rise);
  const standing = rise.map((value, x) => horizonNearness + standingRise * mix(single[x]!, value, broadStands));
  const fall = steepestSide / width;
  for (let x = 1; x < width; x++) standing[x] = Math.max(standing[x]!, standing[x - 1]! - fall);
  for (let x = width - 2; x >= 0; x--) standing[x] = Math.max(standing[x]!, standing[x + 1]! - fall);
  const plane = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    const ground = mix(horizonNearness, foot, clamp((y / height - horizon) / Math.max(0.1, 1 - horizon), 0, 1));
    for (let x = 0; x < width; x++) plane.data[y * width + x] = Math.max(ground, standing[x]!);
  }
  return softBlur(plane, Math.max(1, Math.round(width * 0.01)), 2);
}

/**
 * How far what is seen reaches up beyond its surroundings of a third of the width: a mast, a tower, a tree. (Grey opening,
 * taken away.) A range of mountains, which is wide, does not.
 */
function standOut(rise: Float32Array): Float32Array {
  const reach = Math.round(rise.length * broadShare * 0.5);
  const over = (values: Float32Array, pickOf: (...values: number[]) => number) =>
    values.map((_, x) => pickOf(...values.subarray(Math.max(0, x - reach), x + reach + 1)));
  const opened = over(over(rise, Math.min), Math.max);
  return rise.map((value, x) => value - opened[x]!);
}

/**
 * The same nearness for all of what stands upright: from the foot upwards, it changes only where nothing does. So nothing
 * leans, however steep the ground is.
 */
function heldUpright(nearness: Plane, uprights: Plane): Plane {
  const { width, height } = nearness;
  const held = createPlane(width, height);
  const last = (height - 1) * width;
  held.data.set(nearness.data.subarray(last), last);
  for (let index = last - 1; index >= 0; index--) {
    const below = held.data[index + width]!;
    const change = nearness.data[index]! - nearness.data[index + width]!;
    const back = (nearness.data[index]! - below) * returnShare;
    held.data[index] = below + (change + back) * (1 - uprights.data[index]!);
  }
  return held;
}

/** Walls that run to a point. */
function corridorNearness({ x: pointX, y: pointY }: VanishingPoint, width: number, height: number): Plane {
  const plane = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const across = Math.abs((x + 0.5) / width - pointX) / Math.max(pointX, 1 - pointX);
      const down = (y + 0.5) / height - pointY;
      // A ceiling or a sky comes down less steeply than a floor goes up.
      const off = down > 0 ? down / (1 - pointY) : (0.7 * -down) / pointY;
      plane.data[y * width + x] = mix(0.05, 0.9, Math.min(1, Math.max(across, off)));
    }
  }
  return plane;
}

/** Drawn towards the walls as far as their point is certain. */
function withWalls(plane: Plane, point: VanishingPoint): Plane {
  const { width, height, data } = plane;
  const corridor = corridorNearness(point, width, height);
  const share = 0.8 * point.strength;
  for (let index = 0; index < data.length; index++)
    corridor.data[index] = mix(data[index]!, corridor.data[index]!, share);
  return corridor;
}

/** Nothing known: a gentle slope, for upright things lean on a steep one, and a middle that stands out a little. */
function unknownNearness(width: number, height: number): Plane {
  const plane = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (2 * x) / width - 1;
      const v = (2 * y) / height - 1;
      plane.data[y * width + x] = 0.36 + 0.15 * v + 0.2 * (1 - Math.min(1, u * u + v * v));
    }
  }
  return plane;
}

/** A small copy of a picture (a few hundred pixels wide) and what is known of it. `lab` are its colours. */
export type Clues = {
  readonly image: RgbImage;
  readonly lab: RgbPlanes;
  readonly focus: Focus;
  readonly backdrop: Backdrop | undefined;
};

/**
 * Works out what does not depend on the subject, for that may take a while to be found. Who knows it, its matte at the size
 * of the picture, asks for the nearness 0..1 over the whole picture.
 */
export function prepareDepthGuess({ image, lab: [light], focus, backdrop }: Clues): (subject: Subject) => Plane {
  const { width, height } = image;
  const point = findVanishingPoint(light);
  const uprights = findUprights(light, point);
  const walled = (plane: Plane) => (point.strength === 0 ? plane : withWalls(plane, point));
  const smooth = (plane: Plane) => softBlur(plane, Math.max(1, Math.round(width * 0.025)), 2);
  // A smooth backdrop is not out of focus, and what stands before it must stay upright.
  if (backdrop !== undefined) {
    const nearness = smooth(heldUpright(walled(openNearness(backdrop)), uprights));
    return () => nearness;
  }
  const standing = smooth(heldUpright(walled(unknownNearness(width, height)), uprights));
  const sharpness = wideSharpness(focus);
  return ({ matte, confidence }) => {
    const guess = broughtForward(standing, sharpness, focus.shallowness, matte, confidence);
    // Followed a little only: the picture is one piece, and what bends at once is seen to bend.
    const follow = openFastGuidedFilter(toPlanes(image), Math.round(width * 0.025), 1e-3);
    return softBlur(follow(guess), Math.round(width * 0.02), 2);
  };
}

/** Texture is sharp only here and there; its wide blur stands for the whole of a thing. */
function wideSharpness({ sharpness }: Focus): Float32Array {
  const { width, height, data } = sharpness;
  const bright = createPlane(width, height);
  for (let index = 0; index < bright.data.length; index++) bright.data[index] = Math.min(1, data[index]! * 2.2);
  return softBlur(bright, Math.max(2, Math.round(width * 0.03)), 2).data;
}

/** With the subject, and what is sharp where the focus is shallow, in front. */
function broughtForward(
  standing: Plane,
  sharpness: Float32Array,
  shallowness: number,
  matte: Plane,
  confidence: number,
): Plane {
  const { width, height, data } = standing;
  const focus = 0.85 * shallowness;
  const relief = softBlur(matte, Math.max(2, Math.round(width * 0.04)), 2).data;
  const trust = 0.25 * Math.min(1, confidence * 1.5 + shallowness);
  const guess = createPlane(width, height);
  for (let index = 0; index < data.length; index++) {
    const inFront = 0.12 + 0.6 * Math.max(sharpness[index]!, 0.8 * relief[index]!);
    const sharp = mix(data[index]!, inFront, focus);
    guess.data[index] = clamp(sharp + trust * (relief[index]! - 0.4), 0, 1);
  }
  return guess;
}
