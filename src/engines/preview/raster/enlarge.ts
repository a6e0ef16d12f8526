// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Enlarges a picture smoothly, or only a part of it, at the cost of that part. */
import type { PixelSize } from '../output-size.ts';
import type { RgbImage } from './colour.ts';
import { openRowKernel, rowMargin, weightBits } from './row-kernel.ts';
import { arenaBytes, createArena } from './shared-memory.ts';

/** A part of an enlarged picture, in its pixels. */
export type Part = PixelSize & { readonly left: number; readonly top: number };

/** For each place along a side: the pixel after which it lies, and what that one, the one before and the two behind weigh. */
type Taps = { readonly places: Int32Array; readonly weights: Int16Array };

/**
 * Cubic convolution with a = -1/2, which runs through the pixels (R. G. Keys, 1981), from `size` pixels to `larger`; for as
 * many places from `start` on as there is room. They lie where libvips puts them, which scales pictures everywhere else.
 */
function fillTaps({ places, weights }: Taps, size: number, larger: number, start: number): void {
  const unit = 1 << weightBits;
  for (let index = 0; index < places.length; index++) {
    const at = ((start + index) * size) / larger - 0.5;
    const place = Math.floor(at);
    const t = at - place;
    const before = Math.round(((-0.5 * t + 1) * t - 0.5) * t * unit);
    const own = Math.round(((1.5 * t - 2.5) * t * t + 1) * unit);
    const last = Math.round((0.5 * t - 0.5) * t * t * unit);
    places[index] = place;
    weights[4 * index] = before;
    weights[4 * index + 1] = own;
    // Together exactly one, so that an even area stays what it is.
    weights[4 * index + 2] = unit - before - own - last;
    weights[4 * index + 3] = last;
  }
}

/** The part, inside of `size`, of the picture as it looks at that size, which is no smaller than it on either side. */
export function enlarge(image: RgbImage, size: PixelSize, { left, top, width, height }: Part): RgbImage {
  const stride = 3 * image.width;
  const mixedLength = stride + 2 * rowMargin;
  const inputs = arenaBytes(stride, stride, stride, stride, 2 * mixedLength);
  const arena = createArena(inputs + arenaBytes(4 * width, 8 * width, 3 * width));
  const kernel = openRowKernel(arena);
  // The rows that are needed at a time lie next to one another, so each has a place that it shares with none of them.
  const held = Array.from({ length: 4 }, () => ({ y: -1, row: arena.bytes(stride) }));
  const rowAt = (y: number): Uint8Array => {
    const inside = Math.min(image.height - 1, Math.max(0, y));
    const place = held[inside & 3]!;
    if (place.y !== inside) place.row.set(image.data.subarray(inside * stride, (inside + 1) * stride));
    place.y = inside;
    return place.row;
  };
  const mixed = arena.shorts(mixedLength);
  const columns = { places: arena.integers(width), weights: arena.shorts(4 * width) };
  fillTaps(columns, image.width, size.width, left);
  const rows = { places: new Int32Array(height), weights: new Int16Array(4 * height) };
  fillTaps(rows, image.height, size.height, top);
  const out = arena.bytes(3 * width);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const place = rows.places[y]!;
    const four = [rowAt(place - 1), rowAt(place), rowAt(place + 1), rowAt(place + 2)];
    kernel.mixRows(four, rows.weights, 4 * y, mixed);
    kernel.mixColumns(mixed, columns.places, columns.weights, out);
    data.set(out, 3 * width * y);
  }
  return { width, height, data };
}
