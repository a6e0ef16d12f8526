/** How like two grey pictures are: structural similarity, with the windows and constants of ffmpeg's `ssim` filter. */
import assert from 'node:assert/strict';
import sharp from 'sharp';
import type { GreyPicture } from './film-frames.ts';

/** Windows are 8 x 8 pixels and stand every 4 pixels, so that their sums come from blocks of 4 x 4. */
const block = 4;
const windowPixels = 64;
/** For 8-bit pictures (Wang et al. 2004: K1 = 0.01, K2 = 0.03), times what the sums below leave undivided. */
const lightConstant = (0.01 * 255) ** 2 * windowPixels;
const contrastConstant = (0.03 * 255) ** 2 * windowPixels * (windowPixels - 1);

/** 1 is the same. Throws when the sizes differ. */
export function similarity(one: GreyPicture, other: GreyPicture): number {
  assert.deepEqual([one.width, one.height], [other.width, other.height]);
  const columns = Math.floor(one.width / block);
  const rows = Math.floor(one.height / block);
  const sums = Array.from({ length: rows * columns }, (_, index) =>
    blockSums(one, other, (index % columns) * block, Math.floor(index / columns) * block),
  );
  let total = 0;
  for (let row = 1; row < rows; row++) {
    for (let column = 1; column < columns; column++) {
      const at = row * columns + column;
      total += windowSimilarity([at, at - 1, at - columns, at - columns - 1].map((index) => sums[index] ?? zero));
    }
  }
  return total / ((rows - 1) * (columns - 1));
}

type Sums = readonly [first: number, second: number, squares: number, products: number];
const zero: Sums = [0, 0, 0, 0];

function blockSums(one: GreyPicture, other: GreyPicture, left: number, top: number): Sums {
  let [first, second, squares, products] = zero;
  for (let y = top; y < top + block; y++) {
    for (let x = left; x < left + block; x++) {
      const a = one.data[y * one.width + x] ?? 0;
      const b = other.data[y * one.width + x] ?? 0;
      first += a;
      second += b;
      squares += a * a + b * b;
      products += a * b;
    }
  }
  return [first, second, squares, products];
}

function windowSimilarity(blocks: readonly Sums[]): number {
  const sum = (index: 0 | 1 | 2 | 3) => blocks.reduce((total, sums) => total + sums[index], 0);
  const [first, second] = [sum(0), sum(1)];
  const variances = sum(2) * windowPixels - first * first - second * second;
  const covariance = sum(3) * windowPixels - first * second;
  const light = (2 * first * second + lightConstant) / (first * first + second * second + lightConstant);
  return (light * (2 * covariance + contrastConstant)) / (variances + contrastConstant);
}

/** Luma of sRGB pixels as films carry it: BT.709, limited range. */
export function filmLuma(rgb: Uint8Array, width: number, height: number): GreyPicture {
  const data = new Uint8Array(width * height);
  for (let pixel = 0; pixel < data.length; pixel++) {
    const [red = 0, green = 0, blue = 0] = [rgb[pixel * 3], rgb[pixel * 3 + 1], rgb[pixel * 3 + 2]];
    data[pixel] = Math.round(16 + ((0.2126 * red + 0.7152 * green + 0.0722 * blue) * 219) / 255);
  }
  return { width, height, data };
}

/** Positions between pixels are tried too: an engine may crop at a larger size than that of its film. */
const stepsPerPixel = 4;

/**
 * How like a frame is to the part of a picture that it could show: the picture scaled until it covers the frame, cut where
 * it fits best.
 */
export async function likenessToCrop(frame: GreyPicture, picture: Uint8Array): Promise<number> {
  const { width, height } = frame;
  const meta = await sharp(picture).metadata();
  const scale = Math.max(width / meta.width, height / meta.height);
  const scaledWidth = Math.max(width, Math.round(meta.width * scale));
  const scaledHeight = Math.max(height, Math.round(meta.height * scale));
  const { data } = await sharp(picture)
    .flatten({ background: '#f2f2f2' })
    .resize(scaledWidth, scaledHeight, { fit: 'fill', kernel: 'lanczos3' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const whole = filmLuma(data, scaledWidth, scaledHeight);
  const isWide = scaledWidth - width > scaledHeight - height;
  const room = isWide ? scaledWidth - width : scaledHeight - height;
  const cut = (offset: number) => cutAt(whole, offset, isWide, width, height);
  const closest = (offsets: readonly number[]) => {
    const distances = offsets.map((offset) => distance(frame, cut(offset), 7));
    return offsets[distances.indexOf(Math.min(...distances))] ?? 0;
  };
  const pixel = closest(Array.from({ length: room + 1 }, (_, offset) => offset));
  const around = Array.from({ length: 2 * stepsPerPixel + 1 }, (_, step) => pixel - 1 + step / stepsPerPixel);
  return similarity(frame, cut(closest(around.filter((offset) => offset >= 0 && offset <= room))));
}

/** Between two columns (or rows) by the cubic of Catmull and Rom, which blurs less than a straight line. */
function cutAt(whole: GreyPicture, offset: number, isWide: boolean, width: number, height: number): GreyPicture {
  const data = new Uint8Array(width * height);
  const first = Math.floor(offset);
  const [a, b, c, d] = cubicWeights(offset - first);
  const step = isWide ? 1 : whole.width;
  const most = isWide ? whole.width - 1 : whole.height - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const along = (isWide ? x : y) + first;
      const line = isWide ? y * whole.width : x;
      const at = (place: number) => whole.data[line + Math.min(most, Math.max(0, place)) * step] ?? 0;
      const value = a * at(along - 1) + b * at(along) + c * at(along + 1) + d * at(along + 2);
      data[y * width + x] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  return { width, height, data };
}

/** Shares of four neighbours in what lies `t` of the way from the second to the third. */
function cubicWeights(t: number): readonly [number, number, number, number] {
  const [square, cube] = [t * t, t * t * t];
  return [
    (2 * square - cube - t) / 2,
    (3 * cube - 5 * square + 2) / 2,
    (4 * square - 3 * cube + t) / 2,
    (cube - square) / 2,
  ];
}

/** Mean absolute difference of every `step`-th pixel. */
function distance(one: GreyPicture, other: GreyPicture, step: number): number {
  let sum = 0;
  for (let index = 0; index < one.data.length; index += step) {
    sum += Math.abs((one.data[index] ?? 0) - (other.data[index] ?? 0));
  }
  return sum;
}
