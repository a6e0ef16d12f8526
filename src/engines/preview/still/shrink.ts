// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
import { createPlane, type Plane, resizePlane } from '../raster/plane.ts';

/** Means of boxes of whole pixels; what is not much larger than wanted is only resized. */
export function shrink(plane: Plane, width: number, height: number): Plane {
  if (plane.width < 2 * width || plane.height < 2 * height) return resizePlane(plane, width, height);
  const out = createPlane(width, height);
  const edges = Int32Array.from({ length: width + 1 }, (_, x) => Math.round((x * plane.width) / width));
  for (let y = 0; y < height; y++) {
    const first = Math.round((y * plane.height) / height);
    const last = Math.round(((y + 1) * plane.height) / height);
    for (let x = 0; x < width; x++) {
      const [from, to] = [edges[x]!, edges[x + 1]!];
      let sum = 0;
      for (let row = first; row < last; row++) {
        const start = row * plane.width;
        for (let at = start + from; at < start + to; at++) sum += plane.data[at]!;
      }
      out.data[y * width + x] = sum / ((last - first) * (to - from));
    }
  }
  return out;
}
