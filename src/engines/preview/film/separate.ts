// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Parts a photograph into its subject and what stands behind it, so that both put together are the photograph. */
import { type WorkingSide, workingScale } from '../output-size.ts';
import { scaleImage } from '../photo/decode.ts';
import { refineMatte } from '../photo/matte.ts';
import { type RgbImage, type RgbPlanes, toPlanes } from '../raster/colour.ts';
import {
  boxBlur,
  clamp,
  createPlane,
  mapPlane,
  mix,
  type Plane,
  resizePlane,
  rowResizer,
  type Stretch,
  smoothstep,
} from '../raster/plane.ts';
import { pullPush } from '../raster/pull-push.ts';
import { maskAbove } from '../raster/regions.ts';
import { toYuv420, type Yuv420 } from '../raster/yuv420.ts';
import { wholeEven } from '../whole.ts';
import { fillHole, holeOf } from './fill.ts';

/** The matte is made this large: finer detail no matte knows, and coarser ones leave a rim in small films. */
const matteSide: WorkingSide = { least: 600, share: 0.75, most: 960 };
/** What is filled in is softened anyway, and costs by the pixel. */
const fillSide: WorkingSide = { least: 540, share: 0.5, most: 640 };

export type Separated = {
  readonly background: Yuv420;
  readonly foreground: Yuv420;
  readonly alpha: { readonly luma: Uint8Array; readonly chroma: Uint8Array };
};

/** Opacity below which the subject's own colour cannot be told from the noise. */
const leastSolved = 0.04;

/** Width of the rim, as a share of the picture's. */
const rimShare = 0.012;

/**
 * A soft rim around the subject goes with it: the glow, the blur and the single hairs that no matte catches would stay
 * behind as a line when it moves. What the rim takes along of the background differs little from what is filled in there.
 */
function withRim(matte: Plane): Plane {
  const radius = Math.max(2, Math.round(matte.width * rimShare));
  const { width, height, data } = matte;
  const sure = createPlane(width, height);
  sure.data.set(maskAbove(matte, 0.4));
  const rim = boxBlur(sure, radius);
  for (let y = 0; y < height; y++) widenRow(data, y * width, (y + 1) * width, rim.data);
  return rim;
}

function widenRow(matte: Float32Array, from: number, to: number, rim: Float32Array): void {
  for (let index = from; index < to; index++) rim[index] = Math.max(matte[index]!, smoothstep(0, 0.4, rim[index]!));
}

/** What stands out by this much of the full range from what was filled in around it is no texture of the background. */
const standsOut = { from: 0.06, to: 0.16 } as const;
/** As far around as this share of the width: what the background also has there is the background's. */
const aroundShare = 0.015;

/** How much one pixel of the photograph differs from another of what was filled in, in the channel that differs most. */
function distance(seen: RgbPlanes, filled: readonly Plane[], index: number, other: number): number {
  return Math.max(
    Math.abs(seen[0].data[index]! - filled[0]!.data[other]!),
    Math.abs(seen[1].data[index]! - filled[1]!.data[other]!),
    Math.abs(seen[2].data[index]! - filled[2]!.data[other]!),
  );
}

/**
 * Where the photograph differs more from what was filled in than the matte can make up for, a piece of the subject was
 * missed: a clip of its collar, a strand of hair. It would stay behind, so it is taken along.
 */
function withWhatStandsOut(matte: Plane, seen: RgbPlanes, filled: readonly Plane[], hole: Plane): Plane {
  const { width, height } = hole;
  const inside = boxBlur(hole, 1);
  const solid = resizePlane(matte, width, height);
  const away = Math.max(1, Math.round(width * aroundShare));
  const missed = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    const above = -width * Math.min(away, y);
    const below = width * Math.min(away, height - 1 - y);
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      if (inside.data[index]! < 1 || solid.data[index]! > 0.99) continue;
      const left = -Math.min(away, x);
      const right = Math.min(away, width - 1 - x);
      let least = distance(seen, filled, index, index);
      least = Math.min(least, distance(seen, filled, index, index + left));
      least = Math.min(least, distance(seen, filled, index, index + right));
      least = Math.min(least, distance(seen, filled, index, index + above));
      least = Math.min(least, distance(seen, filled, index, index + below));
      missed.data[index] = smoothstep(standsOut.from, standsOut.to, least);
    }
  }
  const soft = resizePlane(boxBlur(missed, 1), matte.width, matte.height);
  return mapPlane(matte, (value, index) => Math.max(value, soft.data[index]!));
}

/**
 * Solves I = aF + (1-a)B for the foreground F where the matte is partial, so that both layers put together are the
 * photograph. Where hardly anything of the subject shows, F is its colour carried outwards.
 */
