// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** What is known of a part of a picture, as smooth means over all of it. */
import { mapPlane, type Plane, resizePlane, softBlur } from '../raster/plane.ts';
import { pullPush } from '../raster/pull-push.ts';

/** Means are made in a picture this many times smaller: what comes of them is smooth. */
const coarser = 8;
/** Less than this is known of a mean that is not to be trusted. */
const leastKnown = 0.01;

/**
 * `values`, 0 where nothing is known, are known as far as `weight` says, 0..1. Their means, along `reach` pixels to each side
 * when that is more than a few, carried to where there are none.
 */
export function carryMeans(values: Plane, weight: Plane, reach = 0): Plane {
  const { width, height } = values;
  const radius = Math.round(reach / coarser);
  const small = (whole: Plane) => {
    const shrunk = resizePlane(whole, Math.max(2, (width / coarser) | 0), Math.max(2, (height / coarser) | 0));
    return radius > 0 ? softBlur(shrunk, radius, 2) : shrunk;
  };
  const known = small(weight);
  const mean = mapPlane(small(values), (sum, index) => sum / Math.max(leastKnown, known.data[index]!));
  const [carried = mean] = pullPush([mean], known);
  return resizePlane(carried, width, height);
}
