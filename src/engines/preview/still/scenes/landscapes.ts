// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Open country: desert, mountains, meadow, snow. */

import { between } from '../../random.ts';
import { fractal, ridged } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, glow, hex, scale } from '../canvas.ts';
import { fractalRow, noiseRow } from '../rows.ts';
import { paintSky, sunPosition } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintTerrain, type Surface } from '../terrain.ts';

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
        const [bend, crook] = [broad(line, z * 0.006, 0.008, offset), fine(line, z * 0.02 + offset, 0.027)];
        const [mask, wind] = [masks(line, z * 0.004, 0.0052, -offset), winds(line, z * 0.017 - offset, 0.02)];
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
      const tone = 0.5 + 0.5 * noise(x * 0.05, z * 0.04);
      return blend(hex('#d69a5c'), hex('#e8bd85'), clamp(tone * 0.6 + 0.3 - slope * 0.2, 0, 1));
    },
    detail(x, z) {
      // Wind ripples a hand wide, bent by slow noise, and grains between them.
      const bend = noise(x * 0.35, z * 0.35) * 2.4 + noise(x * 0.09, z * 0.12) * 5;
      const ripple = Math.sin((z * 1.4 + x * 0.35) * 5.2 + bend * 2.2);
      return 1 + 0.11 * ripple * (0.6 + 0.4 * noise(x * 0.5, z * 0.6)) + 0.07 * noise(x * 9, z * 9);
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
    smoothstep(-0.08, 0.1, noise(x * 0.004, z * 0.004) + 0.5 * noise(x * 0.013, z * 0.013)) * smoothstep(90, 300, z);
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
        const [hill, tussock] = [hills(line, z * 0.0026 + offset, 0.0026), tussocks(line, z * 0.06, 0.06)];
        const hilly = 70 * smoothstep(20, 300, z);
        const sunk = 60 * smoothstep(60, 600, z);
        for (let column = strip.from; column < strip.to; column++) {
          out[column] = hilly * hill[column]! - sunk + 1.2 * tussock[column]!;
        }
        if (rise > 0) {
          // Bent lattices: straight ridges and cotton heaps are what plain noise gives.
          const bendX = bendsX(line, z * 0.0004 + offset, 0.0004, 3);
          const bendZ = bendsZ(line, z * 0.0004 - 8, 0.0004, -offset);
          for (let column = strip.from; column < strip.to; column++) {
            const x = line.start + line.step * column + 900 * bendX[column]!;
            const crest = ridged(noise, x * 0.00023 + offset, (z + 900 * bendZ[column]!) * 0.00023, 7);
            out[column] = out[column]! + rise * crest ** 1.65;
          }
        }
        if (z <= 90 || z >= 3400) return out;
        // Woods stand up as what they are: a rough edge of tops.
        const [grove, copse] = [groves(line, z * 0.004, 0.004), copses(line, z * 0.013, 0.013)];
        const [crown, tip] = [crowns(line, z * 0.05, 0.11), tips(line, z * 0.2, 0.37)];
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
      const patch = noise(x * 0.004, z * 0.004) * 90 + noise(x * 0.02, z * 0.02) * 40;
      const snow = smoothstep(snowLine, snowLine + 130, height + patch - slope * 170);
      const bare = smoothstep(160, 390, height + patch) * 0.85 + smoothstep(0.8, 1.3, slope) * 0.7;
      const woods = woodsAt(x, z) * smoothstep(420, 300, height);
      let ground = white;
      if (snow < 1 && bare < 1) {
        ground = blend(grass, dryGrass, clamp(0.3 + 0.8 * fractal(noise, x * 0.02, z * 0.02, 3), 0, 0.8));
      }
      if (snow < 1 && bare > 0) {
        // Layers of stone run across a face, gullies down it.
        const strata = noise(x * 0.0015, height * 0.035) + 0.6 * noise(x * 0.02, z * 0.004);
        ground = blend(ground, blend(rock, scree, clamp(0.5 + 0.6 * strata, 0, 1)), Math.min(1, bare));
      }
      if (snow > 0) ground = blend(ground, white, snow);
      if (woods === 0) return ground;
      const tops = 0.75 + 0.5 * noise(x * 0.09, z * 0.06);
      return blend(ground, scale(pine, tops), woods * (isWinter ? 0.75 : 1));
    },
    detail: (x, z) => 1 + 0.26 * noise(x * 2.2, z * 1.1) + 0.3 * noise(x * 7, z * 2.6),
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
        const river = (60 * noise(z * 0.0032, offset) + 120 * noise(z * 0.0011 + 7, offset)) * smoothstep(30, 500, z);
        const [rough, stone] = [roughs(line, z * 0.008, 0.008, offset), stones(line, z * 0.2, 0.2)];
        const table = tables(line, z * 0.0016, 0.0016, -offset);
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
      const bend = height + 7 * noise(x * 0.01, z * 0.01) + 2.5 * noise(x * 0.06, z * 0.06);
      const at = ((bend / 11) % bands.length) + bands.length;
      const index = Math.floor(at);
      const one = bands[index % bands.length]!;
      const next = bands[(index + 1) % bands.length]!;
      const stone = scale(blend(one, next, smoothstep(0.7, 1, at - index)), 0.9 + 0.25 * noise(x * 0.09, z * 0.03));
      const scrub = smoothstep(0.5, 0.15, slope) * smoothstep(-0.05, 0.35, noise(x * 0.05, z * 0.05)) * 0.6;
      const sand = smoothstep(9, 2, height) * 0.7;
      return blend(blend(stone, hex('#7f7a45'), scrub), hex('#c9a576'), sand);
    },
    detail: (x, z) => 1 + 0.2 * noise(x * 1.3, z * 1.3) + 0.16 * noise(x * 6, z * 4),
  };
  paintTerrain(stage, walls, { horizon, eye: 26, near: 12, far: 9000, hazeDistance: 6500, detailDistance: 60 });
  const sun = sunPosition(stage, horizon);
  glow(stage.canvas, sun.x, sun.y, stage.height * 0.9, stage.light.sun, 0.12, 2.4);
  return finishOutdoor(stage, horizon);
}

