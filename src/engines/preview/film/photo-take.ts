/** From a picture to a camera move over it. */
import { freeMemory } from '../memory.ts';
import type { PixelSize } from '../output-size.ts';
import type { Picture } from '../photo/decode.ts';
import { openPersonModel, type PersonModel } from '../photo/person.ts';
import { analyseSubject, type PhotoSubject } from '../photo/subject.ts';
import type { FrameWorkerData } from './frame-worker.ts';
import { buildLayers, type LayeredScene } from './layers.ts';
import { drawFrames, frameOrder, prepareTake, type Take } from './render-frames.ts';

/** A picture, and what it is about. */
export type KnownPicture = { readonly picture: Picture; readonly subject: PhotoSubject };

/** Looks at pictures one after the other: before anything else of a film is in memory, as this takes much of it. */
export async function lookAtEach<From, Seen>(
  pictures: readonly From[],
  look: (picture: From, model: PersonModel) => Promise<Seen>,
  tell: (share: number) => void = () => {},
): Promise<Seen[]> {
  if (pictures.length === 0) return [];
  const model = openPersonModel();
  try {
    const seen: Seen[] = [];
    for (const picture of pictures) {
      seen.push(await look(picture, model));
      freeMemory();
      tell(seen.length / pictures.length);
    }
    return seen;
  } finally {
    await model.close();
  }
}

export function analysePictures(
  pictures: readonly Picture[],
  tell: (share: number) => void = () => {},
): Promise<KnownPicture[]> {
  const look = async (picture: Picture, model: PersonModel) => ({
    picture,
    subject: await analyseSubject(picture, model),
  });
  return lookAtEach(pictures, look, tell);
}

/** Takes the picture apart and packs it; nothing of the way there stays in memory. `look` sees the layers in between. */
export async function takePicture(
  { picture, subject }: KnownPicture,
  size: PixelSize,
  take: Take,
  look: (scene: LayeredScene) => void = () => {},
): Promise<FrameWorkerData> {
  freeMemory();
  const scene = await buildLayers(picture, subject, size.width, size.height);
  look(scene);
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
