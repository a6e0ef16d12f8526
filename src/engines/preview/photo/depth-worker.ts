/** A thread of its own for the owner's depth model: what it allocates ends with it, and the render can give up waiting. */
import { parentPort, workerData } from 'node:worker_threads';
import type { RgbImage } from '../raster/colour.ts';
import type { Plane } from '../raster/plane.ts';
import { type DepthModel, loadDepthModel } from './depth-model.ts';

export type DepthWorkerData = { readonly directory: string };
export type DepthAnswer =
  | { readonly state: 'found'; readonly nearness: Plane }
  | { readonly state: 'failed'; readonly reason: string };

if (parentPort !== null && workerData !== null && 'directory' in workerData) {
  const port = parentPort;
  const { directory } = workerData as DepthWorkerData;
  let model: Promise<DepthModel> | undefined;
  port.on('message', (image: RgbImage) => {
    model ??= loadDepthModel(directory);
    model
      .then((loaded) => loaded(image))
      .then((nearness): DepthAnswer => ({ state: 'found', nearness }))
      .catch((error: unknown): DepthAnswer => ({ state: 'failed', reason: String(error) }))
      .then((answer) => port.postMessage(answer));
  });
}
