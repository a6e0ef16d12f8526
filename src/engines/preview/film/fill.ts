// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** What stands behind the subject: pieces of what surrounds it, and further in only its colours. */
import { applyPatches, findPatches } from '../photo/patch-fill.ts';
import type { RgbPlanes } from '../raster/colour.ts';
import { nearestKnown } from '../raster/nearest.ts';
import { boxBlur, createPlane, mapPlane, mix, type Plane, resizePlane, smoothstep, softBlur } from '../raster/plane.ts';
import { pullPush } from '../raster/pull-push.ts';

/** The largest move uncovers less than this share of the width at the rim of a subject. */
const uncoveredShare = 0.1;

/** What the matte missed of the subject lies within this share of the width: hair, its glow, the blur of the lens. */
const rimShare = 0.005;

/** 1 where the plane is above `limit`, 0 elsewhere. */
function above(plane: Plane, limit: number): Plane {
  const out = createPlane(plane.width, plane.height);
  for (let index = 0; index < out.data.length; index++) out.data[index] = plane.data[index]! > limit ? 1 : 0;
  return out;
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
  for (let index = 0; index < depths.length; index++) {
    const near = nearest[index]!;
    if (near === index) continue;
    const across = (near % width) - (index % width);
    const down = ((near / width) | 0) - ((index / width) | 0);
    depths[index] = near < 0 ? width : Math.sqrt(across * across + down * down);
  }
  return depths;
}

/** The colours with the hole filled (1 in `hole`: fill). Only a band beside the subject ever becomes visible. */
export function fillHole(colours: RgbPlanes, hole: Plane): Plane[] {
  const { width, height } = hole;
  const known = createPlane(width, height);
  for (let index = 0; index < hole.data.length; index++) known.data[index] = hole.data[index]! > 0 ? 0 : 1;
  const depths = depthInHole(Uint8Array.from(known.data), width, height);
  const band = width * uncoveredShare;
  const wanted = createPlane(width, height);
  const shares = new Float32Array(depths.length);
  for (let index = 0; index < depths.length; index++) {
    const depth = depths[index]!;
    if (depth <= 0 || depth >= band) continue;
    wanted.data[index] = 1;
    shares[index] = 1 - smoothstep(0.6 * band, band, depth);
  }
  // Beside the border the colours are still tinged by the subject's glow, so the smooth fill begins further out.
  const clean = above(boxBlur(known, Math.max(1, Math.round(width * 0.004))), 0.99);
  const smooth = pullPush(colours, clean);
  const offsets = findPatches(colours, clean, wanted);
  const filled = offsets === undefined ? smooth : applyPatches(colours, smooth, known, offsets, shares);
  // Pieces meet in fine seams. Half of each pixel from its surroundings hides them where there is texture; where the
  // picture is out of focus nothing would, and all of it comes from further around.
  const [texture = hole] = carriedTexture(colours[1], clean);
  const sharpness = new Float32Array(depths.length);
  for (let index = 0; index < sharpness.length; index++) {
    if (hole.data[index]! > 0) sharpness[index] = smoothstep(0.003, 0.015, texture.data[index]!);
  }
  return filled.map((plane) => calmed(plane, known, sharpness));
}

/** Evens out the seams of what was filled in; `sharpness` says how much of its detail stays, 0..1. */
function calmed(plane: Plane, known: Plane, sharpness: Float32Array): Plane {
  const { width, height, data } = plane;
  const soft = boxBlur(plane, 2).data;
  const blurred = softBlur(plane, Math.max(2, Math.round(width * 0.006)), 2).data;
  const out = { width, height, data: data.slice() };
  for (let index = 0; index < data.length; index++) {
    if (known.data[index]! > 0) continue;
    out.data[index] = mix(blurred[index]!, mix(data[index]!, soft[index]!, 0.5), sharpness[index]!);
  }
  return out;
}

/** How much fine detail there is around each pixel, the mean distance from a blur, carried into what is not clean. */
function carriedTexture(plane: Plane, clean: Plane): Plane[] {
  const { width, height } = plane;
  const blurred = boxBlur(plane, 2);
  const detail = createPlane(width, height);
  for (let index = 0; index < detail.data.length; index++) {
    detail.data[index] = clean.data[index]! * Math.abs(plane.data[index]! - blurred.data[index]!);
  }
  const small = (whole: Plane) => resizePlane(whole, Math.max(2, width >> 3), Math.max(2, height >> 3));
  const weight = small(clean);
  const mean = mapPlane(small(detail), (value, index) => value / Math.max(0.01, weight.data[index]!));
  return pullPush([mean], weight).map((whole) => resizePlane(whole, width, height));
}
