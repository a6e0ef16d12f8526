// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Colour: sRGB and linear light, Lab, and BT.709 limited-range YCbCr. */
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

/** The way back from planar I420 in one buffer; colour is taken from the nearest sample. */
export function fromYuv420(frame: Uint8Array, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  const chromaWidth = width >> 1;
  const blueStart = width * height;
  const redStart = blueStart + chromaWidth * (height >> 1);
  const hold = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const chroma = (y >> 1) * chromaWidth + (x >> 1);
      const light = 1.164384 * (frame[y * width + x]! - 16);
      const blue = frame[blueStart + chroma]! - 128;
      const red = frame[redStart + chroma]! - 128;
      data[at] = hold(light + 1.792741 * red + 0.5);
      data[at + 1] = hold(light - 0.213249 * blue - 0.532909 * red + 0.5);
      data[at + 2] = hold(light + 2.112402 * blue + 0.5);
    }
  }
  return { width, height, data };
}

/** Planar 4:2:0, BT.709 limited range; width and height are even. */
export type Yuv420 = {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
};

/**
 * Converts to 4:2:0. Chroma is sited as MPEG-2 and H.264 assume by default: on the left luma column, between two rows;
 * hence the [1 2 1] filter across and the mean down. Coefficients: ITU-R BT.709, scaled to 16..235 and 16..240.
 */
export function toYuv420(image: RgbImage): Yuv420 {
  const { width, height, data } = image;
  const chromaWidth = width >> 1;
  const chromaHeight = height >> 1;
  const luma = new Uint8Array(width * height);
  const blue = new Uint8Array(chromaWidth * chromaHeight);
  const red = new Uint8Array(chromaWidth * chromaHeight);
  for (let y = 0; y < height; y++) lumaRow(data, y * width, (y + 1) * width, luma);
  for (let y = 0; y < chromaHeight; y++) {
    chromaRow(data, 6 * y * width, 3 * width, y * chromaWidth, (y + 1) * chromaWidth, blue, red);
  }
  return { width, height, luma, blue, red };
}

function lumaRow(pixels: Uint8Array, from: number, to: number, luma: Uint8Array): void {
  for (let index = from, byte = 3 * from; index < to; index++, byte += 3) {
    luma[index] = 16.5 + 0.182586 * pixels[byte]! + 0.614231 * pixels[byte + 1]! + 0.062007 * pixels[byte + 2]!;
  }
}

/** `upper` is the first byte of the upper of two rows of `stride` bytes. */
function chromaRow(
  pixels: Uint8Array,
  upper: number,
  stride: number,
  from: number,
  to: number,
  blue: Uint8Array,
  red: Uint8Array,
): void {
  // Of each column once and of its right neighbour: what is right here is left there. The first repeats itself.
  let leftRed = pixels[upper]! + pixels[upper + stride]!;
  let leftGreen = pixels[upper + 1]! + pixels[upper + stride + 1]!;
  let leftBlue = pixels[upper + 2]! + pixels[upper + stride + 2]!;
  for (let index = from, at = upper; index < to; index++, at += 6) {
    const below = at + stride;
    const rightRed = pixels[at + 3]! + pixels[below + 3]!;
    const rightGreen = pixels[at + 4]! + pixels[below + 4]!;
    const rightBlue = pixels[at + 5]! + pixels[below + 5]!;
    const r = (leftRed + 2 * (pixels[at]! + pixels[below]!) + rightRed) / 8;
    const g = (leftGreen + 2 * (pixels[at + 1]! + pixels[below + 1]!) + rightGreen) / 8;
    const b = (leftBlue + 2 * (pixels[at + 2]! + pixels[below + 2]!) + rightBlue) / 8;
    blue[index] = 128.5 - 0.100644 * r - 0.338572 * g + 0.439216 * b;
    red[index] = 128.5 + 0.439216 * r - 0.398942 * g - 0.040274 * b;
    leftRed = rightRed;
    leftGreen = rightGreen;
    leftBlue = rightBlue;
  }
}
