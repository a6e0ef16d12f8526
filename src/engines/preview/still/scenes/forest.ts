// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A wood. */

import { between } from '../../random.ts';
import { addNoiseRow, fractal, hashPair, noiseAt } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, bokeh, type Colour, hex, multiply, scale, shine } from '../canvas.ts';
import { coarseField } from '../coarse.ts';
import { decay } from '../decay.ts';
import { fractalRow, noiseAlong, noiseRow } from '../rows.ts';
import type { Plate, Stage } from '../stage.ts';
import { finishOutdoor } from './outdoor.ts';

/** Of the canopy in light and in shade, of the light below it, and of what covers the ground. */
const leafColours = {
  summer: { lit: '#cfe08a', shade: '#2c4420', mist: '#c9dcae', floor: '#50702a' },
  spring: { lit: '#f6bcd0', shade: '#7a4a5c', mist: '#f0dbe0', floor: '#6d8f3c' },
  autumn: { lit: '#ffb04a', shade: '#7a3a14', mist: '#f0d2a0', floor: '#a8591e' },
  winter: { lit: '#f2f6fb', shade: '#8b99a8', mist: '#dfe8f0', floor: '#dfe6ee' },
} as const;

export function paintForest(stage: Stage): Plate {
  const { canvas, width, height, noise, random, light } = stage;
  const horizon = between(random, 0.55, 0.6);
  const isDark = light.exposure < 0.6;
  const leaves = leafColours[stage.season ?? 'summer'];
  const leafLight = multiply(hex(isDark ? '#5f7fa0' : leaves.lit), scale(light.sun, 1));
  const mist: Colour = isDark
    ? scale(light.haze, 1.1)
    : blend(multiply(hex(leaves.mist), light.skyHorizon), light.haze, 0.15);
  const { red, green, blue } = canvas;
  const sunX = stage.sunX * width;
  const sunY = height * 0.1;
  const mottleAt = coarseField(stage, 4, (x, y) => 1 + 0.25 * fractal(noise, (x / height) * 9, (y / height) * 7, 4));
  // What lies behind the last trees: a bright mist, brightest towards the sun.
  for (let y = 0; y < height; y++) {
    const down = (y - sunY) / height;
    for (let x = stage.from; x < stage.to; x++) {
      const across = (x - sunX) / height;
      const bright = (0.5 + 0.85 * decay(1.9 * Math.sqrt(across * across + down * down))) * mottleAt(x, y);
      const index = y * width + x;
      red.data[index] = mist[0] * bright;
      green.data[index] = mist[1] * bright;
      blue.data[index] = mist[2] * bright;
    }
  }
  const layers = 7;
  for (let layer = 0; layer < layers; layer++) {
    const near = (layer + 1) / layers;
    const veil = (1 - near) ** 1.25 * 0.86;
    const ground = horizon + 0.4 * near ** 2.2;
    // Every other depth has leaves: more is not told apart, and they are the dearest part.
    if (layer % 2 === 0 && stage.season !== 'winter') paintCanopy(stage, layer, near, veil, mist, leafLight);
    paintGround(stage, ground - 0.03, horizon + 0.4 * ((layer + 2) / layers) ** 2.2, near, veil, mist);
    // Nearer trees are fewer and thicker, and leave the middle free.
    const count = Math.round((width / height) * (15 - 11 * near));
    for (let trunk = 0; trunk < count; trunk++) {
      let x = ((trunk + 0.15 + 0.7 * random()) / count) * 1.1 - 0.05;
      if (near > 0.55) x = x < 0.5 ? x * (0.62 - 0.2 * near) - 0.04 : 1.04 - (1 - x) * (0.62 - 0.2 * near);
      const thick = (0.012 + 0.085 * near ** 2.1) * between(random, 0.65, 1.25);
      paintTrunk(
        stage,
        x * width,
        thick * height,
        ground + between(random, -0.01, 0.025),
        between(random, -0.05, 0.05),
        near,
        veil,
        mist,
        layer * 100 + trunk,
      );
    }
  }
  paintRays(stage, sunX, sunY, leafLight);
  for (let count = 0; count < 46; count++) {
    const size = random() ** 3;
    bokeh(
      canvas,
      random() * width,
      random() * height * 0.75,
      (0.004 + 0.022 * size) * height,
      leafLight,
      between(random, 0.04, 0.14) * (isDark ? 0.5 : 1),
    );
  }
  const plate = finishOutdoor(stage, horizon);
  return {
    ...plate,
    haze: mist,
    key: {
      ...plate.key,
      x: stage.sunX,
      y: 0.08,
      exposure: isDark ? 0.5 : 0.8,
      ambient: scale(isDark ? light.ambient : hex('#a9bd8c'), 0.5),
    },
  };
}

