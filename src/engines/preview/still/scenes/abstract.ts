// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Places without a ground of their own: a photographer's studio, outer space. */

import { between, pick } from '../../random.ts';
import { fractal } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, hex, scale } from '../canvas.ts';
import { paintCoarsely, pointwise } from '../coarse.ts';
import { paintStars } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';

/** Pairs of wall and light that flatter most things. */
const studioTones: readonly (readonly [string, string])[] = [
  ['#8b9aa8', '#dfe6ea'],
  ['#a8907c', '#f0e2d2'],
  ['#6f7f74', '#cfdccb'],
  ['#7d6f8a', '#e0d4e6'],
  ['#5f6a78', '#c3ccd6'],
];

export function paintStudio(stage: Stage): Plate {
  const { canvas, width, height, noise, random, light } = stage;
  const [wallText, lightText] = pick(random, studioTones);
  const isDark = light.exposure < 0.7;
  const wall = scale(hex(wallText), isDark ? 0.35 : 1);
  const bright = scale(hex(lightText), isDark ? 0.55 : 1);
  const horizon = 0.74;
  const { red, green, blue } = canvas;
  const spotX = stage.sunX * 0.5 + 0.25;
  for (let y = 0; y < height; y++) {
    const v = y / height;
    // A paper roll: the wall bends into the floor without an edge.
    const bend = smoothstep(horizon - 0.12, horizon + 0.1, v);
    for (let x = stage.from; x < stage.to; x++) {
      const dx = (x / width - spotX) * (width / height);
      const dy = v - 0.36;
      const pool = Math.exp(-(dx * dx + dy * dy * 1.5) * 2.1);
      const floorPool = bend * 0.5 * Math.exp(-(dx * dx * 0.8 + (v - 0.88) ** 2 * 7));
      const mottle = 0.06 * fractal(noise, (x / height) * 2.4, v * 2.4, 4);
      const share = clamp(0.12 + 0.88 * pool + floorPool + mottle - bend * 0.06, 0, 1.1);
      const shade = 1 - 0.14 * Math.exp(-(((v - horizon + 0.02) / 0.06) ** 2));
      const index = y * width + x;
      red.data[index] = (wall[0] * 0.5 + (bright[0] - wall[0] * 0.5) * share) * shade;
      green.data[index] = (wall[1] * 0.5 + (bright[1] - wall[1] * 0.5) * share) * shade;
      blue.data[index] = (wall[2] * 0.5 + (bright[2] - wall[2] * 0.5) * share) * shade;
    }
  }
  const tint = blend([1, 1, 1], bright, 0.25);
  return {
    canvas,
    horizon,
    haze: wall,
    key: { x: stage.sunX, y: 0.1, colour: scale(tint, 1), ambient: scale(tint, 0.55), exposure: isDark ? 0.7 : 1 },
  };
}

export function paintSpace(stage: Stage): Plate {
  const { canvas, width, height, noise, random } = stage;
  const [warm, cold] = pick(random, [
    ['#c2486a', '#2f5fc4'],
    ['#d0763a', '#2a7f9c'],
    ['#8a4fd0', '#1f8fb0'],
  ] as const).map(hex) as [Colour, Colour];
  const colourAt = (x: number, y: number): Colour => {
    const u = (x / height) * 1.5;
    const v = (y / height) * 1.5;
    const bendX = fractal(noise, u + 7, v, 4);
    const bendY = fractal(noise, u, v + 13, 4);
    const cloud = fractal(noise, u * 1.2 + bendX * 1.6, v * 1.2 + bendY * 1.6, 5);
    const band = Math.exp(-(((y / height - 0.5 - (x / width - 0.5) * 0.42 + 0.12 * bendX) / 0.34) ** 2));
    const gas = smoothstep(-0.28, 0.62, cloud) * (0.25 + 0.9 * band);
    const hue = clamp(0.5 + bendX * 1.3 + (x / width - 0.5) * 0.5, 0, 1);
    const dust = 1 - 0.75 * smoothstep(0.05, 0.42, fractal(noise, u * 1.9 + 31 + bendY, v * 1.9, 4)) * band;
    const core = gas ** 3 * 0.8;
    return [
      (0.004 + (cold[0] + (warm[0] - cold[0]) * hue) * gas * 0.55 + core) * dust,
      (0.005 + (cold[1] + (warm[1] - cold[1]) * hue) * gas * 0.55 + core * 0.72) * dust,
      (0.014 + (cold[2] + (warm[2] - cold[2]) * hue) * gas * 0.55 + core * 0.75) * dust,
    ];
  };
  paintCoarsely(stage, height >= 400 ? 3 : 1, height, pointwise(colourAt));
  paintStars(stage, 1.3, 1.1);
  const side = stage.sunX < 0.5 ? 1 : -1;
  const planet = {
    x: width * (0.5 + side * between(random, 0.26, 0.36)),
    y: height * between(random, 0.24, 0.36),
    radius: height * between(random, 0.13, 0.2),
  };
  paintPlanet(stage, planet, -side, warm, cold);
  return {
    canvas,
    horizon: 1,
    haze: scale(cold, 0.3),
    key: {
      x: stage.sunX,
      y: 0.2,
      colour: blend([1, 0.97, 0.92], warm, 0.15),
      ambient: scale(cold, 0.6),
      exposure: 0.72,
    },
  };
}

function paintPlanet(
  stage: Stage,
  planet: { x: number; y: number; radius: number },
  lightSide: number,
  warm: Colour,
  cold: Colour,
): void {
  const { canvas, width, height, noise } = stage;
  const { x: centreX, y: centreY, radius } = planet;
  const air = blend(cold, [0.7, 0.85, 1], 0.5);
  const reach = radius * 1.25;
  for (let y = Math.max(0, Math.floor(centreY - reach)); y <= Math.min(height - 1, centreY + reach); y++) {
    for (let x = Math.max(stage.from, Math.floor(centreX - reach)); x <= Math.min(stage.to - 1, centreX + reach); x++) {
      const u = (x - centreX) / radius;
      const v = (y - centreY) / radius;
      const distance = Math.hypot(u, v);
      const index = y * width + x;
      const cover = clamp((1 - distance) * radius + 0.5, 0, 1);
      if (cover > 0) {
        const depth = Math.sqrt(Math.max(0, 1 - u * u - v * v));
        const lit = Math.max(0, u * lightSide * 0.8 - v * 0.35 + depth * 0.45);
        const bands = fractal(noise, u * 1.1 + 5, v * 5 + 0.7 * fractal(noise, u * 2, v * 3, 3), 4);
        const tone = blend(
          blend(warm, [0.9, 0.82, 0.7], 0.55),
          blend(cold, [0.5, 0.45, 0.4], 0.5),
          clamp(0.5 + bands, 0, 1),
        );
        const rim = (1 - depth) ** 3 * lit * 1.3;
        for (const [channel, plane] of [canvas.red, canvas.green, canvas.blue].entries()) {
          const value = tone[channel]! * lit * 0.95 + air[channel]! * rim + 0.004;
          plane.data[index]! += (value - plane.data[index]!) * cover;
        }
      } else {
        const facing = Math.max(0, (u * lightSide * 0.85 - v * 0.3) / distance);
        const strength = 0.5 * Math.exp(-(distance - 1) * 26) * facing;
        canvas.red.data[index]! += air[0] * strength;
        canvas.green.data[index]! += air[1] * strength;
        canvas.blue.data[index]! += air[2] * strength;
      }
    }
  }
}
