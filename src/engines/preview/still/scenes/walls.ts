/** What buildings are made of, in the light of the place. */
import { hashPair } from '../../raster/noise.ts';
import { blend, type Colour, hex, scale } from '../canvas.ts';
import type { Stage } from '../stage.ts';

export const lampColour = hex('#ffc46e');
export const snowColour: Colour = [0.72, 0.77, 0.86];

/** A wall as the light of the place shows it; `facing` 1 is turned to the sun, 0 away from it. */
export function wall({ light }: Stage, colour: Colour, facing: number, haze = 0): Colour {
  const lit: Colour = [
    colour[0] * (light.sun[0] * facing * 0.95 + light.ambient[0]),
    colour[1] * (light.sun[1] * facing * 0.95 + light.ambient[1]),
    colour[2] * (light.sun[2] * facing * 0.95 + light.ambient[2]),
  ];
  return blend(lit, light.haze, haze);
}

/** Windows are lit when it is dark outside. */
export function pane(stage: Stage, id: number): Colour {
  const isDark = stage.light.exposure < 0.85;
  if (isDark && hashPair(id, 5) > 0.3) return scale(lampColour, 0.8 + 0.7 * hashPair(id, 9));
  return blend(scale(stage.light.skyMiddle, 0.25), stage.light.skyHorizon, 0.25 * hashPair(id, 2));
}

/** Of roofs. */
export const tiles = ['#8a4a36', '#6d3f34', '#5a4a48', '#94593c'].map(hex);
