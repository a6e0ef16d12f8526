/**
 * The inner loops of src/engines/preview/film/kernel.ts once more, in AssemblyScript, four pixels at a time. Everything is
 * an address in one shared memory; there are no data of its own, so any number of threads may run it. The same integers
 * as in the plain kernel come out of every step, hence the same bytes.
 */

/** Four texels' footprints from four positions in 16.16: (x, y) picks the words, the fractions' upper eight bits stay. */
@inline
function addresses(x: v128, y: v128, strides: v128): v128 {
  // Each lane: the whole x below, the whole y above; one multiply-add gives y * width + x.
  const wholes = v128.or(i32x4.shr_u(x, 16), v128.and(y, i32x4.splat(0xffff0000)));
  return i32x4.shl(i32x4.dot_i16x8_s(wholes, strides), 2);
}

@inline
function gather(texture: usize, at: v128): v128 {
  let quads = v128.load32_zero(texture + <usize>i32x4.extract_lane(at, 0));
  quads = v128.load_lane<u32>(texture + <usize>i32x4.extract_lane(at, 1), quads, 1);
  quads = v128.load_lane<u32>(texture + <usize>i32x4.extract_lane(at, 2), quads, 2);
  return v128.load_lane<u32>(texture + <usize>i32x4.extract_lane(at, 3), quads, 3);
}

/** 256 less a share in both halves of each lane. */
@inline
function bilinear(quads: v128, across: v128, down: v128): v128 {
  const ones = i16x8.splat(256);
  const acrossBoth = v128.or(across, i32x4.shl(across, 16));
  const left = v128.and(quads, i16x8.splat(255));
  const right = i16x8.shr_u(quads, 8);
  const rows = i16x8.add(i16x8.mul(left, i16x8.sub(ones, acrossBoth)), i16x8.mul(right, acrossBoth));
  // Sums reach 65280, but the multiply-add takes signed halves: 32768 goes off before and comes back, times 256, after.
  const weights = v128.or(i32x4.sub(i32x4.splat(256), down), i32x4.shl(down, 16));
  const sum = i32x4.dot_i16x8_s(v128.xor(rows, i16x8.splat(-32768)), weights);
  return i32x4.shr_u(i32x4.add(sum, i32x4.splat(32768 * 256 + 32768)), 16);
}

@inline
function fraction(position: v128): v128 {
  return v128.and(i32x4.shr_u(position, 8), i32x4.splat(255));
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

/** As `warp` of the plain kernel; `alpha` and `cull` are 0 when there is none. `out` is where the plane begins. */
export function warp(
  texture: usize,
  alpha: usize,
  textureWidth: i32,
  out: usize,
  width: i32,
  height: i32,
  cellBits: i32,
  positions: usize,
  columns: i32,
  cull: usize,
): void {
  const size = 1 << cellBits;
  const stride = (columns + 1) << 3;
  const ramp = i32x4(0, 1, 2, 3);
  const strides = i32x4.splat(1 | (textureWidth << 16));
  for (let top = 0, row = 0; top < height; top += size, row++) {
    const bottom = min(height, top + size);
    for (let left = 0, column = 0; left < width; left += size, column++) {
      const flag = cull ? <i32>load<u8>(cull + <usize>(row * columns + column)) : 1;
      if (flag === (alpha ? 0 : 2)) continue;
      const isDrawn = !alpha || flag === 2;
      const corner = positions + <usize>(row * stride + (column << 3));
      const right = min(width, left + size);
      const leftX = load<i32>(corner);
      const leftY = load<i32>(corner, 4);
      const rightX = load<i32>(corner, 8);
      const rightY = load<i32>(corner, 12);
      const below = corner + <usize>stride;
      const downLeftX = load<i32>(below) - leftX;
      const downLeftY = load<i32>(below, 4) - leftY;
      const downRightX = load<i32>(below, 8) - rightX;
      const downRightY = load<i32>(below, 12) - rightY;
      for (let y = top; y < bottom; y++) {
        const step = y - top;
        const startX = leftX + ((downLeftX * step) >> cellBits);
        const startY = leftY + ((downLeftY * step) >> cellBits);
        const stepX = (rightX + ((downRightX * step) >> cellBits) - startX) >> cellBits;
        const stepY = (rightY + ((downRightY * step) >> cellBits) - startY) >> cellBits;
        let xs = i32x4.add(i32x4.splat(startX), i32x4.mul(ramp, i32x4.splat(stepX)));
        let ys = i32x4.add(i32x4.splat(startY), i32x4.mul(ramp, i32x4.splat(stepY)));
        const stepXs = i32x4.splat(stepX << 2);
        const stepYs = i32x4.splat(stepY << 2);
        let to = out + <usize>(y * width + left);
        for (let count = right - left; count > 0; count -= 4) {
          const at = addresses(xs, ys, strides);
          if (isDrawn) {
            put(to, bytesOf(bilinear(gather(texture, at), fraction(xs), fraction(ys))), count);
          } else {
            const matteQuads = gather(alpha, at);
            if (v128.any_true(matteQuads)) {
              const across = fraction(xs);
              const down = fraction(ys);
              const values = bilinear(gather(texture, at), across, down);
              const shares = bilinear(matteQuads, across, down);
              const there = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(to)));
              const parts = v128.or(there, i32x4.shl(values, 16));
              const weights = v128.or(i32x4.sub(i32x4.splat(255), shares), i32x4.shl(shares, 16));
              const sums = i32x4.add(i32x4.dot_i16x8_s(parts, weights), i32x4.splat(127));
              const mixed = i32x4.add(i32x4.add(sums, i32x4.splat(1)), i32x4.shr_u(sums, 8));
              put(to, bytesOf(i32x4.shr_u(mixed, 8)), count);
            }
          }
          xs = i32x4.add(xs, stepXs);
          ys = i32x4.add(ys, stepYs);
          to += 4;
        }
      }
    }
  }
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
