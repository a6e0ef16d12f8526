// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
import { createPlane, type Plane, resizePlane } from '../raster/plane.ts';

/** Boxes this high are told as well by every second of their rows. */
const highBox = 4;

/** Means of boxes of whole pixels; what is not much larger than wanted is only resized. */
export function shrink(plane: Plane, width: number, height: number): Plane {
  if (plane.width < 2 * width || plane.height < 2 * height) return resizePlane(plane, width, height);
  const out = createPlane(width, height);
  const edges = Int32Array.from({ length: width + 1 }, (_, x) => Math.round((x * plane.width) / width));
  const step = plane.height >= highBox * height ? 2 : 1;
  for (let y = 0; y < height; y++) {
    const first = Math.round((y * plane.height) / height);
    const last = Math.round(((y + 1) * plane.height) / height);
    shrinkRow(plane, first, last, step, edges, out.data, y * width);
  }
  return out;
}

/** Means of boxes between the rows `first` and `last` (not in), of every `step`th row, written from `start` on. */
function shrinkRow(
  { width, data }: Plane,
  first: number,
  last: number,
  step: number,
  edges: Int32Array,
  out: Float32Array,
  start: number,
): void {
  const rows = Math.ceil((last - first) / step);
  for (let x = 0; x + 1 < edges.length; x++) {
    const from = edges[x]!;
    const to = edges[x + 1]!;
    out[start + x] = sumOfBox(data, width, first, last, step, from, to) / (rows * (to - from));
  }
}

function sumOfBox(
  data: Float32Array,
  width: number,
  first: number,
  last: number,
  step: number,
  from: number,
  to: number,
): number {
  let sum = 0;
  for (let row = first; row < last; row += step) {
    for (let at = row * width + from; at < row * width + to; at++) sum += data[at]!;
  }
  return sum;
}
