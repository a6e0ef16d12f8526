// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Wide places without a street or a house: below the sea, above the clouds, under the stars. */
import { between } from '../../random.ts';
import { fractal, type Line, noiseAt } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, glow, hex, scale } from '../canvas.ts';
import { paintCoarsely, pointwise } from '../coarse.ts';
import { decay } from '../decay.ts';
import { fractalRow, noiseAlong, noiseRow } from '../rows.ts';
import { ellipse, fillPolygon, type Point } from '../shapes.ts';
import { paintSky, paintStars, skyColour, sunPosition } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintTerrain, type Surface } from '../terrain.ts';
import { finishOutdoor } from './outdoor.ts';

export function paintUnderwater(stage: Stage): Plate {
  const { canvas, width, height, random, noise, light, from, to } = stage;
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data] as const;
  const dim = light.exposure < 0.7 ? 0.4 : 1;
  const [surface, middle, deep] = ['#a5e6e4', '#2a92b4', '#07365e'].map((tone) => scale(hex(tone), dim)) as [
    Colour,
    Colour,
    Colour,
  ];
  const sand = scale(hex('#b7b58c'), dim);
  const floor = 0.76;
  const lampX = stage.sunX * width;
  const dune = (x: number) =>
    (floor + 0.035 * noiseAt(noise, (x / height) * 1.7, 3) + 0.012 * noiseAt(noise, (x / height) * 6, 9)) * height;
  const grounds = Float32Array.from({ length: width }, (_, x) => (x < from || x >= to ? 0 : dune(x)));
  const shaftAt = shaftTable(noise, width / height);
  const upperNet = netRow(stage);
  const lowerNet = netRow(stage);
  const rippleRow = noiseRow(stage);
  const places = { start: 0, step: 1 / height };
  const highest = grounds.subarray(from, to).reduce((least, value) => Math.min(least, value), height);
  for (let y = 0; y < height; y++) {
    const v = y / height;
    const below =
      v < 0.42 ? blend(surface, middle, smoothstep(-0.12, 0.42, v)) : blend(middle, deep, smoothstep(0.42, 1.05, v));
    const upper =
      v < 0.16
        ? upperNet({ start: 0, step: 9 / height }, { start: v * 40 - (2 * lampX) / height, step: 2 / height })
        : undefined;
    const crest = smoothstep(0.16, 0, v) * 0.5;
    const depth = (floor - 0.3) / Math.max(0.05, v - 0.3);
    const far = smoothstep(0.35, 1, depth);
    const hasFloor = y >= highest - 1;
    const lower = hasFloor
      ? lowerNet({ start: (-lampX / height) * depth * 9, step: (depth * 9) / height }, { start: depth * 16, step: 0 })
      : undefined;
    const ripples = hasFloor ? noiseAlong(rippleRow, places, depth * 60, depth * 14) : undefined;
    const [fallOfRays, fallOfPool] = [0.34 * Math.exp(-v * 1.5), Math.exp(-v * v * 2.4)];
    for (let x = from; x < to; x++) {
      const dx = (x - lampX) / height;
      const pool = decay(dx * dx * 1.6) * fallOfPool;
      // Shafts that fan out from where the sun stands above the surface.
      const ray = shaftAt(dx / (v + 0.35)) * fallOfRays * decay(dx * dx * 1.1);
      const crests = upper === undefined ? 0 : upper[x]! * crest;
      const cover = clamp(y - grounds[x]! + 0.5, 0, 1);
      const index = y * width + x;
      const bright = pool * 0.55 + ray + crests;
      if (cover <= 0) {
        for (let channel = 0; channel < 3; channel++)
          planes[channel]![index] = below[channel]! + surface[channel]! * bright;
        continue;
      }
      const caustics = (lower === undefined ? 0 : lower[x]!) * (1 - far) * 0.22;
      const sunlit = (0.86 + 0.2 * (ripples === undefined ? 0 : ripples[x]!)) * (0.42 + 0.5 * pool);
      for (let channel = 0; channel < 3; channel++) {
        const water = below[channel]! + surface[channel]! * bright;
        const lit = (sand[channel]! * sunlit + surface[channel]! * caustics) * (0.55 + 0.45 * middle[channel]! * 2);
        const bottom = lit + (water - lit) * clamp(far * 0.95 + 0.12, 0, 1);
        planes[channel]![index] = water + (bottom - water) * cover;
      }
    }
  }
  paintReef(stage, dune, middle, dim);
  for (let count = 0; count < 70; count++) {
    const size = random() ** 3;
    glow(canvas, random() * width, random() * height, (0.002 + 0.007 * size) * height, surface, 0.22 + 0.3 * size, 0.8);
  }
  return {
    canvas,
    horizon: floor,
    haze: middle,
    key: {
      x: stage.sunX,
      y: -0.1,
      colour: scale(surface, 1),
      ambient: scale(middle, 0.9),
      exposure: 0.75 * (dim + 0.2),
    },
  };
}

