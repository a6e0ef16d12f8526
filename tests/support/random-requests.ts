/** Random requests to the preview engine, and whether their results have exactly the size and the length asked for. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import sharp from 'sharp';
import type { JsonObject } from '../../src/core/json.ts';
import { pngSize, probeFilm } from './media-facts.ts';
import { readPhoto } from './photos.ts';
import { makeJob, type PreviewWorld, pictureFile } from './preview-engine.ts';

export type RandomRequest = {
  readonly operation: 'text-to-image' | 'reference-to-image' | 'text-to-video' | 'image-to-video';
  readonly input: JsonObject;
  readonly photos: readonly string[];
  readonly seed: number;
};

const ratios = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', '2:3', '3:2', 'auto'] as const;
const photos = ['astronaut.png', 'chelsea.png', 'coffee.png', 'rocket.jpg', 'french-alpine-landscape.jpg'];
const prompts = ['a lake at dawn, slowly push in', 'pan left over a city at night', '森林小路，镜头推进', '🌵', ''];

/** Small ones mostly: a large picture is no likelier to miss its size. */
const stillResolutions = fc.oneof(
  { weight: 12, arbitrary: fc.constant('360p') },
  { weight: 4, arbitrary: fc.constant('540p') },
  { weight: 2, arbitrary: fc.constant('720p') },
  { weight: 1, arbitrary: fc.constant('1080p') },
);
const filmResolutions = fc.oneof(
  { weight: 9, arbitrary: fc.constant('360p') },
  { weight: 1, arbitrary: fc.constant('540p') },
);
const prompt = fc.constantFrom(...prompts);
const aspect_ratio = fc.constantFrom(...ratios);
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const length = {
  duration: fc.constantFrom(0.5, 1, 1, 1.3, 2),
  frame_rate: fc.constantFrom(24, 24, 24, 25, 30),
  bgm: fc.boolean(),
};
const pictures = (minLength: number, maxLength: number) =>
  fc.uniqueArray(fc.constantFrom(...photos), { minLength, maxLength });

const still = fc.record({ prompt, aspect_ratio, resolution: stillResolutions });
const film = fc.record({ prompt, aspect_ratio, resolution: filmResolutions, ...length });
const requests: fc.Arbitrary<RandomRequest> = fc.oneof(
  fc.record({ operation: fc.constant('text-to-image' as const), input: still, photos: pictures(0, 0), seed }),
  fc.record({ operation: fc.constant('reference-to-image' as const), input: still, photos: pictures(1, 2), seed }),
  fc.record({ operation: fc.constant('text-to-video' as const), input: film, photos: pictures(0, 0), seed }),
  fc.record({ operation: fc.constant('image-to-video' as const), input: film, photos: pictures(1, 1), seed }),
);

/** The same ones for the same number. */
export function randomRequests(count: number, from = 7): readonly RandomRequest[] {
  return fc.sample(requests, { numRuns: count, seed: from });
}

const evenPixels = (pixels: number) => 2 * Math.round(pixels / 2);

/** Written anew from the page on parameters, so that the engine is not judged by itself: the short side is the resolution. */
async function expectedSize({ input, photos: [first] }: RandomRequest): Promise<readonly [number, number]> {
  const short = Number.parseInt(String(input.resolution), 10);
  const [across = 16, down = 9] = /^\d+:\d+$/.test(String(input.aspect_ratio))
    ? String(input.aspect_ratio).split(':').map(Number)
    : await shapeOf(first);
  return across >= down ? [evenPixels((short * across) / down), short] : [short, evenPixels((short * down) / across)];
}

/** Nothing to follow is 16:9. */
async function shapeOf(photo: string | undefined): Promise<readonly number[]> {
  if (photo === undefined) return [16, 9];
  const { width, height } = await sharp(readPhoto(photo)).metadata();
  return [width, height];
}

/** A film's sound ends with the packet of 1,024 samples that its last frame falls into. */
const soundSlackSeconds = 1024 / 48_000;

/** Renders it and throws when anything is not exactly as asked. */
export async function checkExact(world: PreviewWorld, request: RandomRequest): Promise<void> {
  const { operation, input } = request;
  const files = request.photos.map((name) => pictureFile(readPhoto(name)));
  const result = await world.render(makeJob(operation, input, files, request.seed));
  const size = await expectedSize(request);
  const told = JSON.stringify(request);
  if (operation.endsWith('image')) {
    const { width, height } = pngSize(result.bytes);
    assert.deepEqual([width, height], size, told);
  } else {
    const facts = probeFilm(result.path);
    const frames = Math.round(Number(input.duration) * Number(input.frame_rate));
    const { width, height, frameRate, hasSound } = facts;
    assert.deepEqual([width, height, facts.frames], [...size, frames], told);
    assert.deepEqual([frameRate, hasSound], [`${input.frame_rate}/1`, input.bgm], told);
    const slack = hasSound ? soundSlackSeconds : 0.001;
    assert.ok(Math.abs(facts.seconds - frames / Number(input.frame_rate)) <= slack, `${facts.seconds} s: ${told}`);
  }
  await result.release();
}
