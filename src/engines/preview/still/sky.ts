// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Skies: gradient, sun or moon, haze around it, clouds on a plane above, stars. */

import { addFractalRow, fractal, hashPair, noiseAt } from '../raster/noise.ts';
import { clamp, smoothstep } from '../raster/plane.ts';
import { blend, type Colour, scale, shine } from './canvas.ts';
import { paintCoarsely } from './coarse.ts';
import { decay } from './decay.ts';
import type { Stage } from './stage.ts';

/** Colour of the clear sky; `height` is 0 at the horizon and 1 at the top of the frame. */
export function skyColour(stage: Stage, height: number): Colour {
  const { light } = stage;
  const h = clamp(height, 0, 1);
  return h < 0.42
    ? blend(light.skyHorizon, light.skyMiddle, smoothstep(0, 0.42, h))
    : blend(light.skyMiddle, light.skyTop, smoothstep(0.42, 1, h) ** 0.9);
}

export function sunPosition(stage: Stage, horizon: number): { x: number; y: number } {
  return { x: stage.sunX * stage.width, y: (horizon - stage.light.sunHeight) * stage.height };
}

export type SkyOptions = { readonly clouds?: number; readonly disc?: boolean };

/** Nothing in a sky is finer than this many pixels; between them values are interpolated. */
const skyStep = 2;

/** Paints rows 0 to the horizon (and a little below it, for what stands in front to blend with). */
export function paintSky(stage: Stage, horizon: number, options: SkyOptions = {}): void {
  const { height } = stage;
  const rows = Math.min(height, Math.ceil((horizon + 0.06) * height));
  const sky: Sky = {
    horizon,
    sun: sunPosition(stage, horizon),
    cover: (options.clouds ?? 1) * stage.light.cloudCover,
    densities: new Float32Array(stage.width + 8),
  };
  paintCoarsely(stage, height >= 400 ? skyStep : 1, rows, (y, first, step, out) =>
    drawSkyRow(stage, sky, y, first, step, out),
  );
  const { light } = stage;
  if (options.disc ?? (light.cloudCover < 0.7 && light.exposure > 0.4)) paintDisc(stage, horizon);
  if (light.hasStars) paintStars(stage, horizon);
}

/** The sun or the moon itself. */
function paintDisc(stage: Stage, horizon: number): void {
  const { canvas, width, height, light, from, to } = stage;
  const sun = sunPosition(stage, horizon);
  const radius = height * (light.hasStars ? 0.026 : 0.021);
  const bright = scale(light.sun, light.hasStars ? 2.6 : 2.2);
  const last = Math.min(horizon * height - 1, sun.y + radius + 2);
  for (let y = Math.max(0, Math.floor(sun.y - radius - 2)); y <= last; y++) {
    for (let x = Math.max(from, Math.floor(sun.x - radius - 2)); x < Math.min(to, sun.x + radius + 2); x++) {
      const inside = clamp((radius - Math.sqrt((x - sun.x) ** 2 + (y - sun.y) ** 2)) / 2 + 0.5, 0, 1);
      shine(canvas, y * width + x, bright, inside);
    }
  }
}

type Sky = {
  readonly horizon: number;
  readonly sun: { readonly x: number; readonly y: number };
  /** How much of it is clouds, 0..1. */
  readonly cover: number;
  /** Of the clouds of one row. */
  readonly densities: Float32Array;
};