const meadowColours = {
  summer: { fresh: hex('#7f9c34'), deep: hex('#41662a'), dry: hex('#b2a355'), trees: hex('#1f3a1d') },
  spring: { fresh: hex('#8fb83e'), deep: hex('#4f8030'), dry: hex('#b9c46a'), trees: hex('#d79ab0') },
  autumn: { fresh: hex('#a8953c'), deep: hex('#6d6a2c'), dry: hex('#c79a4e'), trees: hex('#a8491a') },
  winter: { fresh: hex('#dfe5ee'), deep: hex('#c3cddb'), dry: hex('#d8d6cc'), trees: hex('#4d5a5c') },
} as const;

export function paintMeadow(stage: Stage): Plate {
  const { noise, random } = stage;
  const horizon = between(random, 0.48, 0.54);
  paintSky(stage, horizon);
  const offset = random() * 60;
  const { fresh, deep, dry, trees } = meadowColours[stage.season ?? 'summer'];
  const hills: Surface = {
    heights(strip) {
      const [rolls, groves, tussocks] = [fractalRow(strip, 3), noiseRow(strip), noiseRow(strip)];
      const [crowns, tips] = [noiseRow(strip), noiseRow(strip)];
      const out = new Float32Array(strip.width);
      return (line, z) => {
        const [roll, tussock] = [rolls(line, z * 0.0036, 0.0042, offset), tussocks(line, z * 0.8, 0.8)];
        const rolling = 26 * smoothstep(15, 260, z);
        for (let column = strip.from; column < strip.to; column++) {
          out[column] = rolling * roll[column]! + 0.16 * tussock[column]!;
        }
        const afar = smoothstep(130, 260, z);
        if (afar === 0) return out;
        const [grove, crown, tip] = [
          groves(line, z * 0.01, 0.008, -offset),
          crowns(line, z * 0.16, 0.16),
          tips(line, z * 0.5, 0.5),
        ];
        for (let column = strip.from; column < strip.to; column++) {
          const woods = smoothstep(0.12, 0.3, grove[column]!) * afar;
          out[column] = out[column]! + woods * (9 + 4 * crown[column]! + 2 * tip[column]!);
        }
        return out;
      };
    },
    albedo(x, z) {
      const woods = smoothstep(0.14, 0.24, noise(x * 0.008 - offset, z * 0.01)) * smoothstep(130, 260, z);
      const tone = clamp(0.5 + 0.7 * fractal(noise, x * 0.05, z * 0.03, 3), 0, 1);
      const ground = blend(blend(deep, fresh, tone), dry, clamp(0.25 + 0.6 * noise(x * 0.013, z * 0.02), 0, 0.7));
      return blend(ground, trees, woods);
    },
    detail: (x, z) => 1 + 0.3 * noise(x * 6, z * 1.6) + 0.3 * noise(x * 19, z * 5),
  };
  paintTerrain(stage, hills, {
    horizon,
    eye: 2.6,
    near: 3,
    far: 3200,
    hazeDistance: 1900,
    detailDistance: 46,
    softness: 0.3,
  });
  scatterFlowers(stage, horizon);
  return finishOutdoor(stage, horizon);
}

/** Blossoms: small and dense far away, larger near the camera. */
function scatterFlowers(stage: Stage, horizon: number): void {
  const { canvas, width, height, noise, random, light } = stage;
  const kinds = [hex('#f4f0e6'), hex('#f2c53d'), hex('#d8475a'), hex('#9a78d2')];
  for (let count = 0; count < 2600; count++) {
    const nearness = random() ** 1.7;
    const y = (horizon + 0.035 + nearness * (1 - horizon)) * height;
    const x = random() * width;
    const choice = Math.floor(random() * kinds.length);
    const patch = noise(x / (height * 0.3) + choice * 7, nearness * 4);
    if (patch < 0.08) continue;
    const radius = (0.0008 + 0.0042 * nearness) * height * (0.7 + 0.6 * random());
    const colour = kinds[choice] ?? [1, 1, 1];
    const lit = 0.5 + 0.5 * random();
    dab(canvas, x, y, radius, [
      colour[0] * (light.sun[0] * lit + light.ambient[0]),
      colour[1] * (light.sun[1] * lit + light.ambient[1]),
      colour[2] * (light.sun[2] * lit + light.ambient[2]),
    ]);
  }
}

