// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Makes a depth fit for bending a picture by it. */
import { type Plane, softBlur } from '../raster/plane.ts';

/**
 * Nearness may fall by this much over a width of the frame. Steeper, the picture would fold where the camera passes; at
 * this slope the largest sideways move stretches it by a quarter.
 */
const steepest = 3;

/**
 * Limits the slope by raising what lies beside something near, never by lowering the near thing: it keeps its shape up to
 * its edge, and what is behind it stretches, which is seen least where it is a sky or a wall. (A grey dilation with a
 * cone, by two passes over the neighbours.)
 */
export function limitSlope(nearness: Plane): Plane {
  const { width, height } = nearness;
  const data = Float32Array.from(nearness.data);
  const straight = steepest / width;
  const slanting = straight * Math.SQRT2;
  const raise = (index: number, from: number, fall: number) => {
    const least = data[from]! - fall;
    if (data[index]! < least) data[index] = least;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      if (x > 0) raise(index, index - 1, straight);
      if (y === 0) continue;
      raise(index, index - width, straight);
      if (x > 0) raise(index, index - width - 1, slanting);
      if (x < width - 1) raise(index, index - width + 1, slanting);
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const index = y * width + x;
      if (x < width - 1) raise(index, index + 1, straight);
      if (y === height - 1) continue;
      raise(index, index + width, straight);
      if (x < width - 1) raise(index, index + width + 1, slanting);
      if (x > 0) raise(index, index + width - 1, slanting);
    }
  }
  return softBlur({ width, height, data }, Math.max(1, Math.round(width * 0.012)), 2);
}