/** The sky of a row, with its clouds. */
function drawSkyRow(
  stage: Stage,
  { horizon, sun, cover, densities }: Sky,
  y: number,
  first: number,
  step: number,
  out: Float32Array,
): void {
  const { width, height, light, noise } = stage;
  const up = clamp((horizon - y / height) / horizon, 0, 1);
  const base = skyColour(stage, up);
  // Clouds lie on a plane: near the horizon they are far away and crowd together.
  const depth = 1 / (up * 0.9 + 0.1);
  const perColumn = (depth * 1.5) / height;
  const v = depth * 2.6;
  const fromHorizon = smoothstep(0, 0.2, up) * 0.92;
  const hasClouds = cover > 0.02 && fromHorizon > 0.002;
  const columns = out.length / 3;
  const firstColumn = first / step;
  if (hasClouds) {
    const line = { start: (-width / 2) * perColumn * 0.9 + 5, step: step * perColumn * 0.9 };
    densities.fill(0, firstColumn, firstColumn + columns);
    addFractalRow(noise, densities, firstColumn, firstColumn + columns, line, v * 0.8, 5);
  }
  const dy = (y - sun.y) / height;
  for (let column = 0; column < columns; column++) {
    const x = first + column * step;
    const dx = (x - sun.x) / height;
    const distance = Math.sqrt(dx * dx + dy * dy);
    const halo = light.hasStars ? 0.5 * decay(distance * 9) : 0.55 * decay(distance * 2.6) + 0.9 * decay(distance * 12);
    const density = hasClouds ? densities[firstColumn + column]! + (cover - 0.5) * 0.9 : 0;
    const opacity = hasClouds ? smoothstep(0.02, 0.42, density) * fromHorizon : 0;
    let lit = 0;
    if (opacity > 0.002) {
      // Lit where it grows thinner towards the sun.
      const towards = clamp((sun.x - x) / (height * 0.35), -1, 1) * 0.22;
      const u = (x - width / 2) * perColumn + towards;
      const ahead = fractal(noise, u * 0.9 + 5, (v + 0.2) * 0.8, 3) + (cover - 0.5) * 0.9;
      lit = clamp(0.62 + (density - ahead) * 1.3 - density * 0.25 + halo * 0.35, 0, 1);
    }
    for (let channel = 0; channel < 3; channel++) {
      const glare = light.sun[channel]! * halo;
      const clear = base[channel]! + glare * 0.55;
      const cloud = light.cloudShade[channel]! + (light.cloudLit[channel]! - light.cloudShade[channel]!) * lit;
      out[3 * column + channel] = opacity > 0.002 ? clear + (cloud + glare * 0.3 - clear) * opacity : clear;
    }
  }
}

/** Stars by cell, so that their number does not depend on the size of the plate; few bright ones, many faint. */
export function paintStars(stage: Stage, horizon: number, amount = 1): void {
  const { canvas, width, height, noise } = stage;
  const cell = height / 70;
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil((horizon * height) / cell);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const draw = hashPair(column, row);
      const crowded = 0.35 + 0.5 * noiseAt(noise, column * 0.05, row * 0.08);
      if (draw > crowded * amount) continue;
      const x = (column + hashPair(column, row + 9000)) * cell;
      const y = (row + hashPair(column + 9000, row)) * cell;
      if (y > horizon * height * 0.97) continue;
      const magnitude = hashPair(column + 500, row + 500) ** 6;
      const fade = clamp((horizon * height - y) / (height * 0.25), 0, 1);
      const radius = Math.max(0.75, (0.0007 + 0.0016 * magnitude) * height);
      const warmth = hashPair(column + 77, row);
      const strength = (0.25 + 2.2 * magnitude) * fade;
      for (let py = Math.max(0, Math.floor(y - radius * 2)); py <= Math.min(height - 1, y + radius * 2); py++) {
        for (
          let px = Math.max(stage.from, Math.floor(x - radius * 2));
          px <= Math.min(stage.to - 1, x + radius * 2);
          px++
        ) {
          const d = ((px - x) ** 2 + (py - y) ** 2) / (radius * radius);
          const light = strength * Math.exp(-d * 1.4);
          const index = py * width + px;
          canvas.red.data[index]! += light * (0.8 + 0.3 * warmth);
          canvas.green.data[index]! += light * 0.9;
          canvas.blue.data[index]! += light * (1.15 - 0.3 * warmth);
        }
      }
    }
  }
}
