/** Draws all frames of a film on several threads and hands them on in order, in constant memory. */
import { Worker } from 'node:worker_threads';
import type { CameraPlan } from './camera.ts';
import { type FrameOrder, type FrameWorkerData, frameBytes, type PackedLayer } from './frame-worker.ts';
import { matteBlocks, packQuads } from './kernel.ts';
import type { Layer, LayeredScene } from './layers.ts';

/** Frames that may be drawn ahead of the encoder. */
const ringSlots = 6;

function packLayer({ pixels, nearness, alpha }: Layer): PackedLayer {
  const { width, height } = pixels;
  const packed = {
    nearness,
    luma: packQuads(pixels.luma, width, height),
    blue: packQuads(pixels.blue, width >> 1, height >> 1),
    red: packQuads(pixels.red, width >> 1, height >> 1),
  };
  if (alpha === undefined) return packed;
  return {
    ...packed,
    alpha: {
      luma: packQuads(alpha.luma, width, height),
      chroma: packQuads(alpha.chroma, width >> 1, height >> 1),
      blocks: matteBlocks(alpha.luma, width, height),
    },
  };
}

/** What the frame workers share; built once, in shared memory. */
export function packScene(scene: LayeredScene, plan: CameraPlan, zoom: Float64Array): FrameWorkerData {
  const { width, height } = scene.geometry;
  return {
    geometry: scene.geometry,
    layers: scene.layers.map(packLayer),
    plan,
    zoom,
    ring: new Uint8Array(new SharedArrayBuffer(frameBytes(width, height) * ringSlots)),
  };
}

/**
 * Calls `write` for each frame in order, waiting for it each time; a slow encoder thus slows the drawing down instead of
 * filling memory. The bytes do not depend on the number of workers. Rejects when a worker or `write` fails.
 */
export async function renderFrames(
  data: FrameWorkerData,
  workerCount: number,
  write: (frame: Uint8Array, index: number) => Promise<void>,
): Promise<void> {
  const { frames } = data.plan;
  const size = frameBytes(data.geometry.width, data.geometry.height);
  const workers = Array.from(
    { length: Math.min(workerCount, frames) },
    () => new Worker(new URL('./frame-worker.ts', import.meta.url), { workerData: data }),
  );
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  const drawn = new Map<number, number>();
  const freeSlots = Array.from({ length: ringSlots }, (_, slot) => slot);
  const idle = [...workers];
  let nextFrame = 0;
  let arrival = Promise.withResolvers<void>();

  const dispatch = () => {
    while (idle.length > 0 && freeSlots.length > 0 && nextFrame < frames) {
      const order: FrameOrder = { frame: nextFrame++, slot: freeSlots.pop() as number };
      idle.pop()?.postMessage(order);
    }
  };
  for (const worker of workers) {
    worker.on('message', ({ frame, slot }: FrameOrder) => {
      drawn.set(frame, slot);
      idle.push(worker);
      dispatch();
      arrival.resolve();
    });
    worker.on('error', failure.reject);
  }
  try {
    dispatch();
    for (let index = 0; index < frames; index++) {
      while (!drawn.has(index)) {
        await Promise.race([arrival.promise, failure.promise]);
        arrival = Promise.withResolvers<void>();
      }
      const slot = drawn.get(index) as number;
      drawn.delete(index);
      await Promise.race([write(data.ring.subarray(slot * size, (slot + 1) * size), index), failure.promise]);
      freeSlots.push(slot);
      dispatch();
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
