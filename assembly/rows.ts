/**
 * The loops of src/engines/preview/raster/row-kernel.ts once more, in AssemblyScript, four to sixteen values at a time: the
 * same integers, hence the same bytes.
 */

/** Bits of a weight, and of a fraction between rows and columns; as in row-kernel.ts. */
const weightBits = 12;
const fractionBits = 6;

/** Eight bytes as numbers of 16 bits. */
@inline
function eightOf(address: usize): v128 {
  return v128.load8x8_u(address);
}

/** Two weights, of which the first counts for the even ones of 16 bits. */
@inline
function pairOf(first: i32, second: i32): v128 {
  return i32x4.splat((first & 0xffff) | (second << 16));
}

/** As `mixRows` of the plain kernel, without the margins. */
export function mixRows(
  above: usize,
  upper: usize,
  lower: usize,
  below: usize,
  first: i32,
  second: i32,
  third: i32,
  last: i32,
  row: usize,
  count: i32,
): void {
  const outer = pairOf(first, second);
  const inner = pairOf(third, last);
  const half = i32x4.splat(1 << (weightBits - fractionBits - 1));
  const shift = weightBits - fractionBits;
  for (let at: usize = 0; at < <usize>count; at += 8) {
    const a = eightOf(above + at);
    const b = eightOf(upper + at);
    const c = eightOf(lower + at);
    const d = eightOf(below + at);
    const low = i32x4.add(
      i32x4.dot_i16x8_s(v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), outer),
      i32x4.dot_i16x8_s(v128.shuffle<u16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11), inner),
    );
    const high = i32x4.add(
      i32x4.dot_i16x8_s(v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), outer),
      i32x4.dot_i16x8_s(v128.shuffle<u16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15), inner),
    );
    const sums = i16x8.narrow_i32x4_s(
      i32x4.shr_s(i32x4.add(low, half), shift),
      i32x4.shr_s(i32x4.add(high, half), shift),
    );
    v128.store(row + 2 * at, sums);
  }
}

/** Three colours of the pixel whose four neighbours begin at `at`. */
@inline
function mixPixel(at: usize, weights: usize, half: v128): v128 {
  const near = v128.load(at);
  const far = v128.load(at, 8);
  const sums = i32x4.add(
    i32x4.dot_i16x8_s(v128.shuffle<u16>(near, near, 0, 3, 1, 4, 2, 5, 7, 7), v128.load32_splat(weights)),
    i32x4.dot_i16x8_s(v128.shuffle<u16>(far, far, 2, 5, 3, 6, 4, 7, 7, 7), v128.load32_splat(weights, 4)),
  );
  return i32x4.shr_s(i32x4.add(sums, half), weightBits + fractionBits);
}

/** As `mixColumns` of the plain kernel; `row` is where the pixel before the picture's first one lies. */
export function mixColumns(row: usize, places: usize, weights: usize, out: usize, count: i32): void {
  const half = i32x4.splat(1 << (weightBits + fractionBits - 1));
  for (let left = count; left > 0; left -= 2) {
    // The one beyond an odd end is read from what lies behind the tables, where zeros are.
    const first = mixPixel(row + 6 * <usize>load<i32>(places), weights, half);
    const second = mixPixel(row + 6 * <usize>load<i32>(places, 4), weights + 8, half);
    const words = i16x8.narrow_i32x4_s(first, second);
    const bytes = i8x16.narrow_i16x8_u(words, words);
    v128.store_lane<u64>(out, v128.shuffle<u8>(bytes, bytes, 0, 1, 2, 4, 5, 6, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8), 0);
    places += 8;
    weights += 16;
    out += 6;
  }
}

