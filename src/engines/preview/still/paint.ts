/** Paints scenes in a thread beside whatever else a render does. */
import { Worker } from 'node:worker_threads';
import type { PixelSize } from '../output-size.ts';
import type { Setting } from '../prompt/setting.ts';
import type { PlateOrder } from './plate-worker.ts';
import type { Plate } from './stage.ts';

/** Long side at which a scene is painted: finer when nothing stands before it, for then it is looked at itself. */
const plateSides = { alone: 1920, behind: 1440 };

export async function paintInThread(order: PlateOrder): Promise<Plate> {
  const worker = new Worker(new URL('./plate-worker.ts', import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<Plate>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.postMessage(order);
  try {
    return await promise;
  } finally {
    await worker.terminate();
  }
}

export function plateOrder(setting: Setting, size: PixelSize, seed: number, hasSubject: boolean): PlateOrder {
  const side = hasSubject ? plateSides.behind : plateSides.alone;
  const scale = Math.min(1, side / Math.max(size.width, size.height));
  const width = Math.round(size.width * scale);
  const height = Math.round(size.height * scale);
  return { scene: setting.scene, light: setting.light, season: setting.season, width, height, seed, hasSubject };
}
