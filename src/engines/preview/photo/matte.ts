// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** From a coarse matte to one that follows the picture's edges. */
import { type RgbImage, type RgbPlanes, toPlanes } from '../raster/colour.ts';
import { guidedFilter } from '../raster/guided-filter.ts';
import { boxBlur, clamp, mapPlane, type Plane, resizePlane, smoothstep } from '../raster/plane.ts';

/** A doubtful spot inside the subject is filled when it is at most this share of the picture. */
const largestSpot = 0.03;
/** The mean of a spot below which it is a true gap, such as the one between an arm and the body. */
const gapMean = 0.2;

/** The matte with doubtful spots that the subject surrounds filled: it does not become transparent in the middle. */
export function fillSpots(matte: Plane): Plane {
  const { width, height, data } = matte;
  const filled = Float32Array.from(data);
  const isSeen = new Uint8Array(data.length);
  const stack: number[] = [];
  for (let start = 0; start < data.length; start++) {
    if (isSeen[start] || data[start]! >= 0.6) continue;
    const spot: number[] = [];
    let sum = 0;
    let isEnclosed = true;
    isSeen[start] = 1;
    stack.push(start);
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      spot.push(index);
      sum += data[index]!;
      const x = index % width;
      const y = (index / width) | 0;
      // The bottom counts as inside: that is where the picture cuts a figure off.
      if (x === 0 || x === width - 1 || y === 0) isEnclosed = false;
      for (const next of [x > 0 ? index - 1 : -1, x < width - 1 ? index + 1 : -1, index - width, index + width]) {
        if (next < 0 || next >= data.length || isSeen[next] || data[next]! >= 0.6) continue;
        isSeen[next] = 1;
        stack.push(next);
      }
    }
    const isSpot = isEnclosed && spot.length < largestSpot * data.length && sum / spot.length > gapMean;
    if (isSpot) for (const index of spot) filled[index] = 1;
  }
  return { width, height, data: filled };
}

/**
 * A matte at the size of `image` that follows its edges. A guided filter cannot move an edge further than its radius,
 * which is why the coarse matte is steepened first; the last step clears the haze it leaves on both sides. Only a band
 * along the outline may be half transparent: a body is solid, and far outside it is nothing.
 */
export function refineMatte(image: RgbImage, coarse: Plane, guide: RgbPlanes = toPlanes(image)): Plane {
  const { width, height } = image;
  const steep = mapPlane(resizePlane(fillSpots(coarse), width, height), (value) => clamp((value - 0.25) / 0.5, 0, 1));
  const radius = Math.max(3, Math.round(Math.max(width, height) / 120));
  const side = mapPlane(steep, (value) => (value > 0.5 ? 1 : 0));
  const inner = boxBlur(side, Math.round(radius * 1.5));
  const outer = boxBlur(side, radius * 2);
  const solid = mapPlane(steep, (value, index) =>
    inner.data[index]! > 0.995 ? 1 : outer.data[index]! < 0.005 ? 0 : value,
  );
  return mapPlane(guidedFilter(guide, solid, radius, 1e-4), (value, index) => {
    if (inner.data[index]! > 0.995) return 1;
    return outer.data[index]! < 0.005 ? 0 : smoothstep(0.12, 0.88, value);
  });
}
