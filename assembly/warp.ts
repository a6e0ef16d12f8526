/**
 * The inner loops of src/engines/preview/film/kernel.ts once more, in AssemblyScript, eight or sixteen pixels at a time. The
 * same integers as in the plain kernel come out of every step, hence the same bytes.
 *
 * The pixels that eight neighbours need of a row lie within sixteen bytes of it, where the picture is not made smaller than
 * half: one load, and a swizzle puts each where it is needed. Eight that reach into one more row than usual choose between
 * three; what reaches further, or the other way, is drawn pixel by pixel.
 */

/** Steps of less than two pixels: the eighth pixel's right neighbour is then the sixteenth byte at most. */
const widestStep: u32 = 2 << 16;

/** Eight pixels of a row between their left and right neighbours: times 256, less 32768. */
@inline
function across(row: usize, lefts: v128, rights: v128, shares: v128, sign: v128): v128 {
  const bytes = v128.load(row);
  const left = i8x16.relaxed_swizzle(bytes, lefts);
  const steps = i16x8.sub(i8x16.relaxed_swizzle(bytes, rights), left);
  // At most 65280, so what overflows in between comes back.
  return v128.xor(i16x8.add(i16x8.shl(left, 8), i16x8.mul(steps, shares)), sign);
}

/** Eight pixels between an upper and a lower row: `low` and `high` hold what each weighs, 256 together, in turns. */
@inline
function down(upper: v128, lower: v128, low: v128, high: v128, bias: v128): v128 {
  const first = i32x4.dot_i16x8_s(v128.shuffle<u16>(upper, lower, 0, 8, 1, 9, 2, 10, 3, 11), low);
  const last = i32x4.dot_i16x8_s(v128.shuffle<u16>(upper, lower, 4, 12, 5, 13, 6, 14, 7, 15), high);
  return i16x8.narrow_i32x4_s(i32x4.shr_u(i32x4.add(first, bias), 16), i32x4.shr_u(i32x4.add(last, bias), 16));
}

/** The whole parts of eight positions (from a whole pixel on, below 16) above the upper eight bits of their fractions. */
@inline
function positionsOf(four: v128, step: v128): v128 {
  return i16x8.narrow_i32x4_u(i32x4.shr_u(four, 8), i32x4.shr_u(i32x4.add(four, step), 8));
}

/** Writes the first `count` of eight pixels. */
@inline
function put(out: usize, values: v128, count: i32): void {
  const bytes = i8x16.narrow_i16x8_u(values, values);
  if (count >= 8) {
    v128.store_lane<u64>(out, bytes, 0);
    return;
  }
  let rest = i64x2.extract_lane(bytes, 0);
  for (let index = 0; index < count; index++, rest >>= 8) store<u8>(out + <usize>index, <u8>rest);
}

/** Lays `values` over what is there as far as `shares`, 0 to 255, say. */
@inline
function blend(out: usize, values: v128, shares: v128, count: i32): void {
  const there = v128.load8x8_u(out);
  const kept = i16x8.mul(there, i16x8.sub(i16x8.splat(255), shares));
  const sums = i16x8.add(i16x8.add(kept, i16x8.mul(values, shares)), i16x8.splat(127));
  put(out, i16x8.shr_u(i16x8.add(i16x8.add(sums, i16x8.splat(1)), i16x8.shr_u(sums, 8)), 8), count);
}

/** One pixel. */
function sample(texture: usize, width: usize, x: i32, y: i32): i32 {
  const at = texture + <usize>(y >> 16) * width + <usize>(x >> 16);
  const share = (x >> 8) & 255;
  const left = <i32>load<u8>(at);
  const lowerLeft = <i32>load<u8>(at + width);
  const upper = (left << 8) + (<i32>load<u8>(at, 1) - left) * share;
  const lower = (lowerLeft << 8) + (<i32>load<u8>(at + width, 1) - lowerLeft) * share;
  return ((upper << 8) + (lower - upper) * ((y >> 8) & 255) + 32768) >> 16;
}

/** Draws `count` pixels one by one, wherever they come from. */
function drawSingly(
  texture: usize,
  alpha: usize,
  width: usize,
  out: usize,
  x: i32,
  y: i32,
  stepX: i32,
  stepY: i32,
  count: i32,
): void {
  for (let index = 0; index < count; index++, x += stepX, y += stepY) {
    const to = out + <usize>index;
    const share = alpha ? sample(alpha, width, x, y) : 255;
    const sum = <i32>load<u8>(to) * (255 - share) + sample(texture, width, x, y) * share + 127;
    store<u8>(to, (sum + 1 + (sum >> 8)) >> 8);
  }
}

