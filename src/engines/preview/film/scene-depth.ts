/** How near each part of a painted scene is: known from how it was painted, not guessed. Pure. */
import type { SceneName } from '../prompt/setting.ts';
import { clamp, createPlane, mix, type Plane, smoothstep } from '../raster/plane.ts';

type Shape = 'ground' | 'corridor' | 'void';

/** Open land under a sky; walls that run to a vanishing point; nothing to stand on. */
const shapes: Record<SceneName, Shape> = {
  desert: 'ground',
  library: 'corridor',
  beach: 'ground',
  lake: 'ground',
  mountains: 'ground',
  forest: 'ground',
  city: 'corridor',
  studio: 'ground',
  meadow: 'ground',
  snow: 'ground',
  space: 'void',
  canyon: 'ground',
  village: 'ground',
  castle: 'ground',
  harbour: 'ground',
  room: 'corridor',
  table: 'ground',
  abstract: 'ground',
  underwater: 'ground',
  clouds: 'ground',
  stars: 'ground',
};

const skyNearness = 0.06;
const groundNearness = 0.8;

/** Nearness 0 (far) to 1 (near) of a scene with its horizon at this share of the height. */
export function sceneNearness(scene: SceneName, horizon: number, width: number, height: number): Plane {
  const plane = createPlane(width, height);
  const level = clamp(horizon, 0.05, 0.95);
  for (let y = 0; y < height; y++) {
    const down = (y + 0.5) / height;
    // On level ground the distance falls as one over the way below the horizon, so nearness rises evenly with it.
    const ground = mix(skyNearness, groundNearness, clamp((down - level) / (1 - level), 0, 1));
    const above = smoothstep(0, level, level - down);
    for (let x = 0; x < width; x++) {
      const aside = Math.abs((x + 0.5) / width - 0.5) * 2;
      const off = Math.max(aside, Math.abs(down - level) / Math.max(level, 1 - level));
      const value = {
        ground,
        corridor: mix(skyNearness, groundNearness, off),
        void: 0.1 + 0.1 * above,
      }[shapes[scene]];
      plane.data[y * width + x] = value;
    }
  }
  return plane;
}
