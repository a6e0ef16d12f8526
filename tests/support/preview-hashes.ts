/** A program that renders what the preview engine makes, small, and prints a hash of each: the machine is the caller's choice. */
import type { Operation } from '../../src/core/operations.ts';
import { readPhoto } from './photos.ts';
import { makeJob, openPreviewWorld, pictureFile, sha256 } from './preview-engine.ts';

const film = { resolution: '360p', duration: 0.5, bgm: true };
const prompt = 'handheld, pan left, snow is falling';
const jobs: readonly (readonly [Operation, object, readonly string[]])[] = [
  ['image-to-video', { ...film, prompt }, ['astronaut.png']],
  ['text-to-video', { ...film, prompt: 'a lake at dawn, orbit' }, []],
  ['text-to-image', { resolution: '360p', prompt: 'a city at night in the rain' }, []],
  ['reference-to-image', { resolution: '360p', prompt: 'on the beach' }, ['astronaut.png', 'coffee.png']],
];

const seed = Number(process.argv[2]);
await using world = openPreviewWorld();
for (const [operation, input, photos] of jobs) {
  const files = photos.map((name) => pictureFile(readPhoto(name)));
  const { bytes } = await world.render(makeJob(operation, { ...input }, files, seed));
  process.stdout.write(`${operation} ${sha256(bytes)}\n`);
}
