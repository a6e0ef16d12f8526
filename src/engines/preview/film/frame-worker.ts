/** A thread that draws frames: told a take, then frames and slots of its ring, it fills each slot and says so. */
import { parentPort } from 'node:worker_threads';
import type { Plane } from '../raster/plane.ts';
import { type CameraPlan, poseAt } from './camera.ts';
import { buildGrid, cellBits, gridSize, type SceneGeometry, toFixedPoint } from './grid.ts';
import { cullCells, type Kernel, type MatteBlocks } from './kernel.ts';
import { openKernel } from './kernel-simd.ts';
import { drawParticles, type ParticlePlan } from './particles.ts';
import { withZoom } from './safe-zoom.ts';

export type PackedLayer = {
  readonly nearness: Plane;
  readonly luma: Uint32Array;
  readonly blue: Uint32Array;
  readonly red: Uint32Array;
  readonly alpha?: { readonly luma: Uint32Array; readonly chroma: Uint32Array; readonly blocks: MatteBlocks };
};

export type FrameWorkerData = {
  readonly geometry: SceneGeometry;
  readonly layers: readonly PackedLayer[];
  readonly plan: CameraPlan;
  readonly zoom: Float64Array;
  /** What moves in the air; undefined when nothing does. */
  readonly particles: ParticlePlan | undefined;
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

/** Draws one frame into the slot (planar I420). */
export function drawFrame(data: FrameWorkerData, kernel: Kernel, frame: number, slot: FrameSlot): void {
  const { geometry, layers, plan, zoom, particles } = data;
  const { width, height, sourceWidth, sourceHeight } = geometry;
  const { columns, rows } = gridSize(width, height);
  const pose = withZoom(poseAt(plan, frame), zoom[frame] ?? 1);
  const out = slot.frame;
  const lumaTarget = { out, offset: 0, width, height, cellBits };
  const chromaSize = { out, width: width >> 1, height: height >> 1, cellBits: cellBits - 1 };
  const blueTarget = { ...chromaSize, offset: width * height };
  const redTarget = { ...chromaSize, offset: width * height + (width * height) / 4 };

  const placed = layers.map((layer, index) => {
    const { luma: positions, chroma, cull: flags } = slot.grids[index] as FrameSlot['grids'][number];
    toFixedPoint(buildGrid(pose, geometry, layer), sourceWidth, sourceHeight, positions);
    halvePositions(positions, sourceWidth, sourceHeight, chroma);
    const cull = layer.alpha === undefined ? undefined : cullCells(layer.alpha.blocks, positions, columns, rows, flags);
    return { layer, positions, chroma, cull };
  });
  for (const [index, { layer, positions, chroma, cull }] of placed.entries()) {
    // A background need not be drawn where the next layer hides it.
    const flags = layer.alpha === undefined ? placed[index + 1]?.cull : cull;
    const half = sourceWidth >> 1;
    kernel.warp(layer.luma, layer.alpha?.luma, sourceWidth, lumaTarget, positions, columns, flags);
    kernel.warp(layer.blue, layer.alpha?.chroma, half, blueTarget, chroma, columns, flags);
    kernel.warp(layer.red, layer.alpha?.chroma, half, redTarget, chroma, columns, flags);
    if (particles === undefined) continue;
    const isLast = index === placed.length - 1;
    const band = placed.length === 1 ? 'all' : isLast ? 'front' : 'behind';
    if (isLast || index === 0) drawParticles(particles, frame, pose, band, { out, width, height });
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

/** What a thread is told: a take to draw frames of, a frame of it, or to forget it. */
export type FrameWorkerMessage = FrameWorkerData | FrameOrder | 'rest';

if (parentPort !== null) {
  const port = parentPort;
  let current: { readonly data: FrameWorkerData; readonly kernel: Kernel } | undefined;
  port.on('message', (message: FrameWorkerMessage) => {
    if (message === 'rest') {
      current = undefined;
    } else if ('slots' in message) {
      current = { data: message, kernel: openKernel(message.kernel, message.memory) };
    } else if (current !== undefined) {
      const { data, kernel } = current;
      drawFrame(data, kernel, message.frame, data.slots[message.slot] as FrameSlot);
      port.postMessage(message);
    }
  });
}
