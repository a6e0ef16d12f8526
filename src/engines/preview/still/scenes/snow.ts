// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A field of snow, spruces, mountains far off; flakes in the air. */

import { between } from '../../random.ts';
import { noiseAt, ridged } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, glow, hex, scale } from '../canvas.ts';
import { fractalRow, noiseAlong, noiseRow } from '../rows.ts';
import { paintSky } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintTerrain, type Surface } from '../terrain.ts';
import { finishOutdoor } from './outdoor.ts';

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
        const [drift, crust] = [
          noiseAlong(drifts, line, z * 0.022, 0.02, offset),
          noiseAlong(crusts, line, z * 0.2, 0.25),
        ];
        const grove = noiseAlong(groves, line, z * 0.012, 0.011, offset);
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
        smoothstep(0.04, 0.14, noiseAt(noise, x * 0.011 + offset, z * 0.012)) *
        smoothstep(70, 160, z) *
        (1 - smoothstep(700, 1200, z));
      const branches = woods * smoothstep(0.5, 1.6, slope) * (0.75 + 0.25 * noiseAt(noise, x * 0.9, height * 1.3));
      const stone = smoothstep(1.3, 2, slope) * smoothstep(700, 1300, z) * 0.7;
      return blend(blend(white, pine, clamp(branches, 0, 1)), hex('#5d6472'), stone);
    },
    detail: (x, z) => 1 + 0.05 * noiseAt(noise, x * 1.6, z * 1.1) + 0.04 * noiseAt(noise, x * 11, z * 7),
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
