// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** What stands behind the subject: pieces of what surrounds it, and further in only its colours. */
import { applyPatches } from '../photo/patch-fill.ts';
import { findPatches } from '../photo/patch-match.ts';
import type { RgbPlanes } from '../raster/colour.ts';
import { nearestKnown } from '../raster/nearest.ts';
import { boxBlur, createPlane, mix, type Plane, smoothstep, softBlur } from '../raster/plane.ts';
import { pullPush } from '../raster/pull-push.ts';
import { carryMeans } from './carry-means.ts';
import { withoutMisfits } from './misfit.ts';

/** The largest move uncovers less than this share of the width at the rim of a subject. */
const uncoveredShare = 0.1;

/** What the matte missed of the subject lies within this share of the width: hair, its glow, the blur of the lens. */
const rimShare = 0.005;

/** 1 where the plane is above `limit`, 0 elsewhere. */
function above(plane: Plane, limit: number): Plane {
  const out = createPlane(plane.width, plane.height);
  for (let from = 0; from < out.data.length; from += out.width) aboveRow(plane.data, limit, out.data, from, out.width);
  return out;
}

// What walks over many pixels does so a row at a time: see `raster/box-blur.ts`.

function aboveRow(data: Float32Array, limit: number, out: Float32Array, from: number, width: number): void {
  for (let index = from; index < from + width; index++) out[index] = data[index]! > limit ? 1 : 0;
}

/** Where the matte shows anything, and a rim around it: 1 in the hole, 0 outside. */
export function holeOf(matte: Plane): Plane {
  const radius = Math.max(3, Math.round(matte.width * rimShare));
  return above(boxBlur(above(boxBlur(matte, 2), 0.02), radius), 0.02);
}

/** How far inside the hole each pixel lies, in pixels; 0 outside. */
function depthInHole(known: Uint8Array, width: number, height: number): Float32Array {
  const nearest = nearestKnown(known, width, height);
  const depths = new Float32Array(nearest.length);
  for (let row = 0; row < height; row++) measureRow(nearest, depths, row, width);
  return depths;
}

function measureRow(nearest: Int32Array, depths: Float32Array, row: number, width: number): void {
  for (let x = 0, index = row * width; x < width; x++, index++) {
    const near = nearest[index]!;
    if (near === index) continue;
    const down = ((near / width) | 0) - row;
    const across = near - (row + down) * width - x;
    depths[index] = near < 0 ? width : Math.sqrt(across * across + down * down);
  }
}

/** The colours with the hole filled (1 in `hole`: fill). Only a band beside the subject ever becomes visible. */
export function fillHole(colours: RgbPlanes, hole: Plane): Plane[] {
  const { width, height } = hole;
  const known = createPlane(width, height, 1);
  for (let from = 0; from < hole.data.length; from += width) leaveOut(hole.data, known.data, from, width);
  const depths = depthInHole(Uint8Array.from(known.data), width, height);
  const band = width * uncoveredShare;
  const wanted = createPlane(width, height);
  const shares = new Float32Array(depths.length);
  for (let from = 0; from < depths.length; from += width) shareRow(depths, band, wanted.data, shares, from, width);
  // Beside the border the colours are still tinged by the subject's glow, so the smooth fill begins further out.
  const clean = above(boxBlur(known, Math.max(1, Math.round(width * 0.004))), 0.99);
  const smooth = pullPush(colours, clean);
  const offsets = findPatches(colours, clean, wanted);
  const filled = offsets === undefined ? smooth : applyPatches(colours, smooth, known, offsets, shares);
  // Pieces meet in fine seams. Half of each pixel from its surroundings hides them where there is texture; where the
  // picture is out of focus nothing would, and all of it comes from further around.
  const texture = carriedTexture(colours[1], clean);
  const sharpness = new Float32Array(depths.length);
  for (let from = 0; from < sharpness.length; from += width) {
    sharpnessRow(hole.data, texture.data, sharpness, from, width);
  }
  return withoutMisfits(filled, smooth, known, sharpness).map((plane) => calmed(plane, known, sharpness));
}

function leaveOut(hole: Float32Array, known: Float32Array, from: number, width: number): void {
  for (let index = from; index < from + width; index++) if (hole[index]! > 0) known[index] = 0;
}

/** What lies less deep in the hole than the band is wide is wanted, and the share of it that pieces have. */
function shareRow(
  depths: Float32Array,
  band: number,
  wanted: Float32Array,
  shares: Float32Array,
  from: number,
  width: number,
): void {
  for (let index = from; index < from + width; index++) {
    const depth = depths[index]!;
    if (depth <= 0 || depth >= band) continue;
    wanted[index] = 1;
    shares[index] = 1 - smoothstep(0.6 * band, band, depth);
  }
}

function sharpnessRow(
  hole: Float32Array,
  texture: Float32Array,
  sharpness: Float32Array,
  from: number,
  width: number,
): void {
  for (let index = from; index < from + width; index++) {
    if (hole[index]! > 0) sharpness[index] = smoothstep(0.003, 0.015, texture[index]!);
  }
}

/** Evens out the seams of what was filled in; `sharpness` says how much of its detail stays, 0..1. */
function calmed(plane: Plane, known: Plane, sharpness: Float32Array): Plane {
  const { width, height, data } = plane;
  const soft = boxBlur(plane, 2).data;
  const blurred = softBlur(plane, Math.max(2, Math.round(width * 0.006)), 2).data;
  const out = { width, height, data: data.slice() };
  for (let from = 0; from < data.length; from += width) {
    calmRow(out.data, known.data, soft, blurred, sharpness, from, width);
  }
  return out;
}

function calmRow(
  data: Float32Array,
  known: Float32Array,
  soft: Float32Array,
  blurred: Float32Array,
  sharpness: Float32Array,
  from: number,
  width: number,
): void {
  for (let index = from; index < from + width; index++) {
    if (known[index]! > 0) continue;
    data[index] = mix(blurred[index]!, mix(data[index]!, soft[index]!, 0.5), sharpness[index]!);
  }
}

/** How much fine detail there is around each pixel, the mean distance from a blur, carried into what is not clean. */
function carriedTexture(plane: Plane, clean: Plane): Plane {
  const { width, height } = plane;
  const blurred = boxBlur(plane, 2);
  const detail = createPlane(width, height);
  for (let from = 0; from < detail.data.length; from += width) {
    detailRow(plane.data, blurred.data, clean.data, detail.data, from, width);
  }
  return carryMeans(detail, clean);
}

function detailRow(
  data: Float32Array,
  blurred: Float32Array,
  clean: Float32Array,
  detail: Float32Array,
  from: number,
  width: number,
): void {
  for (let index = from; index < from + width; index++) {
    detail[index] = clean[index]! * Math.abs(data[index]! - blurred[index]!);
  }
}
