/** A thread that draws frames: told a frame and a slot of the shared ring, it fills the slot and says so. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Plane } from '../raster/plane.ts';
import { type CameraPlan, poseAt } from './camera.ts';
import { buildGrid, cellBits, gridSize, type SceneGeometry, toFixedPoint } from './grid.ts';
import { type Idle, moveGrid } from './idle.ts';
import { cullCells, type MatteBlocks, warp } from './kernel.ts';
import { drawParticles, type ParticlePlan } from './particles.ts';
import { withZoom } from './safe-zoom.ts';

export type PackedLayer = {
  readonly nearness: Plane;
  readonly idle?: Idle;
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
  /** Slots of one I420 frame each, one after the other. */
  readonly ring: Uint8Array;
};

export type FrameOrder = { readonly frame: number; readonly slot: number };

export function frameBytes(width: number, height: number): number {
  return (width * height * 3) / 2;
}

/** Draws one frame into `out` (planar I420). */
export function drawFrame(data: FrameWorkerData, frame: number, out: Uint8Array): void {
  const { geometry, layers, plan, zoom, particles } = data;
  const { width, height, sourceWidth, sourceHeight } = geometry;
  const { columns, rows } = gridSize(width, height);
  const pose = withZoom(poseAt(plan, frame), zoom[frame] ?? 1);
  const lumaTarget = { out, offset: 0, width, height, cellBits };
  const chromaSize = { out, width: width >> 1, height: height >> 1, cellBits: cellBits - 1 };
  const blueTarget = { ...chromaSize, offset: width * height };
  const redTarget = { ...chromaSize, offset: width * height + (width * height) / 4 };

  const placed = layers.map((layer) => {
    const grid = buildGrid(pose, geometry, layer);
    moveGrid(grid, layer.idle, frame / plan.frameRate);
    const positions = new Int32Array((columns + 1) * (rows + 1) * 2);
    toFixedPoint(grid, sourceWidth, sourceHeight, positions);
    const chroma = positions.map((value, index) => {
      // Half the position; the kernel reads one more column and row, so it stays one short of the last.
      const most = ((((index & 1 ? sourceHeight : sourceWidth) >> 1) - 1) << 16) - 1;
      return Math.min(most, value >> 1);
    });
    const cull = layer.alpha === undefined ? undefined : cullCells(layer.alpha.blocks, positions, columns, rows);
    return { layer, positions, chroma, cull };
  });
  for (const [index, { layer, positions, chroma, cull }] of placed.entries()) {
    // A background need not be drawn where the next layer hides it.
    const flags = layer.alpha === undefined ? placed[index + 1]?.cull : cull;
    const half = sourceWidth >> 1;
    warp(layer.luma, layer.alpha?.luma, sourceWidth, lumaTarget, positions, columns, flags);
    warp(layer.blue, layer.alpha?.chroma, half, blueTarget, chroma, columns, flags);
    warp(layer.red, layer.alpha?.chroma, half, redTarget, chroma, columns, flags);
    if (particles === undefined) continue;
    const isLast = index === placed.length - 1;
    const band = placed.length === 1 ? 'all' : isLast ? 'front' : 'behind';
    if (isLast || index === 0) drawParticles(particles, frame, pose, band, { out, width, height });
  }
}

if (parentPort !== null && workerData !== null && 'ring' in workerData) {
  const port = parentPort;
  const data = workerData as FrameWorkerData;
  const size = frameBytes(data.geometry.width, data.geometry.height);
  port.on('message', (order: FrameOrder) => {
    drawFrame(data, order.frame, data.ring.subarray(order.slot * size, (order.slot + 1) * size));
    port.postMessage(order);
  });
}
