// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Extra zoom per frame, so that no camera move ever shows what lies outside the photograph. */

import { whole } from '../whole.ts';
import { type CameraPlan, type Pose, poseAt } from './camera.ts';
import { buildGrid, type LayerGeometry, reachOf, type SceneGeometry, type Usable, usableOf } from './grid.ts';

/** The zoom is smoothed over this long to both sides, so that it does not start with a jerk where the need does. */
const windowSeconds = 0.25;

export function withZoom(pose: Pose, factor: number): Pose {
  return { ...pose, zoom: pose.zoom * factor };
}

/** The factor at a moment between two frames. */
export function zoomAt(zoom: Float64Array, moment: number): number {
  const before = Math.floor(moment);
  const from = zoom[before] ?? 1;
  return from + ((zoom[before + 1] ?? from) - from) * (moment - before);
}

/** The need is found on a coarse grid, for a tenth of the cost or less; each frame is held against its own grid after. */
const gaugeWidth = 320;

/** What a zoom is searched for: a grid's size, and how much of a layer it may reach. */
type Gauge = { readonly scene: SceneGeometry; readonly usable: Usable };

function coarse(scene: SceneGeometry): Gauge {
  const scale = Math.min(1, gaugeWidth / scene.width);
  const width = whole(scene.width * scale);
  const height = whole(Math.max(2, scene.height * scale));
  const { across, down } = usableOf(scene);
  // The centres of a coarse frame's outermost pixels lie further inside, so it may reach less far.
  const inset = (side: number, fine: number) => (1 - 1 / side) / (1 - 1 / fine);
  return {
    scene: { ...scene, width, height },
    usable: { across: across * inset(width, scene.width), down: down * inset(height, scene.height) },
  };
}

/** A hair more than measured: what is left lies below a thousandth of a pixel. */
const slack = 1e-6;

/** The factor on the zoom that keeps this pose inside every layer, at least `start`. */
function neededZoom(pose: Pose, { scene, usable }: Gauge, layers: readonly LayerGeometry[], start: number): number {
  // The picture's border is met at the frame's border: corners further inside are never the ones that reach beyond.
  const excess = (factor: number) => {
    const zoomed = withZoom(pose, factor);
    const reaches = layers.map((layer) => {
      return reachOf(buildGrid(zoomed, scene, layer, 'border'), scene, 'border', usable);
    });
    return Math.max(...reaches) - 1;
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
  const exact: Gauge = { scene, usable: usableOf(scene) };
  const need = new Float64Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const before = need[frame - 1] ?? 1;
    need[frame] = neededZoom(poseAt(plan, frame), gauge, layers, before);
  }
  const window = Math.max(1, Math.round(frameRate * windowSeconds));
  return need.map((wanted, frame) => {
    // Narrower towards both ends, so that frame 0 keeps what it needs.
    const reach = Math.min(window, frame, frames - 1 - frame);
    let sum = 0;
    let weight = 0;
    for (let offset = -reach; offset <= reach; offset++) {
      const share = 1 + Math.cos((Math.PI * offset) / (reach + 1));
      sum += share * need[frame + offset]!;
      weight += share;
    }
    return neededZoom(poseAt(plan, frame), exact, layers, Math.max(wanted, sum / weight));
  });
}
