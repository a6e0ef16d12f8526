import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomStream } from '../random.ts';
import { gridSize, toFixedPoint } from './grid.ts';
import { cullCells, matteBlocks, warp } from './kernel.ts';

const width = 70;
const height = 50;
const { columns, rows } = gridSize(width, height);
const random = randomStream(1, 'kernel');
const noise = (size: number) => Uint8Array.from({ length: size }, () => Math.floor(random() * 256));

/** Grid corners by a function of the pixel, in 16.16. */
function positionsOf(at: (x: number, y: number) => readonly [number, number]): Int32Array {
  const out = new Int32Array((columns + 1) * (rows + 1) * 2);
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const [x, y] = at(column * 16, row * 16);
      const index = (row * (columns + 1) + column) * 2;
      out[index] = Math.round(x * 65536);
      out[index + 1] = Math.round(y * 65536);
    }
  }
  return out;
}

/** A texture larger than the frame, so that the cells that stick out of it stay inside the texture. */
const textureWidth = 120;
const textureHeight = 100;
const target = (out: Uint8Array) => ({ out, offset: 0, width, height, cellBits: 4 });

test('the identity warp copies every byte', () => {
  const texture = noise(textureWidth * textureHeight);
  const out = new Uint8Array(width * height);
  const positions = positionsOf((x, y) => [x, y]);
  warp(texture, undefined, textureWidth, target(out), positions, columns, undefined);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) assert.equal(out[y * width + x], texture[y * textureWidth + x], `${x},${y}`);
  }
});

test('a fractional warp agrees with floating point bilinear sampling to one step', () => {
  const texture = noise(textureWidth * textureHeight);
  const out = new Uint8Array(width * height);
  const map = (x: number, y: number) => [3.3 + x * 1.07 + y * 0.02, 2.7 + y * 1.11 - x * 0.015] as const;
  warp(texture, undefined, textureWidth, target(out), positionsOf(map), columns, undefined);
  let worst = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = map(x, y);
      const left = Math.floor(u);
      const top = Math.floor(v);
      const at = (dx: number, dy: number) => texture[(top + dy) * textureWidth + left + dx] ?? 0;
      const upper = at(0, 0) * (1 - (u - left)) + at(1, 0) * (u - left);
      const lower = at(0, 1) * (1 - (u - left)) + at(1, 1) * (u - left);
      worst = Math.max(worst, Math.abs(upper + (lower - upper) * (v - top) - (out[y * width + x] ?? 0)));
    }
  }
  // Fractions have eight bits and a neighbour may differ by 255: 255/256 a side, and rounding.
  assert.ok(worst < 2.5, String(worst));
});

test('alpha 0 leaves, 255 replaces, and what lies between is a mean', () => {
  const texture = new Uint8Array(textureWidth * textureHeight).fill(200);
  const positions = positionsOf((x, y) => [x, y]);
  for (const [alpha, expected] of [
    [0, 40],
    [255, 200],
    [128, 120],
  ] as const) {
    const out = new Uint8Array(width * height).fill(40);
    const matte = new Uint8Array(textureWidth * textureHeight).fill(alpha);
    warp(texture, matte, textureWidth, target(out), positions, columns, undefined);
    for (const value of out) assert.equal(value, expected);
  }
});

test('culling cells changes no byte', () => {
  const background = noise(textureWidth * textureHeight);
  const foreground = noise(textureWidth * textureHeight);
  const matte = Uint8Array.from({ length: textureWidth * textureHeight }, (_, index) => {
    const distance = Math.hypot((index % textureWidth) - 40, Math.floor(index / textureWidth) - 30);
    return distance < 20 ? 255 : distance > 28 ? 0 : Math.round(((28 - distance) / 8) * 255);
  });
  const positions = positionsOf((x, y) => [1.4 + x * 1.05, 0.6 + y * 1.03]);
  const draw = (cull: Uint8Array | undefined) => {
    const out = new Uint8Array(width * height);
    warp(background, undefined, textureWidth, target(out), positions, columns, cull);
    warp(foreground, matte, textureWidth, target(out), positions, columns, cull);
    return out;
  };
  const flags = cullCells(
    matteBlocks(matte, textureWidth, textureHeight),
    positions,
    columns,
    rows,
    new Uint8Array(columns * rows),
  );
  assert.ok(flags.includes(0) && flags.includes(1));
  assert.deepEqual(draw(flags), draw(undefined));
});

test('steps that are rounded down never leave the texture', () => {
  const texture = new Uint8Array(textureWidth * textureHeight).fill(90);
  const { columns: across, rows: down } = gridSize(width, height);
  const grid = { columns: across, rows: down, positions: new Float64Array((across + 1) * (down + 1) * 2) };
  for (let index = 0; index < grid.positions.length; index++) {
    // Held at the border on one side of each cell, a hair inside on the other: the step between them is rounded down.
    grid.positions[index] = index % 4 < 2 ? -1 : (0.5 + 0.0006) / textureWidth;
  }
  const positions = new Int32Array(grid.positions.length);
  toFixedPoint(grid, textureWidth, textureHeight, positions);
  const out = new Uint8Array(width * height);
  warp(texture, undefined, textureWidth, target(out), positions, across, undefined);
  assert.deepEqual(new Set(out), new Set([90]));
});
