// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Ripples on water: rows of the finished frame are shifted sideways and shaded by waves that run towards the viewer, larger
 * and longer the nearer they are. Only pixels of the frame are used, so nothing from outside the picture can show.
 */
import { randomStream } from '../random.ts';
import { clamp, type Plane, samplePlane, smoothstep } from '../raster/plane.ts';
import { cellSize } from './grid.ts';
import { fadeIn } from './sway.ts';

export type WaterPlan = {
  /** Where water is, 0..1, over the background layer. */
  readonly mask: Plane;
  /** Where no subject stands before it, 0..1, over the subject's layer; undefined without one. */
  readonly clear: Plane | undefined;
  /** Share of the layer's height. */
  readonly horizon: number;
  readonly phases: readonly number[];
};

export function planWater(mask: Plane, clear: Plane | undefined, horizon: number, seed: number): WaterPlan {
  const random = randomStream(seed, 'water');
  return { mask, clear, horizon, phases: Array.from({ length: 3 }, () => random() * 2 * Math.PI) };
}

const steps = 4096;
const sines = Float32Array.from({ length: steps }, (_, step) => Math.sin((step / steps) * 2 * Math.PI));

const stepsPerRadian = steps / (2 * Math.PI);

function sine(angle: number): number {
  return sines[(angle * stepsPerRadian) & (steps - 1)]!;
}

/** Sideways, in widths of the frame, right before the viewer. Never more pixels than this: a row reaches no further. */
const largestShift = 0.0065;
const mostShiftPixels = 14;
/** Of the light. */
const shade = 0.055;
/** Waves from the horizon to the viewer grow with the logarithm of nearness; this many radians per unit of it. */
const longWave = { turns: 34, rate: 2.7 };
const shortWave = { turns: 61, rate: 3.6 };
const farthest = 0.06;

/** Where a layer's grid takes its corners from: 16.16 pixels of a layer of this size. */
export type LayerPositions = {
  readonly positions: Int32Array;
  readonly columns: number;
  readonly rows: number;
  readonly sourceWidth: number;
  readonly sourceHeight: number;
};

/** `over` is the subject's layer, if there is one. `out` is planar 4:2:0 of `width` x `height`. */
export function drawRipples(
  plan: WaterPlan,
  seconds: number,
  under: LayerPositions,
  over: LayerPositions | undefined,
  out: Uint8Array,
  width: number,
  height: number,
): void {
  const fade = fadeIn(seconds);
  if (fade <= 0) return;
  const { positions, columns, rows, sourceWidth, sourceHeight } = under;
  const shares = cornerShares(plan, under, over);
  const stride = columns + 1;
  const most = Math.min(mostShiftPixels, largestShift * width) * fade;
  const light = shade * fade;
  const [first = 0, second = 0, third = 0] = plan.phases;
  const below = 1 - plan.horizon;
  const line = new Uint8Array(width);
  const shifts = new Float32Array(stride);
  const lights = new Float32Array(stride);
  const chroma = { width: width >> 1, blue: width * height, red: width * height + (width >> 1) * (height >> 1) };

  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cellSize);
    if (row >= rows) break;
    const down = (y % cellSize) / cellSize;
    let isTouched = false;
    for (let column = 0; column <= columns; column++) {
      const corner = row * stride + column;
      const share = shares[corner]! + (shares[corner + stride]! - shares[corner]!) * down;
      shifts[column] = 0;
      lights[column] = 1;
      if (share < 0.004) continue;
      isTouched = true;
      const at = corner * 2;
      const u = (positions[at]! + (positions[at + stride * 2]! - positions[at]!) * down) / (65536 * sourceWidth);
      const v =
        (positions[at + 1]! + (positions[at + stride * 2 + 1]! - positions[at + 1]!) * down) / (65536 * sourceHeight);
      const near = clamp((v - plan.horizon) / below, 0, 1) + farthest;
      const depth = Math.log(near);
      // Crests are short: their line bends with where they are on the water.
      const aside = (u - 0.5) / (near + 0.12);
      const bend = 1.7 * sine(3.1 * aside + 2.3 * depth + third);
      const long = longWave.turns * depth - longWave.rate * seconds + bend + first;
      const short = shortWave.turns * depth - shortWave.rate * seconds - 1.3 * bend + 2 * aside + second;
      const size = share * Math.sqrt(Math.min(1, near));
      shifts[column] = most * size * (0.66 * sine(long) + 0.34 * sine(short));
      lights[column] = 1 + light * share * (0.6 * sine(long + 1.2) + 0.4 * sine(short + 1.2));
    }
    if (!isTouched) continue;
    shiftRow(out, y * width, width, line, shifts, lights, cellSize);
    if (y % 2 === 0 && y >> 1 < height >> 1) {
      for (let column = 0; column <= columns; column++) {
        shifts[column] = shifts[column]! / 2;
        lights[column] = 1;
      }
      for (const start of [chroma.blue, chroma.red]) {
        shiftRow(out, start + (y >> 1) * chroma.width, chroma.width, line, shifts, lights, cellSize / 2);
      }
    }
  }
}

