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
  for (let y = 7; y < height; y++) if (countIn(mask, y * width, (y + 1) * width) < width / 2) return y / height;
  return 1;
}

function countIn(mask: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index++) count += mask[index]!;
  return count;
}

/** First row of every column, as a share of the height, that is no backdrop; specks of less than four rows are passed over. */
function skylineOf({ mask, width, height }: Backdrop): Float32Array {
  const skyline = new Float32Array(width).fill(1);
  for (let x = 0; x < width; x++) skyline[x] = topOf(mask, x, width, height) / height;
  return skyline;
}

/** First row of a column, of four together, that is no backdrop; the height when there is none. */
function topOf(mask: Uint8Array, x: number, width: number, height: number): number {
  let run = 0;
  for (let y = 3; y < height; y++) {
    run = mask[y * width + x] ? 0 : run + 1;
    if (run === 4) return y - 3;
  }
  return height;
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
    raiseRow(standing, ground, plane.data, y * width);
  }
  return softBlur(plane, Math.max(1, Math.round(width * 0.01)), 2);
}

/** Whatever is higher: the ground, or what stands on it. */
function raiseRow(standing: Float32Array, ground: number, out: Float32Array, start: number): void {
  for (let x = 0; x < standing.length; x++) out[start + x] = Math.max(ground, standing[x]!);
}

/**
 * How far what is seen reaches up beyond its surroundings of a third of the width: a mast, a tower, a tree. (Grey opening,
 * taken away.) A range of mountains, which is wide, does not.
 */
function standOut(rise: Float32Array): Float32Array {
  const reach = Math.round(rise.length * broadShare * 0.5);
  // The highest of the lowest; the lowest of what is turned over is the highest.
  const opened = negated(lowest(negated(lowest(rise, reach)), reach));
  return rise.map((value, x) => value - opened[x]!);
}

const negated = (values: Float32Array) => values.map((value) => -value);

/** Of all values not further away than `reach`. */
function lowest(values: Float32Array, reach: number): Float32Array {
  return values.map((_, x) => least(values, Math.max(0, x - reach), Math.min(values.length, x + reach + 1)));
}

function least(values: Float32Array, from: number, to: number): number {
  let found = values[from]!;
  for (let index = from; index < to; index++) if (values[index]! < found) found = values[index]!;
  return found;
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
  for (let start = last - width; start >= 0; start -= width) {
    holdRow(nearness.data, uprights.data, start, width, held.data);
  }
  return held;
}

function holdRow(
  nearness: Float32Array,
  uprights: Float32Array,
  start: number,
  width: number,
  held: Float32Array,
): void {
  for (let index = start; index < start + width; index++) {
    const below = held[index + width]!;
    const change = nearness[index]! - nearness[index + width]!;
    const back = (nearness[index]! - below) * returnShare;
    held[index] = below + (change + back) * (1 - uprights[index]!);
  }
}

/** Drawn towards walls that run to a point, as far as that is certain. */
function withWalls(plane: Plane, { x, y, strength }: VanishingPoint): Plane {
  const { width, height, data } = plane;
  const drawn = createPlane(width, height);
  for (let row = 0; row < height; row++) {
    const down = (row + 0.5) / height - y;
    // A ceiling or a sky comes down less steeply than a floor goes up.
    const off = down > 0 ? down / (1 - y) : (0.7 * -down) / y;
    wallRow(data, row * width, width, x, off, 0.8 * strength, drawn.data);
  }
  return drawn;
}

/** Floor and ceiling are `off` their horizon, of all the way to the picture's border. */
function wallRow(
  from: Float32Array,
  start: number,
  width: number,
  pointX: number,
  off: number,
  share: number,
  out: Float32Array,
): void {
  for (let x = 0; x < width; x++) {
    const across = Math.abs((x + 0.5) / width - pointX) / Math.max(pointX, 1 - pointX);
    // As a plane of floats would hold it.
    const wall = Math.fround(mix(0.05, 0.9, Math.min(1, Math.max(across, off))));
    out[start + x] = mix(from[start + x]!, wall, share);
  }
}

/** Nothing known: a gentle slope, for upright things lean on a steep one, and a middle that stands out a little. */
function unknownNearness(width: number, height: number): Plane {
  const plane = createPlane(width, height);
  for (let y = 0; y < height; y++) unknownRow((2 * y) / height - 1, y * width, width, plane.data);
  return plane;
}

function unknownRow(v: number, start: number, width: number, out: Float32Array): void {
  for (let x = 0; x < width; x++) {
    const u = (2 * x) / width - 1;
    out[start + x] = 0.36 + 0.15 * v + 0.2 * (1 - Math.min(1, u * u + v * v));
  }
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
  for (let y = 0; y < height; y++) brightenRow(data, y * width, (y + 1) * width, bright.data);
  return softBlur(bright, Math.max(2, Math.round(width * 0.03)), 2).data;
}

function brightenRow(sharpness: Float32Array, from: number, to: number, out: Float32Array): void {
  for (let index = from; index < to; index++) out[index] = Math.min(1, sharpness[index]! * 2.2);
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
  for (let y = 0; y < height; y++) {
    bringForward(data, sharpness, relief, focus, trust, y * width, (y + 1) * width, guess.data);
  }
  return guess;
}

function bringForward(
  nearness: Float32Array,
  sharpness: Float32Array,
  relief: Float32Array,
  focus: number,
  trust: number,
  from: number,
  to: number,
  out: Float32Array,
): void {
  for (let index = from; index < to; index++) {
    const inFront = 0.12 + 0.6 * Math.max(sharpness[index]!, 0.8 * relief[index]!);
    const sharp = mix(nearness[index]!, inFront, focus);
    out[index] = clamp(sharp + trust * (relief[index]! - 0.4), 0, 1);
  }
}