/** Bright lines that water throws on what lies below it, along a row; the height may change along it too. */
function netRow(stage: Stage): (u: Line, v: Line) => Float32Array {
  const { noise, width, from, to } = stage;
  const bends = new Float32Array(width + bendStep);
  const out = new Float32Array(width);
  return (u, v) => {
    for (let x = from; x < to; x++) {
      const [here, down] = [u.start + u.step * x, v.start + v.step * x];
      // The bend is far broader than the net: every fourth column is enough.
      if (x % bendStep === 0 || x === from) {
        const at = x - (x % bendStep);
        const one = noiseAt(noise, (u.start + u.step * at) * 0.6, (v.start + v.step * at) * 0.4);
        const next = at + bendStep;
        bends[at] = one;
        bends[next] = noiseAt(noise, (u.start + u.step * next) * 0.6, (v.start + v.step * next) * 0.4);
      }
      const at = x - (x % bendStep);
      const bend = bends[at]! + ((bends[at + bendStep]! - bends[at]!) * (x - at)) / bendStep;
      const dark = 1 - Math.min(1, Math.abs(noiseAt(noise, here + bend, down * 0.5) * 2.4));
      out[x] = dark * dark * dark * dark;
    }
    return out;
  };
}

const bendStep = 4;

/** Strength of the shafts of light by their angle, which is at most a good three times the frame's shape. */
function shaftTable(noise: Stage['noise'], aspect: number): (angle: number) => number {
  const perStep = 0.002;
  const widest = aspect / 0.35;
  const shafts = Float32Array.from({ length: Math.ceil((2 * widest) / perStep) + 2 }, (_, step) => {
    const angle = step * perStep - widest;
    return smoothstep(0.02, 0.5, noiseAt(noise, angle * 5.2, 4) + 0.45 * noiseAt(noise, angle * 13, 9));
  });
  return (angle) => {
    const at = (angle + widest) / perStep;
    const step = at | 0;
    return shafts[step]! + (shafts[step + 1]! - shafts[step]!) * (at - step);
  };
}

const corals = ['#e2705f', '#f0a44c', '#c45a8e', '#8a63b8', '#e8c46a', '#4fa08a'].map(hex);