/**
 * Eight pixels that come from two rows, of which `at` is in the first: or, when they are split, from three. `xs` and `ys`
 * are where the first four begin, in 16.16 from `at` on, and `stepX` and `stepY` lead to the next four.
 */
@inline
function between(
  isSplit: bool,
  at: usize,
  width: usize,
  xs: v128,
  stepX: v128,
  ys: v128,
  stepY: v128,
  sign: v128,
  bytes: v128,
  whole: v128,
  nothing: v128,
  bias: v128,
): v128 {
  const columns = positionsOf(xs, stepX);
  const shares = v128.and(columns, bytes);
  const lefts = v128.or(i16x8.shr_u(columns, 8), nothing);
  const rights = i16x8.sub(lefts, i16x8.splat(-1));
  let upper = across(at, lefts, rights, shares, sign);
  let lower = across(at + width, lefts, rights, shares, sign);
  const rows = positionsOf(ys, stepY);
  if (isSplit) {
    const isLower = i16x8.gt_s(rows, bytes);
    upper = v128.bitselect(lower, upper, isLower);
    lower = v128.bitselect(across(at + 2 * width, lefts, rights, shares, sign), lower, isLower);
  }
  const lowerShares = v128.and(rows, bytes);
  const upperShares = i16x8.sub(whole, lowerShares);
  const low = v128.shuffle<u16>(upperShares, lowerShares, 0, 8, 1, 9, 2, 10, 3, 11);
  const high = v128.shuffle<u16>(upperShares, lowerShares, 4, 12, 5, 13, 6, 14, 7, 15);
  return down(upper, lower, low, high, bias);
}

/** Up to eight pixels of one plane or two, wherever they come from, blended where there is an alpha. */
function drawEight(
  texture: usize,
  second: usize,
  alpha: usize,
  width: usize,
  out: usize,
  secondOut: usize,
  x: i32,
  y: i32,
  stepX: i32,
  stepY: i32,
  count: i32,
): void {
  const lastY = y + 7 * stepY;
  const row = min(y, lastY) >> 16;
  const moreRows = (max(y, lastY) >> 16) - row;
  if (moreRows > 1 || <u32>stepX >= widestStep) {
    drawSingly(texture, alpha, width, out, x, y, stepX, stepY, count);
    if (second) drawSingly(second, alpha, width, secondOut, x, y, stepX, stepY, count);
    return;
  }
  const isSplit = moreRows === 1;
  const sign = i16x8.splat(-32768);
  const bytes = i16x8.splat(255);
  const whole = i16x8.splat(256);
  const nothing = i16x8.splat(-256);
  const bias = i32x4.splat(32768 * 256 + 32768);
  const ramp = i32x4(0, 1, 2, 3);
  const fourX = i32x4.splat(stepX << 2);
  const fourY = i32x4.splat(stepY << 2);
  const xs = i32x4.add(i32x4.splat(x & 0xffff), i32x4.mul(ramp, i32x4.splat(stepX)));
  const ys = i32x4.add(i32x4.splat(y - (row << 16)), i32x4.mul(ramp, i32x4.splat(stepY)));
  const at = <usize>row * width + <usize>(x >> 16);
  // All of it where there is no alpha: that leaves nothing of what was there.
  let shares = bytes;
  if (alpha) {
    shares = between(isSplit, alpha + at, width, xs, fourX, ys, fourY, sign, bytes, whole, nothing, bias);
    if (!v128.any_true(shares)) return;
  }
  const values = between(isSplit, texture + at, width, xs, fourX, ys, fourY, sign, bytes, whole, nothing, bias);
  blend(out, values, shares, count);
  if (!second) return;
  const others = between(isSplit, second + at, width, xs, fourX, ys, fourY, sign, bytes, whole, nothing, bias);
  blend(secondOut, others, shares, count);
}

