/**
 * Makes a tiny film that nobody sees. Each render is the first of its process, and a first one runs slowly: code is
 * interpreted until it has run for a while. A spare that has nothing else to do may do that ahead.
 */
import { freeMemory } from '../memory.ts';
import { pictureOf } from '../photo/decode.ts';
import { rehearsePersonModel } from '../photo/person.ts';
import { analyseSubject } from '../photo/subject.ts';
import { parseShot } from '../prompt/shot.ts';
import type { RgbImage } from '../raster/colour.ts';
import { takePicture } from './photo-take.ts';
import { drawFrames, frameOrder } from './render-frames.ts';

const size = { width: 640, height: 360 };
const frames = 12;

/** A bright disc over a gradient with some texture: every stage has something to do. */
function scenery(): RgbImage {
  const { width, height } = size;
  const data = new Uint8Array(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    const x = index % width;
    const y = Math.floor(index / width);
    const isDisc = Math.hypot(x - width / 2, y - height / 2) < height / 3;
    const texture = (x * 7 + y * 13) % 32;
    data[3 * index] = isDisc ? 200 + texture : (y >> 2) + texture;
    data[3 * index + 1] = isDisc ? 60 + texture : 80 + texture;
    data[3 * index + 2] = isDisc ? 40 : 120 + texture;
  }
  return { ...size, data };
}

/** Stops between two steps when `isWanted` says that there is work. Changes nothing but how fast the process is. */
export async function rehearseFilm(workers: number, isWanted: () => boolean): Promise<void> {
  const image = scenery();
  const picture = pictureOf(image);
  await rehearsePersonModel(image);
  if (isWanted()) return;
  const subject = await analyseSubject(picture, { find: async () => undefined, close: async () => {} });
  if (isWanted()) return;
  const known = { picture, subject: { ...subject, confidence: 1, area: 0.2 } };
  const shot = parseShot('orbit, then dolly in', 1);
  const take = await takePicture(known, size, { shot, amplitude: 'medium', seed: 1, frames, frameRate: 24 });
  for await (const _ of drawFrames(take, workers, frameOrder(0, frames))) if (isWanted()) break;
  freeMemory();
}
