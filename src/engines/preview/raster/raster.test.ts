import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomStream } from '../random.ts';
import { guidedFilter, openFastGuidedFilter, openGuidedFilter } from './guided-filter.ts';
import { nearestKnown } from './nearest.ts';
import { addFractalRow, addNoiseRow, createNoise, fractal, noiseAt } from './noise.ts';
import { boxBlur, clamp, createPlane, mapPlane, type Plane, resizePlane, samplePlane } from './plane.ts';
import { pullPush } from './pull-push.ts';
import { fromYuv420, toYuv420 } from './yuv420.ts';

const random = randomStream(5, 'raster');
const randomPlane = (width: number, height: number) => mapPlane(createPlane(width, height), () => random());
const at = (plane: Plane, x: number, y: number) =>
  plane.data[clamp(y, 0, plane.height - 1) * plane.width + clamp(x, 0, plane.width - 1)] ?? 0;

function slowBox(plane: Plane, radius: number): Plane {
  return mapPlane(plane, (_, index) => {
    let sum = 0;
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        sum += at(plane, (index % plane.width) + dx, Math.floor(index / plane.width) + dy);
      }
    }
    return sum / (2 * radius + 1) ** 2;
  });
}

function closeTo(one: Plane, other: Plane, tolerance: number): void {
  for (const [index, value] of one.data.entries()) {
    assert.ok(
      Math.abs(value - (other.data[index] ?? Number.NaN)) <= tolerance,
      `${index}: ${value} ${other.data[index]}`,
    );
  }
}

test('the box blur is a mean with repeated edges', () => {
  for (const [width, height, radius] of [
    [13, 7, 2],
    [5, 9, 4],
    [3, 3, 6],
    [1, 8, 2],
  ] as const) {
    const plane = randomPlane(width, height);
    closeTo(boxBlur(plane, radius), slowBox(plane, radius), 1e-5);
  }
});

test('the fast guided filter, at any parity of sizes, is close to the exact one', () => {
  for (const [width, height] of [
    [64, 48],
    [63, 47],
    [65, 2],
  ] as const) {
    // Smooth colours with one slanting edge, and a matte whose edge is a little beside it.
    const side = (index: number) => (index % width) + Math.floor(index / width) / 3 > width / 2;
    const guide = [0.2, 0.5, 0.8].map((shade) =>
      mapPlane(createPlane(width, height), (_, index) => (side(index) ? 1 - shade : shade) + 0.02 * random()),
    ) as [Plane, Plane, Plane];
    const input = mapPlane(createPlane(width, height), (_, index) => (index % width > 0.46 * width ? 1 : 0));
    const exact = openGuidedFilter(guide, 6, 1e-3)(input);
    const fast = openFastGuidedFilter(guide, 6, 1e-3)(input);
    const mean = exact.data.reduce((sum, value, index) => sum + Math.abs(value - (fast.data[index] ?? 9)), 0);
    assert.ok(mean / exact.data.length < 0.02, `${width}x${height}: ${mean / exact.data.length}`);
  }
});

test('the guided filter equals its definition', () => {
  const [width, height, radius, epsilon] = [14, 11, 2, 1e-3];
  const guide = [randomPlane(width, height), randomPlane(width, height), randomPlane(width, height)] as const;
  const input = randomPlane(width, height);
  const mean = (plane: Plane) => slowBox(plane, radius);
  const times = (one: Plane, other: Plane) => mapPlane(one, (value, index) => value * (other.data[index] ?? 0));
  const means = guide.map(mean);
  const meanInput = mean(input);
  const offset = createPlane(width, height);
  const slopes = guide.map(() => createPlane(width, height));
  for (let index = 0; index < input.data.length; index++) {
    const value = (plane: Plane | undefined) => plane?.data[index] ?? 0;
    const matrix = guide.map((one, row) =>
      guide.map(
        (other, column) =>
          value(mean(times(one, other))) - value(means[row]) * value(means[column]) + (row === column ? epsilon : 0),
      ),
    );
    const right = guide.map((one, row) => value(mean(times(one, input))) - value(means[row]) * value(meanInput));
    const solved = solve(matrix, right);
    for (const [channel, slope] of solved.entries()) (slopes[channel] as Plane).data[index] = slope;
    offset.data[index] = value(meanInput) - solved.reduce((sum, slope, row) => sum + slope * value(means[row]), 0);
  }
  const meanSlopes = slopes.map(mean);
  const expected = mapPlane(mean(offset), (value, index) =>
    clamp(
      meanSlopes.reduce(
        (sum, slope, channel) => sum + (slope.data[index] ?? 0) * (guide[channel]?.data[index] ?? 0),
        value,
      ),
      0,
      1,
    ),
  );
  closeTo(guidedFilter(guide, input, radius, epsilon), expected, 2e-3);
});

