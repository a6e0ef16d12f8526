/** Motion blur: a frame in which much moves far is the mean of a few moments, as a shutter that is open for a while sees. */
import type { Plane } from '../raster/plane.ts';
import { type CameraPlan, poseAt } from './camera.ts';
import { buildGrid, type SceneGeometry } from './grid.ts';
import { withZoom, zoomAt } from './safe-zoom.ts';

/** What the camera's speed follows from. */
export type Exposure = {
  readonly geometry: SceneGeometry;
  readonly layers: readonly { readonly nearness: Plane }[];
  readonly plan: CameraPlan;
  readonly zoom: Float64Array;
};

/** Slower than this, in pixels a frame, blur would only be softness. */
const blurFrom = 12;
/** Each further moment is worth it only so many pixels later. */
const nextFrom = 12;
const mostMoments = 4;
/** Share of a frame's time for which the shutter is open: 180 degrees. */
const openShare = 0.5;

/** Speed is measured on a grid of few cells: the camera moves everything in one way. */
const gaugeWidth = 64;

/** The fastest any part of the frame moves, in pixels of the film per frame. */
export function speedAt(data: Exposure, frame: number): number {
  const { geometry, layers, plan, zoom } = data;
  const gauge = {
    ...geometry,
    width: gaugeWidth,
    height: Math.max(2, (gaugeWidth * geometry.height) / geometry.width),
  };
  const gridAt = (at: number, nearness: Plane) =>
    buildGrid(withZoom(poseAt(plan, at), zoomAt(zoom, at)), gauge, { nearness }).positions;
  let most = 0;
  for (const { nearness } of layers) {
    const before = gridAt(Math.max(0, frame - 0.5), nearness);
    const after = gridAt(Math.min(plan.frames - 1, frame + 0.5), nearness);
    for (let index = 0; index < before.length; index += 2) {
      const x = ((after[index] ?? 0) - (before[index] ?? 0)) * geometry.width;
      const y = ((after[index + 1] ?? 0) - (before[index + 1] ?? 0)) * geometry.height;
      most = Math.max(most, Math.hypot(x, y));
    }
  }
  return most;
}

/** The moments, in frames, whose mean frame `frame` is. */
export function momentsOf(data: Exposure, frame: number): readonly number[] {
  if (frame <= 0) return [frame];
  const speed = speedAt(data, frame);
  if (speed <= blurFrom) return [frame];
  const count = Math.min(mostMoments, 1 + Math.ceil((speed - blurFrom) / nextFrom));
  return Array.from({ length: count }, (_, index) =>
    Math.min(data.plan.frames - 1, frame + openShare * ((index + 0.5) / count - 0.5)),
  );
}

/** Draws a frame into `out` by `draw`, once or as the mean of several moments. */
export function drawExposed(data: Exposure, frame: number, out: Uint8Array, draw: (moment: number) => void): void {
  const moments = momentsOf(data, frame);
  if (moments.length === 1) {
    draw(frame);
    return;
  }
  const sums = new Uint16Array(out.length);
  for (const moment of moments) {
    draw(moment);
    for (let index = 0; index < out.length; index++) sums[index] = (sums[index] ?? 0) + (out[index] ?? 0);
  }
  const count = moments.length;
  const half = count >> 1;
  for (let index = 0; index < out.length; index++) out[index] = ((sums[index] ?? 0) + half) / count;
}
