import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, randomStream } from '../random.ts';
import { createArena } from '../raster/shared-memory.ts';
import { simdModule } from '../raster/simd-module.ts';
import { gridSize } from './grid.ts';
import { cullCells, matteBlocks, plainKernel } from './kernel.ts';
import { openKernel } from './kernel-simd.ts';

/** Whole, between the two ends. */
const between = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from + 1));

/** Flat parts and noise: 0, 255 and all between, as mattes have them. */
function matteOf(random: Random, width: number, height: number): Uint8Array {
  const edge = random() * width;
  return Uint8Array.from({ length: width * height }, (_, index) => {
    const across = (index % width) - edge;
    return across < -6 ? 0 : across > 6 ? 255 : Math.floor(random() * 256);
  });
}

/** Positions as films have them: shifted, scaled and a little turned, with a trace of depth. */
function layOut(
  random: Random,
  positions: Int32Array,
  columns: number,
  rows: number,
  cell: number,
  sourceWidth: number,
  sourceHeight: number,
): void {
  const scale = 0.3 + 1.9 * random();
  const turn = random() < 0.4 ? 0 : (random() - 0.5) * (random() < 0.5 ? 0.1 : 0.4);
  const [shiftX, shiftY] = [random() * sourceWidth * 0.6, random() * sourceHeight * 0.6];
  const hold = (value: number, size: number) =>
    Math.round(Math.max(32, Math.min((size - 1) * 65536 - 1, value * 65536)));
  for (let row = 0, index = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++, index += 2) {
      const [x, y] = [column * cell * scale + random() * 0.2, row * cell * scale + random() * 0.2];
      positions[index] = hold(shiftX + x + turn * y, sourceWidth);
      positions[index + 1] = hold(shiftY + y - turn * x, sourceHeight);
    }
  }
}

/** One random picture, grid and matte, drawn by both kernels; every byte must be equal, also beside the planes. */
function compare(seed: number): { readonly blended: number } {
  const random = randomStream(seed, 'kernel-simd');
  const cellBits = random() < 0.5 ? 4 : 3;
  const cell = 1 << cellBits;
  const width = between(random, 1, 90);
  const height = between(random, 1, 60);
  const sourceWidth = between(random, 2, 130);
  const sourceHeight = between(random, 2, 90);
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const area = sourceWidth * sourceHeight;

  const arena = createArena(2_000_000);
  const simd = openKernel(simdModule(), arena.memory);
  assert.notEqual(simd, plainKernel);
  const plane = arena.bytes(area);
  const matte = arena.bytes(area);
  plane.set(Uint8Array.from({ length: area }, () => Math.floor(random() * 256)));
  matte.set(matteOf(random, sourceWidth, sourceHeight));
  const positions = arena.integers((columns + 1) * (rows + 1) * 2);
  for (let index = 0; index < positions.length; index += 2) {
    // From 32 on, as toFixedPoint gives them.
    positions[index] = 32 + Math.floor(random() ** 2 * ((sourceWidth - 1) * 65536 - 32));
    positions[index + 1] = 32 + Math.floor(random() ** 2 * ((sourceHeight - 1) * 65536 - 32));
  }
  if (random() < 0.7) layOut(random, positions, columns, rows, cell, sourceWidth, sourceHeight);
  const cull = arena.bytes(columns * rows);
  cullCells(matteBlocks(matte, sourceWidth, sourceHeight), positions, columns, rows, cull);
  const offset = between(random, 0, 5);
  const out = arena.bytes(offset + 2 * width * height + 9);

  const red = arena.bytes(area);
  red.set(Uint8Array.from(plane).reverse());
  for (const flags of [undefined, cull]) {
    const start = Uint8Array.from(out, () => Math.floor(random() * 256));
    const drawn = [simd, plainKernel].map((kernel) => {
      out.set(start);
      const target = { out, offset, width, height, cellBits };
      const draw = (alpha: Uint8Array | undefined) =>
        cellBits === 4
          ? kernel.warp(plane, alpha, sourceWidth, target, positions, columns, flags)
          : kernel.warpChroma({ blue: plane, red }, alpha, sourceWidth, target, positions, columns, flags);
      draw(undefined);
      const behind = Uint8Array.from(out);
      draw(matte);
      return { behind, whole: Uint8Array.from(out) };
    });
    assert.deepEqual(drawn[0], drawn[1], `seed ${seed}: ${width}x${height} from ${sourceWidth}x${sourceHeight}`);
  }
  return { blended: cull.filter((flag) => flag === 1).length };
}

test('the SIMD kernel gives the bytes of the plain one: sizes, grids, odd edges, alpha, cull', () => {
  let blended = 0;
  for (let seed = 0; seed < 400; seed++) blended += compare(seed).blended;
  assert.ok(blended > 400, String(blended));
});

test('what lies outside the shared memory is drawn by the plain kernel', () => {
  const { columns, rows } = gridSize(16, 16);
  const arena = createArena(100_000);
  const kernel = openKernel(simdModule(), arena.memory);
  const texture = new Uint8Array(32 * 32).fill(7);
  const out = new Uint8Array(256);
  const positions = new Int32Array((columns + 1) * (rows + 1) * 2);
  const target = { out, offset: 0, width: 16, height: 16, cellBits: 4 };
  kernel.warp(texture, undefined, 32, target, positions, columns, undefined);
  assert.ok(out.every((value) => value === 7));
  assert.equal(openKernel(undefined, arena.memory), plainKernel);
  assert.equal(openKernel(simdModule(), undefined), plainKernel);
});
