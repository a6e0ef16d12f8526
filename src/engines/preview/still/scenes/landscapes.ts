// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Open country of sand and stone: desert, mountains, canyon. */

import { between } from '../../random.ts';
import { fractal, noiseAt, ridged } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, glow, hex, scale } from '../canvas.ts';
import { fractalRow, noiseAlong, noiseRow } from '../rows.ts';
import { paintSky, sunPosition } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintTerrain, type Surface } from '../terrain.ts';
import { finishOutdoor } from './outdoor.ts';

/** A dune in profile: long and convex against the wind, a sharp crest, a short straight slip face. `phase` in turns. */
function duneProfile(phase: number): number {
  const s = phase - Math.floor(phase);
  const crest = 0.7;
  if (s < crest) return (0.5 - 0.5 * Math.cos((Math.PI * s) / crest)) ** 0.85;
  return 1 - smoothstep(0, 1, (s - crest) / (1 - crest)) * 0.35 - 0.65 * ((s - crest) / (1 - crest));
}

const duneSteps = 2048;
const dunes = Float32Array.from({ length: duneSteps + 1 }, (_, step) => duneProfile(step / duneSteps));

/** The profile by table. */
function duneAt(phase: number): number {
  const at = (phase - Math.floor(phase)) * duneSteps;
  const step = at | 0;
  return dunes[step]! + (dunes[step + 1]! - dunes[step]!) * (at - step);
}

export function paintDesert(stage: Stage): Plate {
  const { noise, random } = stage;
  const horizon = between(random, 0.4, 0.46);
  paintSky(stage, horizon, { clouds: 0.55 });
  const windSide = stage.sunX < 0.5 ? 1 : -1;
  const offset = random() * 100;
  const sand: Surface = {
    heights(strip) {
      const [broad, fine, masks, winds] = [noiseRow(strip), noiseRow(strip), noiseRow(strip), noiseRow(strip)];
      const out = new Float32Array(strip.width);
      return (line, z) => {
        const [bend, crook] = [
          noiseAlong(broad, line, z * 0.006, 0.008, offset),
          noiseAlong(fine, line, z * 0.02 + offset, 0.027),
        ];
        const [mask, wind] = [
          noiseAlong(masks, line, z * 0.004, 0.0052, -offset),
          noiseAlong(winds, line, z * 0.017 - offset, 0.02),
        ];
        // The place the camera stands on stays low and open.
        const open = 13 * (0.3 + 0.7 * smoothstep(10, 70, z));
        const rise = 10 * smoothstep(150, 900, z);
        for (let column = strip.from; column < strip.to; column++) {
          const x = line.start + line.step * column;
          const large = duneAt(windSide * (x * 0.0105 + z * 0.0045) + 0.75 * bend[column]! + 0.3 * crook[column]!);
          const small = duneAt(windSide * (x * 0.034 - z * 0.011) + 0.8 * wind[column]!);
          out[column] = large * open * (0.45 + 0.75 * clamp(0.5 + mask[column]!, 0, 1)) + 2.2 * small + rise;
        }
        return out;
      };
    },
    albedo(x, z, _height, slope) {
      const tone = 0.5 + 0.5 * noiseAt(noise, x * 0.05, z * 0.04);
      return blend(hex('#d69a5c'), hex('#e8bd85'), clamp(tone * 0.6 + 0.3 - slope * 0.2, 0, 1));
    },
    detail(x, z) {
      // Wind ripples a hand wide, bent by slow noise, and grains between them.
      const bend = noiseAt(noise, x * 0.35, z * 0.35) * 2.4 + noiseAt(noise, x * 0.09, z * 0.12) * 5;
      const ripple = Math.sin((z * 1.4 + x * 0.35) * 5.2 + bend * 2.2);
      return 1 + 0.11 * ripple * (0.6 + 0.4 * noiseAt(noise, x * 0.5, z * 0.6)) + 0.07 * noiseAt(noise, x * 9, z * 9);
    },
  };
  paintTerrain(stage, sand, {
    horizon,
    eye: 5.5,
    near: 5,
    far: 1600,
    hazeDistance: 900,
    detailDistance: 34,
    softness: 0.1,
  });
  const sun = sunPosition(stage, horizon);
  glow(stage.canvas, sun.x, sun.y, stage.height * 0.95, stage.light.sun, 0.16, 2.4);
  return finishOutdoor(stage, horizon);
}

