/** A harbour: houses along a quay, boats at their moorings. */
import { between, pick } from '../../random.ts';
import { fractal, hashPair, noiseAt } from '../../raster/noise.ts';
import { type Colour, glow, hex, scale } from '../canvas.ts';
import { bar, box, fillPolygon, type Point } from '../shapes.ts';
import { paintSky } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintWater } from './lake.ts';
import { finishOutdoor } from './outdoor.ts';
import { lampColour, pane, snowColour, tiles, wall } from './walls.ts';

export function paintHarbour(stage: Stage): Plate {
  const { canvas, width, height, random, noise, light } = stage;
  const horizon = between(random, 0.47, 0.51);
  const shore = horizon + 0.035;
  paintSky(stage, horizon);
  for (const [index, tall] of [0.13, 0.085].entries()) {
    const crest = Array.from({ length: 121 }, (_, step): Point => {
      const u = (step / 120) * (width / height);
      const lift = 0.45 + 0.8 * fractal(noise, u * (1.3 + index) + index * 9, index * 4 + 2, 5);
      return [(step / 120) * width, (horizon - tall * Math.max(0.1, lift)) * height];
    });
    const tone = wall(stage, hex('#4f6550'), 0.5, index === 0 ? 0.74 : 0.5);
    fillPolygon(canvas, [...crest, [width, shore * height], [0, shore * height]], tone);
  }
  paintQuay(stage, shore);
  paintWater(stage, horizon, shore);
  const boats = [
    { x: 0.2, near: 0.07 },
    { x: 0.43, near: 0.045 },
    { x: 0.87, near: 0.09 },
    { x: stage.sunX < 0.5 ? 0.66 : 0.33, near: 0.26 },
  ];
  for (const { x, near } of boats) {
    const metre = (0.0055 + near * 0.1) * height;
    paintBoat(
      stage,
      (x + between(random, -0.03, 0.03)) * width,
      (shore + near) * height,
      metre,
      pick(random, boatColours),
    );
  }
  if (light.exposure < 0.85) {
    for (let count = 0; count < 9; count++) {
      glow(canvas, ((count + 0.5) / 9) * width, (shore - 0.03) * height, 0.05 * height, lampColour, 0.4);
    }
  }
  return finishOutdoor(stage, horizon);
}

const facades = ['#d9835f', '#e3c07a', '#d8d2c4', '#8fa9a6', '#c9695a', '#a8b58a', '#e0a98c', '#7f97b5'].map(hex);
const boatColours = ['#f1efe8', '#2f5f9a', '#b8382f', '#2f7a6a'].map(hex);

/** A row of narrow houses behind the quay. */
function paintQuay(stage: Stage, shore: number): void {
  const { canvas, width, height, random, noise } = stage;
  const quay = (shore - 0.016) * height;
  const isSnowy = stage.season === 'winter';
  let x = -0.03 * height;
  for (let id = 1; x < width; id++) {
    const wide = between(random, 0.05, 0.085) * height;
    const tall = between(random, 0.085, 0.15) * height;
    const gap = random() < 0.14 ? 0.05 * height : 0;
    const tone = pick(random, facades);
    const tile = isSnowy ? snowColour : pick(random, tiles);
    const [left, right, top] = [x, x + wide, quay - tall];
    const facing = 0.4 + 0.2 * hashPair(id, 4);
    const gable = wide * between(random, 0.35, 0.5);
    const weather = (px: number, py: number) =>
      wall(stage, scale(tone, 0.93 + 0.14 * noiseAt(noise, px * (26 / height), py * (26 / height))), facing, 0.1);
    fillPolygon(
      canvas,
      [
        [left - wide * 0.04, top + 1],
        [(left + right) / 2, top - gable],
        [right + wide * 0.04, top + 1],
      ],
      wall(stage, tile, 0.6, 0.1),
    );
    fillPolygon(canvas, box(left, top, right, quay + 1), weather);
    const rows = Math.max(2, Math.round(tall / (0.032 * height)));
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < 3; column++) {
        const px = left + wide * (0.2 + 0.3 * column);
        const py = top + (tall * (row + 0.55)) / rows;
        const half = wide * 0.065;
        fillPolygon(
          canvas,
          box(px - half * 1.3, py - half * 1.8, px + half * 1.3, py + half * 1.7),
          wall(stage, [0.8, 0.78, 0.74], facing * 0.8, 0.1),
        );
        fillPolygon(
          canvas,
          box(px - half, py - half * 1.5, px + half, py + half * 1.4),
          pane(stage, id * 40 + row * 3 + column),
        );
      }
    }
    x += wide + gap;
  }
  fillPolygon(canvas, box(0, quay, width, shore * height + 1), (px, py) =>
    wall(
      stage,
      scale(hex('#8d8375'), 0.85 + 0.3 * noiseAt(noise, px * (60 / height), py * (140 / height))),
      0.45,
      0.06,
    ),
  );
}

