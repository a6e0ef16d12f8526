/** The photographs that the preview engine is judged with, and what is asked of each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { readPhoto } from '../../tests/support/photos.ts';

export type Photograph = {
  /** Without an extension; also the name of its contact sheet. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly prompts: readonly string[];
};

/** For a photograph nobody wrote prompts for: a turn, a way in, a way along. */
const anyPrompts = ['orbit around the subject', 'dolly in slowly', 'pan to the right'];

/** The repository's own. */
const shipped: readonly (readonly [fileName: string, prompts: readonly string[]])[] = [
  ['astronaut.png', ['orbit around the subject', 'dolly zoom, bokeh', 'pull back to reveal']],
  ['chelsea.png', ['dolly in slowly', 'orbit to the left, dust in the light', 'pan to the right']],
  ['coffee.png', ['orbit around the cup', 'push in slowly, shallow depth of field', 'crane up']],
  ['rocket.jpg', ['tilt up', 'dolly in, embers', 'handheld, dramatic']],
  ['allium-oreophilum.jpg', ['orbit around the flower', 'wind in the leaves, static camera', 'dolly in slowly']],
  ['french-alpine-landscape.jpg', ['pan to the right', 'push past the foreground', 'drifting clouds, crane up']],
  ['nagasaki-boats.jpg', ['truck left', 'ripples on the water, dolly in', 'zoom out, snow is falling']],
  ['airplane-from-above.jpg', ['orbit around the plane', 'zoom in on the plane', 'dolly out']],
  ['locomotion-house-cat.jpg', ['pan left', 'zoom in', 'static camera']],
];

/** Kinds that the shipped ones lack are cut from them. */
async function derived(): Promise<Photograph[]> {
  const panorama = sharp(readPhoto('french-alpine-landscape.jpg')).extract({
    left: 0,
    top: 120,
    width: 1024,
    height: 280,
  });
  const upright = sharp(readPhoto('astronaut.png')).extract({ left: 100, top: 0, width: 230, height: 512 });
  const tiny = sharp(readPhoto('chelsea.png')).resize(160);
  const make = async (name: string, picture: Sharp, prompts: readonly string[]): Promise<Photograph> => ({
    name,
    bytes: await picture.png().toBuffer(),
    prompts,
  });
  return [
    await make('panorama', panorama, ['pan to the right', 'dolly in slowly', '']),
    await make('upright', upright, ['tilt up', 'orbit around the subject', '']),
    await make('low-resolution', tiny, ['orbit around the subject', 'zoom in', '']),
  ];
}

/** The shipped ones, three cut from them, and every picture of `directory`. */
export async function findPhotographs(directory?: string): Promise<Photograph[]> {
  const own = shipped.map(([fileName, prompts]) => ({
    name: parse(fileName).name,
    bytes: readPhoto(fileName),
    prompts,
  }));
  const files = directory === undefined ? [] : readdirSync(directory).sort();
  const further = files
    .filter((fileName) => /\.(jpe?g|png|webp)$/i.test(fileName))
    .map((fileName) => ({
      name: parse(fileName).name,
      bytes: readFileSync(join(directory ?? '', fileName)),
      prompts: anyPrompts,
    }));
  return [...own, ...(await derived()), ...further];
}
