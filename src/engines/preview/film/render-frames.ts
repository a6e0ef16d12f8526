/** Draws all frames of a film on several threads and hands them on in order, in constant memory. */
import { freeMemory } from '../memory.ts';
import type { Shot } from '../prompt/shot.ts';
import { arenaBytes, createArena, type SharedArena } from '../raster/shared-memory.ts';
import { simdModule } from '../raster/simd-module.ts';
import { type Amplitude, type CameraPlan, planCamera } from './camera.ts';
import { returnFrameWorker, takeFrameWorker } from './frame-pool.ts';
import {
  type FrameOrder,
  type FrameSlot,
  type FrameWorkerData,
  frameBytes,
  type Rest,
  type SharedLayer,
} from './frame-worker.ts';
import { glideFrom, type Velocity } from './glide.ts';
import { gridSize, lockOn } from './grid.ts';
import { matteBlocks } from './kernel.ts';
import type { Layer, LayeredScene } from './layers.ts';
import type { LivingScene } from './life.ts';
import { planParticles } from './particles.ts';
import { safeZoom } from './safe-zoom.ts';

/** Frames that may be drawn ahead of the encoder. */
const ringSlots = 6;

/** Bytes of all that `shareScene` puts into shared memory. */
function sceneBytes({ geometry, layers }: LayeredScene): number {
  const { width, height, sourceWidth, sourceHeight } = geometry;
  const area = sourceWidth * sourceHeight;
  const planes = (layer: Layer) => (layer.alpha === undefined ? 1 : 2) * arenaBytes(area) + 3 * arenaBytes(area / 4);
  const { columns, rows } = gridSize(width, height);
  const grids = 2 * arenaBytes((columns + 1) * (rows + 1) * 8) + arenaBytes(columns * rows);
  const slots = ringSlots * (arenaBytes(frameBytes(width, height)) + layers.length * grids);
  return layers.reduce((sum, layer) => sum + planes(layer), slots);
}

function createSlot(arena: SharedArena, { geometry, layers }: LayeredScene): FrameSlot {
  const { width, height } = geometry;
  const { columns, rows } = gridSize(width, height);
  const corners = (columns + 1) * (rows + 1) * 2;
  return {
    frame: arena.bytes(frameBytes(width, height)),
    grids: layers.map(() => ({
      luma: arena.integers(corners),
      chroma: arena.integers(corners),
      cull: arena.bytes(columns * rows),
    })),
  };
}

/** A copy that every thread sees. */
function share(plane: Uint8Array, arena: SharedArena): Uint8Array {
  const shared = arena.bytes(plane.length);
  shared.set(plane);
  return shared;
}

function shareLayer({ pixels, nearness, alpha, veil, sways = [], idle }: Layer, arena: SharedArena): SharedLayer {
  const shared = {
    nearness,
    sways,
    veil,
    ...(idle === undefined ? {} : { idle }),
    luma: share(pixels.luma, arena),
    blue: share(pixels.blue, arena),
    red: share(pixels.red, arena),
  };
  if (alpha === undefined) return shared;
  return {
    ...shared,
    alpha: {
      luma: share(alpha.luma, arena),
      chroma: share(alpha.chroma, arena),
      blocks: matteBlocks(alpha.luma, pixels.width, pixels.height),
    },
  };
}

/** What the frame workers share; built once, in shared memory. */
function shareScene(scene: LivingScene, plan: CameraPlan, zoom: Float64Array): FrameWorkerData {
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
  const arena = createArena(sceneBytes(scene));
  return {
    particles,
    life: scene.life,
    geometry: scene.geometry,
    layers: scene.layers.map((layer) => shareLayer(layer, arena)),
    plan,
    zoom,
    slots: Array.from({ length: ringSlots }, () => createSlot(arena, scene)),
    memory: arena.memory,
    kernel: simdModule(),
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
  scene: LivingScene,
  { shot, amplitude, seed, frames, frameRate, velocity }: Take,
): FrameWorkerData {
  const glide = velocity === undefined ? undefined : glideFrom(velocity, frameRate);
  const plan = { ...planCamera(shot, amplitude, seed, frames, frameRate), ...(glide === undefined ? {} : { glide }) };
  const geometry = lockOn(scene.geometry, scene.layers);
  const layers = scene.layers.filter(({ veil }) => veil === undefined);
  return shareScene({ ...scene, geometry }, plan, safeZoom(plan, geometry, layers));
}

/** Frames of a plan, one after the other; `step` -1 runs them backwards. */
export function frameOrder(from: number, count: number, step: 1 | -1 = 1): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index * step);
}

/**
 * Draws the frames that `order` names (numbers of the plan's frames), in that order. Each is valid until the next one is
 * asked for; who asks slowly thus slows the drawing down instead of filling memory. The bytes do not depend on the number
 * of workers, who then rest as `rest` says. Throws when a worker fails.
 */
export async function* drawFrames(
  data: FrameWorkerData,
  workerCount: number,
  order: readonly number[],
  rest: Rest = 'rest',
): AsyncGenerator<Uint8Array, void, undefined> {
  const workers = Array.from({ length: Math.min(workerCount, order.length) }, takeFrameWorker);
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  const drawn = new Map<number, number>();
  const freeSlots = data.slots.map((_, slot) => slot);
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
    worker.postMessage(data);
  }
  try {
    dispatch();
    // What the way to the take left behind, while the threads draw already.
    freeMemory();
    for (const frame of order) {
      while (!drawn.has(frame)) {
        await Promise.race([arrival.promise, failure.promise]);
        arrival = Promise.withResolvers<void>();
      }
      const slot = drawn.get(frame) as number;
      drawn.delete(frame);
      yield (data.slots[slot] as FrameSlot).frame;
      freeSlots.push(slot);
      dispatch();
    }
  } finally {
    // One that still draws would write into memory that the next take knows nothing of.
    for (const worker of workers) if (idle.includes(worker)) returnFrameWorker(worker, rest);
    await Promise.all(workers.filter((worker) => !idle.includes(worker)).map((worker) => worker.terminate()));
  }
}