function dab(canvas: Stage['canvas'], x: number, y: number, radius: number, colour: Colour): void {
  const { width, height, from, to, red, green, blue } = canvas;
  for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
    for (let column = Math.max(from, Math.floor(x - radius)); column <= Math.min(to - 1, x + radius); column++) {
      const cover = clamp(radius - Math.hypot(column - x, (row - y) * 1.3) + 0.5, 0, 1) * 0.9;
      const index = row * width + column;
      red.data[index] = (red.data[index] ?? 0) * (1 - cover) + colour[0] * cover;
      green.data[index] = (green.data[index] ?? 0) * (1 - cover) + colour[1] * cover;
      blue.data[index] = (blue.data[index] ?? 0) * (1 - cover) + colour[2] * cover;
    }
  }
}

export function paintSnow(stage: Stage): Plate {
  const { noise, random, light } = stage;
  const horizon = between(random, 0.46, 0.52);
  paintSky(stage, horizon, { clouds: 0.8 });
  const offset = random() * 60;
  const pine = hex('#1d3530');
  const white: Colour = [0.6, 0.65, 0.74];
  const field: Surface = {
    heights(strip) {
      const [drifts, crusts, groves] = [fractalRow(strip, 3), noiseRow(strip), noiseRow(strip)];
      const out = new Float32Array(strip.width);
      return (line, z) => {
        const [drift, crust] = [drifts(line, z * 0.022, 0.02, offset), crusts(line, z * 0.2, 0.25)];
        const grove = groves(line, z * 0.012, 0.011, offset);
        const [drifting, wooded] = [5.5 * smoothstep(3, 45, z), smoothstep(70, 160, z)];
        const far = 520 * smoothstep(700, 3200, z);
        for (let column = strip.from; column < strip.to; column++) {
          const x = line.start + line.step * column;
          const woods = wooded > 0 ? smoothstep(0.02, 0.22, grove[column]!) * wooded : 0;
          // Spruces: sharp cones on a jittered lattice.
          const cone = woods > 0 ? woods * spruce(x, z) : 0;
          const peaks = far > 0 ? far * ridged(noise, x * 0.0006 - offset, z * 0.0006, 5) ** 1.5 : 0;
          out[column] = drifting * drift[column]! + 0.25 * crust[column]! + cone + peaks;
        }
        return out;
      };
    },
    albedo(x, z, height, slope) {
      const woods =
        smoothstep(0.04, 0.14, noise(x * 0.011 + offset, z * 0.012)) *
        smoothstep(70, 160, z) *
        (1 - smoothstep(700, 1200, z));
      const branches = woods * smoothstep(0.5, 1.6, slope) * (0.75 + 0.25 * noise(x * 0.9, height * 1.3));
      const stone = smoothstep(1.3, 2, slope) * smoothstep(700, 1300, z) * 0.7;
      return blend(blend(white, pine, clamp(branches, 0, 1)), hex('#5d6472'), stone);
    },
    detail: (x, z) => 1 + 0.05 * noise(x * 1.6, z * 1.1) + 0.04 * noise(x * 11, z * 7),
  };
  paintTerrain(stage, field, {
    horizon,
    eye: 3.4,
    near: 4,
    far: 5200,
    hazeDistance: light.cloudCover > 0.7 ? 1400 : 3600,
    detailDistance: 40,
    softness: 0.25,
  });
  scatterFlakes(stage);
  return finishOutdoor(stage, horizon);
}

function spruce(x: number, z: number): number {
  const cell = 7;
  const column = Math.floor(x / cell);
  const row = Math.floor(z / cell);
  const jitter = Math.sin(column * 12.9898 + row * 78.233) * 43758.5453;
  const draw = jitter - Math.floor(jitter);
  const centreX = (column + 0.35 + 0.3 * draw) * cell;
  const centreZ = (row + 0.35 + 0.3 * (1 - draw)) * cell;
  const distance = Math.sqrt((x - centreX) ** 2 + (z - centreZ) ** 2);
  return Math.max(0, (9 + 7 * draw) * (1 - distance / 2.6));
}

function scatterFlakes(stage: Stage): void {
  const { canvas, width, height, random, light } = stage;
  const colour = scale(blend(light.ambient, light.sun, 0.6), 0.55);
  for (let count = 0; count < 260; count++) {
    const size = random() ** 5;
    glow(canvas, random() * width, random() * height, (0.0016 + 0.011 * size) * height, colour, 0.9 - 0.6 * size, 1.2);
  }
}
