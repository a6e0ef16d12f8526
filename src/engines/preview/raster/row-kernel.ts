// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * The inner loops of what is done to whole pictures, a row at a time: enlarging, and colours from RGB to 4:2:0. All integer,
 * so that the same bytes come out on every machine; with SIMD where there is some (assembly/rows.ts).
 */
import type { SharedArena } from './shared-memory.ts';
import { simdModule } from './simd-module.ts';

/** Bits of a weight. */
export const weightBits = 12;
/** Bits of a fraction between rows and columns: what 16 bits have left beside a colour that overshoots. */
const fractionBits = 6;
/** Values before and behind a row of `mixRows`: its outermost pixels twice more. */
export const rowMargin = 6;

/** Every array lies in the arena that the kernel was opened over. */
export type RowKernel = {
  /**
   * Four rows of bytes become one, weighed by the four weights from `at` on; the sums are 64 times as large. The row has margins.
   */
  readonly mixRows: (rows: readonly Uint8Array[], weights: Int16Array, at: number, row: Int16Array) => void;
  /** A pixel of three bytes for each place: the pixel there, the one before and the two behind it by four weights. */
  readonly mixColumns: (row: Int16Array, places: Int32Array, weights: Int16Array, out: Uint8Array) => void;
  /** Of one row, RGB: BT.709, 16..235. */
  readonly toLuma: (pixels: Uint8Array, out: Uint8Array) => void;
  /**
   * Of two rows, RGB: BT.709, 16..240, from columns weighed 1, 2, 1. `sums` is where it may note theirs: six more than a row
   * has values.
   */
  readonly toChroma: (
    upper: Uint8Array,
    lower: Uint8Array,
    sums: Int16Array,
    blue: Uint8Array,
    red: Uint8Array,
  ) => void;
};

function repeatEnds(row: Int16Array): void {
  const end = row.length - rowMargin;
  for (let at = 0; at < rowMargin; at++) {
    row[at] = row[rowMargin + (at % 3)]!;
    row[end + at] = row[end - 3 + (at % 3)]!;
  }
}

function mixRows(rows: readonly Uint8Array[], weights: Int16Array, at: number, row: Int16Array): void {
  const [above, upper, lower, below] = rows as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const first = weights[at]!;
  const second = weights[at + 1]!;
  const third = weights[at + 2]!;
  const last = weights[at + 3]!;
  const shift = weightBits - fractionBits;
  const half = 1 << (shift - 1);
  for (let index = 0; index < upper.length; index++) {
    const near = Math.imul(second, upper[index]!) + Math.imul(third, lower[index]!);
    const far = Math.imul(first, above[index]!) + Math.imul(last, below[index]!);
    row[rowMargin + index] = (near + far + half) >> shift;
  }
  repeatEnds(row);
}

function mixColumns(row: Int16Array, places: Int32Array, weights: Int16Array, out: Uint8Array): void {
  for (let x = 0; x < places.length; x++) {
    const first = weights[4 * x]!;
    const second = weights[4 * x + 1]!;
    const third = weights[4 * x + 2]!;
    const last = weights[4 * x + 3]!;
    let at = rowMargin + 3 * places[x]!;
    for (let to = 3 * x; to < 3 * x + 3; to++, at++) {
      const near = Math.imul(second, row[at]!) + Math.imul(third, row[at + 3]!);
      const far = Math.imul(first, row[at - 3]!) + Math.imul(last, row[at + 6]!);
      out[to] = toByte(near + far);
    }
  }
}

function toByte(sum: number): number {
  const shift = weightBits + fractionBits;
  const value = (sum + (1 << (shift - 1))) >> shift;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** A half more than black, 16; it and the coefficients (ITU-R BT.709, scaled to the limited range) have 15 bits. */
const lumaOffset = 16.5 * 2 ** 15;
/** A half more than no colour, 128, of eight pixels' sum: three bits more. */
const chromaOffset = 128.5 * 2 ** 18;

function toLuma(pixels: Uint8Array, out: Uint8Array): void {
  for (let index = 0, at = 0; index < out.length; index++, at += 3) {
    out[index] = (lumaOffset + 5983 * pixels[at]! + 20_127 * pixels[at + 1]! + 2032 * pixels[at + 2]!) >> 15;
  }
}

function toChroma(upper: Uint8Array, lower: Uint8Array, sums: Int16Array, blue: Uint8Array, red: Uint8Array): void {
  for (let index = 0; index < upper.length; index++) sums[3 + index] = upper[index]! + lower[index]!;
  // The first column repeats itself.
  for (let index = 0; index < 3; index++) sums[index] = sums[3 + index]!;
  for (let index = 0, at = 0; index < blue.length; index++, at += 6) {
    const r = sums[at]! + 2 * sums[at + 3]! + sums[at + 6]!;
    const g = sums[at + 1]! + 2 * sums[at + 4]! + sums[at + 7]!;
    const b = sums[at + 2]! + 2 * sums[at + 5]! + sums[at + 8]!;
    blue[index] = (chromaOffset - 3298 * r - 11_094 * g + 14_392 * b) >> 18;
    red[index] = (chromaOffset + 14_392 * r - 13_072 * g - 1320 * b) >> 18;
  }
}

export const plainRowKernel: RowKernel = { mixRows, mixColumns, toLuma, toChroma };

/** assembly/rows.ts, every argument an address or an integer. */
type Exports = Readonly<Record<keyof RowKernel, (...integers: readonly number[]) => void>>;

/** With SIMD over this arena where there is some, the plain one elsewhere. */
export function openRowKernel({ memory }: SharedArena): RowKernel {
  const module = simdModule();
  if (module === undefined || memory === undefined) return plainRowKernel;
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
  return {
    mixRows(rows, weights, at, row) {
      const [above, upper, lower, below] = rows as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
      kernel.mixRows(
        above.byteOffset,
        upper.byteOffset,
        lower.byteOffset,
        below.byteOffset,
        weights[at]!,
        weights[at + 1]!,
        weights[at + 2]!,
        weights[at + 3]!,
        row.byteOffset + 2 * rowMargin,
        upper.length,
      );
      repeatEnds(row);
    },
    mixColumns(row, places, weights, out) {
      const from = row.byteOffset + 2 * (rowMargin - 3);
      kernel.mixColumns(from, places.byteOffset, weights.byteOffset, out.byteOffset, places.length);
    },
    toLuma: (pixels, out) => kernel.toLuma(pixels.byteOffset, out.byteOffset, out.length),
    toChroma(upper, lower, sums, blue, red) {
      kernel.toChroma(
        upper.byteOffset,
        lower.byteOffset,
        sums.byteOffset,
        blue.byteOffset,
        red.byteOffset,
        blue.length,
      );
    },
  };
}
