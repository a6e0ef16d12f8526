/**
 * Makes small stills that nobody sees, so that a spare process has compiled what the first real one runs: finishing and
 * packing take twice as long in code that has not run before, painting up to twice (docs/decisions/0105).
 */
import { freeMemory } from '../memory.ts';
import { parseAmbient } from '../prompt/ambient.ts';
import { parseLettering } from '../prompt/lettering.ts';
import { parsePlacement } from '../prompt/placement.ts';
import { parseSetting, type SceneName, sceneNames } from '../prompt/setting.ts';
import { normalisePrompt } from '../prompt/words.ts';
import { randomStream } from '../random.ts';
import { createPlane } from '../raster/plane.ts';
import { castShadow, frameFromPlate, lightSprite, type Placed, placeSprite } from './compose.ts';
import { finishInThreads, packInThreads, paintInThreads } from './paint.ts';
import { freeMemoryOfPainters } from './painters.ts';
import type { Plate } from './stage.ts';

/** As high as pictures whose skies are drawn coarsely. */
const size = { width: 160, height: 400 };
/** Finishing and packing are the same for every scene. */
const composed = 6;

/** A grey block that stands in the middle. */
function figure(): Placed {
  const [width, height] = [48, 64];
  return {
    kind: 'standing',
    slot: { left: 56, top: 160, width, height, depth: 0, atEdge: false },
    sprite: {
      image: { width, height, data: new Uint8Array(3 * width * height).fill(128) },
      matte: createPlane(width, height, 1),
    },
  };
}

async function rehearsePicture(plate: Plate): Promise<void> {
  const one = figure();
  castShadow(plate, one, size.width);
  const frame = frameFromPlate(plate, size.width, size.height);
  placeSprite(frame, lightSprite(plate, one, size));
  await packInThreads(await finishInThreads(frame, randomStream(1, 'grain')));
}

/** Expressions, too, are compiled at first sight. */
function rehearseWords(scene: SceneName): void {
  const prompt = `on a ${scene} at sunset in the rain, image 1 on the left, the words "open all day" above it`;
  parseSetting(prompt, 1);
  const { rest } = parseLettering(prompt);
  parseAmbient(normalisePrompt(rest));
  parsePlacement(rest, 1);
}

/** Stops between two scenes when `isWanted` says that there is work. Changes nothing but how fast the process is. */
export async function rehearseStill(isWanted: () => boolean): Promise<void> {
  for (const [count, scene] of [...sceneNames, ...sceneNames].entries()) {
    if (isWanted()) return;
    rehearseWords(scene);
    const order = { scene, light: 'sunset', ...size, seed: 1, hasSubject: false } as const;
    const plate = await paintInThreads(order);
    if (count < composed) await rehearsePicture(plate);
  }
  freeMemory();
  await freeMemoryOfPainters();
}
