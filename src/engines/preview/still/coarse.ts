// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** What is smooth is worked out at every few pixels, and interpolated between them. */
import type { Colour } from './canvas.ts';
import type { Stage } from './stage.ts';

export type CoarseField = (x: number, y: number) => number;

/**
 * A function of the place, worked out at every `step`th column and row of the strip, down to the row `rows`. Columns count
 * from the frame's edge, so that strips agree.
 */
export function coarseField(
  { from, to, height }: Pick<Stage, 'from' | 'to' | 'height'>,
  step: number,
  valueAt: (x: number, y: number) => number,
  rows = height,
): CoarseField {
  const first = Math.floor(from / step);
  const columns = Math.ceil(to / step) + 2 - first;
  const count = Math.ceil(rows / step) + 2;
  const data = new Float32Array(columns * count);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < columns; column++) {
      data[row * columns + column] = valueAt((first + column) * step, row * step);
    }
  }
  const scale = 1 / step;
  return (x, y) => {
    const u = x * scale - first;
    const v = y * scale;
    const left = u | 0;
    const top = v | 0;
    const at = top * columns + left;
    const across = u - left;
    const above = data[at]! + (data[at + 1]! - data[at]!) * across;
    const below = data[at + columns]! + (data[at + columns + 1]! - data[at + columns]!) * across;
    return above + (below - above) * (v - top);
  };
}

/**
 * The colours of one row at columns that lie `step` apart, interleaved; the first of them is the column `first`, which is a
 * multiple of `step`.
 */
export type CoarseRow = (y: number, first: number, step: number, out: Float32Array) => void;

/** Paints the strip down to the row `rows` with colours that are worked out at every `step`th pixel. */
export function paintCoarsely(
  { canvas, width, height, from, to }: Stage,
  step: number,
  rows: number,
  drawRow: CoarseRow,
): void {
  const first = Math.floor(from / step) * step;
  const columns = (Math.ceil(to / step) * step - first) / step + 1;
  let upper = new Float32Array(3 * columns);
  let lower = new Float32Array(3 * columns);
  const between = new Float32Array(3 * columns);
  drawRow(0, first, step, upper);
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data];
  for (let y = 0; y < Math.min(height, rows); y++) {
    const down = (y % step) / step;
    if (down === 0) {
      if (y > 0) [upper, lower] = [lower, upper];
      if (step > 1) drawRow(y + step, first, step, lower);
      else if (y > 0) drawRow(y, first, step, upper);
    }
    blendRows(upper, lower, down, between);
    for (let channel = 0; channel < 3; channel++)
      spreadRow(between, channel, planes[channel]!, y * width, first, step, from, to);
  }
}

function blendRows(upper: Float32Array, lower: Float32Array, share: number, out: Float32Array): void {
  for (let at = 0; at < out.length; at++) out[at] = upper[at]! + (lower[at]! - upper[at]!) * share;
}

/** Fills the columns of one plane's row from every `step`th of them. */
function spreadRow(
  coarse: Float32Array,
  channel: number,
  out: Float32Array,
  start: number,
  first: number,
  step: number,
  from: number,
  to: number,
): void {
  for (let column = first, at = channel; column < to; column += step, at += 3) {
    const here = coarse[at]!;
    const slope = step > 1 ? (coarse[at + 3]! - here) / step : 0;
    for (let x = Math.max(from, column); x < Math.min(to, column + step); x++)
      out[start + x] = here + slope * (x - column);
  }
}

/** A row of a scene whose colours are worked out place by place. */
export function pointwise(colourAt: (x: number, y: number) => Colour): CoarseRow {
  return (y, first, step, out) => {
    for (let at = 0, x = first; at < out.length; at += 3, x += step) {
      const colour = colourAt(x, y);
      out[at] = colour[0];
      out[at + 1] = colour[1];
      out[at + 2] = colour[2];
    }
  };
}
