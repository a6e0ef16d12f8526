import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, randomStream } from '../random.ts';
import { openRowKernel, plainRowKernel, type RowKernel, rowMargin } from './row-kernel.ts';
import { createArena, type SharedArena } from './shared-memory.ts';

/** Noise, and the two ends of it, where sums are largest. */
function byteOf(random: Random): number {
  const value = random();
  return value < 0.2 ? 0 : value < 0.4 ? 255 : Math.floor(random() * 256);
}

function noise(arena: SharedArena, random: Random, length: number): Uint8Array {
  const bytes = arena.bytes(length);
  for (let index = 0; index < length; index++) bytes[index] = byteOf(random);
  return bytes;
}

/** Four weights that are one together, as cubic convolution has them `t` between two pixels. */
function setWeights(weights: Int16Array, at: number, t: number): void {
  const before = Math.round(((-0.5 * t + 1) * t - 0.5) * t * 4096);
  const own = Math.round(((1.5 * t - 2.5) * t * t + 1) * 4096);
  const last = Math.round((0.5 * t - 0.5) * t * t * 4096);
  weights.set([before, own, 4096 - before - own - last, last], at);
}

/** Everything that both kernels make of one random row pair. */
function compare(seed: number): void {
  const random = randomStream(seed, 'row-kernel');
  const width = 2 * (1 + Math.floor(random() * 60));
  const arena = createArena(1_000_000);
  const simd = openRowKernel(arena);
  assert.notEqual(simd, plainRowKernel);
  const rows = Array.from({ length: 4 }, () => noise(arena, random, 3 * width));
  const row = arena.shorts(3 * width + 2 * rowMargin);
  const count = 1 + Math.floor(random() * 150);
  const places = arena.integers(count);
  const weights = arena.shorts(4 * count);
  for (let index = 0; index < count; index++) {
    places[index] = Math.floor(random() * (width + 1)) - 1;
    setWeights(weights, 4 * index, random());
  }
  const across = arena.bytes(3 * count);
  const sums = arena.shorts(3 * width + 6);
  const luma = arena.bytes(width);
  const blue = arena.bytes(width / 2);
  const red = arena.bytes(width / 2);
  const drawn = (kernel: RowKernel) => {
    for (const array of [row, across, sums, luma, blue, red]) array.fill(7);
    const [upper, lower] = rows as [Uint8Array, Uint8Array];
    kernel.mixRows(rows, weights, 4 * (count - 1), row);
    kernel.mixColumns(row, places, weights, across);
    kernel.toLuma(upper, luma);
    kernel.toChroma(upper, lower, sums, blue, red);
    return [row, across, luma, blue, red].map((array) => [...array]);
  };
  assert.deepEqual(drawn(simd), drawn(plainRowKernel), `seed ${seed}: ${width} pixels, ${count} places`);
}

test('with SIMD come the bytes of the plain loops: widths, odd ends, overshooting, the outermost places', () => {
  for (let seed = 0; seed < 400; seed++) compare(seed);
});

test('without a memory that WebAssembly can address the plain loops run', () => {
  assert.equal(openRowKernel({ ...createArena(1000), memory: undefined }), plainRowKernel);
});