function paintTrunk(
  stage: Stage,
  x: number,
  thick: number,
  ground: number,
  lean: number,
  near: number,
  veil: number,
  mist: Colour,
  id: number,
): void {
  const { canvas, width, height, noise, light } = stage;
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data] as const;
  const bottom = Math.min(height - 1, Math.round(ground * height));
  const sunSide = stage.sunX * width < x ? -1 : 1;
  const bark = hashPair(id, 1) > 0.75 ? hex('#7d7466') : hex('#4b3826');
  const mossTone = hex('#55692f');
  const furrows = new Float32Array(width);
  const mosses = new Float32Array(width);
  for (let y = 0; y <= bottom; y++) {
    const up = (bottom - y) / height;
    const flare = 1 + 1.1 * Math.exp((-up * 26) / (0.4 + near)) - up * 0.35;
    const half = (thick / 2) * Math.max(0.35, flare);
    const centre = x + lean * (bottom - y) + thick * 0.5 * noiseAt(noise, id * 3.7, up * 2.2);
    const from = Math.max(stage.from, Math.floor(centre - half));
    const to = Math.min(stage.to - 1, Math.ceil(centre + half));
    if (from > to) continue;
    const around = (frequency: number) => ({ start: (frequency * (0.5 - centre)) / half + id, step: frequency / half });
    furrows.fill(0.75, from, to + 1);
    addNoiseRow(noise, furrows, from, to + 1, around(3.4), up * (18 - 9 * near), 0.5);
    addNoiseRow(noise, furrows, from, to + 1, around(9), up * 40, 0.35);
    const mossy = 0.6 * smoothstep(0.4, 0, up);
    mosses.fill(0, from, to + 1);
    if (mossy > 0) addNoiseRow(noise, mosses, from, to + 1, around(2), up * 5, 1);
    for (let column = from; column <= to; column++) {
      const u = (column + 0.5 - centre) / half;
      const cover = clamp((1 - Math.abs(u)) * half + 0.5, 0, 1);
      if (cover <= 0) continue;
      const round = Math.sqrt(Math.max(0, 1 - u * u));
      const furrow = furrows[column]!;
      const side = clamp(0.5 + 0.62 * u * sunSide, 0, 1);
      const index = y * width + column;
      const moss = mossy > 0 ? smoothstep(0.1, 0.5, mosses[column]!) * mossy : 0;
      const sunny = 0.75 * side ** 1.6;
      const rimmed = 0.2 * smoothstep(0.72, 0.98, u * sunSide) * (1 - veil);
      for (let channel = 0; channel < 3; channel++) {
        const plane = planes[channel]!;
        const lit = light.sun[channel]! * sunny + light.ambient[channel]! * (0.35 + 0.4 * round);
        const tone = bark[channel]! + (mossTone[channel]! - bark[channel]!) * moss;
        const own = tone * furrow * lit + light.sun[channel]! * rimmed;
        const value = own + (mist[channel]! * 0.85 - own) * veil;
        plane[index] = plane[index]! + (value - plane[index]!) * cover;
      }
    }
  }
}

/** Foliage above and at the sides: clumps of leaves by thresholded noise, lit where the noise rises towards the sun. */
function paintCanopy(stage: Stage, layer: number, near: number, veil: number, mist: Colour, leafLight: Colour): void {
  const { canvas, width, height, noise, light } = stage;
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data] as const;
  const dark = multiply(hex(leafColours[stage.season ?? 'summer'].shade), blend(light.ambient, light.sun, 0.5));
  const scaleOf = 16 - 10 * near;
  const reach = 0.52 - 0.16 * near;
  const lumpAt = coarseField(
    stage,
    6,
    (x, y) => noiseAt(noise, ((x / height) * scaleOf + layer * 31) * 0.3, (y / height) * scaleOf * 0.3 + layer * 7),
    height * (reach + 0.16),
  );
  const leafRow = fractalRow(stage, 3);
  const line = { start: layer * 31, step: scaleOf / height };
  for (let y = 0; y < height * (reach + 0.16); y++) {
    const down = y / height / reach;
    const leaves = noiseAlong(leafRow, line, (y / height) * scaleOf * 1.6, 1.6);
    for (let x = stage.from; x < stage.to; x++) {
      const u = (x / height) * scaleOf + layer * 31;
      const v = (y / height) * scaleOf;
      const sides = Math.abs(x / width - 0.5) * 2;
      const lump = lumpAt(x, y);
      const threshold = 0.75 - down * 1.05 + sides ** 2 * 0.35 + lump * 0.55;
      if (threshold < -0.45) continue;
      const leaf = leaves[x]!;
      const cover = smoothstep(-0.05, 0.16, threshold - 0.25 + leaf * 0.8);
      if (cover <= 0.01) continue;
      const lit = clamp(
        0.35 +
          1.3 *
            (leaf -
              noiseAt(noise, u * 1.6 + clamp((stage.sunX * width - x) / (height * 0.3), -1, 1) * 0.35, v * 1.6 - 0.35) *
                0.5),
        0,
        1,
      );
      const index = y * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const plane = planes[channel]!;
        const own = dark[channel]! * (0.5 + lit * 0.7) + leafLight[channel]! * lit * lit * 0.34;
        const value = own + (mist[channel]! * 0.95 - own) * veil;
        plane[index] = plane[index]! + (value - plane[index]!) * cover * 0.96;
      }
    }
  }
}