/** Rocks, corals and weed along both sides; the middle stays free. */
function paintReef(stage: Stage, dune: (x: number) => number, water: Colour, dim: number): void {
  const { canvas, width, height, random, noise } = stage;
  for (let layer = 0; layer < 3; layer++) {
    const veil = [0.72, 0.42, 0.08][layer]!;
    for (let count = 0; count < 9; count++) {
      const side = count % 2 === 0 ? -1 : 1;
      const off = 0.12 + 0.1 * layer + random() * (0.42 - 0.08 * layer);
      const x = (0.5 + side * Math.min(0.54, off + layer * 0.07)) * width;
      const base = dune(x) + (0.02 + 0.085 * layer) * height;
      const size = (0.05 + 0.055 * layer) * height * between(random, 0.7, 1.4);
      const tone = scale(corals[Math.floor(random() * corals.length)] ?? water, 0.75 * dim);
      const stone = blend(scale(hex('#5c6a6a'), 0.6 * dim), water, veil);
      fillPolygon(canvas, lump(stage, x, base + size * 0.1, size * 1.4, size * 0.6, count + layer * 20), (px, py) =>
        scale(stone, 0.8 + 0.5 * noiseAt(noise, (px / height) * 40, (py / height) * 40) - ((py - base) / size) * 0.35),
      );
      const kind = Math.floor(random() * 3);
      for (let branch = 0; branch < 9; branch++) {
        const lean = (branch - 4) * 0.24 + between(random, -0.1, 0.1);
        const tall = size * between(random, 0.8, 1.5);
        const shaded = scale(tone, 0.65 + 0.5 * random());
        if (kind === 0)
          fillPolygon(
            canvas,
            weed(x + lean * size * 0.9, base, tall * 2.1, size * 0.09, lean, count + branch),
            blend(scale(hex('#4f8a4a'), dim * (0.5 + 0.4 * random())), water, veil),
          );
        else if (kind === 1)
          fillPolygon(canvas, weed(x, base, tall, size * 0.13, lean * 2.6, branch), blend(shaded, water, veil));
        else
          fillPolygon(
            canvas,
            ellipse(x + lean * size * 0.9, base - size * (0.35 + 0.35 * Math.cos(lean * 1.6)), size * 0.24, size * 0.2),
            blend(shaded, water, veil),
          );
      }
    }
  }
}

function lump({ noise }: Stage, x: number, y: number, across: number, down: number, id: number): Point[] {
  return Array.from({ length: 36 }, (_, step): Point => {
    const angle = (step / 18) * Math.PI;
    const reach = 1 + 0.3 * noiseAt(noise, Math.cos(angle) * 1.4 + id * 5, Math.sin(angle) * 1.4);
    return [x + Math.cos(angle) * across * reach, y + Math.sin(angle) * down * reach];
  });
}

/** A blade that bends and tapers. */
function weed(x: number, base: number, tall: number, thick: number, lean: number, id: number): Point[] {
  const middle = (v: number) => x + lean * tall * 0.4 * v + Math.sin(v * 5 + id) * thick * 0.9 * v;
  const sides = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return [
    ...sides.map((v): Point => [middle(v) - thick * (1 - v * 0.85), base - v * tall]),
    ...sides.toReversed().map((v): Point => [middle(v) + thick * (1 - v * 0.85), base - v * tall]),
  ];
}

export function paintClouds(stage: Stage): Plate {
  const { random, light } = stage;
  const horizon = between(random, 0.46, 0.52);
  paintSky(stage, horizon, { clouds: 0.35, disc: true });
  const offset = random() * 60;
  const sea: Surface = {
    heights(strip) {
      const swells = fractalRow(strip, 2);
      const lumps = [noiseRow(strip), noiseRow(strip), noiseRow(strip), noiseRow(strip)];
      const out = new Float32Array(strip.width);
      return (line, z) => {
        const swell = noiseAlong(swells, line, z * 0.0011, 0.0011, offset);
        const far = smoothstep(700, 3200, z);
        // Round tops, sharp valleys between them: the absolute value of noise, turned over.
        out.fill(0, strip.from, strip.to);
        let strength = 1;
        let size = 0.0026;
        for (const [octave, lumpOf] of lumps.entries()) {
          const lump = noiseAlong(lumpOf, line, z * size - offset, size, octave * 13);
          for (let column = strip.from; column < strip.to; column++) {
            out[column] = out[column]! + strength * (1 - Math.abs(lump[column]!) * 1.7);
          }
          strength *= 0.4;
          size *= 2.15;
        }
        for (let column = strip.from; column < strip.to; column++) {
          const tower = smoothstep(0.05, 0.6, swell[column]!) * far;
          out[column] = 150 * swell[column]! + 78 * out[column]! * (0.7 + 0.6 * tower) + 130 * tower;
        }
        return out;
      };
    },
    albedo: (_x, _z, height) => scale([0.93, 0.95, 1], 0.74 + 0.26 * clamp(height / 260, 0, 1)),
  };
  paintTerrain(stage, sea, { horizon, eye: 230, near: 170, far: 26_000, hazeDistance: 11_000, softness: 0.6 });
  const sun = sunPosition(stage, horizon);
  glow(stage.canvas, sun.x, sun.y, stage.height * 0.9, light.sun, 0.22, 2.2);
  return finishOutdoor(stage, horizon);
}

