/** Carries a film on from its last frame. */

import type { PixelSize } from '../output-size.ts';
import type { RgbImage } from '../raster/colour.ts';
import { fromYuv420 } from '../raster/yuv420.ts';
import { type Velocity, watchMotion } from './glide.ts';

/** What is known of a film at its end: its last picture, how many there were, and how they moved. */
export type Ended = { readonly last: RgbImage; readonly count: number; readonly velocity: Velocity };

/** All of `frames`, then what `follow` makes of their end. */
export async function* goOn(
  frames: AsyncIterable<Uint8Array>,
  { width, height }: PixelSize,
  follow: (ended: Ended) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let last: Uint8Array | undefined;
  let count = 0;
  const motion = watchMotion({ width, height });
  for await (const frame of frames) {
    last ??= new Uint8Array(frame.length);
    last.set(frame);
    count++;
    motion.add(frame);
    yield frame;
  }
  if (last === undefined) return;
  yield* follow({ last: fromYuv420(last, width, height), count, velocity: motion.velocity() });
}
