// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Planar 4:2:0, as films have it: BT.709, limited range. */
import type { RgbImage } from './colour.ts';
import { openRowKernel } from './row-kernel.ts';
import { arenaBytes, createArena } from './shared-memory.ts';

/** Width and height are even. */
export type Yuv420 = {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
};

/**
 * Converts to 4:2:0. Chroma is sited as MPEG-2 and H.264 assume by default: on the left luma column, between two rows;
 * hence the [1 2 1] filter across and the mean down. Coefficients: ITU-R BT.709, scaled to 16..235 and 16..240, of 15 bits.
 */
export function toYuv420(image: RgbImage): Yuv420 {
  const { width, height, data } = image;
  const stride = 3 * width;
  const chromaWidth = width >> 1;
  const arena = createArena(arenaBytes(stride, stride, 2 * stride + 12, width, chromaWidth, chromaWidth));
  const kernel = openRowKernel(arena);
  const pair = [arena.bytes(stride), arena.bytes(stride)] as const;
  const sums = arena.shorts(stride + 6);
  const row = { luma: arena.bytes(width), blue: arena.bytes(chromaWidth), red: arena.bytes(chromaWidth) };
  const luma = new Uint8Array(width * height);
  const blue = new Uint8Array(chromaWidth * (height >> 1));
  const red = new Uint8Array(chromaWidth * (height >> 1));
  for (let y = 0; y < height; y++) {
    const pixels = pair[y % 2 === 0 ? 0 : 1];
    pixels.set(data.subarray(y * stride, (y + 1) * stride));
    kernel.toLuma(pixels, row.luma);
    luma.set(row.luma, y * width);
    if (y % 2 === 0) continue;
    kernel.toChroma(...pair, sums, row.blue, row.red);
    blue.set(row.blue, (y >> 1) * chromaWidth);
    red.set(row.red, (y >> 1) * chromaWidth);
  }
  return { width, height, luma, blue, red };
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
