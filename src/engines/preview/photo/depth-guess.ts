// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * How near each part of a photograph is, by rules of thumb: a sky or a wall is far, what stands before it is as near all
 * the way up as it is at its foot, the ground comes nearer downwards, the walls of a street run to a point, and where the
 * focus is shallow the sharp part is in front.
 */
import { type RgbImage, toLab, toPlanes } from '../raster/colour.ts';
import { guidedFilter } from '../raster/guided-filter.ts';
import { clamp, createPlane, mix, type Plane, softBlur } from '../raster/plane.ts';
import type { Backdrop } from './backdrop.ts';
import type { Subject } from './saliency.ts';
import { findVanishingPoint, type VanishingPoint } from './vanishing-point.ts';

const horizonNearness = 0.16;
/** Nearness that the ground gains over a whole height of picture, and the most it gets. */
const groundRise = 0.65;
const groundNearness = 0.7;
/** What reaches from the horizon to the top of the picture is this much nearer than the horizon. */
const standingRise = 0.5;
/** How steeply what stands may rise beside something lower, per width. */
const steepestSide = 3;

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
  const standing = skylineOf(backdrop).map((top) => {
    const rise = clamp((horizon - top) / Math.max(0.1, horizon), 0, 1);
    return horizonNearness + standingRise * rise;
  });
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

/** Walls that run to a point. */
function corridorNearness({ x: pointX, y: pointY }: VanishingPoint, width: number, height: number): Plane {
  const plane = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const across = Math.abs((x + 0.5) / width - pointX) / Math.max(pointX, 1 - pointX);
      const down = (y + 0.5) / height - pointY;
      // A ceiling or a sky comes down less steeply than a floor goes up.
      const off = down > 0 ? down / (1 - pointY) : (0.7 * -down) / pointY;
      plane.data[y * width + x] = mix(0.1, 0.78, Math.min(1, Math.max(across, off)));
    }
  }
  return plane;
}

/** Nothing known: a gentle slope, for upright things lean on a steep one, and a middle that stands out a little. */
function unknownNearness(width: number, height: number): Plane {
  const plane = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (2 * x) / width - 1;
      const v = (2 * y) / height - 1;
      plane.data[y * width + x] = 0.4 + 0.13 * v + 0.12 * (1 - Math.min(1, u * u + v * v));
    }
  }
  return plane;
}

/** Nearness 0..1 over the whole picture, at the size of `image` (a few hundred pixels wide). */
export function guessDepth(image: RgbImage, subject: Subject, backdrop: Backdrop | undefined): Plane {
  const { width, height } = image;
  const point = findVanishingPoint(toLab(image)[0]);
  const wallShare = 0.8 * point.strength;
  const walled = (plane: Plane) => {
    if (wallShare === 0) return plane;
    const corridor = corridorNearness(point, width, height).data;
    const { data } = plane;
    for (let index = 0; index < data.length; index++) data[index] = mix(data[index]!, corridor[index]!, wallShare);
    return plane;
  };
  // A smooth backdrop is not out of focus, and what stands before it must stay upright.
  if (backdrop !== undefined) return walled(openNearness(backdrop));
  const focus = 0.85 * subject.shallowness;
  // Texture is sharp only here and there; its wide blur stands for the whole of a thing.
  const radius = Math.max(2, Math.round(width * 0.03));
  const bright = createPlane(width, height);
  for (let index = 0; index < bright.data.length; index++) {
    bright.data[index] = Math.min(1, subject.sharpness.data[index]! * 2.2);
  }
  const sharpness = softBlur(bright, radius, 2).data;
  const relief = softBlur(subject.matte, Math.max(2, Math.round(width * 0.02)), 2).data;
  const trust = 0.25 * Math.min(1, subject.confidence * 3 + subject.shallowness);
  const guess = walled(unknownNearness(width, height));
  for (let index = 0; index < guess.data.length; index++) {
    const inFront = 0.12 + 0.6 * Math.max(sharpness[index]!, 0.8 * relief[index]!);
    const sharp = mix(guess.data[index]!, inFront, focus);
    guess.data[index] = clamp(sharp + trust * (relief[index]! - 0.4), 0, 1);
  }
  return guidedFilter(toPlanes(image), guess, Math.round(width * 0.025), 1e-3);
}
