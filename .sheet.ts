// paints all scenes -> raw float plates hashed + PNG of each into dir
import sharp from 'sharp';
import { mkdirSync, writeFileSync } from 'node:fs';
const [root, dir, lightArg, ...names] = process.argv.slice(2);
const { paintPlate } = await import(root + '/src/engines/preview/still/plate.ts');
const { finish } = await import(root + '/src/engines/preview/still/finish.ts');
const { randomStream } = await import(root + '/src/engines/preview/random.ts');
const { sceneNames } = await import(root + '/src/engines/preview/prompt/setting.ts');
mkdirSync(dir!, { recursive: true });
const lights: any = { city: 'night', library: 'golden', stars: 'night', space: 'night' };
for (const scene of names.length ? names : sceneNames) {
  const [width, height] = scene === 'forest' ? [1280, 720] : [1920, 1080];
  const light = lightArg !== '-' ? lightArg : lights[scene] ?? 'sunset';
  const plate = paintPlate({ scene, light, width, height, seed: 5, hasSubject: false } as any);
  const { red, green, blue } = plate.canvas;
  const image = finish({ width: 1920, height: 1080, planes: [red, green, blue] }, randomStream(1, 'grain'));
  await sharp(image.data, { raw: { width: 1920, height: 1080, channels: 3 } }).png({ compressionLevel: 2, adaptiveFiltering: false }).toFile(`${dir}/${scene}.png`);
}