/** How much water there is at each corner of the grid, as seen in the frame. */
function cornerShares(plan: WaterPlan, under: LayerPositions, over: LayerPositions | undefined): Float32Array {
  const { positions, columns, rows, sourceWidth, sourceHeight } = under;
  const { mask, clear } = plan;
  const shares = new Float32Array((columns + 1) * (rows + 1));
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const corner = row * (columns + 1) + column;
      const at = corner * 2;
      const u = positions[at]! / (65536 * sourceWidth);
      const v = positions[at + 1]! / (65536 * sourceHeight);
      let share = samplePlane(mask, u * mask.width, v * mask.height);
      if (clear !== undefined && over !== undefined && share > 0) {
        const x = over.positions[at]! / (65536 * over.sourceWidth);
        const y = over.positions[at + 1]! / (65536 * over.sourceHeight);
        share *= samplePlane(clear, x * clear.width, y * clear.height);
      }
      // At the frame's sides there is nothing to shift in.
      shares[corner] = share * smoothstep(0, 0.03, Math.min(column, columns - column) / columns);
    }
  }
  return shares;
}

/** Cubic weights (Catmull and Rom) in 64 steps, of 128 together: linear ones would blur the water wherever it moves. */
const cubic = Int16Array.from({ length: 64 * 4 }, (_, index) => {
  const t = (index >> 2) / 64;
  const weights = [((-t + 2) * t - 1) * t, (3 * t - 5) * t * t + 2, ((-3 * t + 4) * t + 1) * t, (t - 1) * t * t].map(
    (weight) => Math.round(weight * 64),
  );
  // What rounding lost goes to the larger of the two in the middle, so that flat water stays as bright as it is.
  const lost = 128 - weights.reduce((sum, weight) => sum + weight, 0);
  const middle = t < 0.5 ? 1 : 2;
  return weights[index & 3]! + ((index & 3) === middle ? lost : 0);
});

function tapped(line: Uint8Array, at: number, tap: number): number {
  return (
    line[at - 1]! * cubic[tap]! +
    line[at]! * cubic[tap + 1]! +
    line[at + 1]! * cubic[tap + 2]! +
    line[at + 2]! * cubic[tap + 3]!
  );
}

function tappedAtEdge(line: Uint8Array, at: number, tap: number, last: number): number {
  const held = (index: number) => line[clamp(index, 0, last)]!;
  return (
    held(at - 1) * cubic[tap]! +
    held(at) * cubic[tap + 1]! +
    held(at + 1) * cubic[tap + 2]! +
    held(at + 2) * cubic[tap + 3]!
  );
}

/** Shifts and shades one row of a plane; `shifts` and `lights` hold at the cells' edges, linear between them. */
function shiftRow(
  out: Uint8Array,
  start: number,
  width: number,
  line: Uint8Array,
  shifts: Float32Array,
  lights: Float32Array,
  cell: number,
): void {
  line.set(out.subarray(start, start + width));
  for (let left = 0, column = 0; left < width; left += cell, column++) {
    const from = shifts[column]!;
    const to = shifts[column + 1]!;
    if (from === 0 && to === 0 && lights[column] === 1 && lights[column + 1] === 1) continue;
    // 16.16 fixed point from here on.
    const stepX = 65536 + Math.round(((to - from) * 65536) / cell);
    const stepLight = Math.round(((lights[column + 1]! - lights[column]!) * 65536) / cell);
    let x = left * 65536 + Math.round(from * 65536);
    let light = Math.round(lights[column]! * 65536);
    const end = Math.min(width, left + cell);
    // Within the row, no tap needs to be held inside it.
    const isSafe = Math.min(from, to) + left > 3 && Math.max(from, to) + end < width - 3;
    for (let index = left; index < end; index++) {
      const whole = x >> 16;
      const tap = ((x >> 10) & 63) << 2;
      const value = ((isSafe ? tapped(line, whole, tap) : tappedAtEdge(line, whole, tap, width - 1)) + 64) >> 7;
      const lit = 16 + (((value - 16) * (light >> 4) + 2048) >> 12);
      const shown = light === 65536 ? value : lit;
      out[start + index] = shown < 0 ? 0 : shown > 255 ? 255 : shown;
      x += stepX;
      light += stepLight;
    }
  }
}
