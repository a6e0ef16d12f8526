// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** The guided filter (He, Sun, Tang: "Guided Image Filtering", 2010) with a colour guide: edges of the guide, values of
 * the input. It turns a coarse matte into one that follows hair and contours. */
import type { RgbPlanes } from './colour.ts';
import { boxBlur, clamp, createPlane, type Plane } from './plane.ts';

function product(one: Plane, other: Plane): Plane {
  const out = createPlane(one.width, one.height);
  for (let index = 0; index < out.data.length; index++) out.data[index] = one.data[index]! * other.data[index]!;
  return out;
}

/**
 * Filters `input` (0..1) by `guide` (three planes of 0..1 and of the same size); the result is held to 0..1.
 * `radius` is in pixels; `epsilon` is the variance of the guide (in 0..1 squared) below which it smooths.
 */
export function guidedFilter(guide: RgbPlanes, input: Plane, radius: number, epsilon: number): Plane {
  const { width, height } = input;
  const mean = (plane: Plane) => boxBlur(plane, radius);
  const [red, green, blue] = guide;
  const meanRed = mean(red).data;
  const meanGreen = mean(green).data;
  const meanBlue = mean(blue).data;
  const meanInput = mean(input).data;
  const inputRed = mean(product(red, input)).data;
  const inputGreen = mean(product(green, input)).data;
  const inputBlue = mean(product(blue, input)).data;
  const redRed = mean(product(red, red)).data;
  const redGreen = mean(product(red, green)).data;
  const redBlue = mean(product(red, blue)).data;
  const greenGreen = mean(product(green, green)).data;
  const greenBlue = mean(product(green, blue)).data;
  const blueBlue = mean(product(blue, blue)).data;

  const slopes = [createPlane(width, height), createPlane(width, height), createPlane(width, height)] as const;
  const offset = createPlane(width, height);
  for (let i = 0; i < width * height; i++) {
    const mr = meanRed[i]!;
    const mg = meanGreen[i]!;
    const mb = meanBlue[i]!;
    const mp = meanInput[i]!;
    const cr = inputRed[i]! - mr * mp;
    const cg = inputGreen[i]! - mg * mp;
    const cb = inputBlue[i]! - mb * mp;
    // The symmetric 3x3 covariance of the guide, inverted by cofactors.
    const rr = redRed[i]! - mr * mr + epsilon;
    const rg = redGreen[i]! - mr * mg;
    const rb = redBlue[i]! - mr * mb;
    const gg = greenGreen[i]! - mg * mg + epsilon;
    const gb = greenBlue[i]! - mg * mb;
    const bb = blueBlue[i]! - mb * mb + epsilon;
    const i00 = gg * bb - gb * gb;
    const i01 = rb * gb - rg * bb;
    const i02 = rg * gb - rb * gg;
    const determinant = rr * i00 + rg * i01 + rb * i02 || 1e-12;
    const a0 = (i00 * cr + i01 * cg + i02 * cb) / determinant;
    const a1 = (i01 * cr + (rr * bb - rb * rb) * cg + (rg * rb - rr * gb) * cb) / determinant;
    const a2 = (i02 * cr + (rg * rb - rr * gb) * cg + (rr * gg - rg * rg) * cb) / determinant;
    slopes[0].data[i] = a0;
    slopes[1].data[i] = a1;
    slopes[2].data[i] = a2;
    offset.data[i] = mp - a0 * mr - a1 * mg - a2 * mb;
  }
  const slopeRed = mean(slopes[0]).data;
  const slopeGreen = mean(slopes[1]).data;
  const slopeBlue = mean(slopes[2]).data;
  const out = mean(offset);
  for (let i = 0; i < out.data.length; i++) {
    const own = slopeRed[i]! * red.data[i]! + slopeGreen[i]! * green.data[i]! + slopeBlue[i]! * blue.data[i]!;
    out.data[i] = clamp(out.data[i]! + own, 0, 1);
  }
  return out;
}