/** A row of a cell, of one plane or two, that comes from two rows, or from three when it is split. */
@inline
function drawCell(
  isPair: bool,
  isSplit: bool,
  texture: usize,
  second: usize,
  width: usize,
  out: usize,
  secondOut: usize,
  x: i32,
  y: i32,
  row: i32,
  stepX: i32,
  stepY: i32,
  ramp: v128,
  sign: v128,
  bytes: v128,
  whole: v128,
  nothing: v128,
  bias: v128,
): void {
  const ramps = i32x4.mul(ramp, i32x4.splat(stepX));
  const xs = i32x4.add(i32x4.splat(x & 0xffff), ramps);
  const ys = i32x4.add(i32x4.splat(y - (row << 16)), i32x4.mul(ramp, i32x4.splat(stepY)));
  const fourX = i32x4.splat(stepX << 2);
  const fourY = i32x4.splat(stepY << 2);
  const inRow = <usize>row * width;
  const at = inRow + <usize>(x >> 16);
  const first = between(isSplit, texture + at, width, xs, fourX, ys, fourY, sign, bytes, whole, nothing, bias);
  if (isPair) {
    const other = between(isSplit, second + at, width, xs, fourX, ys, fourY, sign, bytes, whole, nothing, bias);
    const pixels = i8x16.narrow_i16x8_u(first, other);
    v128.store_lane<u64>(out, pixels, 0);
    v128.store_lane<u64>(secondOut, pixels, 1);
    return;
  }
  const middle = x + (stepX << 3);
  const nextXs = i32x4.add(i32x4.splat(middle & 0xffff), ramps);
  const nextYs = i32x4.add(ys, i32x4.shl(fourY, 1));
  const next = texture + inRow + <usize>(middle >> 16);
  const other = between(isSplit, next, width, nextXs, fourX, nextYs, fourY, sign, bytes, whole, nothing, bias);
  v128.store(out, i8x16.narrow_i16x8_u(first, other));
}

/**
 * Draws one plane, or two of the same size at once (`isPair`), as positions and weights are the same for both. `alpha` and
 * `cull` are 0 when there is none; `out` and `secondOut` are where the planes begin. `bits` and `isPair` are constants, so
 * each use is compiled by itself. It goes row by row, for memory comes soonest in its order.
 */
@inline
function drawRows(
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
  // V8 makes a constant anew at every use, and keeps what hangs on an argument in a register.
  const zero = textureWidth >> 31;
  const sign = i16x8.splat(<i16>(zero - 32768));
  const bytes = i16x8.splat(<i16>(zero + 255));
  const whole = i16x8.splat(<i16>(zero + 256));
  const nothing = i16x8.splat(<i16>(zero - 256));
  const bias = i32x4.splat(zero + 32768 * 256 + 32768);
  const ramp = i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(zero));
  const size = 1 << bits;
  const pitch = <usize>textureWidth;
  const stride = <usize>(columns + 1) << 3;
  for (let top = 0; top < height; top++) {
    const step = top & (size - 1);
    let corner = positions + <usize>(top >> bits) * stride;
    let flags = cull + <usize>((top >> bits) * columns);
    let x = load<i32>(corner);
    let y = load<i32>(corner, 4);
    x += ((load<i32>(corner + stride) - x) * step) >> bits;
    y += ((load<i32>(corner + stride, 4) - y) * step) >> bits;
    let to = out + <usize>(top * width);
    let secondTo = secondOut + <usize>(top * width);
    for (let left = width; left > 0; left -= size) {
      corner += 8;
      let endX = load<i32>(corner);
      let endY = load<i32>(corner, 4);
      endX += ((load<i32>(corner + stride) - endX) * step) >> bits;
      endY += ((load<i32>(corner + stride, 4) - endY) * step) >> bits;
      const stepX = (endX - x) >> bits;
      const stepY = (endY - y) >> bits;
      const flag = cull ? <i32>load<u8>(flags++) : 1;
      if (flag !== (alpha ? 0 : 2)) {
        const matte = flag === 2 ? 0 : alpha;
        const lastY = y + (size - 1) * stepY;
        const row = min(y, lastY) >> 16;
        const moreRows = (max(y, lastY) >> 16) - row;
        if (matte || moreRows > 1 || <u32>stepX >= widestStep || left < size) {
          drawEight(texture, second, matte, pitch, to, secondTo, x, y, stepX, stepY, min(8, left));
          if (!isPair && left > 8) {
            const middleX = x + (stepX << 3);
            const middleY = y + (stepY << 3);
            drawEight(texture, 0, matte, pitch, to + 8, 0, middleX, middleY, stepX, stepY, min(8, left - 8));
          }
        } else if (moreRows) {
          drawCell(
            isPair, true, texture, second, pitch, to, secondTo, x, y, row, stepX, stepY,
            ramp, sign, bytes, whole, nothing, bias,
          );
        } else {
          drawCell(
            isPair, false, texture, second, pitch, to, secondTo, x, y, row, stepX, stepY,
            ramp, sign, bytes, whole, nothing, bias,
          );
        }
      }
      x = endX;
      y = endY;
      to += size;
      if (isPair) secondTo += size;
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
  drawRows(false, 4, texture, 0, alpha, textureWidth, out, 0, width, height, positions, columns, cull);
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
  drawRows(true, 3, blue, red, alpha, textureWidth, blueOut, redOut, width, height, positions, columns, cull);
}
