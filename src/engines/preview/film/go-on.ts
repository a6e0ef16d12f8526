/** Carries a film on from its last frame. */

import type { PixelSize } from '../output-size.ts';
import { fromYuv420, type RgbImage } from '../raster/colour.ts';

/** All of `frames`, then what `follow` makes of the last one and of how many there were. */
export async function* goOn(
  frames: AsyncIterable<Uint8Array>,
  { width, height }: PixelSize,
  follow: (last: RgbImage, count: number) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let last: Uint8Array | undefined;
  let count = 0;
  for await (const frame of frames) {
    last ??= new Uint8Array(frame.length);
    last.set(frame);
    count++;
    yield frame;
  }
  if (last !== undefined) yield* follow(fromYuv420(last, width, height), count);
}
