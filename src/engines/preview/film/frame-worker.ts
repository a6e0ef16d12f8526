/** A thread that draws frames: told a frame and a slot of the shared ring, it fills the slot and says so. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Plane } from '../raster/plane.ts';
import { type CameraPlan, poseAt } from './camera.ts';
import { buildGrid, cellBits, gridSize, type SceneGeometry, toFixedPoint } from './grid.ts';
import { cullCells, type MatteBlocks, warp } from './kernel.ts';
import { drawLife, type LifePlan } from './life.ts';
import { drawParticles, type ParticlePlan } from './particles.ts';
import { withZoom, zoomAt } from './safe-zoom.ts';
import { drawExposed } from './shutter.ts';
import type { Sway } from './sway.ts';
import { drawVeiled, isWhole, shownLayers, type Veil, veilShare } from './veil.ts';

export type PackedLayer = {
  readonly nearness: Plane;
  readonly sways: readonly Sway[];
  readonly veil?: Veil | undefined;
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
  /** What lives in the picture itself, and is drawn into finished frames. */
  readonly life: LifePlan;
  /** Slots of one I420 frame each, one after the other. */
  readonly ring: Uint8Array;
};

export type FrameOrder = { readonly frame: number; readonly slot: number };

export function frameBytes(width: number, height: number): number {
  return (width * height * 3) / 2;
}

/** Draws one frame into `out` (planar I420); `frame` may lie between two. */
export function drawFrame(data: FrameWorkerData, frame: number, out: Uint8Array): void {
  const { geometry, layers, plan, zoom, particles } = data;
  const { width, height, sourceWidth, sourceHeight } = geometry;
  const { columns, rows } = gridSize(width, height);
  const pose = withZoom(poseAt(plan, frame), zoomAt(zoom, frame));
  const lumaTarget = { out, offset: 0, width, height, cellBits };
  const chromaSize = { out, width: width >> 1, height: height >> 1, cellBits: cellBits - 1 };
  const blueTarget = { ...chromaSize, offset: width * height };
  const redTarget = { ...chromaSize, offset: width * height + (width * height) / 4 };

  const seconds = frame / plan.frameRate;
  const placed = shownLayers(layers, seconds).map((layer) => {
    const grid = buildGrid(pose, geometry, layer);
    const positions = new Int32Array((columns + 1) * (rows + 1) * 2);
    toFixedPoint(grid, sourceWidth, sourceHeight, positions);
    const chroma = positions.map((value, index) => {
      // Half the position; the kernel reads one more column and row, so it stays one short of the last.
      const most = ((((index & 1 ? sourceHeight : sourceWidth) >> 1) - 1) << 16) - 1;
      return Math.min(most, value >> 1);
    });
    const cull = layer.alpha === undefined ? undefined : cullCells(layer.alpha.blocks, positions, columns, rows);
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
      warp(layer.luma, layer.alpha?.luma, sourceWidth, lumaTarget, positions, columns, flags);
      warp(layer.blue, layer.alpha?.chroma, half, blueTarget, chroma, columns, flags);
      warp(layer.red, layer.alpha?.chroma, half, redTarget, chroma, columns, flags);
    });
    const isLast = index === placed.length - 1;
    if (isLast) drawLife(data.life, frame, placed, out, width, height);
    if (particles === undefined) continue;
    // What is in the air goes between the background and the subject, and before the subject.
    if (isLast) drawParticles(particles, frame, pose, subjectAt < 1 ? 'all' : 'front', { out, width, height });
    else if (index === subjectAt - 1) drawParticles(particles, frame, pose, 'behind', { out, width, height });
  }
}

if (parentPort !== null && workerData !== null && 'ring' in workerData) {
  const port = parentPort;
  const data = workerData as FrameWorkerData;
  const size = frameBytes(data.geometry.width, data.geometry.height);
  port.on('message', (order: FrameOrder) => {
    const out = data.ring.subarray(order.slot * size, (order.slot + 1) * size);
    drawExposed(data, order.frame, out, (moment) => drawFrame(data, moment, out));
    port.postMessage(order);
  });
}
