/**
 * Makes a tiny film that nobody sees. Each render is the first of its process, and a first one runs slowly: code is
 * interpreted until it has run for a while. A spare that has nothing else to do may do that ahead.
 */
import { encodeGlimpse } from '../glimpse.ts';
import { freeMemory } from '../memory.ts';
import type { PixelSize } from '../output-size.ts';
import { decodeAnalysis, encodeAnalysis } from '../photo/analysis-cache.ts';
import { pictureOf } from '../photo/decode.ts';
import { type PersonModel, rehearsePersonModel } from '../photo/person.ts';
import { analyseSubject } from '../photo/subject.ts';
import { parseShot } from '../prompt/shot.ts';
import type { RgbImage } from '../raster/colour.ts';
import { createPlane } from '../raster/plane.ts';
import { takePicture } from './photo-take.ts';
import { drawFrames, frameOrder } from './render-frames.ts';

/**
 * What pictures differ in: code is compiled for what it saw, and thrown away at the first thing that is otherwise, be it a
 * height that does not divide evenly, a subject that the border cuts off, or a share that was always 0 or 1.
 */
const scenes: readonly Scene[] = [
  {
    picture: { width: 960, height: 540 },
    film: { width: 640, height: 360 },
    people: [{ x: 0.5, top: 0.15, size: 0.6 }],
    colourAt: haze,
  },
  {
    picture: { width: 600, height: 750 },
    film: { width: 480, height: 640 },
    people: [{ x: 0.4, top: 0.3, size: 0.4 }],
    colourAt: room,
  },
  {
    picture: { width: 853, height: 640 },
    // As wide as a film whose grid is refined, yet small.
    film: { width: 1440, height: 240 },
    people: [
      { x: 0.3, top: 0.2, size: 0.5 },
      { x: 0.75, top: 0.5, size: 0.3 },
    ],
    colourAt: street,
  },
];
/** What the person model is shown. */
const personSide = 512;
/** Of each of the films that are drawn: enough for all that draws a frame, by rows, to be compiled at its best in each thread. */
const frames = 64;
const drawnFilms = 2;
/** Each picture twice: with three rounds the first film began a tenth later (docs/decisions/0104). */
const rounds = 2 * scenes.length;

/** Every part of a pose that can be a fraction is one here at some time: one that was always whole is another shape to V8. */
const everyWay = 'handheld, tilt up, then roll left, then crane up, then dolly in, then zoom in';
const around = 'pan right, then orbit right, then zoom out';

/** A head on shoulders that go down to the border; in shares of the picture's height, `x` of its width. */
type Figure = { readonly x: number; readonly top: number; readonly size: number };
/** Red, green and blue of what stands behind, at shares of width and height; `grain` is that of the picture. */
type ColourAt = (x: number, y: number, grain: number) => readonly [number, number, number];
type Scene = {
  readonly picture: PixelSize;
  readonly film: PixelSize;
  readonly people: readonly Figure[];
  readonly colourAt: ColourAt;
};

/** Out of focus. */
function haze(x: number, y: number): readonly [number, number, number] {
  const light = 90 + 40 * Math.sin(9 * x + 1) + 30 * Math.cos(7 * y);
  return [light, light + 30 * Math.sin(5 * x * y), 160 - light / 2];
}

/** A wall with a door, papered in stripes that run to no point. */
function room(x: number, y: number, grain: number): readonly [number, number, number] {
  const isDoor = x > 0.62 && x < 0.8 && y > 0.2;
  const stripe = (Math.floor(190 * y) % 128) + (Math.sin(41 * x + 29 * y) > 0 ? 40 : 0);
  return isDoor ? [stripe + 60, 40, 30] : [stripe + grain, 80 + grain, 120 + grain];
}

