/**
 * Makes a tiny film that nobody sees. Each render is the first of its process, and a first one runs slowly: code is
 * interpreted until it has run for a while. A spare that has nothing else to do may do that ahead.
 */
import { freeMemory } from '../memory.ts';
import { decodeAnalysis, encodeAnalysis } from '../photo/analysis-cache.ts';
import { pictureOf } from '../photo/decode.ts';
import { type PersonModel, rehearsePersonModel } from '../photo/person.ts';
import { analyseSubject } from '../photo/subject.ts';
import { parseShot } from '../prompt/shot.ts';
import type { RgbImage } from '../raster/colour.ts';
import { createPlane } from '../raster/plane.ts';
import { takePicture } from './photo-take.ts';
import { drawFrames, frameOrder } from './render-frames.ts';

/** As pictures usually are, it is larger than the film, so that it is scaled on the way. */
const pictureSize = { width: 960, height: 540 };
const size = { width: 640, height: 360 };
const frames = 12;

/**
 * How often: what has run once is compiled for what it saw then, and thrown away at the first thing that was otherwise. The
 * second and third round took a fifth off the first picture's analysis and layers.
 */
const rounds = 3;

/** Of the disc, as a share of the height. */
const discShare = 1 / 3;

/** A bright disc over a gradient with some texture: every stage has something to do. */
function scenery(texture: number): RgbImage {
  const { width, height } = pictureSize;
  const data = new Uint8Array(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    const x = index % width;
    const y = Math.floor(index / width);
    const isDisc = Math.hypot(x - width / 2, y - height / 2) < height * discShare;
    const grain = ((x >> 1) * 7 + (y >> 1) * 13) % texture;
    data[3 * index] = isDisc ? 180 + grain : (y >> 2) + grain;
    data[3 * index + 1] = isDisc ? 60 + grain : 80 + grain;
    data[3 * index + 2] = isDisc ? 40 : 120 + grain;
  }
  return { ...pictureSize, data };
}

/** Takes the disc for a person. */
const discModel: PersonModel = {
  async find({ width, height }) {
    const matte = createPlane(width, height);
    for (let index = 0; index < matte.data.length; index++) {
      const away = Math.hypot((index % width) - width / 2, Math.floor(index / width) - height / 2);
      matte.data[index] = Math.min(1, Math.max(0, height * discShare + 2 - away));
    }
    return { matte, confidence: 1 };
  },
  close: async () => {},
};

/** Stops between two steps when `isWanted` says that there is work. Changes nothing but how fast the process is. */
export async function rehearseFilm(workers: number, isWanted: () => boolean): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const picture = pictureOf(scenery(24 + 16 * round));
    await rehearsePersonModel(await picture.read(512, 288));
    if (isWanted()) return;
    const subject = decodeAnalysis(encodeAnalysis(await analyseSubject(picture, discModel)));
    if (isWanted()) return;
    const plan = { amplitude: 'medium', seed: 1, frames, frameRate: 24 } as const;
    const pan = { ...plan, shot: parseShot('pan right', 1) };
    await takePicture({ picture, subject: { ...subject, confidence: 0.2 } }, size, pan);
    if (isWanted()) return;
    const orbit = { ...plan, shot: parseShot('orbit, then dolly in', 1) };
    const take = await takePicture({ picture, subject: { ...subject, confidence: 1, area: 0.2 } }, size, orbit);
    if (isWanted()) return;
    if (round < rounds - 1) continue;
    for await (const _ of drawFrames(take, workers, frameOrder(0, frames))) if (isWanted()) break;
  }
  freeMemory();
}