export async function separate(image: RgbImage, coarseMatte: Plane): Promise<Separated> {
  const { width, height } = image;
  const within = (side: WorkingSide) => {
    const scale = workingScale(image, side);
    return scaleImage(image, wholeEven(width * scale), wholeEven(height * scale));
  };
  const rimmed = withRim(refineMatte(await within(matteSide), coarseMatte));
  const small = await within(fillSide);
  const colours = toPlanes(small);
  const smallMatte = resizePlane(rimmed, small.width, small.height);
  const hole = holeOf(smallMatte);
  const filled = fillHole(colours, hole);
  const matte = withWhatStandsOut(rimmed, colours, filled, hole);
  const sure = createPlane(small.width, small.height);
  for (let index = 0; index < sure.data.length; index++) {
    sure.data[index] = smoothstep(0.85, 0.97, smallMatte.data[index]!);
  }
  const carried = pullPush(colours, sure);

  const matteRow = rowResizer(matte, width, height);
  const softHole = boxBlur(hole, 1);
  const holeRow = rowResizer(softHole, width, height);
  const filledRows = filled.map((plane) => rowResizer(plane, width, height));
  const carriedRows = carried.map((plane) => rowResizer(plane, width, height));
  const stretches = stretchesOf(resizePlane(matte, hole.width, hole.height), softHole, width, height);
  const createRow = () => new Float32Array(width);
  const opacities = createRow();
  const rowColours = { holes: createRow(), filled: createRow(), carried: createRow() };
  // Where nothing of the subject is near, both are the photograph.
  const background = image.data.slice();
  const foreground = image.data.slice();
  const luma = new Uint8Array(new SharedArrayBuffer(width * height));
  for (let y = 0; y < height; y++) {
    const stretch = stretches(y);
    if (stretch.from >= stretch.to) continue;
    matteRow(y, opacities, stretch);
    holeRow(y, rowColours.holes, stretch);
    quantiseRow(opacities, luma, y * width, stretch);
    for (let channel = 0; channel < 3; channel++) {
      filledRows[channel]!(y, rowColours.filled, stretch);
      carriedRows[channel]!(y, rowColours.carried, stretch);
      solveRow(image, luma, y * width, channel, stretch, rowColours, foreground, background);
    }
  }
  return {
    background: toYuv420({ width, height, data: background }),
    foreground: toYuv420({ width, height, data: foreground }),
    alpha: { luma, chroma: halve(luma, width, height) },
  };
}

/** For each row of a picture of this size, where the subject or what is filled behind it is near. */
function stretchesOf(matte: Plane, hole: Plane, width: number, height: number): (y: number) => Stretch {
  const rows = Array.from({ length: matte.height }, (_, y) => {
    let from = matte.width;
    let to = 0;
    for (let x = 0; x < matte.width; x++) {
      if (matte.data[y * matte.width + x]! <= 0 && hole.data[y * matte.width + x]! <= 0) continue;
      from = Math.min(from, x);
      to = x + 1;
    }
    return { from, to };
  });
  const scale = width / matte.width;
  return (y) => {
    const middle = ((y * matte.height) / height) | 0;
    let from = width;
    let to = 0;
    for (let row = Math.max(0, middle - 2); row <= Math.min(matte.height - 1, middle + 2); row++) {
      from = Math.min(from, Math.floor((rows[row]!.from - 2) * scale) | 0);
      to = Math.max(to, Math.ceil((rows[row]!.to + 2) * scale) | 0);
    }
    return { from: Math.max(0, from), to: Math.min(width, to) };
  };
}

function quantiseRow(opacities: Float32Array, luma: Uint8Array, row: number, { from, to }: Stretch): void {
  for (let x = from; x < to; x++) luma[row + x] = Math.round(clamp(opacities[x]!, 0, 1) * 255);
}

/** What is known of one row: how much of a pixel is to be filled, by what, and the subject's colour carried outwards. */
type RowColours = { readonly holes: Float32Array; readonly filled: Float32Array; readonly carried: Float32Array };

/** One channel of a stretch of the row that begins at pixel `row`, in both layers. */
function solveRow(
  { data }: RgbImage,
  luma: Uint8Array,
  row: number,
  channel: number,
  { from, to }: Stretch,
  { holes, filled: filledColours, carried: carriedColours }: RowColours,
  foreground: Uint8Array,
  background: Uint8Array,
): void {
  for (let x = from; x < to; x++) {
    const at = 3 * (row + x) + channel;
    const opacity = luma[row + x]!;
    const seen = data[at]!;
    const filled = mix(seen, filledColours[x]! * 255, Math.min(1, holes[x]! * 1.6));
    // All of it is the one or the other, nearly everywhere.
    if (opacity === 0) {
      foreground[at] = carriedColours[x]! * 255 + 0.5;
      background[at] = seen;
      continue;
    }
    if (opacity === 255) {
      foreground[at] = seen;
      background[at] = filled + 0.5;
      continue;
    }
    const a = opacity / 255;
    const spread = carriedColours[x]! * 255;
    const solved = a > leastSolved ? clamp((seen - (1 - a) * filled) / a, 0, 255) : spread;
    const wished = mix(spread, solved, smoothstep(leastSolved, 2 * leastSolved, a));
    // Never so bright or dark that no background could make up for it.
    const own = clamp(wished, (seen - (1 - a) * 255) / a, seen / a);
    foreground[at] = own + 0.5;
    // What the subject could not take up, because no colour is that bright or dark, stays in the background.
    background[at] = clamp((seen - a * own) / (1 - a), 0, 255) + 0.5;
  }
}

/** A matte at chroma size, sited as chroma is. */
export function halve(plane: Uint8Array, width: number, height: number): Uint8Array {
  const halfWidth = width >> 1;
  const out = new Uint8Array(halfWidth * (height >> 1));
  for (let y = 0; y < height >> 1; y++) {
    for (let x = 0; x < halfWidth; x++) {
      const at = 2 * y * width + 2 * x;
      const left = x > 0 ? at - 1 : at;
      const upper = plane[left]! + 2 * plane[at]! + plane[at + 1]!;
      const lower = plane[left + width]! + 2 * plane[at + width]! + plane[at + width + 1]!;
      out[y * halfWidth + x] = (upper + lower + 4) >> 3;
    }
  }
  return out;
}
