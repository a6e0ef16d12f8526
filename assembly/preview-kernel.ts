/**
 * The inner loops of src/engines/preview/film/kernel.ts once more, in AssemblyScript, up to sixteen pixels at a time. Everything is
 * an address in one shared memory; there are no data of its own, so any number of threads may run it. The same integers
 * as in the plain kernel come out of every step, hence the same bytes.
 */

/** Where four pixels' footprints begin, from positions in 16.16; `strides` has 4 and 4 * width in each lane. */
@inline
function addresses(x: v128, y: v128, strides: v128): v128 {
  // Each lane: the whole x below, the whole y above; one multiply-add gives 4 * (y * width + x).
  const wholes = v128.or(i32x4.shr_u(x, 16), v128.and(y, i32x4.splat(0xffff0000)));
  return i32x4.dot_i16x8_s(wholes, strides);
}

@inline
function gather(texture: v128, offsets: v128): v128 {
  const at = i32x4.add(texture, offsets);
  let quads = v128.load32_zero(<usize>i32x4.extract_lane(at, 0));
  quads = v128.load_lane<u32>(<usize>i32x4.extract_lane(at, 1), quads, 1);
  quads = v128.load_lane<u32>(<usize>i32x4.extract_lane(at, 2), quads, 2);
  return v128.load_lane<u32>(<usize>i32x4.extract_lane(at, 3), quads, 3);
}

/** The upper eight bits of four fractions, in both halves of each lane. */
@inline
function fractions(position: v128): v128 {
  return i8x16.swizzle(position, i8x16(1, -1, 1, -1, 5, -1, 5, -1, 9, -1, 9, -1, 13, -1, 13, -1));
}

/** What the upper row of a footprint weighs in the lower half of each lane (256 - d), and the lower row above it (d). */
@inline
function weightsOf(y: v128): v128 {
  return i16x8.add(v128.xor(fractions(y), i32x4.splat(0xffff)), i32x4.splat(257));
}

/** Four pixels from their footprints, a lane for each. */
@inline
function bilinear(quads: v128, across: v128, weights: v128): v128 {
  const steps = i16x8.sub(i16x8.shr_u(quads, 8), v128.and(quads, i16x8.splat(255)));
  // Left times 256 and a share of the step to the right: at most 65280, so what overflows in between comes back.
  const rows = i16x8.add(i16x8.shl(quads, 8), i16x8.mul(steps, across));
  // The multiply-add takes signed halves: 32768 goes off before and comes back, times 256, after.
  const sum = i32x4.dot_i16x8_s(v128.xor(rows, i16x8.splat(-32768)), weights);
  return i32x4.shr_u(i32x4.add(sum, i32x4.splat(32768 * 256 + 32768)), 16);
}

@inline
function sample(texture: v128, x: v128, y: v128, strides: v128): v128 {
  return bilinear(gather(texture, addresses(x, y, strides)), fractions(x), weightsOf(y));
}

/** The low bytes of four lanes as one word. */
@inline
function bytesOf(values: v128): u32 {
  const halves = i16x8.narrow_i32x4_s(values, values);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(halves, halves), 0);
}

/** Writes the first `count` of four bytes. */
@inline
function put(out: usize, bytes: u32, count: i32): void {
  if (count >= 4) {
    store<u32>(out, bytes);
    return;
  }
  for (let byte = 0; byte < count; byte++) store<u8>(out + <usize>byte, <u8>(bytes >> (8 * byte)));
}

/** Lays `values` over four bytes as far as `shares`, 0 to 255, say. */
@inline
function blend(out: usize, values: v128, shares: v128, count: i32): void {
  const there = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(out)));
  const parts = v128.or(there, i32x4.shl(values, 16));
  const weights = v128.or(i32x4.sub(i32x4.splat(255), shares), i32x4.shl(shares, 16));
  const sums = i32x4.add(i32x4.dot_i16x8_s(parts, weights), i32x4.splat(127));
  const mixed = i32x4.add(i32x4.add(sums, i32x4.splat(1)), i32x4.shr_u(sums, 8));
  put(out, bytesOf(i32x4.shr_u(mixed, 8)), count);
}

