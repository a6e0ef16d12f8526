// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Colour: sRGB, linear light and Lab. */
import { createPlane, type Plane } from './plane.ts';

/** Interleaved 8-bit sRGB, three bytes a pixel. */
export type RgbImage = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** Three float channels of one size. */
export type RgbPlanes = readonly [Plane, Plane, Plane];

/** IEC 61966-2-1. */
export function srgbToLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

export function linearToSrgb(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

let decodeTable: Float32Array | undefined;

/** 8-bit sRGB to linear light 0..1, by table. */
export function linearTable(): Float32Array {
  decodeTable ??= Float32Array.from({ length: 256 }, (_, value) => srgbToLinear(value / 255));
  return decodeTable;
}

/** Splits into three planes of 0..1, gamma-encoded as they are. */
export function toPlanes(image: RgbImage): RgbPlanes {
  const { width, height, data } = image;
  const planes: RgbPlanes = [createPlane(width, height), createPlane(width, height), createPlane(width, height)];
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) takeRow(data, channel, y * width, (y + 1) * width, planes[channel]!.data);
  }
  return planes;
}

function takeRow(pixels: Uint8Array, channel: number, from: number, to: number, out: Float32Array): void {
  for (let index = from, at = 3 * from + channel; index < to; index++, at += 3) out[index] = pixels[at]! / 255;
}

function labCurve(t: number): number {
  return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
}

/** CIE L*a*b* (D65) of one pixel: L 0..100, a and b about -100..100. */
export function labAt(pixels: Uint8Array, pixel: number, out: Float64Array): void {
  const linear = linearTable();
  const red = linear[pixels[3 * pixel]!]!;
  const green = linear[pixels[3 * pixel + 1]!]!;
  const blue = linear[pixels[3 * pixel + 2]!]!;
  const x = labCurve((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = labCurve(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = labCurve((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  out[0] = 116 * y - 16;
  out[1] = 500 * (x - y);
  out[2] = 200 * (y - z);
}

/** CIE L*a*b* as `labAt`. */
export function toLab({ width, height, data }: RgbImage): RgbPlanes {
  const [light, a, b]: RgbPlanes = [createPlane(width, height), createPlane(width, height), createPlane(width, height)];
  for (let y = 0; y < height; y++) labRow(data, y * width, (y + 1) * width, light.data, a.data, b.data);
  return [light, a, b];
}

function labRow(
  pixels: Uint8Array,
  from: number,
  to: number,
  light: Float32Array,
  a: Float32Array,
  b: Float32Array,
): void {
  const colour = new Float64Array(3);
  for (let index = from; index < to; index++) {
    labAt(pixels, index, colour);
    light[index] = colour[0]!;
    a[index] = colour[1]!;
    b[index] = colour[2]!;
  }
}
