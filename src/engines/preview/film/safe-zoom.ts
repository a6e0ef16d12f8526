// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Extra zoom per frame, so that no camera move ever shows what lies outside the photograph. */
import { type CameraPlan, type Pose, poseAt } from './camera.ts';
import { buildGrid, type LayerGeometry, reachOf, type SceneGeometry } from './grid.ts';

/** The zoom is smoothed over this long to both sides, so that it does not start with a jerk where the need does. */
const windowSeconds = 0.25;

/** The picture's border is met at the frame's border: corners further inside are never the ones that reach beyond. */
const borderRings = 2;

export function withZoom(pose: Pose, factor: number): Pose {
  return { ...pose, zoom: pose.zoom * factor };
}

/** The factor at a moment between two frames. */
export function zoomAt(zoom: Float64Array, moment: number): number {
  const before = Math.floor(moment);
  const from = zoom[before] ?? 1;
  return from + ((zoom[before + 1] ?? from) - from) * (moment - before);
}

/** The need is found on a coarse grid, for a sixteenth of the cost or less; each frame is held against its own grid after. */
const gaugeWidth = 480;

function coarse(scene: SceneGeometry): SceneGeometry {
  const scale = Math.min(1, gaugeWidth / scene.width);
  return { ...scene, width: Math.round(scene.width * scale), height: Math.max(2, Math.round(scene.height * scale)) };
}

/** A hair more than measured: what is left lies below a thousandth of a pixel. */
const slack = 1e-6;

/** The factor on the zoom that keeps this pose inside every layer, at least `start`. */
function neededZoom(pose: Pose, scene: SceneGeometry, layers: readonly LayerGeometry[], start: number): number {
  const excess = (factor: number) => {
    const zoomed = withZoom(pose, factor);
    return Math.max(...layers.map((layer) => reachOf(buildGrid(zoomed, scene, layer, borderRings), scene))) - 1;
  };
  let factor = start;
  let over = excess(factor);
  // With a point of growth beside the middle the need does not fall in proportion: how fast it does is measured.
  let slope = -0.9;
  for (let round = 0; round < 10 && over > 0; round++) {
    const next = factor + (over + slack) / -slope;
    const left = excess(next);
    slope = Math.min(-0.15, Math.max(-1.2, (left - over) / (next - factor)));
    factor = next;
    over = left;
  }
  return factor;
}

/**
 * One factor per frame: what the move needs, when it needs it, and never less than before, for a zoom that comes back reads
 * as breathing. Frame 0 of a plan that starts at rest gets exactly what it needs, usually 1.
 */
export function safeZoom(plan: CameraPlan, scene: SceneGeometry, layers: readonly LayerGeometry[]): Float64Array {
  const { frames, frameRate } = plan;
  const gauge = coarse(scene);
  const need = new Float64Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const before = need[frame - 1] ?? 1;
    need[frame] = neededZoom(poseAt(plan, frame), gauge, layers, before);
  }
  const window = Math.max(1, Math.round(frameRate * windowSeconds));
  return need.map((own, frame) => {
    // Narrower towards both ends, so that frame 0 keeps what it needs.
    const reach = Math.min(window, frame, frames - 1 - frame);
    let sum = 0;
    let weight = 0;
    for (let offset = -reach; offset <= reach; offset++) {
      const share = 1 + Math.cos((Math.PI * offset) / (reach + 1));
      sum += share * need[frame + offset]!;
      weight += share;
    }
    return neededZoom(poseAt(plan, frame), scene, layers, Math.max(own, sum / weight));
  });
}
