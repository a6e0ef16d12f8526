/**
 * `Math.round` for sizes and places in pixels (below 2 ** 31), as a number that compiled code keeps whole. What `Math.round`
 * and `Math.max` give there is a floating point number of a whole value; a single one as the width of anything makes V8 keep
 * the width of every plane so, and then all their pixels are counted in floating point, at half the speed.
 */
export function whole(value: number): number {
  return Math.round(value) | 0;
}

/** The nearest even number of pixels, as halved chroma needs it; at least 2. Whole as `whole` is. */
export function wholeEven(value: number): number {
  return whole(Math.max(2, 2 * Math.round(value / 2)));
}
