// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Makes a depth fit for bending a picture by it. */
import { clamp, mapPlane, type Plane, softBlur } from '../raster/plane.ts';

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

/** What a camera that goes up or down sees of how near things in one row differ, and how much more of how rows differ. */
const levelShare = 0.3;
const rowGain = 1.3;

/**
 * The depth that a camera needs which goes up or down: nearly one nearness for each row, so that eaves and horizons stay
 * straight, as uprights do for one that goes sideways.
 */
export function levelled(nearness: Plane): Plane {
  const { width, height, data } = nearness;
  const rows = Float32Array.from({ length: height }, (_, y) => meanOf(data.subarray(y * width, (y + 1) * width)));
  const middle = meanOf(rows);
  return mapPlane(nearness, (value, index) => {
    const row = rows[(index / width) | 0]!;
    return clamp(middle + rowGain * (row - middle) + levelShare * (value - row), 0, 1);
  });
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How steeply nearness changes from left to right, per width: in all but the steepest twentieth of the picture it is less. */
export function slopeOf({ width, data }: Plane): number {
  const slopes: number[] = [];
  for (let index = 1; index < data.length; index += 3) {
    if (index % width > 0) slopes.push(Math.abs(data[index]! - data[index - 1]!) * width);
  }
  slopes.sort((one, other) => one - other);
  return slopes[Math.floor(slopes.length * 0.95)] ?? 0;
}
