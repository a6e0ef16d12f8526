// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A lake below mountains: their picture stands on its head in the water, broken by the wind. */
import { between } from '../../random.ts';
import { addNoiseRow, fractal } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, hex, multiply } from '../canvas.ts';
import { decay } from '../decay.ts';
import { groundLine, noiseAlong, noiseRow } from '../rows.ts';
import { skyColour, sunPosition } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintMountains } from './landscapes.ts';

/** How much of the frame's height lies between the horizon and the far shore. */
const shoreBelowHorizon = 0.035;

export function paintLake(stage: Stage): Plate {
  const plate = paintMountains(stage);
  paintWater(stage, plate.horizon, plate.horizon + shoreBelowHorizon);
  paintPebbles(stage, plate.horizon);
  return plate;
}

/** Mirrors what is painted above the row `shore` in the water below it. Both are shares of the height. */
export function paintWater(stage: Stage, horizon: number, shore: number): void {
  const { canvas, width, height, noise, light, from, to } = stage;
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data] as const;
  const [broad, fine] = [noiseRow(stage), noiseRow(stage)];
  const deep = multiply(hex('#1f4a5a'), blend(light.skyMiddle, light.ambient, 0.4));
  const sky = skyColour(stage, 0.75);
  const sun = sunPosition(stage, horizon);
  // A hidden sun glitters little.
  const glitter = light.cloudCover > 0.7 ? 0.12 : 0.8;
  const first = Math.floor(shore * height);
  for (let y = first; y < height; y++) {
    const below = (y + 0.5 - horizon * height) / height;
    const distance = 1 / below;
    // Calm far away and in the lee of the shore, lively in the middle.
    const wind = 0.012 * smoothstep(0, 0.22, below) * height;
    const fresnel = clamp(0.9 - below * 1.25, 0.22, 0.86);
    const unbent = shore * height - (y - shore * height) * 0.92;
    const open = 0.14 * smoothstep(0, 0.15, below);
    const spread = 1 / (0.002 + 0.02 * below);
    let gust = 0;
    const line = groundLine(stage, distance, 1);
    const [waves, ripples] = [
      noiseAlong(broad, line, distance * 5.2, 2.3),
      noiseAlong(fine, line, distance * 12.5, 6.1, 40),
    ];
    for (let x = from; x < to; x++) {
      // Gusts are broad: every eighth column is enough.
      if (x === from || (x & 7) === 0) {
        const column = ((x & ~7) + 4 - width / 2) / height;
        gust = smoothstep(-0.1, 0.5, fractal(noise, column * distance * 0.35, distance * 0.8, 3));
      }
      const wave = waves[x]! + 0.6 * ripples[x]!;
      const mirrorY = clamp(Math.round(unbent - wave * wind * (0.4 + gust)), 0, first - 1);
      const mirrorX = clamp(Math.round(x + wave * wind * 0.5), 0, width - 1);
      const mirror = mirrorY * width + mirrorX;
      // Facets turned up show the sky, those turned down the deep.
      const facing = clamp(fresnel + wave * 0.16 * (0.3 + gust), 0.05, 0.95);
      const off = (x - sun.x) / height;
      const glint = decay(off * off * spread) * clamp(wave + 0.2, 0, 1) ** 2 * glitter;
      const index = y * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const plane = planes[channel]!;
        const body = deep[channel]! + (plane[mirror]! * 0.9 - deep[channel]!) * facing;
        plane[index] = body + (sky[channel]! - body) * open * gust + light.sun[channel]! * glint;
      }
    }
  }
  // A line of light where the water meets the land.
  for (let y = Math.max(0, first - 1); y <= Math.min(height - 1, first + 1); y++) {
    for (let index = y * width + from; index < y * width + to; index++) {
      for (let channel = 0; channel < 3; channel++) {
        planes[channel]![index] = planes[channel]![index]! * 0.82 + light.haze[channel]! * 0.18;
      }
    }
  }
}

/** The near shore, seen through shallow water first. */
function paintPebbles(stage: Stage, horizon: number): void {
  const { canvas, width, height, noise, random, light, from, to } = stage;
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data] as const;
  const nearShore = between(random, 0.9, 0.95);
  const base = hex(stage.season === 'winter' ? '#c9d2dc' : '#7d7466');
  const lit: Colour = [
    base[0] * (light.sun[0] * 0.6 + light.ambient[0]),
    base[1] * (light.sun[1] * 0.6 + light.ambient[1]),
    base[2] * (light.sun[2] * 0.6 + light.ambient[2]),
  ];
  const [coarse, fine] = [noiseRow(stage), noiseRow(stage)];
  const shores = new Float32Array(width);
  addNoiseRow(noise, shores, from, to, { start: 0, step: 1 / (height * 0.35) }, 7, 0.03);
  addNoiseRow(noise, shores, from, to, { start: 0, step: 1 / (height * 0.05) }, 3, 0.01);
  const top = Math.max(0, Math.floor((nearShore - 0.08) * height));
  for (let y = top; y < height; y++) {
    const distance = height / (y + 0.5 - horizon * height);
    const line = groundLine(stage, distance, 1);
    const [stones, grains] = [noiseAlong(coarse, line, distance * 60, 34), noiseAlong(fine, line, distance * 140, 90)];
    for (let x = from; x < to; x++) {
      const shore = nearShore + shores[x]!;
      const wet = smoothstep(shore - 0.035, shore, y / height);
      if (wet <= 0) continue;
      const stone = 0.7 + 0.5 * stones[x]! + 0.3 * grains[x]!;
      const cover = wet * (y / height > shore ? 1 : 0.55);
      const index = y * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const plane = planes[channel]!;
        plane[index] = plane[index]! + (lit[channel]! * stone - plane[index]!) * cover;
      }
    }
  }
}
