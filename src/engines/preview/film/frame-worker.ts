/** A thread that draws frames: told a take, then frames and slots of its ring, it fills each slot and says so. */
import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { freeMemory, freeNewMemory } from '../memory.ts';
import type { Plane } from '../raster/plane.ts';
import { type CameraPlan, poseAt } from './camera.ts';
import { buildGrid, cellBits, gridSize, type SceneGeometry, toFixedPoint } from './grid.ts';
import { type Idle, moveGrid } from './idle.ts';
import { cullCells, type Kernel, type MatteBlocks } from './kernel.ts';
import { openKernel } from './kernel-simd.ts';
import { drawLife, type LifePlan } from './life.ts';
import { drawParticles, type ParticlePlan } from './particles.ts';
import { withZoom, zoomAt } from './safe-zoom.ts';
import { drawExposed } from './shutter.ts';
import type { Sway } from './sway.ts';
import { drawVeiled, isWhole, shownLayers, type Veil, veilShare } from './veil.ts';

export type SharedLayer = {
  readonly nearness: Plane;
  readonly sways: readonly Sway[];
  readonly veil?: Veil | undefined;
  readonly idle?: Idle;
  readonly luma: Uint8Array;
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
  readonly alpha?: { readonly luma: Uint8Array; readonly chroma: Uint8Array; readonly blocks: MatteBlocks };
};

export type FrameWorkerData = {
  readonly geometry: SceneGeometry;
  readonly layers: readonly SharedLayer[];
  readonly plan: CameraPlan;
  readonly zoom: Float64Array;
  /** What moves in the air; undefined when nothing does. */
  readonly particles: ParticlePlan | undefined;
  /** What lives in the picture itself, and is drawn into finished frames. */
  readonly life: LifePlan;
  /** Where frames are drawn; whoever draws into one has it alone. */
  readonly slots: readonly FrameSlot[];
  /** What the slots and the layers lie in, and what draws in it; without either the plain kernel draws. */
  readonly memory: WebAssembly.Memory | undefined;
  readonly kernel: WebAssembly.Module | undefined;
};

/** Room for one I420 frame, and for the grid of each layer in the kernel's numbers. */
export type FrameSlot = {
  readonly frame: Uint8Array;
  readonly grids: readonly { readonly luma: Int32Array; readonly chroma: Int32Array; readonly cull: Uint8Array }[];
};

export type FrameOrder = { readonly frame: number; readonly slot: number };

export function frameBytes(width: number, height: number): number {
  return (width * height * 3) / 2;
}

/** Draws one frame into the slot (planar I420); `frame` may lie between two. */
export function drawFrame(data: FrameWorkerData, kernel: Kernel, frame: number, slot: FrameSlot): void {
  const { geometry, layers, plan, zoom, particles } = data;
  const { width, height, sourceWidth, sourceHeight } = geometry;
  const { columns, rows } = gridSize(width, height);
  const pose = withZoom(poseAt(plan, frame), zoomAt(zoom, frame));
  const out = slot.frame;
  const lumaTarget = { out, offset: 0, width, height, cellBits };
  const chromaTarget = { out, offset: width * height, width: width >> 1, height: height >> 1, cellBits: cellBits - 1 };

  const seconds = frame / plan.frameRate;
  const placed = shownLayers(layers, seconds).map((layer) => {
    const { luma: positions, chroma, cull: flags } = slot.grids[layers.indexOf(layer)] as FrameSlot['grids'][number];
    const grid = buildGrid(pose, geometry, layer);
    moveGrid(grid, layer.idle, seconds);
    toFixedPoint(grid, sourceWidth, sourceHeight, positions);
    halvePositions(positions, sourceWidth, sourceHeight, chroma);
    const cull = layer.alpha === undefined ? undefined : cullCells(layer.alpha.blocks, positions, columns, rows, flags);
    return { layer, positions, chroma, cull, columns, rows, sourceWidth, sourceHeight };
  });
  const subjectAt = placed.findIndex(({ layer: { alpha, veil } }) => alpha !== undefined && veil === undefined);
  for (const [index, { layer, positions, chroma, cull }] of placed.entries()) {
    // A background need not be drawn where the next layer hides it, unless that is only coming in.
    const next = placed[index + 1];
    const isHidden = next !== undefined && isWhole(next.layer.veil, seconds);
    const flags = layer.alpha !== undefined ? cull : isHidden ? next.cull : undefined;
    const half = sourceWidth >> 1;
    drawVeiled(out, veilShare(layer.veil, seconds), () => {
      kernel.warp(layer.luma, layer.alpha?.luma, sourceWidth, lumaTarget, positions, columns, flags);
      kernel.warpChroma(layer, layer.alpha?.chroma, half, chromaTarget, chroma, columns, flags);
    });
    const isLast = index === placed.length - 1;
    if (isLast) drawLife(data.life, frame, placed, out, width, height);
    if (particles === undefined) continue;
    // What is in the air goes between the background and the subject, and before the subject.
    if (isLast) drawParticles(particles, frame, pose, subjectAt < 1 ? 'all' : 'front', { out, width, height });
    else if (index === subjectAt - 1) drawParticles(particles, frame, pose, 'behind', { out, width, height });
  }
}

/** The kernel reads one more column and row, so positions of chroma stay one short of the last. */
function halvePositions(positions: Int32Array, sourceWidth: number, sourceHeight: number, out: Int32Array): void {
  const mostX = (((sourceWidth >> 1) - 1) << 16) - 1;
  const mostY = (((sourceHeight >> 1) - 1) << 16) - 1;
  for (let index = 0; index < positions.length; index += 2) {
    out[index] = Math.min(mostX, (positions[index] as number) >> 1);
    out[index + 1] = Math.min(mostY, (positions[index + 1] as number) >> 1);
  }
}

/**
 * How a thread forgets its take: all the memory of it, or only what is new, so that what was compiled for the take stays
 * for the next one (docs/decisions/0105).
 */
export type Rest = 'rest' | 'stay-warm';

/** What a thread is told: a take to draw frames of, a frame of it, or to forget it. */
export type FrameWorkerMessage = FrameWorkerData | FrameOrder | Rest;

/** Longer than what follows on the last frame of a film, shorter than a clip. */
const collectAfterMs = 250;

/** Below the encoder's: it waits for frames only where there is none, and drawing goes on whenever it waits. */
const yieldingNiceness = 5;

if (parentPort !== null) {
  const port = parentPort;
  // Linux does so for this thread alone.
  if (process.platform === 'linux') setPriority(getPriority() + yieldingNiceness);
  let current: { readonly data: FrameWorkerData; readonly kernel: Kernel } | undefined;
  port.on('message', (message: FrameWorkerMessage) => {
    if (typeof message === 'string') {
      current = undefined;
      // The take's memory goes only when every thread has let go of it. After the last take there is no time for it.
      setTimeout(message === 'rest' ? freeMemory : freeNewMemory, collectAfterMs).unref();
    } else if ('slots' in message) {
      current = { data: message, kernel: openKernel(message.kernel, message.memory) };
    } else if (current !== undefined) {
      const { data, kernel } = current;
      const slot = data.slots[message.slot] as FrameSlot;
      drawExposed(data, message.frame, slot.frame, (moment) => drawFrame(data, kernel, moment, slot));
      port.postMessage(message);
    }
  });
}
