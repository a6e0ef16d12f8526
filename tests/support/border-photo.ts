/** A photograph whose outermost pixels have a colour of their own, to see whether a film ever shows what lies beyond them. */
import sharp from 'sharp';
import type { FilmFrames } from './film-frames.ts';
import { readPhoto } from './photos.ts';

const magenta = { r: 255, g: 0, b: 255 };
/** An even number, so that halving the colours keeps them. */
export const borderPixels = 2;

/** The photograph, cut to this size, with its edge painted over. */
export async function photoWithBorder(name: string, width: number, height: number): Promise<Buffer> {
  const inner = await sharp(readPhoto(name)).resize(width, height).removeAlpha().png().toBuffer();
  const inside = { left: borderPixels, top: borderPixels };
  const cut = await sharp(inner)
    .extract({ ...inside, width: width - 2 * borderPixels, height: height - 2 * borderPixels })
    .toBuffer();
  const create = { width, height, channels: 3 as const, background: magenta };
  return await sharp({ create })
    .composite([{ input: cut, ...inside }])
    .png()
    .toBuffer();
}

/** Both colour differences of magenta lie far above the middle, which no photograph here comes near. */
const leastChroma = 165;

/**
 * Of each frame, how deep the border's colour reaches into it from any side, in pixels: in how many rows or columns from
 * that side most of the samples have it. A film that never leaves its picture shows the border as it is magnified at most;
 * one that does repeats the border beyond it.
 */
export function borderDepths({ width, height, frames }: FilmFrames): number[] {
  const [columns, rows] = [width >> 1, height >> 1];
  const area = width * height;
  return frames.map((frame) => {
    const isBorder = (x: number, y: number) =>
      (frame[area + y * columns + x] ?? 0) >= leastChroma &&
      (frame[area + columns * rows + y * columns + x] ?? 0) >= leastChroma;
    const deepest = (count: number, along: number, at: (depth: number, place: number) => boolean) => {
      let most = 0;
      for (let place = 0; place < along; place++) {
        let depth = 0;
        while (depth < count && at(depth, place)) depth++;
        most = Math.max(most, depth);
      }
      return 2 * most;
    };
    // Where two sides meet, each looks deep to the other.
    const corner = 8;
    const inner = (length: number) => length - 2 * corner;
    return Math.max(
      deepest(columns, inner(rows), (depth, place) => isBorder(depth, place + corner)),
      deepest(columns, inner(rows), (depth, place) => isBorder(columns - 1 - depth, place + corner)),
      deepest(rows, inner(columns), (depth, place) => isBorder(place + corner, depth)),
      deepest(rows, inner(columns), (depth, place) => isBorder(place + corner, rows - 1 - depth)),
    );
  });
}
