// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * The inner loops: planar 8-bit images are sampled bilinearly along a grid of 16.16 fixed-point positions. All integer,
 * so the result is the same on every machine and in every thread.
 */

export const cullSkip = 0;
export const cullBlend = 1;
export const cullOpaque = 2;

/** What draws: this file's functions, or those of kernel-simd.ts, which give the same bytes. */
export type Kernel = {
  readonly warp: typeof warp;
  readonly warpChroma: typeof warpChroma;
};

/** Where a plane of the frame lies in its buffer, and how large the grid's cells are on it (4 bits luma, 3 chroma). */
export type Target = {
  readonly out: Uint8Array;
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  readonly cellBits: number;
};

/**
 * Draws a layer. `positions` holds x and y of the grid's corners in 16.16 pixels of the texture, `columns` + 1 of them a
 * row; none may be below 32, nor reach the last column or row. With `alpha` the layer is blended over what is there; `cull` then says per cell whether it is absent, partial or
 * opaque. Without alpha, a cell that `cull` calls opaque is left out, as another layer will cover it.
 */
export function warp(
  texture: Uint8Array,
  alpha: Uint8Array | undefined,
  textureWidth: number,
  target: Target,
  positions: Int32Array,
  columns: number,
  cull: Uint8Array | undefined,
): void {
  const { width, height, cellBits } = target;
  const size = 1 << cellBits;
  const stride = (columns + 1) * 2;
  for (let top = 0, row = 0; top < height; top += size, row++) {
    const bottom = Math.min(height, top + size);
    for (let left = 0, column = 0; left < width; left += size, column++) {
      const flag = cull === undefined ? cullBlend : cull[row * columns + column]!;
      if (alpha === undefined ? flag === cullOpaque : flag === cullSkip) continue;
      const corner = row * stride + column * 2;
      const right = Math.min(width, left + size);
      const leftX = positions[corner]!;
      const leftY = positions[corner + 1]!;
      const rightX = positions[corner + 2]!;
      const rightY = positions[corner + 3]!;
      // Steps per row, of both ends of a row of the cell.
      const downLeftX = positions[corner + stride]! - leftX;
      const downLeftY = positions[corner + stride + 1]! - leftY;
      const downRightX = positions[corner + stride + 2]! - rightX;
      const downRightY = positions[corner + stride + 3]! - rightY;
      for (let y = top; y < bottom; y++) {
        const step = y - top;
        const startX = leftX + ((downLeftX * step) >> cellBits);
        const startY = leftY + ((downLeftY * step) >> cellBits);
        const stepX = (rightX + ((downRightX * step) >> cellBits) - startX) >> cellBits;
        const stepY = (rightY + ((downRightY * step) >> cellBits) - startY) >> cellBits;
        const from = target.offset + y * width + left;
        const to = target.offset + y * width + right;
        if (alpha === undefined || flag === cullOpaque) {
          drawRow(texture, textureWidth, target.out, from, to, startX, startY, stepX, stepY);
        } else {
          blendRow(texture, alpha, textureWidth, target.out, from, to, startX, startY, stepX, stepY);
        }
      }
    }
  }
}

/** Both chroma planes of a layer. They lie one after the other in the frame: `target` is the first of them. */
export function warpChroma(
  { blue, red }: { readonly blue: Uint8Array; readonly red: Uint8Array },
  alpha: Uint8Array | undefined,
  textureWidth: number,
  target: Target,
  positions: Int32Array,
  columns: number,
  cull: Uint8Array | undefined,
): void {
  const redTarget = { ...target, offset: target.offset + target.width * target.height };
  warp(blue, alpha, textureWidth, target, positions, columns, cull);
  warp(red, alpha, textureWidth, redTarget, positions, columns, cull);
}

/** The value 0..255 at a position in 16.16 pixels; of its fractions the upper eight bits count, and it is rounded once. */
function sample(texture: Uint8Array, textureWidth: number, x: number, y: number): number {
  const at = (y >> 16) * textureWidth + (x >> 16);
  const below = at + textureWidth;
  const across = (x >> 8) & 255;
  const left = texture[at]!;
  const lowerLeft = texture[below]!;
  const upper = (left << 8) + Math.imul(texture[at + 1]! - left, across);
  const lower = (lowerLeft << 8) + Math.imul(texture[below + 1]! - lowerLeft, across);
  return ((upper << 8) + Math.imul(lower - upper, (y >> 8) & 255) + 32768) >> 16;
}