function paintGround(stage: Stage, from: number, to: number, near: number, veil: number, mist: Colour): void {
  const { canvas, width, height, noise, light } = stage;
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data] as const;
  const soil = hex(stage.season === 'winter' ? '#c3ccd8' : '#4a3a22');
  const fern = hex(leafColours[stage.season ?? 'summer'].floor);
  const start = Math.max(0, Math.floor(from * height));
  const end = near >= 1 ? height : Math.min(height, Math.ceil(to * height) + 4);
  const rises = Float32Array.from({ length: width }, (_, x) =>
    x < stage.from || x >= stage.to
      ? 0
      : 0.016 * noiseAt(noise, (x / height) * 3 + near * 20, near * 9) +
        0.012 * noiseAt(noise, (x / height) * 12 + near * 20, near * 5),
  );
  const [patches, coarse, fine, spots] = [noiseRow(stage), noiseRow(stage), noiseRow(stage), noiseRow(stage)];
  const places = { start: 0, step: 1 / height };
  const across = { start: 0, step: (26 - 16 * near) / height };
  for (let y = start; y < end; y++) {
    const v = (y / height) * (70 - 40 * near);
    const [patchRow, coarseRow] = [
      noiseAlong(patches, across, v * 0.12 + near * 3, 0.16),
      noiseAlong(coarse, across, v * 2.2, 2.2),
    ];
    const [fineRow, spotRow] = [
      noiseAlong(fine, across, v * 6, 6),
      noiseAlong(spots, places, (y / height) * 8, 3.2, -7),
    ];
    for (let x = stage.from; x < stage.to; x++) {
      const rise = rises[x]!;
      const cover = clamp((y / height - from - rise) * height * 0.35, 0, 1);
      if (cover <= 0) continue;
      const patch = smoothstep(-0.15, 0.3, patchRow[x]!);
      const litter = 0.75 + 0.5 * coarseRow[x]! + 0.35 * fineRow[x]!;
      const sunny = 0.12 + 0.7 * smoothstep(0.15, 0.45, spotRow[x]!);
      const index = y * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const plane = planes[channel]!;
        const tone = soil[channel]! + (fern[channel]! - soil[channel]!) * patch;
        const own = tone * litter * (light.ambient[channel]! * 0.75 + light.sun[channel]! * sunny);
        const value = own + (mist[channel]! * 0.8 - own) * veil * 0.85;
        plane[index] = plane[index]! + (value - plane[index]!) * cover;
      }
    }
  }
}

/** Shafts of light that fan out from the sun, broken by the canopy. */
function paintRays(stage: Stage, sunX: number, sunY: number, colour: Colour): void {
  const { canvas, width, height, noise, from, to } = stage;
  const strengthAt = coarseField(stage, 3, (x, y) => {
    const dx = (x - sunX) / height;
    const dy = (y - sunY) / height;
    const distance = Math.hypot(dx, dy);
    const angle = Math.atan2(dx, dy);
    const shaft = smoothstep(0.05, 0.55, noiseAt(noise, angle * 9, 4) + 0.4 * noiseAt(noise, angle * 23, 9));
    return 0.24 * shaft * Math.exp(-distance * 1.7) * smoothstep(0, 0.25, distance);
  });
  for (let y = 0; y < height; y++) {
    for (let x = from; x < to; x++) shine(canvas, y * width + x, colour, strengthAt(x, y));
  }
}
