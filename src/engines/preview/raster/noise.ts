// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Gradient noise (Perlin, "Improving Noise", 2002) in two dimensions, seeded, and sums of it. */
import type { Random } from '../random.ts';

/** Places along a row: the place of column `x` is `start + step * x`. */
export type Line = { readonly start: number; readonly step: number };

const gradientX = Float32Array.from({ length: 256 }, (_, index) => Math.cos((index / 256) * 2 * Math.PI));
const gradientY = Float32Array.from({ length: 256 }, (_, index) => Math.sin((index / 256) * 2 * Math.PI));

/**
 * A lattice of gradients. Data, with functions of the module: V8 forgets what it compiled of a method or of a closure when
 * the last object that had it is gone (docs/decisions/0105).
 */
export type Noise = {
  /** The numbers 0..255 shuffled, twice. */
  readonly order: Uint8Array;
};

export function createNoise(random: Random): Noise {
  const order = new Uint8Array(512);
  for (let index = 0; index < 256; index++) order[index] = index;
  for (let index = 255; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const held = order[index]!;
    order[index] = order[other]!;
    order[other] = held;
  }
  order.copyWithin(256, 0, 256);
  return { order };
}

/** About -0.9..0.9, smooth, mean 0; one feature per unit. */
export function noiseAt({ order }: Noise, x: number, y: number): number {
  const floorX = Math.floor(x);
  const floorY = Math.floor(y);
  const fx = x - floorX;
  const fy = y - floorY;
  const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
  const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
  const left = floorX & 255;
  const top = floorY & 255;
  const upper = order[top]!;
  const lower = order[(top + 1) & 255]!;
  const g00 = order[(left + upper) & 255]!;
  const g10 = order[(left + 1 + upper) & 255]!;
  const g01 = order[(left + lower) & 255]!;
  const g11 = order[(left + 1 + lower) & 255]!;
  const a = gradientX[g00]! * fx + gradientY[g00]! * fy;
  const b = gradientX[g10]! * (fx - 1) + gradientY[g10]! * fy;
  const c = gradientX[g01]! * fx + gradientY[g01]! * (fy - 1);
  const d = gradientX[g11]! * (fx - 1) + gradientY[g11]! * (fy - 1);
  const across = a + (b - a) * u;
  return (across + (c + (d - c) * u - across) * v) * 1.4;
}

/**
 * Adds to columns `from` to `to` (not in) what the noise along a line at the height `y` is, times `strength`. Within a
 * cell of the lattice all that changes along a row are the share of its right side and two straight lines.
 */
export function addNoiseRow(
  { order }: Noise,
  out: Float32Array,
  from: number,
  to: number,
  { start, step }: Line,
  y: number,
  strength: number,
): void {
  const floorY = Math.floor(y);
  const fy = y - floorY;
  const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
  const upper = order[floorY & 255]!;
  const lower = order[(floorY + 1) & 255]!;
  const scale = strength * 1.4;
  let cell = Number.NaN;
  let slope = 0;
  let base = 0;
  let nextSlope = 0;
  let nextBase = 0;
  for (let column = from; column < to; column++) {
    const x = start + step * column;
    const floorX = Math.floor(x);
    if (floorX !== cell) {
      cell = floorX;
      const left = floorX & 255;
      const g00 = order[(left + upper) & 255]!;
      const g01 = order[(left + lower) & 255]!;
      const g10 = order[(left + 1 + upper) & 255]!;
      const g11 = order[(left + 1 + lower) & 255]!;
      slope = (gradientX[g00]! + (gradientX[g01]! - gradientX[g00]!) * v) * scale;
      base = (gradientY[g00]! * fy + (gradientY[g01]! * (fy - 1) - gradientY[g00]! * fy) * v) * scale;
      nextSlope = (gradientX[g10]! + (gradientX[g11]! - gradientX[g10]!) * v) * scale;
      nextBase = (gradientY[g10]! * fy + (gradientY[g11]! * (fy - 1) - gradientY[g10]! * fy) * v) * scale;
    }
    const fx = x - floorX;
    const here = slope * fx + base;
    const next = nextSlope * (fx - 1) + nextBase;
    out[column] = out[column]! + here + (next - here) * (fx * fx * fx * (fx * (fx * 6 - 15) + 10));
  }
}

/** The rows of `fractal`: adds it along a line, as `addNoiseRow` does. */
export function addFractalRow(
  noise: Noise,
  out: Float32Array,
  from: number,
  to: number,
  { start, step }: Line,
  y: number,
  octaves: number,
): void {
  let strength = 0.5;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave++) {
    const line = { start: start * scale + octave * 17.3, step: step * scale };
    addNoiseRow(noise, out, from, to, line, y * scale - octave * 9.1, strength);
    strength *= 0.5;
    scale *= 2.03;
  }
}

/** Fractal sum of octaves, each twice as fine and half as strong; about -1..1. */
export function fractal(noise: Noise, x: number, y: number, octaves: number): number {
  let sum = 0;
  let strength = 0.5;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave++) {
    // Turned a little each time, so that the lattices of the octaves never line up.
    sum += strength * noiseAt(noise, x * scale + octave * 17.3, y * scale - octave * 9.1);
    strength *= 0.5;
    scale *= 2.03;
  }
  return sum;
}

/** Ridged sum: sharp crests, broad valleys; 0..1. Each octave is weakened where the one before was low (Musgrave). */
export function ridged(noise: Noise, x: number, y: number, octaves: number): number {
  let sum = 0;
  let strength = 0.55;
  let scale = 1;
  let weight = 1;
  for (let octave = 0; octave < octaves; octave++) {
    const crest = 1 - Math.abs(noiseAt(noise, x * scale + octave * 31.7, y * scale + octave * 11.9));
    const signal = crest * crest * weight;
    sum += signal * strength;
    weight = Math.min(1, signal * 1.6);
    strength *= 0.5;
    scale *= 2.07;
  }
  return sum;
}

/** A fixed pseudo-random number 0..1 for a pair of integers: which window is lit, which book is red. */
export function hashPair(a: number, b: number): number {
  let h = Math.imul(a | 0, 0x27d4eb2d) ^ Math.imul((b | 0) + 0x165667b1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  h ^= h >>> 13;
  h = Math.imul(h, 0x27d4eb2f);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}
