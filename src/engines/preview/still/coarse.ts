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

/** Paints the strip down to the row `rows` with colours that are worked out at every `step`th pixel. */
export function paintCoarsely(
  { canvas, width, height, from, to }: Stage,
  step: number,
  rows: number,
  colourAt: (x: number, y: number) => Colour,
): void {
  const first = Math.floor(from / step);
  const columns = Math.ceil(to / step) + 1 - first;
  let upper = new Float32Array(3 * columns);
  let lower = new Float32Array(3 * columns);
  const drawRow = (y: number, out: Float32Array) => {
    for (let column = 0; column < columns; column++) out.set(colourAt((first + column) * step, y), 3 * column);
  };
  drawRow(0, upper);
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data];
  for (let y = 0; y < Math.min(height, rows); y++) {
    const down = (y % step) / step;
    if (down === 0) {
      if (y > 0) [upper, lower] = [lower, upper];
      drawRow(y + step, lower);
    }
    for (let channel = 0; channel < 3; channel++) {
      const data = planes[channel]!;
      for (let x = from; x < to; x++) {
        const at = 3 * (((x / step) | 0) - first) + channel;
        const across = (x % step) / step;
        const above = upper[at]! + (upper[at + 3]! - upper[at]!) * across;
        const below = lower[at]! + (lower[at + 3]! - lower[at]!) * across;
        data[y * width + x] = above + (below - above) * down;
      }
    }
  }
}
