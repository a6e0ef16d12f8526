import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawFigure, figureOf } from './figure.ts';
import type { Idle } from './idle.ts';

const [width, height] = [64, 36];
const pixels = {
  width,
  height,
  luma: new Uint8Array(width * height).fill(200),
  blue: new Uint8Array((width * height) / 4).fill(90),
  red: new Uint8Array((width * height) / 4).fill(160),
};
/** A box in the middle third. */
const box = (columns: number, rows: number) =>
  Uint8Array.from({ length: columns * rows }, (_, index) => {
    const x = index % columns;
    return x >= columns / 3 && x < (2 * columns) / 3 && index >= (columns * rows) / 2 ? 255 : 0;
  });
const alpha = { luma: box(width, height), chroma: box(width >> 1, height >> 1) };
const idle: Idle = {
  action: 'walk',
  footX: 0.5,
  footY: 1,
  tall: 0.5,
  isRooted: true,
  isHeld: false,
  side: 1,
  phase: 0,
  seconds: 4,
};

function drawn(seconds: number, moving: Idle | undefined): Uint8Array {
  const out = new Uint8Array((width * height * 3) / 2).fill(50);
  drawFigure(figureOf(pixels, alpha, moving), seconds, out);
  return out;
}

test('a figure that does not move is drawn as it is, and nothing else is touched', () => {
  const out = drawn(0, undefined);
  for (let index = 0; index < width * height; index++) assert.equal(out[index], alpha.luma[index] === 255 ? 200 : 50);
});

test('one that walks is carried along, planes together, and never lifted off its edge', () => {
  const row = (frame: Uint8Array, y: number) => frame.subarray(y * width, (y + 1) * width);
  const centre = (frame: Uint8Array) => {
    const own = [...row(frame, height - 1)].flatMap((value, x) => (value > 125 ? [x] : []));
    return own.reduce((sum, x) => sum + x, 0) / own.length;
  };
  const [first, last] = [drawn(0, idle), drawn(4, idle)];
  assert.ok(centre(last) - centre(first) > 2, `${centre(first)} ${centre(last)}`);
  for (let seconds = 0; seconds < 4; seconds += 0.3) assert.ok(row(drawn(seconds, idle), height - 1).includes(200));
  const chroma = last.subarray(width * height, width * height + (width * height) / 4);
  assert.ok([...chroma].some((value) => value === 90));
});
