/**
 * Makes small stills that nobody sees, so that a spare process has compiled what the first real one runs: finishing and
 * packing take twice as long in code that has not run before, painting a sixth longer.
 */
import { sceneNames } from '../prompt/setting.ts';
import { randomStream } from '../random.ts';
import { createPlane } from '../raster/plane.ts';
import { castShadow, frameFromPlate, type Placed, placeSprite } from './compose.ts';
import { finishInThreads, packInThreads, paintInThreads } from './paint.ts';
import type { Plate } from './stage.ts';

const size = { width: 192, height: 108 };

/** A grey block that stands in the middle. */
function figure(): Placed {
  const [width, height] = [48, 64];
  return {
    kind: 'standing',
    slot: { left: 72, top: 40, width, height, depth: 0, atEdge: false },
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
  placeSprite(frame, plate, one);
  await packInThreads(await finishInThreads(frame, randomStream(1, 'grain')));
}

/** Stops between two scenes when `isWanted` says that there is work. Changes nothing but how fast the process is. */
export async function rehearseStill(isWanted: () => boolean): Promise<void> {
  for (const scene of sceneNames) {
    if (isWanted()) return;
    const plate = await paintInThreads({ scene, light: 'sunset', ...size, seed: 1, hasSubject: false });
    await rehearsePicture(plate);
  }
}
