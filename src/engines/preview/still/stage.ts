/** What every scene generator gets and gives. */

import type { LightName, SeasonName } from '../prompt/setting.ts';
import { between, type Random, randomStream } from '../random.ts';
import { createNoise, type Noise } from '../raster/noise.ts';
import { type Canvas, type Colour, createCanvas } from './canvas.ts';
import { type Light, lights } from './light.ts';

/** The key light as the subject meets it. */
export type KeyLight = {
  /** Where the light is in the frame, in shares; may lie outside. */
  readonly x: number;
  readonly y: number;
  readonly colour: Colour;
  readonly ambient: Colour;
  /** How bright the place is for whoever stands in it; 1 is a bright day. */
  readonly exposure: number;
};

export type Plate = {
  readonly canvas: Canvas;
  /** Row of the horizon as a share of the height. */
  readonly horizon: number;
  readonly key: KeyLight;
  /** Colour that distance fades to. */
  readonly haze: Colour;
};

export type Stage = {
  readonly canvas: Canvas;
  readonly width: number;
  readonly height: number;
  /** The columns to paint, as the canvas says. What happens outside them is lost, so it may be left out. */
  readonly from: number;
  readonly to: number;
  readonly light: Light;
  readonly lightName: LightName;
  readonly season: SeasonName | undefined;
  readonly random: Random;
  readonly noise: Noise;
  /** Share of the width where the sun, moon or main lamp stands. */
  readonly sunX: number;
  /** Whether somebody will stand in front: the middle is then better left calm. */
  readonly hasSubject: boolean;
};

export type StageOptions = {
  readonly light: LightName;
  readonly season?: SeasonName | undefined;
  readonly seed: number;
  readonly hasSubject: boolean;
  /** All, if left out. */
  readonly from?: number;
  readonly to?: number;
};

export function createStage(
  width: number,
  height: number,
  { light: lightName, season, seed, hasSubject, from = 0, to = width }: StageOptions,
): Stage {
  const random = randomStream(seed, 'plate');
  const noise = createNoise(randomStream(seed, 'noise'));
  // Beside the middle, never behind the subject's head.
  const side = random() < 0.5 ? -1 : 1;
  const sunX = 0.5 + side * between(random, 0.24, 0.36);
  const canvas = createCanvas(width, height, from, to);
  return {
    canvas,
    width,
    height,
    from,
    to,
    light: lights[lightName],
    lightName,
    season,
    random,
    noise,
    sunX,
    hasSubject,
  };
}