/**
 * Draws one plane, or two of the same size at once (`isPair`), as positions and weights are the same for both. `alpha` and
 * `cull` are 0 when there is none; `outs` are where the planes begin. `bits` and `isPair` are constants, so each use is
 * compiled by itself.
 */
@inline
function drawCells(
  isPair: bool,
  bits: i32,
  texture: usize,
  second: usize,
  alpha: usize,
  textureWidth: i32,
  out: usize,
  secondOut: usize,
  width: i32,
  height: i32,
  positions: usize,
  columns: i32,
  cull: usize,
): void {
  const size = 1 << bits;
  const stride = (columns + 1) << 3;
  const ramp = i32x4(0, 1, 2, 3);
  const strides = i32x4.splat(4 | (textureWidth << 18));
  const textures = i32x4.splat(<i32>texture);
  const seconds = i32x4.splat(<i32>second);
  const alphas = i32x4.splat(<i32>alpha);
  for (let top = 0, row = 0; top < height; top += size, row++) {
    const bottom = min(height, top + size);
    for (let left = 0, column = 0; left < width; left += size, column++) {
      const flag = cull ? <i32>load<u8>(cull + <usize>(row * columns + column)) : 1;
      if (flag === (alpha ? 0 : 2)) continue;
      const isDrawn = !alpha || flag === 2;
      const corner = positions + <usize>(row * stride + (column << 3));
      const right = min(width, left + size);
      // x and y of the left corner, then of the right one: above, and how they go down the cell.
      const above = v128.load(corner);
      const down = i32x4.sub(v128.load(corner + <usize>stride), above);
      let gone = i32x4.splat(0);
      for (let y = top; y < bottom; y++) {
        const ends = i32x4.add(above, i32x4.shr_s(gone, bits));
        gone = i32x4.add(gone, down);
        const steps = i32x4.shr_s(i32x4.sub(v128.shuffle<i32>(ends, ends, 2, 3, 0, 1), ends), bits);
        const stepX = v128.shuffle<i32>(steps, steps, 0, 0, 0, 0);
        const stepY = v128.shuffle<i32>(steps, steps, 1, 1, 1, 1);
        let xs = i32x4.add(v128.shuffle<i32>(ends, ends, 0, 0, 0, 0), i32x4.mul(ramp, stepX));
        let ys = i32x4.add(v128.shuffle<i32>(ends, ends, 1, 1, 1, 1), i32x4.mul(ramp, stepY));
        const stepXs = i32x4.shl(stepX, 2);
        const stepYs = i32x4.shl(stepY, 2);
        let at = <usize>(y * width + left);
        if (isDrawn && right - left === size) {
          const x1 = i32x4.add(xs, stepXs);
          const y1 = i32x4.add(ys, stepYs);
          if (isPair) {
            const offsets0 = addresses(xs, ys, strides);
            const offsets1 = addresses(x1, y1, strides);
            const across0 = fractions(xs);
            const across1 = fractions(x1);
            const weights0 = weightsOf(ys);
            const weights1 = weightsOf(y1);
            const bytes = i8x16.narrow_i16x8_u(
              i16x8.narrow_i32x4_s(
                bilinear(gather(textures, offsets0), across0, weights0),
                bilinear(gather(textures, offsets1), across1, weights1),
              ),
              i16x8.narrow_i32x4_s(
                bilinear(gather(seconds, offsets0), across0, weights0),
                bilinear(gather(seconds, offsets1), across1, weights1),
              ),
            );
            v128.store_lane<u64>(out + at, bytes, 0);
            v128.store_lane<u64>(secondOut + at, bytes, 1);
          } else {
            const x2 = i32x4.add(x1, stepXs);
            const y2 = i32x4.add(y1, stepYs);
            const x3 = i32x4.add(x2, stepXs);
            const y3 = i32x4.add(y2, stepYs);
            const lower = i16x8.narrow_i32x4_s(sample(textures, xs, ys, strides), sample(textures, x1, y1, strides));
            const upper = i16x8.narrow_i32x4_s(sample(textures, x2, y2, strides), sample(textures, x3, y3, strides));
            v128.store(out + at, i8x16.narrow_i16x8_u(lower, upper));
          }
          continue;
        }
        for (let count = right - left; count > 0; count -= 4) {
          const offsets = addresses(xs, ys, strides);
          const across = fractions(xs);
          const weights = weightsOf(ys);
          if (isDrawn) {
            put(out + at, bytesOf(bilinear(gather(textures, offsets), across, weights)), count);
            if (isPair) put(secondOut + at, bytesOf(bilinear(gather(seconds, offsets), across, weights)), count);
          } else {
            const matteQuads = gather(alphas, offsets);
            if (v128.any_true(matteQuads)) {
              const shares = bilinear(matteQuads, across, weights);
              blend(out + at, bilinear(gather(textures, offsets), across, weights), shares, count);
              if (isPair) blend(secondOut + at, bilinear(gather(seconds, offsets), across, weights), shares, count);
            }
          }
          xs = i32x4.add(xs, stepXs);
          ys = i32x4.add(ys, stepYs);
          at += 4;
        }
      }
    }
  }
}