/** A sailing boat at its mooring, and its picture in the water. */
function paintBoat(stage: Stage, x: number, line: number, metre: number, colour: Colour): void {
  const { canvas, noise } = stage;
  const facing = stage.sunX * stage.width < x ? -1 : 1;
  for (const isMirrored of [true, false]) {
    const at = (u: number, v: number): Point => {
      const down = isMirrored ? v * 0.85 : -v;
      // The water bends what it mirrors, the more the farther from the boat.
      const bend = isMirrored ? noiseAt(noise, v * 1.7 + x, 4) * Math.min(0.22, Math.abs(v) * 0.05) : 0;
      return [x + (u + bend) * metre, line + down * metre];
    };
    const tall = (points: readonly (readonly [number, number])[]) => points.map(([u, v]) => at(u, v));
    const opacity = isMirrored ? 0.42 : 1;
    const hull = tall([
      [-4.2, 1.15],
      [4.6, 1.45],
      [3.4, 0],
      [-3.6, 0],
    ]);
    const mast = Array.from({ length: 12 }, (_, step) => at(0.2, 1.2 + step));
    for (const [index, from] of mast.entries()) {
      const to = mast[index + 1];
      if (to !== undefined) fillPolygon(canvas, bar(from, to, 0.14 * metre), wall(stage, hex('#cbb899'), 0.6), opacity);
    }
    fillPolygon(canvas, bar(at(0.2, 2.2), at(-3.8, 2.3), 0.3 * metre), wall(stage, hex('#e9e4d8'), 0.6), opacity);
    fillPolygon(canvas, bar(at(0.2, 12), at(4.5, 1.5), 0.04 * metre), wall(stage, [0.3, 0.3, 0.3], 0.4), opacity * 0.7);
    fillPolygon(
      canvas,
      bar(at(0.2, 12), at(-4.1, 1.2), 0.04 * metre),
      wall(stage, [0.3, 0.3, 0.3], 0.4),
      opacity * 0.7,
    );
    fillPolygon(
      canvas,
      tall([
        [-2, 1.2],
        [1.6, 1.3],
        [1.1, 2],
        [-1.7, 2],
      ]),
      wall(stage, hex('#efe9dc'), 0.7),
      opacity,
    );
    fillPolygon(canvas, hull, wall(stage, colour, facing > 0 ? 0.7 : 0.5), opacity);
    fillPolygon(
      canvas,
      tall([
        [-4.2, 1.15],
        [4.6, 1.45],
        [4.45, 1.2],
        [-4.1, 0.9],
      ]),
      wall(stage, [0.85, 0.83, 0.8], 0.6),
      opacity,
    );
    fillPolygon(
      canvas,
      tall([
        [-3.72, 0.25],
        [3.6, 0.28],
        [3.4, 0],
        [-3.6, 0],
      ]),
      wall(stage, hex('#6d2a22'), 0.4),
      opacity,
    );
  }
}
