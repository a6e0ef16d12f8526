/** Draws all frames of a film on several threads and hands them on in order, in constant memory. */
import { Worker } from 'node:worker_threads';
import type { Shot } from '../prompt/shot.ts';
import { type Amplitude, type CameraPlan, planCamera } from './camera.ts';
import { type FrameOrder, type FrameWorkerData, frameBytes, type PackedLayer } from './frame-worker.ts';
import { glideFrom, type Velocity } from './glide.ts';
import { matteBlocks, packQuads } from './kernel.ts';
import type { Layer, LayeredScene } from './layers.ts';
import { planParticles } from './particles.ts';
import { safeZoom } from './safe-zoom.ts';

/** Frames that may be drawn ahead of the encoder. */
const ringSlots = 6;

function packLayer({ pixels, nearness, alpha, idle }: Layer): PackedLayer {
  const { width, height } = pixels;
  const packed = {
    nearness,
    ...(idle === undefined ? {} : { idle }),
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
function packScene(scene: LayeredScene, plan: CameraPlan, zoom: Float64Array): FrameWorkerData {
  const { width, height, focusX, focusY } = scene.geometry;
  const [background] = scene.layers;
  const particles = planParticles(plan.shot.ambient, {
    seed: plan.seed,
    aspect: width / height,
    brightness: meanLuma(background?.pixels.luma ?? new Uint8Array()),
    frameRate: plan.frameRate,
    focusX,
    focusY,
  });
  return {
    particles,
    geometry: scene.geometry,
    layers: scene.layers.map(packLayer),
    plan,
    zoom,
    ring: new Uint8Array(new SharedArrayBuffer(frameBytes(width, height) * ringSlots)),
  };
}

/** Mean brightness 0..1 of a plane in limited range. */
function meanLuma(plane: Uint8Array): number {
  let sum = 0;
  const step = Math.max(1, Math.floor(plane.length / 20_000));
  let count = 0;
  for (let index = 0; index < plane.length; index += step, count++) sum += plane[index] ?? 16;
  return count === 0 ? 0.5 : Math.max(0, (sum / count - 16) / 219);
}

export type Take = {
  readonly shot: Shot;
  readonly amplitude: Amplitude;
  readonly seed: number;
  readonly frames: number;
  readonly frameRate: number;
  /** How the film before it moved; the camera goes on from there. */
  readonly velocity?: Velocity;
};

/** A scene, and how the camera moves through it without ever leaving it. */
export function prepareTake(
  scene: LayeredScene,
  { shot, amplitude, seed, frames, frameRate, velocity }: Take,
): FrameWorkerData {
  const glide = velocity === undefined ? undefined : glideFrom(velocity, frameRate);
  const plan = { ...planCamera(shot, amplitude, seed, frames, frameRate), ...(glide === undefined ? {} : { glide }) };
  return packScene(scene, plan, safeZoom(plan, scene.geometry, scene.layers));
}

/** Frames of a plan, one after the other; `step` -1 runs them backwards. */
export function frameOrder(from: number, count: number, step: 1 | -1 = 1): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index * step);
}

/**
 * Draws the frames that `order` names (numbers of the plan's frames), in that order. Each is valid until the next one is
 * asked for; who asks slowly thus slows the drawing down instead of filling memory. The bytes do not depend on the number
 * of workers. Throws when a worker fails.
 */
export async function* drawFrames(
  data: FrameWorkerData,
  workerCount: number,
  order: readonly number[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const size = frameBytes(data.geometry.width, data.geometry.height);
  const workers = Array.from(
    { length: Math.min(workerCount, order.length) },
    () => new Worker(new URL('./frame-worker.ts', import.meta.url), { workerData: data }),
  );
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  const drawn = new Map<number, number>();
  const freeSlots = Array.from({ length: ringSlots }, (_, slot) => slot);
  const idle = [...workers];
  let next = 0;
  let arrival = Promise.withResolvers<void>();

  const dispatch = () => {
    while (idle.length > 0 && freeSlots.length > 0 && next < order.length) {
      const ordered: FrameOrder = { frame: order[next++] as number, slot: freeSlots.pop() as number };
      idle.pop()?.postMessage(ordered);
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
    for (const frame of order) {
      while (!drawn.has(frame)) {
        await Promise.race([arrival.promise, failure.promise]);
        arrival = Promise.withResolvers<void>();
      }
      const slot = drawn.get(frame) as number;
      drawn.delete(frame);
      yield data.ring.subarray(slot * size, (slot + 1) * size);
      freeSlots.push(slot);
      dispatch();
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