export function paintMountains(stage: Stage): Plate {
  const { noise, random, light, season } = stage;
  const horizon = between(random, 0.54, 0.6);
  paintSky(stage, horizon, { clouds: 0.9 });
  const offset = random() * 60;
  const isWinter = season === 'winter';
  const snowLine = isWinter ? -200 : 470 + 130 * random();
  const grass = hex(season === 'autumn' ? '#7d7030' : '#4d6b2e');
  const dryGrass = hex(season === 'autumn' ? '#b98a3c' : '#8a8a45');
  const pine = hex(season === 'autumn' ? '#7a4a1e' : '#1d3320');
  const rock = hex('#6a625c');
  const scree = hex('#938a7e');
  const white: Colour = [0.86, 0.9, 0.97];
  const woodsAt = (x: number, z: number) =>
    smoothstep(-0.08, 0.1, noiseAt(noise, x * 0.004, z * 0.004) + 0.5 * noiseAt(noise, x * 0.013, z * 0.013)) *
    smoothstep(90, 300, z);
  const range: Surface = {
    heights(strip) {
      const [bendsX, bendsZ, hills, tussocks] = [
        noiseRow(strip),
        noiseRow(strip),
        fractalRow(strip, 5),
        noiseRow(strip),
      ];
      const [groves, copses, crowns, tips] = [noiseRow(strip), noiseRow(strip), noiseRow(strip), noiseRow(strip)];
      const out = new Float32Array(strip.width);
      return (line, z) => {
        const rise = 1500 * smoothstep(700, 4200, z);
        const [hill, tussock] = [
          noiseAlong(hills, line, z * 0.0026 + offset, 0.0026),
          noiseAlong(tussocks, line, z * 0.06, 0.06),
        ];
        const hilly = 70 * smoothstep(20, 300, z);
        const sunk = 60 * smoothstep(60, 600, z);
        for (let column = strip.from; column < strip.to; column++) {
          out[column] = hilly * hill[column]! - sunk + 1.2 * tussock[column]!;
        }
        if (rise > 0) {
          // Bent lattices: straight ridges and cotton heaps are what plain noise gives.
          const bendX = noiseAlong(bendsX, line, z * 0.0004 + offset, 0.0004, 3);
          const bendZ = noiseAlong(bendsZ, line, z * 0.0004 - 8, 0.0004, -offset);
          for (let column = strip.from; column < strip.to; column++) {
            const x = line.start + line.step * column + 900 * bendX[column]!;
            const crest = ridged(noise, x * 0.00023 + offset, (z + 900 * bendZ[column]!) * 0.00023, 7);
            out[column] = out[column]! + rise * crest ** 1.65;
          }
        }
        if (z <= 90 || z >= 3400) return out;
        // Woods stand up as what they are: a rough edge of tops.
        const [grove, copse] = [noiseAlong(groves, line, z * 0.004, 0.004), noiseAlong(copses, line, z * 0.013, 0.013)];
        const [crown, tip] = [noiseAlong(crowns, line, z * 0.05, 0.11), noiseAlong(tips, line, z * 0.2, 0.37)];
        const afar = smoothstep(90, 300, z);
        for (let column = strip.from; column < strip.to; column++) {
          const low = out[column]!;
          const woods =
            smoothstep(-0.08, 0.1, grove[column]! + 0.5 * copse[column]!) * afar * smoothstep(420, 300, low);
          out[column] = low + woods * (10 + 9 * crown[column]! + 5 * tip[column]!);
        }
        return out;
      };
    },
    albedo(x, z, height, slope) {
      const patch = noiseAt(noise, x * 0.004, z * 0.004) * 90 + noiseAt(noise, x * 0.02, z * 0.02) * 40;
      const snow = smoothstep(snowLine, snowLine + 130, height + patch - slope * 170);
      const bare = smoothstep(160, 390, height + patch) * 0.85 + smoothstep(0.8, 1.3, slope) * 0.7;
      const woods = woodsAt(x, z) * smoothstep(420, 300, height);
      let ground = white;
      if (snow < 1 && bare < 1) {
        ground = blend(grass, dryGrass, clamp(0.3 + 0.8 * fractal(noise, x * 0.02, z * 0.02, 3), 0, 0.8));
      }
      if (snow < 1 && bare > 0) {
        // Layers of stone run across a face, gullies down it.
        const strata = noiseAt(noise, x * 0.0015, height * 0.035) + 0.6 * noiseAt(noise, x * 0.02, z * 0.004);
        ground = blend(ground, blend(rock, scree, clamp(0.5 + 0.6 * strata, 0, 1)), Math.min(1, bare));
      }
      if (snow > 0) ground = blend(ground, white, snow);
      if (woods === 0) return ground;
      const tops = 0.75 + 0.5 * noiseAt(noise, x * 0.09, z * 0.06);
      return blend(ground, scale(pine, tops), woods * (isWinter ? 0.75 : 1));
    },
    detail: (x, z) => 1 + 0.26 * noiseAt(noise, x * 2.2, z * 1.1) + 0.3 * noiseAt(noise, x * 7, z * 2.6),
  };
  paintTerrain(stage, range, {
    horizon,
    eye: 14,
    near: 9,
    far: 13_000,
    hazeDistance: light.cloudCover > 0.7 ? 4200 : 8500,
    detailDistance: 90,
  });
  return finishOutdoor(stage, horizon);
}

