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
  const small = resizePlane(plane, width, height);
  for (let index = 0; index < small.data.length; index++) {
    small.data[index] = Math.max(0, Math.min(4, small.data[index]!) - glowFrom);
  }
  const wide = softBlur(small, Math.round(width * 0.03), 2);
  const tight = softBlur(small, Math.max(1, Math.round(width * 0.006)), 2);
  const out = createPlane(width, height);
  for (let index = 0; index < out.data.length; index++) {
    out.data[index] = glowStrength * (0.6 * tight.data[index]! + 0.9 * wide.data[index]!);
  }
  return out;
}

function grainTile(random: Random): Float32Array {
  return Float32Array.from({ length: grainSide * grainSide }, () => (random() + random() + random() - 1.5) * 1.3);
}

export function finish(frame: Frame, random: Random): RgbImage {
  const { width, height, planes } = frame;
  const glowWidth = width >= height ? glowSide : Math.round((glowSide * width) / height);
  const glowHeight = Math.max(2, Math.round((glowWidth * height) / width));
  const blooms = planes.map((plane) => rowResizer(bloomOf(plane, glowWidth, glowHeight), width, height));
  const rows = planes.map(() => new Float32Array(width));
  const bloom = new Float32Array(width);
  const grain = grainTile(random);
  const data = new Uint8Array(width * height * 3);
  const across = Float32Array.from({ length: width }, (_, x) => ((x + 0.5) / width - 0.5) ** 2);
  const fall = new Float32Array(width);
  const speckle = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const down = ((y + 0.5) / height - 0.5) ** 2;
    const grainRow = (y % grainSide) * grainSide;
    const shift = (((y / grainSide) | 0) * 97) % grainSide;
    for (let x = 0; x < width; x++) {
      // Hardly anything in the middle half, then quickly more: a mean of the second and fourth power of the distance.
      const far = 2 * (across[x]! + down);
      fall[x] = 1 - vignetteStrength * far * (0.55 + 0.45 * far) * 1.25;
      speckle[x] = grain[grainRow + ((x + shift) & (grainSide - 1))]! * grainStrength;
    }
    for (let channel = 0; channel < 3; channel++) {
      blooms[channel]!(y, bloom);
      const source = planes[channel]!.data;
      const row = rows[channel]!;
      for (let x = 0; x < width; x++) {
        const value = source[y * width + x]! + bloom[x]!;
        row[x] = value * fall[x]! + speckle[x]! * Math.sqrt(Math.max(0, value) + 0.01);
      }
    }
    encodeRow(rows[0]!, rows[1]!, rows[2]!, data, y * width * 3);
  }
  return { width, height, data };
}