/** Gauss elimination with pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  for (let pivot = 0; pivot < 3; pivot++) {
    rows.sort((a, b) =>
      rows.indexOf(a) < pivot || rows.indexOf(b) < pivot ? 0 : Math.abs(b[pivot] ?? 0) - Math.abs(a[pivot] ?? 0),
    );
    for (let row = 0; row < 3; row++) {
      if (row === pivot) continue;
      const factor = (rows[row]?.[pivot] ?? 0) / (rows[pivot]?.[pivot] ?? 1);
      rows[row] = (rows[row] ?? []).map((value, column) => value - factor * (rows[pivot]?.[column] ?? 0));
    }
  }
  return rows.map((row, index) => (row[3] ?? 0) / (row[index] ?? 1));
}

test('pull-push keeps what is known and continues a constant', () => {
  const plane = createPlane(19, 12, 0.4);
  const weight = mapPlane(createPlane(19, 12), () => (random() < 0.2 ? 1 : 0));
  weight.data[0] = 1;
  const holed = mapPlane(plane, (value, index) => (weight.data[index] ? value : 99));
  const [filled] = pullPush([holed], weight);
  closeTo(filled as Plane, plane, 1e-5);
});

test('the nearest known pixel is within a pixel of the nearest', () => {
  const [width, height] = [31, 23];
  const known = Uint8Array.from({ length: width * height }, () => (random() < 0.03 ? 1 : 0));
  known[5] = 1;
  const found = nearestKnown(known, width, height);
  const distance = (one: number, other: number) =>
    Math.hypot((one % width) - (other % width), Math.floor(one / width) - Math.floor(other / width));
  for (let index = 0; index < known.length; index++) {
    let best = Number.POSITIVE_INFINITY;
    for (let other = 0; other < known.length; other++) if (known[other]) best = Math.min(best, distance(index, other));
    assert.ok(distance(index, found[index] ?? 0) <= best + 1, `${index}`);
  }
});

test('resizing keeps a constant, and a ramp a ramp', () => {
  closeTo(resizePlane(createPlane(7, 5, 0.3), 20, 3), createPlane(20, 3, 0.3), 1e-6);
  const ramp = mapPlane(createPlane(40, 4), (_, index) => (index % 40) + 0.5);
  const larger = resizePlane(ramp, 80, 4);
  for (let x = 4; x < 76; x++) assert.ok(Math.abs((larger.data[x] ?? 0) - (x + 0.5) / 2) < 1e-4);
  assert.ok(Math.abs(samplePlane(ramp, 10, 2) - 10) < 1e-5);
});

test('4:2:0 of greys is exact and neutral', () => {
  const grey = Uint8Array.from({ length: 8 * 4 * 3 }, () => 128);
  const yuv = toYuv420({ width: 8, height: 4, data: grey });
  assert.ok(yuv.luma.every((value) => value === 126));
  assert.ok(yuv.blue.every((value) => value === 128) && yuv.red.every((value) => value === 128));
  const white = toYuv420({ width: 8, height: 4, data: new Uint8Array(96).fill(255) });
  assert.ok(white.luma.every((value) => value === 235));
});

test('even colours come back from 4:2:0 as they were', () => {
  const colours = [
    [255, 255, 255],
    [0, 0, 0],
    [210, 40, 30],
    [20, 90, 200],
  ];
  for (const colour of colours) {
    const data = Uint8Array.from({ length: 8 * 4 * 3 }, (_, index) => colour[index % 3] ?? 0);
    const { luma, blue, red } = toYuv420({ width: 8, height: 4, data });
    const back = fromYuv420(Uint8Array.of(...luma, ...blue, ...red), 8, 4);
    for (const [index, value] of back.data.entries()) assert.ok(Math.abs(value - (data[index] ?? 0)) <= 2, `${colour}`);
  }
});

test('noise along a line is the noise of its places', () => {
  const noise = createNoise(randomStream(3, 'noise'));
  for (const step of [0.003, 0.4, 1.7, -0.2]) {
    const line = { start: -7.3, step };
    const [rows, sums] = [new Float32Array(200).fill(1), new Float32Array(200)];
    addNoiseRow(noise, rows, 40, 200, line, -2.6, 0.5);
    addFractalRow(noise, sums, 40, 200, line, 9.4, 4);
    for (let x = 0; x < 200; x++) {
      const place = line.start + line.step * x;
      const [row, sum] = x < 40 ? [1, 0] : [1 + 0.5 * noiseAt(noise, place, -2.6), fractal(noise, place, 9.4, 4)];
      assert.ok(Math.abs((rows[x] ?? 0) - row) < 1e-5, `${step} ${x}`);
      assert.ok(Math.abs((sums[x] ?? 0) - sum) < 1e-5, `${step} ${x}`);
    }
  }
});
