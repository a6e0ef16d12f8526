// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Extra zoom per frame, so that no camera move ever shows what lies outside the photograph. */
import { type CameraPlan, type Pose, poseAt } from './camera.ts';
import { buildGrid, type LayerGeometry, reachOf, type SceneGeometry } from './grid.ts';

/** The need is measured every so many frames; between them it is interpolated, and checked again at the end. */
const measureEvery = 4;
/** The zoom leads and follows a need by this long, so that it swells instead of jumping. */
const windowSeconds = 0.5;
/** From frame 0, which shows the whole picture, the zoom fades in over this long. */
const fadeSeconds = 0.7;

/** The picture's border is met at the frame's border: corners further inside are never the ones that reach beyond. */
const borderRings = 2;

export function withZoom(pose: Pose, factor: number): Pose {
  return { ...pose, zoom: pose.zoom * factor };
}

/** The factor on the zoom that keeps this pose inside every layer, at least 1. */
function neededZoom(pose: Pose, scene: SceneGeometry, layers: readonly LayerGeometry[], start: number): number {
  let factor = start;
  for (let round = 0; round < 6; round++) {
    const zoomed = withZoom(pose, factor);
    const reach = Math.max(...layers.map((layer) => reachOf(buildGrid(zoomed, scene, layer, borderRings), scene)));
    if (reach <= 1) break;
    // A hair more than measured: with an anchor beside the middle the need does not fall in exact proportion.
    factor *= 1 + (reach - 1) * 1.08 + 1e-5;
  }
  return factor;
}

/** One factor per frame. Frame 0 of a plan that starts at rest gets exactly what it needs, usually 1. */
export function safeZoom(plan: CameraPlan, scene: SceneGeometry, layers: readonly LayerGeometry[]): Float64Array {
  const { frames, frameRate } = plan;
  const need = new Float64Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const measured = frame % measureEvery === 0 || frame === frames - 1;
    if (measured) need[frame] = neededZoom(poseAt(plan, frame), scene, layers, 1);
  }
  for (let frame = 0; frame < frames; frame++) {
    if (need[frame]! > 0) continue;
    const before = frame - (frame % measureEvery);
    const after = Math.min(frames - 1, before + measureEvery);
    need[frame] = need[before]! + ((need[after]! - need[before]!) * (frame - before)) / (after - before);
  }
  const window = Math.max(1, Math.round(frameRate * windowSeconds));
  const at = (values: Float64Array, frame: number) => values[Math.max(0, Math.min(frames - 1, frame))]!;
  const peak = need.map((_, frame) => {
    let most = 1;
    for (let offset = -window; offset <= window; offset++) most = Math.max(most, at(need, frame + offset));
    return most;
  });
  return need.map((_, frame) => {
    let sum = 0;
    let weight = 0;
    for (let offset = -window; offset <= window; offset++) {
      const share = Math.exp(-((offset / (window / 2.2)) ** 2) / 2);
      sum += share * at(peak, frame + offset);
      weight += share;
    }
    const t = Math.min(1, frame / frameRate / fadeSeconds);
    const fade = t * t * (3 - 2 * t);
    const smooth = 1 + (sum / weight - 1) * fade;
    return neededZoom(poseAt(plan, frame), scene, layers, smooth);
  });
}
