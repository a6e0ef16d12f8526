/** From a picture to a camera move over it. */
import { freeMemory } from '../memory.ts';
import type { PixelSize } from '../output-size.ts';
import { openAnalyst } from '../photo/analysis.ts';
import type { Picture } from '../photo/decode.ts';
import type { PhotoSubject } from '../photo/subject.ts';
import type { FrameWorkerData } from './frame-worker.ts';
import { buildLayers } from './layers.ts';
import { drawFrames, frameOrder, prepareTake, type Take } from './render-frames.ts';

/** A picture, and what it is about. */
export type KnownPicture = { readonly picture: Picture; readonly subject: PhotoSubject };

/** Looks at pictures one after the other: before anything else of a film is in memory, as this takes much of it. */
export async function analysePictures(
  pictures: readonly Picture[],
  tell: (share: number) => void = () => {},
): Promise<KnownPicture[]> {
  if (pictures.length === 0) return [];
  const analyst = openAnalyst();
  try {
    const known: KnownPicture[] = [];
    for (const picture of pictures) {
      known.push({ picture, subject: await analyst.analyse(picture) });
      freeMemory();
      tell(known.length / pictures.length);
    }
    return known;
  } finally {
    await analyst.close();
  }
}

/** Takes the picture apart and packs it; nothing of the way there stays in memory. */
export async function takePicture(
  { picture, subject }: KnownPicture,
  size: PixelSize,
  take: Take,
): Promise<FrameWorkerData> {
  freeMemory();
  const scene = await buildLayers(picture, subject, size.width, size.height);
  freeMemory();
  return prepareTake(scene, take);
}

export type CameraMove = Take & { readonly size: PixelSize; readonly workers: number };

/** A camera move over one picture; `skipped` frames at its beginning are left out, for they have been seen. */
export async function* moveOver(
  known: KnownPicture,
  { size, workers, frames, ...how }: CameraMove,
  skipped: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const take = await takePicture(known, size, { ...how, frames: frames + skipped });
  freeMemory();
  yield* drawFrames(take, workers, frameOrder(skipped, frames));
}
