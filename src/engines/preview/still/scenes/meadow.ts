// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A meadow of flowers, woods behind it. */

import { between } from '../../random.ts';
import { fractal, noiseAt } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, hex } from '../canvas.ts';
import { fractalRow, noiseAlong, noiseRow } from '../rows.ts';
import { paintSky } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintTerrain, type Surface } from '../terrain.ts';
import { finishOutdoor } from './outdoor.ts';

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
        const [roll, tussock] = [
          noiseAlong(rolls, line, z * 0.0036, 0.0042, offset),
          noiseAlong(tussocks, line, z * 0.8, 0.8),
        ];
        const rolling = 26 * smoothstep(15, 260, z);
        for (let column = strip.from; column < strip.to; column++) {
          out[column] = rolling * roll[column]! + 0.16 * tussock[column]!;
        }
        const afar = smoothstep(130, 260, z);
        if (afar === 0) return out;
        const [grove, crown, tip] = [
          noiseAlong(groves, line, z * 0.01, 0.008, -offset),
          noiseAlong(crowns, line, z * 0.16, 0.16),
          noiseAlong(tips, line, z * 0.5, 0.5),
        ];
        for (let column = strip.from; column < strip.to; column++) {
          const woods = smoothstep(0.12, 0.3, grove[column]!) * afar;
          out[column] = out[column]! + woods * (9 + 4 * crown[column]! + 2 * tip[column]!);
        }
        return out;
      };
    },
    albedo(x, z) {
      const woods = smoothstep(0.14, 0.24, noiseAt(noise, x * 0.008 - offset, z * 0.01)) * smoothstep(130, 260, z);
      const tone = clamp(0.5 + 0.7 * fractal(noise, x * 0.05, z * 0.03, 3), 0, 1);
      const ground = blend(
        blend(deep, fresh, tone),
        dry,
        clamp(0.25 + 0.6 * noiseAt(noise, x * 0.013, z * 0.02), 0, 0.7),
      );
      return blend(ground, trees, woods);
    },
    detail: (x, z) => 1 + 0.3 * noiseAt(noise, x * 6, z * 1.6) + 0.3 * noiseAt(noise, x * 19, z * 5),
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
    const patch = noiseAt(noise, x / (height * 0.3) + choice * 7, nearness * 4);
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
