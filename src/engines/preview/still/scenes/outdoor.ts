import { sunPosition } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';

/** The plate's facts for whoever stands in it. */
export function finishOutdoor(stage: Stage, horizon: number): Plate {
  const { canvas, light, width, height } = stage;
  const sun = sunPosition(stage, horizon);
  return {
    canvas,
    horizon,
    haze: light.haze,
    key: { x: sun.x / width, y: sun.y / height, colour: light.sun, ambient: light.ambient, exposure: light.exposure },
  };
}