export function paintStarfield(stage: Stage): Plate {
  const { canvas, width, height, noise, random, light } = stage;
  const horizon = 0.8;
  const tilt = (stage.sunX < 0.5 ? -1 : 1) * between(random, 0.75, 1);
  const glowTone = hex('#c98a6a');
  const band = [hex('#8fa4d8'), hex('#e8c9b4')] as const;
  const wayAt = (x: number, y: number): readonly [number, number] => {
    const u = (x - width * 0.5) / height;
    const v = y / height - 0.4;
    const across = (u * Math.cos(tilt) - v * Math.sin(tilt)) * 1 + 0.06 * fractal(noise, u * 2, v * 2, 3);
    const along = u * Math.sin(tilt) + v * Math.cos(tilt);
    const wide = Math.exp(-((across / 0.2) ** 2));
    const dust = smoothstep(
      0.02,
      0.4,
      fractal(noise, across * 6 + 9, along * 2.6, 5) + 0.25 * Math.exp(-((across / 0.045) ** 2)),
    );
    const cloud = 0.55 + 0.9 * fractal(noise, across * 4, along * 3 + 30, 4);
    return [Math.max(0, wide * cloud * (1 - 0.8 * dust)), Math.exp(-((across / 0.09) ** 2)) * (1 - dust)];
  };
  const colourAt = (x: number, y: number): Colour => {
    const up = clamp((horizon - y / height) / horizon, 0, 1);
    const base = scale(skyColour(stage, up * 0.9 + 0.1), 0.85);
    const air = 0.34 * Math.exp(-up * 6);
    const [way, core] = wayAt(x, y);
    const at = (channel: 0 | 1 | 2) =>
      base[channel] + glowTone[channel] * air + band[0][channel] * way * 0.16 + band[1][channel] * core * way * 0.3;
    return [at(0), at(1), at(2)];
  };
  paintCoarsely(stage, height >= 400 ? 3 : 1, height, pointwise(colourAt));
  paintStars(stage, horizon, 1.5);
  const ridges = [
    { at: 0.075, rough: 1.4, tone: blend(light.haze, glowTone, 0.12) },
    { at: 0.035, rough: 2.6, tone: scale(light.haze, 0.45) },
  ];
  for (const [index, { at, rough, tone }] of ridges.entries()) {
    const crest = Array.from({ length: 241 }, (_, point): Point => {
      const x = (point / 240) * width;
      return [
        x,
        (horizon + 0.02 - at * (0.6 + 1.3 * fractal(noise, (x / height) * rough + index * 20, 7, 5))) * height,
      ];
    });
    fillPolygon(canvas, [...crest, [width, height], [0, height]], scale(tone, 0.5));
  }
  paintPines(stage, horizon);
  return finishOutdoor(stage, horizon);
}

/** A dark wood along the lower edge, higher at both sides. */
function paintPines(stage: Stage, horizon: number): void {
  const { canvas, width, height, random, light } = stage;
  const ink = scale(light.haze, 0.1);
  fillPolygon(
    canvas,
    [
      [0, (horizon + 0.13) * height],
      [width * 0.5, (horizon + 0.15) * height],
      [width, (horizon + 0.12) * height],
      [width, height],
      [0, height],
    ],
    ink,
  );
  for (let count = 0; count < 70; count++) {
    const u = (count + random()) / 70;
    const aside = Math.abs(u - 0.5) * 2;
    const tall = (0.06 + 0.2 * aside ** 2.4) * between(random, 0.6, 1.25) * height;
    const [x, base] = [u * width, (horizon + 0.16) * height];
    const sides: Point[] = [];
    for (let tier = 0; tier <= 9; tier++) {
      const v = tier / 9;
      sides.push([(1 - v) * tall * 0.19 * (tier % 2 === 0 ? 1 : 0.62), v * tall]);
    }
    fillPolygon(
      canvas,
      [
        ...sides.map(([dx, dy]): Point => [x - dx, base - dy]),
        ...sides.toReversed().map(([dx, dy]): Point => [x + dx, base - dy]),
      ],
      ink,
    );
  }
}
