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

/** Where the matte shows anything, and a rim around it: 1 in the hole, 0 outside. */
export function holeOf(matte: Plane): Plane {
  const near = boxBlur(
    mapPlane(boxBlur(matte, 2), (value) => (value > 0.02 ? 1 : 0)),
    Math.max(3, Math.round(matte.width * rimShare)),
  );
  return mapPlane(near, (value) => (value >= 0.02 ? 1 : 0));
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
  const known = mapPlane(hole, (value) => (value > 0 ? 0 : 1));
  const depths = depthInHole(Uint8Array.from(known.data), width, height);
  const band = width * uncoveredShare;
  const wanted = createPlane(width, height);
  for (let index = 0; index < depths.length; index++)
    wanted.data[index] = depths[index]! > 0 && depths[index]! < band ? 1 : 0;
  // Beside the border the colours are still tinged by the subject's glow, so the smooth fill begins further out.
  const clean = mapPlane(boxBlur(known, Math.max(1, Math.round(width * 0.004))), (value) => (value > 0.99 ? 1 : 0));
  const smooth = pullPush(colours, clean);
  const offsets = findPatches(colours, clean, wanted);
  const filled =
    offsets === undefined
      ? smooth
      : applyPatches(colours, smooth, known, offsets, (index) => 1 - smoothstep(0.6 * band, band, depths[index]!));
  // Pieces meet in fine seams. Half of each pixel from its surroundings hides them where there is texture; where the
  // picture is out of focus nothing would, and all of it comes from further around.
  const [texture = hole] = carriedTexture(colours[1], clean);
  const soft = filled.map((plane) => boxBlur(plane, 2));
  const blurred = filled.map((plane) => softBlur(plane, Math.max(2, Math.round(width * 0.006)), 2));
  return filled.map((plane, channel) =>
    mapPlane(plane, (value, index) => {
      if (known.data[index]! > 0) return value;
      const sharp = mix(value, soft[channel]!.data[index]!, 0.5);
      return mix(blurred[channel]!.data[index]!, sharp, smoothstep(0.003, 0.015, texture.data[index]!));
    }),
  );
}

/** How much fine detail there is around each pixel, the mean distance from a blur, carried into what is not clean. */
function carriedTexture(plane: Plane, clean: Plane): Plane[] {
  const { width, height } = plane;
  const blurred = boxBlur(plane, 2);
  const detail = mapPlane(plane, (value, index) => clean.data[index]! * Math.abs(value - blurred.data[index]!));
  const small = (whole: Plane) => resizePlane(whole, Math.max(2, width >> 3), Math.max(2, height >> 3));
  const weight = small(clean);
  const mean = mapPlane(small(detail), (value, index) => value / Math.max(0.01, weight.data[index]!));
  return pullPush([mean], weight).map((whole) => resizePlane(whole, width, height));
}