function drawRow(
  texture: Uint8Array,
  textureWidth: number,
  out: Uint8Array,
  from: number,
  to: number,
  startX: number,
  startY: number,
  stepX: number,
  stepY: number,
): void {
  let x = startX;
  let y = startY;
  for (let index = from; index < to; index++) {
    out[index] = sample(texture, textureWidth, x, y);
    x += stepX;
    y += stepY;
  }
}

function blendRow(
  texture: Uint8Array,
  alpha: Uint8Array,
  textureWidth: number,
  out: Uint8Array,
  from: number,
  to: number,
  startX: number,
  startY: number,
  stepX: number,
  stepY: number,
): void {
  let x = startX;
  let y = startY;
  for (let index = from; index < to; index++) {
    const share = sample(alpha, textureWidth, x, y);
    if (share !== 0) {
      // Division by 255, exact for every sum that can occur.
      const sum = out[index]! * (255 - share) + sample(texture, textureWidth, x, y) * share + 127;
      out[index] = (sum + 1 + (sum >> 8)) >> 8;
    }
    x += stepX;
    y += stepY;
  }
}

/** Least and greatest matte value per 16x16 block of the source, to cull whole cells. */
export type MatteBlocks = {
  readonly least: Uint8Array;
  readonly greatest: Uint8Array;
  readonly columns: number;
  readonly rows: number;
};

export function matteBlocks(alpha: Uint8Array, width: number, height: number): MatteBlocks {
  const columns = Math.ceil(width / 16);
  const rows = Math.ceil(height / 16);
  const least = new Uint8Array(new SharedArrayBuffer(columns * rows)).fill(255);
  const greatest = new Uint8Array(new SharedArrayBuffer(columns * rows));
  for (let y = 0; y < height; y++) {
    const blockRow = (y >> 4) * columns;
    for (let column = 0; column < columns; column++) {
      const from = y * width + column * 16;
      const to = Math.min(from + 16, (y + 1) * width);
      let low = least[blockRow + column]!;
      let high = greatest[blockRow + column]!;
      for (let index = from; index < to; index++) {
        const value = alpha[index]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      least[blockRow + column] = low;
      greatest[blockRow + column] = high;
    }
  }
  return { least, greatest, columns, rows };
}

/** Per cell of the grid: is the layer absent, partial or opaque there? Judged over the cell's box in the source. */
export function cullCells(
  blocks: MatteBlocks,
  positions: Int32Array,
  columns: number,
  rows: number,
  flags: Uint8Array,
): Uint8Array {
  for (let row = 0; row < rows; row++) cullRow(blocks, positions, columns, row, flags);
  return flags;
}

function cullRow(blocks: MatteBlocks, positions: Int32Array, columns: number, row: number, flags: Uint8Array): void {
  const stride = (columns + 1) * 2;
  for (let column = 0; column < columns; column++) {
    const at = row * stride + column * 2;
    const below = at + stride;
    const leftmost = least4(positions[at]!, positions[at + 2]!, positions[below]!, positions[below + 2]!);
    const rightmost = -least4(-positions[at]!, -positions[at + 2]!, -positions[below]!, -positions[below + 2]!);
    const highest = least4(positions[at + 1]!, positions[at + 3]!, positions[below + 1]!, positions[below + 3]!);
    const lowest = -least4(-positions[at + 1]!, -positions[at + 3]!, -positions[below + 1]!, -positions[below + 3]!);
    // 20 bits: 16 of the fraction and 4 of the block. One pixel more, as a footprint reaches its right neighbour.
    const left = leftmost >> 20;
    const right = Math.min(blocks.columns - 1, (rightmost + 65536) >> 20);
    const top = highest >> 20;
    const bottom = Math.min(blocks.rows - 1, (lowest + 65536) >> 20);
    let least = 255;
    let greatest = 0;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const block = y * blocks.columns + x;
        least = Math.min(least, blocks.least[block]!);
        greatest = Math.max(greatest, blocks.greatest[block]!);
      }
    }
    flags[row * columns + column] = greatest === 0 ? cullSkip : least === 255 ? cullOpaque : cullBlend;
  }
}

/** Of four whole numbers: Math.min over an array would make an array for every cell of every frame. */
function least4(a: number, b: number, c: number, d: number): number {
  return Math.min(Math.min(a, b), Math.min(c, d));
}

export const plainKernel: Kernel = { warp, warpChroma };