/** Four pixels' luma. */
@inline
function lumaOf(pixels: usize, redGreen: v128, blueOnly: v128, bias: v128): v128 {
  const bytes = v128.load(pixels);
  const zero = i32x4.splat(0);
  const pairs = v128.shuffle<u8>(bytes, zero, 0, 16, 1, 16, 3, 16, 4, 16, 6, 16, 7, 16, 9, 16, 10, 16);
  const blues = v128.shuffle<u8>(bytes, zero, 2, 16, 16, 16, 5, 16, 16, 16, 8, 16, 16, 16, 11, 16, 16, 16);
  const sums = i32x4.add(i32x4.dot_i16x8_s(pairs, redGreen), i32x4.dot_i16x8_s(blues, blueOnly));
  return i32x4.shr_s(i32x4.add(sums, bias), 15);
}

/** As `toLuma` of the plain kernel. */
export function toLuma(pixels: usize, out: usize, count: i32): void {
  const redGreen = pairOf(5983, 20127);
  const blueOnly = pairOf(2032, 0);
  const bias = i32x4.splat((16 << 15) + (1 << 14));
  for (let left = count; left > 0; left -= 16) {
    const low = i16x8.narrow_i32x4_s(
      lumaOf(pixels, redGreen, blueOnly, bias),
      lumaOf(pixels + 12, redGreen, blueOnly, bias),
    );
    const high = i16x8.narrow_i32x4_s(
      lumaOf(pixels + 24, redGreen, blueOnly, bias),
      lumaOf(pixels + 36, redGreen, blueOnly, bias),
    );
    v128.store(out, i8x16.narrow_i16x8_u(low, high));
    pixels += 48;
    out += 16;
  }
}

/** Red, green and blue of a column pair and its neighbours, weighed 1, 2, 1; the rest is another pixel's. */
@inline
function columnsOf(sums: usize): v128 {
  return i16x8.add(i16x8.add(v128.load(sums), v128.load(sums, 12)), i16x8.shl(v128.load(sums, 6), 1));
}

/** As `toChroma` of the plain kernel; `sums` has room for the sums of both rows, a pixel before them and 64 bytes beyond. */
export function toChroma(upper: usize, lower: usize, sums: usize, blue: usize, red: usize, count: i32): void {
  const inside = sums + 6;
  for (let at: usize = 0; at < <usize>(6 * count); at += 8) {
    v128.store(inside + 2 * at, i16x8.add(eightOf(upper + at), eightOf(lower + at)));
  }
  // The first column repeats itself.
  store<u32>(sums, load<u32>(inside));
  store<u16>(sums, load<u16>(inside, 4), 4);
  const blueFromPair = pairOf(-3298, -11094);
  const blueFromBlue = pairOf(14392, 0);
  const redFromPair = pairOf(14392, -13072);
  const redFromBlue = pairOf(-1320, 0);
  const bias = i32x4.splat((128 << 18) + (1 << 17));
  for (let left = count; left > 0; left -= 4) {
    const a = columnsOf(sums);
    const b = columnsOf(sums + 12);
    const c = columnsOf(sums + 24);
    const d = columnsOf(sums + 36);
    const near = v128.shuffle<u16>(a, b, 0, 1, 8, 9, 2, 3, 10, 11);
    const far = v128.shuffle<u16>(c, d, 0, 1, 8, 9, 2, 3, 10, 11);
    const pairs = v128.shuffle<u32>(near, far, 0, 1, 4, 5);
    const blues = v128.shuffle<u32>(near, far, 2, 3, 6, 7);
    const blueSums = i32x4.add(i32x4.dot_i16x8_s(pairs, blueFromPair), i32x4.dot_i16x8_s(blues, blueFromBlue));
    const redSums = i32x4.add(i32x4.dot_i16x8_s(pairs, redFromPair), i32x4.dot_i16x8_s(blues, redFromBlue));
    const words = i16x8.narrow_i32x4_s(
      i32x4.shr_s(i32x4.add(blueSums, bias), 18),
      i32x4.shr_s(i32x4.add(redSums, bias), 18),
    );
    const bytes = i8x16.narrow_i16x8_u(words, words);
    v128.store_lane<u32>(blue, bytes, 0);
    v128.store_lane<u32>(red, bytes, 1);
    sums += 48;
    blue += 4;
    red += 4;
  }
}