/** Masts under a sky, and the lines of a road that run to a point. */
function street(x: number, y: number, grain: number): readonly [number, number, number] {
  const isMast = y > 0.15 && y < 0.7 && (5.3 * x) % 1 < 0.05;
  if (isMast) return [60 + grain, 50, 40];
  if (y < 0.45) return [110 + 80 * y, 150 + 60 * y, 220];
  const line = Math.floor(100 + (3 * (x - 0.4)) / (y - 0.42)) % 2;
  return [90 + 60 * line + grain, 90 + 50 * line, 80 + grain];
}

/** How many pixels inside somebody a pixel lies; negative outside. */
function depthInside({ picture: { width, height }, people }: Scene, x: number, y: number): number {
  let depth = Number.NEGATIVE_INFINITY;
  for (const { x: middle, top, size } of people) {
    const away = Math.abs(x - middle * width);
    const down = y - top * height;
    const head = 0.22 * size * height;
    const inHead = head - Math.hypot(away, down - head);
    const inBody = Math.min(2 * head - away + 0.2 * (down - 2 * head), down - 2 * head);
    depth = Math.max(depth, inHead, inBody);
  }
  return depth;
}

/** People before something: every stage has something to do. */
function scenery(scene: Scene, texture: number): RgbImage {
  const { width, height } = scene.picture;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const grain = ((x >> 1) * 7 + (y >> 1) * 13) % texture;
      const isSomebody = depthInside(scene, x, y) > 0;
      const colour = isSomebody ? [180 + grain, 60 + grain, 40] : scene.colourAt(x / width, y / height, grain);
      data.set(colour, at);
    }
  }
  return { width, height, data };
}

/** Knows where the people are. */
function modelOf(scene: Scene): PersonModel {
  return {
    async find({ width, height }) {
      const matte = createPlane(width, height);
      const scale = scene.picture.width / width;
      for (let index = 0; index < matte.data.length; index++) {
        const depth = depthInside(scene, (index % width) * scale, Math.floor(index / width) * scale);
        matte.data[index] = Math.min(1, Math.max(0, depth / scale + 1));
      }
      return { matte, confidence: 1 };
    },
    close: async () => {},
  };
}

/** Sees nobody, so that the classical way is gone. */
const blindModel: PersonModel = { find: async () => undefined, close: async () => {} };

/** Stops between two steps when `isWanted` says that there is work. Changes nothing but how fast the process is. */
export async function rehearseFilm(workers: number, isWanted: () => boolean): Promise<void> {
  const endsHere = () => {
    if (isWanted()) return true;
    freeMemory();
    return false;
  };
  for (let round = 0; round < rounds; round++) {
    const scene = scenes[round % scenes.length] as Scene;
    const picture = pictureOf(scenery(scene, 24 + 16 * (round % scenes.length)));
    const scale = personSide / Math.max(picture.width, picture.height);
    await rehearsePersonModel(
      await picture.read(Math.round(picture.width * scale), Math.round(picture.height * scale)),
    );
    if (endsHere()) return;
    await analyseSubject(picture, blindModel);
    if (endsHere()) return;
    const subject = decodeAnalysis(encodeAnalysis(await analyseSubject(picture, modelOf(scene))));
    if (endsHere()) return;
    const { film: size } = scene;
    const plan = { amplitude: 'medium', seed: 1, frames, frameRate: 24 } as const;
    const whole = { ...plan, shot: parseShot(around, 1) };
    await takePicture({ picture, subject: { ...subject, confidence: 0.2 } }, size, whole);
    if (endsHere()) return;
    const every = { ...plan, shot: parseShot(everyWay, 1) };
    const take = await takePicture({ picture, subject: { ...subject, confidence: 1, area: 0.2 } }, size, every);
    if (endsHere()) return;
    if (round < rounds - drawnFilms) continue;
    let frame: Uint8Array | undefined;
    for await (frame of drawFrames(take, workers, frameOrder(0, frames), 'stay-warm')) if (isWanted()) return;
    const { width, height } = size;
    if (frame !== undefined) await encodeGlimpse({ pixels: frame, width, height });
  }
}
