// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** The last touch over everything: glow of bright places, vignette, fine grain; then eight bits. */
import type { Random } from '../random.ts';
import type { RgbImage } from '../raster/colour.ts';
import { createPlane, mapPlane, type Plane, rowResizer, softBlur } from '../raster/plane.ts';
import { encodeRow, type LightRow } from './canvas.ts';
import type { Frame } from './compose.ts';
import { shrink } from './shrink.ts';

/** Light above this spills over. */
const glowFrom = 0.85;
const glowSide = 320;
const glowStrength = 0.5;
const vignetteStrength = 0.26;
/** Grain in linear light at middle grey; just enough to break up smooth gradients, which 8 bits would band. */
const grainStrength = 0.012;
/** A tile of grain is repeated with changing offsets; nobody sees the seams of noise. */
const grainSide = 256;

/** The light that spills over; undefined if there is none, as in most pictures. */
function bloomOf(plane: Plane, width: number, height: number): Plane | undefined {
  const bright = mapPlane(shrink(plane, width, height), (value) => Math.max(0, Math.min(4, value) - glowFrom));
  if (!bright.data.some((value) => value > 1e-4)) return undefined;
  const wide = softBlur(bright, Math.round(width * 0.03), 2);
  const tight = softBlur(bright, Math.max(1, Math.round(width * 0.006)), 2);
  const out = createPlane(width, height);
  for (let index = 0; index < out.data.length; index++) {
    out.data[index] = glowStrength * (0.6 * tight.data[index]! + 0.9 * wide.data[index]!);
  }
  return out;
}

/** In 256ths of a step of 8 bits: light is encoded by about its root, in which grain is equally strong everywhere. */
function grainTile(random: Random): Int16Array {
  const tile = new Int16Array(grainSide * grainSide);
  for (let y = 0; y < grainSide; y++) speckleRow(random, tile, y * grainSide, (y + 1) * grainSide);
  return tile;
}

function speckleRow(random: Random, tile: Int16Array, from: number, to: number): void {
  const strength = grainStrength * 1.3 * 255 * 256 * 0.55;
  for (let at = from; at < to; at++) tile[at] = (random() + random() + random() - 1.5) * strength;
}

/** All that the rows of a picture are finished with; threads finish a band of rows each. */
export type Finish = Frame & {
  readonly blooms: readonly (Plane | undefined)[];
  readonly grain: Int16Array;
};

/** The planes of the frame may be smaller than it; they are enlarged row by row. */
export function prepareFinish(frame: Frame, random: Random): Finish {
  const { width, height, planes } = frame;
  const glowWidth = width >= height ? glowSide : Math.round((glowSide * width) / height);
  const glowHeight = Math.max(2, Math.round((glowWidth * height) / width));
  return { ...frame, blooms: planes.map((plane) => bloomOf(plane, glowWidth, glowHeight)), grain: grainTile(random) };
}

/** Rows `from` to `to` (not in) of the picture, into its whole buffer. */
export function finishRows(
  { width, height, planes, blooms, grain }: Finish,
  data: Uint8Array,
  from: number,
  to: number,
): void {
  const readRows = planes.map((plane) => rowReader(plane, width, height));
  const readGlows = blooms.map((plane) => plane && rowResizer(plane, width, height));
  const glow = new Float32Array(width);
  const light: LightRow = [new Float32Array(width), new Float32Array(width), new Float32Array(width)];
  const across = Float32Array.from({ length: width }, (_, x) => ((x + 0.5) / width - 0.5) ** 2);
  const fall = new Float32Array(width);
  const specks = new Int16Array(width);
  for (let y = from; y < to; y++) {
    const down = ((y + 0.5) / height - 0.5) ** 2;
    for (let x = 0; x < width; x++) {
      // Hardly anything in the middle half, then quickly more: a mean of the second and fourth power of the distance.
      const far = 2 * (across[x]! + down);
      fall[x] = 1 - vignetteStrength * far * (0.55 + 0.45 * far) * 1.25;
    }
    let most = 0;
    for (let channel = 0; channel < 3; channel++) {
      const row = light[channel]!;
      const readGlow = readGlows[channel];
      readGlow?.(y, glow);
      most = Math.max(most, dim(row, readRows[channel]!(y, row), readGlow && glow, fall));
    }
    grainRow(grain, y, specks);
    encodeRow(light, most > 1, data, y * width * 3, specks);
  }
}

/** The source with its glow and the vignette; gives the brightest of it. */
function dim(row: Float32Array, source: Float32Array, glow: Float32Array | undefined, fall: Float32Array): number {
  let most = 0;
  if (glow === undefined) {
    for (let x = 0; x < row.length; x++) {
      const value = source[x]! * fall[x]!;
      row[x] = value;
      if (value > most) most = value;
    }
    return most;
  }
  for (let x = 0; x < row.length; x++) {
    const value = (source[x]! + glow[x]!) * fall[x]!;
    row[x] = value;
    if (value > most) most = value;
  }
  return most;
}

/** The tile's row `y`, repeated along the picture's row. */
function grainRow(tile: Int16Array, y: number, out: Int16Array): void {
  const start = (y % grainSide) * grainSide;
  const shift = (((y / grainSide) | 0) * 97) % grainSide;
  for (let x = 0; x < out.length; x++) out[x] = tile[start + ((x + shift) & (grainSide - 1))]!;
}

/** Encodes the whole in this thread. */
export function finish(frame: Frame, random: Random): RgbImage {
  const { width, height } = frame;
  const data = new Uint8Array(width * height * 3);
  finishRows(prepareFinish(frame, random), data, 0, height);
  return { width, height, data };
}

/** One row of a plane at the frame's size; written to `spare` unless the plane has that size already. */
function rowReader(plane: Plane, width: number, height: number): (y: number, spare: Float32Array) => Float32Array {
  if (plane.width === width && plane.height === height) {
    return (y) => plane.data.subarray(y * width, (y + 1) * width);
  }
  const resize = rowResizer(plane, width, height);
  return (y, spare) => {
    resize(y, spare);
    return spare;
  };
}
