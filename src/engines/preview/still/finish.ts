// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** The last touch over everything: glow of bright places, vignette, fine grain; then eight bits. */
import type { Random } from '../random.ts';
import type { RgbImage } from '../raster/colour.ts';
import { createPlane, type Plane, resizePlane, rowResizer, softBlur } from '../raster/plane.ts';
import { encodeRow } from './canvas.ts';
import type { Frame } from './compose.ts';

/** Light above this spills over. */
const glowFrom = 0.85;
const glowSide = 320;
const glowStrength = 0.5;
const vignetteStrength = 0.26;
/** Grain in linear light at middle grey; just enough to break up smooth gradients, which 8 bits would band. */
const grainStrength = 0.012;
/** A tile of grain is repeated with changing offsets; nobody sees the seams of noise. */
const grainSide = 256;

function bloomOf(plane: Plane, width: number, height: number): Plane {
  const source = resizePlane(plane, width, height);
  const bright = createPlane(width, height);
  for (let index = 0; index < bright.data.length; index++) {
    bright.data[index] = Math.max(0, Math.min(4, source.data[index]!) - glowFrom);
  }
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
  const strength = grainStrength * 1.3 * 255 * 256 * 0.55;
  return Int16Array.from({ length: grainSide * grainSide }, () => (random() + random() + random() - 1.5) * strength);
}

/** Encodes the whole. The planes of the frame may be smaller than it; they are enlarged row by row. */
export function finish({ width, height, planes }: Frame, random: Random): RgbImage {
  const glowWidth = width >= height ? glowSide : Math.round((glowSide * width) / height);
  const glowHeight = Math.max(2, Math.round((glowWidth * height) / width));
  const sources = planes.map((plane) => rowReader(plane, width, height));
  const blooms = planes.map((plane) => bloomOf(plane, glowWidth, glowHeight));
  // Most pictures have no light that spills over; adding nothing to every pixel is saved.
  const glows = blooms.map((plane) =>
    plane.data.some((value) => value > 1e-4) ? rowResizer(plane, width, height) : undefined,
  );
  const bloom = new Float32Array(width);
  const rows = planes.map(() => new Float32Array(width));
  const grain = grainTile(random);
  const data = new Uint8Array(width * height * 3);
  const across = Float32Array.from({ length: width }, (_, x) => ((x + 0.5) / width - 0.5) ** 2);
  const fall = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const down = ((y + 0.5) / height - 0.5) ** 2;
    for (let x = 0; x < width; x++) {
      // Hardly anything in the middle half, then quickly more: a mean of the second and fourth power of the distance.
      const far = 2 * (across[x]! + down);
      fall[x] = 1 - vignetteStrength * far * (0.55 + 0.45 * far) * 1.25;
    }
    for (let channel = 0; channel < 3; channel++) {
      const row = rows[channel]!;
      const source = sources[channel]!(y, row);
      const addGlow = glows[channel];
      if (addGlow === undefined) for (let x = 0; x < width; x++) row[x] = source[x]! * fall[x]!;
      else {
        addGlow(y, bloom);
        for (let x = 0; x < width; x++) row[x] = (source[x]! + bloom[x]!) * fall[x]!;
      }
    }
    const start = (y % grainSide) * grainSide;
    encodeRow(rows as [Float32Array, Float32Array, Float32Array], data, y * width * 3, {
      tile: grain.subarray(start, start + grainSide),
      shift: (((y / grainSide) | 0) * 97) % grainSide,
    });
  }
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