/** As `warp` of the plain kernel on cells of 16 pixels. */
export function warpLuma(
  texture: usize,
  alpha: usize,
  textureWidth: i32,
  out: usize,
  width: i32,
  height: i32,
  positions: usize,
  columns: i32,
  cull: usize,
): void {
  drawCells(false, 4, texture, 0, alpha, textureWidth, out, 0, width, height, positions, columns, cull);
}

/** As `warp` of the plain kernel, twice, on cells of 8 pixels. */
export function warpChroma(
  blue: usize,
  red: usize,
  alpha: usize,
  textureWidth: i32,
  blueOut: usize,
  redOut: usize,
  width: i32,
  height: i32,
  positions: usize,
  columns: i32,
  cull: usize,
): void {
  drawCells(true, 3, blue, red, alpha, textureWidth, blueOut, redOut, width, height, positions, columns, cull);
}

/** As `packQuads` of the plain kernel: `plane` holds bytes, `quads` takes a word for each. */
export function pack(plane: usize, width: i32, height: i32, quads: usize): void {
  for (let y = 0; y < height; y++) {
    const row = plane + <usize>(y * width);
    const below = y < height - 1 ? row + <usize>width : row;
    const to = quads + <usize>(y * width) * 4;
    let x = 0;
    // The last column repeats itself, so the neighbours of sixteen need a seventeenth.
    for (; x + 17 <= width; x += 16) {
      const left = v128.load(row + <usize>x);
      const right = v128.load(row + <usize>x + 1);
      const lowerLeft = v128.load(below + <usize>x);
      const lowerRight = v128.load(below + <usize>x + 1);
      const upperLow = v128.shuffle<u8>(left, right, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const upperHigh = v128.shuffle<u8>(left, right, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      const lowerLow = v128.shuffle<u8>(lowerLeft, lowerRight, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const lowerHigh = v128.shuffle<u8>(
        lowerLeft,
        lowerRight,
        8,
        24,
        9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31,
      );
      const at = to + (<usize>x << 2);
      v128.store(at, v128.shuffle<u16>(upperLow, lowerLow, 0, 8, 1, 9, 2, 10, 3, 11));
      v128.store(at, v128.shuffle<u16>(upperLow, lowerLow, 4, 12, 5, 13, 6, 14, 7, 15), 16);
      v128.store(at, v128.shuffle<u16>(upperHigh, lowerHigh, 0, 8, 1, 9, 2, 10, 3, 11), 32);
      v128.store(at, v128.shuffle<u16>(upperHigh, lowerHigh, 4, 12, 5, 13, 6, 14, 7, 15), 48);
    }
    for (; x < width; x++) {
      const next = x < width - 1 ? x + 1 : x;
      const upper = <u32>load<u8>(row + <usize>x) | (<u32>load<u8>(row + <usize>next) << 8);
      const lower = <u32>load<u8>(below + <usize>x) | (<u32>load<u8>(below + <usize>next) << 8);
      store<u32>(to + (<usize>x << 2), upper | (lower << 16));
    }
  }
}