export function paintCanyon(stage: Stage): Plate {
  const { noise, random } = stage;
  const horizon = between(random, 0.36, 0.42);
  paintSky(stage, horizon, { clouds: 0.7 });
  const offset = random() * 60;
  const bands = ['#b5643c', '#d98f5a', '#a34f33', '#e0a874', '#c2734a', '#8f4430', '#d9a07a'].map(hex);
  /** Steps of hard and soft stone. */
  const terrace = (height: number) => {
    const level = height / 34;
    const floor = Math.floor(level);
    return 34 * (floor + smoothstep(0.62, 1, level - floor));
  };
  const walls: Surface = {
    heights(strip) {
      const [roughs, tables, stones] = [fractalRow(strip, 4), noiseRow(strip), noiseRow(strip)];
      const out = new Float32Array(strip.width);
      return (line, z) => {
        const river =
          (60 * noiseAt(noise, z * 0.0032, offset) + 120 * noiseAt(noise, z * 0.0011 + 7, offset)) *
          smoothstep(30, 500, z);
        const [rough, stone] = [
          noiseAlong(roughs, line, z * 0.008, 0.008, offset),
          noiseAlong(stones, line, z * 0.2, 0.2),
        ];
        const table = noiseAlong(tables, line, z * 0.0016, 0.0016, -offset);
        const afar = 190 * 0.8 * smoothstep(900, 1700, z);
        for (let column = strip.from; column < strip.to; column++) {
          const aside = Math.abs(line.start + line.step * column - river);
          const broken = 46 * rough[column]!;
          const rise = smoothstep(26, 300, aside + broken * 1.3) * 215 + smoothstep(300, 900, aside) * 60;
          const mesa = afar > 0 ? afar * smoothstep(0.2, 0.34, table[column]!) : 0;
          out[column] = terrace(rise + mesa + broken * 0.35) + 1.3 * stone[column]!;
        }
        return out;
      };
    },
    albedo(x, z, height, slope) {
      const bend = height + 7 * noiseAt(noise, x * 0.01, z * 0.01) + 2.5 * noiseAt(noise, x * 0.06, z * 0.06);
      const at = ((bend / 11) % bands.length) + bands.length;
      const index = Math.floor(at);
      const one = bands[index % bands.length]!;
      const next = bands[(index + 1) % bands.length]!;
      const stone = scale(
        blend(one, next, smoothstep(0.7, 1, at - index)),
        0.9 + 0.25 * noiseAt(noise, x * 0.09, z * 0.03),
      );
      const scrub = smoothstep(0.5, 0.15, slope) * smoothstep(-0.05, 0.35, noiseAt(noise, x * 0.05, z * 0.05)) * 0.6;
      const sand = smoothstep(9, 2, height) * 0.7;
      return blend(blend(stone, hex('#7f7a45'), scrub), hex('#c9a576'), sand);
    },
    detail: (x, z) => 1 + 0.2 * noiseAt(noise, x * 1.3, z * 1.3) + 0.16 * noiseAt(noise, x * 6, z * 4),
  };
  paintTerrain(stage, walls, { horizon, eye: 26, near: 12, far: 9000, hazeDistance: 6500, detailDistance: 60 });
  const sun = sunPosition(stage, horizon);
  glow(stage.canvas, sun.x, sun.y, stage.height * 0.9, stage.light.sun, 0.12, 2.4);
  return finishOutdoor(stage, horizon);
}
