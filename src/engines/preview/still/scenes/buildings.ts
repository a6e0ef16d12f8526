// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Places that people built in the open: a village, a castle on its hill. */
import { between, type Random } from '../../random.ts';
import { hashPair, noiseAt } from '../../raster/noise.ts';
import { clamp } from '../../raster/plane.ts';
import { blend, type Colour, glow, hex, scale } from '../canvas.ts';
import { channelsOf, fractalRow, noiseAlong } from '../rows.ts';
import { bar, box, ellipse, fillPolygon, type Point } from '../shapes.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintMountains } from './landscapes.ts';
import { paintMeadow } from './meadow.ts';
import { paintSnow } from './snow.ts';
import { lampColour, pane, snowColour, tiles, wall } from './walls.ts';

type House = { readonly x: number; readonly base: number; readonly metre: number; readonly id: number };

const plaster = ['#d8c9ae', '#c8a98a', '#b9836a', '#d9d2c4', '#a9927c', '#c7b27f'].map(hex);

/** A cottage seen from a corner: the gable, and the long side under its roof. */
function paintHouse(stage: Stage, { x, base, metre, id }: House, haze: number, isSnowy: boolean): void {
  const { canvas } = stage;
  const sunSide = stage.sunX * stage.width < x ? -1 : 1;
  const turned = hashPair(id, 1) > 0.5 ? 1 : -1;
  const gable = (3.6 + 1.2 * hashPair(id, 3)) * metre;
  const side = (5 + 3 * hashPair(id, 4)) * metre;
  const eaves = (2.7 + 1.4 * hashPair(id, 6)) * metre;
  const ridge = eaves + 3 * metre;
  const lift = 0.35 * metre;
  const tone = plaster[Math.floor(hashPair(id, 7) * plaster.length)] ?? snowColour;
  const tile = isSnowy ? snowColour : (tiles[Math.floor(hashPair(id, 8) * tiles.length)] ?? snowColour);
  const gableFacing = sunSide === -turned ? 0.75 : 0.28;
  const sideFacing = sunSide === turned ? 0.75 : 0.28;
  const at = (u: number, v: number): Point => [x + turned * u, base - v];
  fillPolygon(
    canvas,
    ellipse(x + turned * side * 0.4, base, side * 0.8, metre * 0.5),
    wall(stage, [0.1, 0.11, 0.13], 0.2, haze),
    0.45,
  );
  fillPolygon(
    canvas,
    [at(0, 0), at(side, lift), at(side, eaves + lift), at(0, eaves)],
    wall(stage, scale(tone, 0.92), sideFacing, haze),
  );
  fillPolygon(
    canvas,
    [at(0, 0), at(0, eaves), at(-gable / 2, ridge), at(-gable, eaves), at(-gable, 0)],
    wall(stage, tone, gableFacing, haze),
  );
  const over = 0.35 * metre;
  fillPolygon(
    canvas,
    [
      at(over, eaves - over),
      at(side + over, eaves + lift - over),
      at(side - gable / 2 + over, ridge + lift),
      at(-gable / 2, ridge + over * 0.6),
    ],
    wall(stage, tile, sideFacing * 0.9 + 0.1, haze),
  );
  const edge = wall(stage, scale(tile, isSnowy ? 0.95 : 0.7), gableFacing, haze);
  fillPolygon(canvas, bar(at(-gable / 2, ridge + over * 0.6), at(-gable - over, eaves - over), over), edge);
  fillPolygon(canvas, bar(at(-gable / 2, ridge + over * 0.6), at(over, eaves - over), over), edge);
  fillPolygon(
    canvas,
    box(...corners(at(side * 0.35, ridge + lift * 0.4), 0.7 * metre, 1.3 * metre)),
    wall(stage, scale(tone, 0.7), 0.4, haze),
  );
  const windows: readonly (readonly [number, number, number])[] = [
    [-gable * 0.5, eaves * 0.95, 0.9],
    [-gable * 0.75, eaves * 0.35, 0.8],
    [-gable * 0.27, eaves * 0.35, 0.8],
    [side * 0.25, eaves * 0.4, 0.75],
    [side * 0.65, eaves * 0.42, 0.75],
  ];
  for (const [index, [u, v, wide]] of windows.entries()) {
    const [px, py] = at(u, v);
    const light = pane(stage, id * 10 + index);
    const half = (wide * metre) / 2;
    fillPolygon(
      canvas,
      box(px - half * 1.25, py - half * 1.5, px + half * 1.25, py + half * 1.5),
      wall(stage, scale(tone, 0.6), 0.4, haze),
    );
    fillPolygon(
      canvas,
      box(px - half, py - half * 1.25, px + half, py + half * 1.25),
      blend(light, stage.light.haze, haze * 0.5),
    );
    if (light[0] > 0.6 && light[2] < light[0] * 0.7) glow(canvas, px, py, metre * 3, lampColour, 0.18);
  }
}

function corners([x, y]: Point, across: number, down: number): [number, number, number, number] {
  return [x - across / 2, y - down, x + across / 2, y + down * 0.3];
}

function paintSpruce(stage: Stage, x: number, base: number, tall: number, haze: number, isSnowy: boolean): void {
  const { canvas } = stage;
  const sunSide = stage.sunX * stage.width < x ? -1 : 1;
  for (let tier = 0; tier < 4; tier++) {
    const low = base - tall * (0.06 + tier * 0.2);
    const half = tall * (0.27 - tier * 0.055);
    const tip = low - tall * 0.36;
    const dark = wall(stage, hex('#1f3a2c'), 0.2, haze);
    const bright = wall(stage, isSnowy ? scale(snowColour, 0.75) : hex('#3b5c37'), 0.65, haze);
    fillPolygon(
      canvas,
      [
        [x - half, low],
        [x, tip],
        [x + half, low],
        [x, low - tall * 0.05],
      ],
      dark,
    );
    fillPolygon(
      canvas,
      [
        [x + sunSide * half, low],
        [x, tip],
        [x + sunSide * half * 0.15, low - tall * 0.03],
      ],
      bright,
      0.9,
    );
  }
}

function paintChurch(stage: Stage, x: number, base: number, metre: number, haze: number, isSnowy: boolean): void {
  const { canvas } = stage;
  const sunSide = stage.sunX * stage.width < x ? -1 : 1;
  const stone = hex('#cfc6b6');
  const half = 2 * metre;
  const top = base - 15 * metre;
  fillPolygon(canvas, box(x - half, top, x + half, base), wall(stage, stone, 0.4, haze));
  fillPolygon(
    canvas,
    box(sunSide < 0 ? x - half : x, top, sunSide < 0 ? x : x + half, base),
    wall(stage, stone, 0.75, haze),
  );
  const slate = isSnowy ? scale(snowColour, 0.85) : hex('#4a4f5a');
  fillPolygon(
    canvas,
    [
      [x - half * 1.25, top],
      [x, top - 10 * metre],
      [x + half * 1.25, top],
    ],
    wall(stage, slate, 0.35, haze),
  );
  fillPolygon(
    canvas,
    [
      [x, top],
      [x, top - 10 * metre],
      [x + sunSide * half * 1.25, top],
    ],
    wall(stage, slate, 0.75, haze),
  );
  fillPolygon(canvas, ellipse(x, top + 3 * metre, metre * 0.7, metre * 0.9), pane(stage, 77));
}

export function paintVillage(stage: Stage): Plate {
  const { width, height, random } = stage;
  const isSnowy = stage.season === 'winter';
  const plate = isSnowy ? paintSnow(stage) : paintMeadow(stage);
  const { horizon } = plate;
  const houses: (House & { readonly haze: number })[] = [];
  for (let row = 0; row < 3; row++) {
    const near = [0.035, 0.075, 0.14][row] ?? 0.1;
    const count = Math.round((width / height) * ([7, 5, 2.6][row] ?? 3));
    for (let index = 0; index < count; index++) {
      const u = (index + between(random, 0.15, 0.85)) / count;
      const id = row * 40 + index + 1;
      const isPath = row > 0 && Math.abs(u - 0.5) < 0.07 * row;
      const base = (horizon + near + between(random, -0.006, 0.012)) * height;
      const metre = (0.0042 + near * 0.085) * height;
      if (!isPath) houses.push({ x: u * width, base, metre, id, haze: [0.34, 0.18, 0.06][row] ?? 0 });
    }
  }
  const churchX = (stage.sunX < 0.5 ? 0.66 : 0.34) * width;
  let hasChurch = false;
  for (const house of houses) {
    if (!hasChurch && house.id > 40) {
      paintChurch(stage, churchX, (horizon + 0.06) * height, 0.0085 * height, 0.22, isSnowy);
      hasChurch = true;
    }
    const treeX = house.x + house.metre * between(random, -11, -6);
    paintSpruce(
      stage,
      treeX,
      house.base - house.metre * 0.2,
      house.metre * between(random, 6, 11),
      house.haze,
      isSnowy,
    );
    paintHouse(stage, house, house.haze, isSnowy);
  }
  return plate;
}

type Tower = { readonly at: number; readonly wide: number; readonly tall: number; readonly isPointed: boolean };

function castleTowers(random: Random): Tower[] {
  return [
    { at: -0.2, wide: 0.045, tall: 0.15, isPointed: true },
    { at: 0.19, wide: 0.05, tall: 0.17, isPointed: true },
    { at: -0.08, wide: 0.06, tall: 0.22, isPointed: false },
    { at: 0.07, wide: 0.045, tall: between(random, 0.26, 0.3), isPointed: true },
    { at: 0.005, wide: 0.075, tall: 0.2, isPointed: false },
    { at: -0.035, wide: 0.032, tall: 0.31, isPointed: true },
  ];
}

export function paintCastle(stage: Stage): Plate {
  const { width, height, random, noise } = stage;
  const isSnowy = stage.season === 'winter';
  const plate = isSnowy ? paintSnow(stage) : paintMountains(stage);
  const { horizon } = plate;
  // On the third away from the light, so that the light falls on it.
  const centre = (stage.sunX < 0.5 ? 0.64 : 0.36) * width;
  const foot = (horizon - 0.1) * height;
  const grass = isSnowy ? snowColour : hex(stage.season === 'autumn' ? '#8c7434' : '#5f7a35');
  const rock = hex('#7c7468');
  const rise = (x: number) => {
    const u = (x - centre) / height;
    const rough = 0.014 * noiseAt(noise, u * 14, 3) + 0.006 * noiseAt(noise, u * 46, 8);
    return foot + height * (0.3 * (1 - Math.exp(-((Math.max(0, Math.abs(u) - 0.2) * 2.6) ** 1.5))) + rough);
  };
  paintCastleWalls(stage, centre, foot + 0.012 * height, castleTowers(random));
  paintHill(stage, centre, rise, grass, rock);
  for (let count = 0; count < 44; count++) {
    const x = random() * width;
    const down = random() ** 1.6;
    const y = rise(x) + (0.02 + 0.5 * down) * height;
    if (Math.abs(x - centre) < height * 0.16 && down < 0.3) continue;
    paintSpruce(stage, x, y, (0.03 + 0.16 * down) * height * between(random, 0.7, 1.2), 0.16 * (1 - down), isSnowy);
  }
  return plate;
}

/** The hill that the castle stands on: grass, cliffs near the top. */
function paintHill(stage: Stage, centre: number, rise: (x: number) => number, grass: Colour, rock: Colour): void {
  const { width, height, light, from, to } = stage;
  const planes = channelsOf(stage);
  const tops = Float32Array.from({ length: width }, (_, x) => (x < from || x >= to ? height : rise(x)));
  const [patches, cliffs, stones] = [fractalRow(stage, 4), fractalRow(stage, 3), fractalRow(stage, 2)];
  const places = { start: 0, step: 1 / height };
  const sunSide = stage.sunX < 0.5 ? -1 : 1;
  const highest = tops.reduce((least, value) => Math.min(least, value), height);
  for (let y = Math.max(0, Math.floor(highest - 1)); y < height; y++) {
    const v = y / height;
    const [patchRow, cliffRow, stoneRow] = [
      noiseAlong(patches, places, v * 11, 5),
      noiseAlong(cliffs, places, v * 7, 16),
      noiseAlong(stones, places, v * 30, 30),
    ];
    for (let x = from; x < to; x++) {
      const cover = clamp(y + 1 - tops[x]!, 0, 1);
      if (cover <= 0) continue;
      const deep = clamp((y - tops[x]!) / (height * 0.3), 0, 1);
      const patch = patchRow[x]!;
      const cliff = clamp(1.2 - deep * 5 + cliffRow[x]! * 1.6 - Math.abs(x - centre) / (height * 0.34), 0, 1);
      const slope = clamp(0.5 + ((x - centre) / (height * 0.5)) * sunSide * 0.4 + patch * 0.5, 0.08, 1);
      const [green, grey] = [0.8 + 0.5 * patch, 0.8 + 0.6 * stoneRow[x]!];
      const haze = 0.16 * (1 - deep);
      const index = y * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const plane = planes[channel]!;
        const ground = grass[channel]! * green;
        const tone = ground + (rock[channel]! * grey - ground) * cliff;
        const lit = tone * (light.sun[channel]! * slope * 0.8 * 0.95 + light.ambient[channel]!);
        const seen = lit + (light.haze[channel]! - lit) * haze;
        plane[index] = plane[index]! + (seen - plane[index]!) * cover;
      }
    }
  }
}

function paintCastleWalls(stage: Stage, centre: number, foot: number, towers: readonly Tower[]): void {
  const { canvas, height, noise } = stage;
  const stone = hex('#b3a690');
  const roof = hex(stage.season === 'winter' ? '#8a93a6' : '#5d4a52');
  const sunSide = stage.sunX < 0.5 ? -1 : 1;
  const masonry = (left: number, right: number) => (x: number, y: number) => {
    const across = (x - left) / (right - left) - 0.5;
    const round = clamp(0.42 + across * sunSide * 0.9, 0.1, 0.85);
    const blocks =
      0.93 +
      0.1 * noiseAt(noise, x * (70 / height), y * (150 / height)) +
      0.07 * noiseAt(noise, x * (9 / height), y * (9 / height));
    return wall(stage, scale(stone, blocks), round, 0.14);
  };
  const battlement = (left: number, right: number, top: number, tooth: number) => {
    for (let x = left; x < right - tooth * 0.4; x += tooth * 2) {
      fillPolygon(canvas, box(x, top - tooth, Math.min(right, x + tooth), top + 1), masonry(left, right));
    }
  };
  const [left, right, top] = [centre - 0.21 * height, centre + 0.2 * height, foot - 0.085 * height];
  for (const [index, { at, wide, tall, isPointed }] of towers.entries()) {
    const x = centre + at * height;
    const half = (wide / 2) * height;
    const crown = foot - tall * height;
    fillPolygon(canvas, box(x - half, crown, x + half, foot + 0.03 * height), masonry(x - half, x + half));
    if (isPointed) {
      const tip = crown - wide * 1.55 * height;
      fillPolygon(
        canvas,
        [
          [x - half * 1.2, crown],
          [x, tip],
          [x + half * 1.2, crown],
        ],
        wall(stage, roof, 0.3, 0.14),
      );
      fillPolygon(
        canvas,
        [
          [x, crown],
          [x, tip],
          [x + sunSide * half * 1.2, crown],
        ],
        wall(stage, roof, 0.8, 0.14),
      );
      fillPolygon(canvas, bar([x, tip], [x, tip - 0.018 * height], 0.002 * height), wall(stage, [0.2, 0.2, 0.2], 0.4));
      fillPolygon(
        canvas,
        [
          [x, tip - 0.018 * height],
          [x + 0.022 * height, tip - 0.014 * height],
          [x, tip - 0.009 * height],
        ],
        wall(stage, hex('#b5322c'), 0.7),
      );
    } else battlement(x - half * 1.08, x + half * 1.08, crown, half * 0.26);
    for (let storey = 1; storey < 4; storey++) {
      const y = crown + storey * 0.045 * height;
      if (y > top - 0.01 * height) break;
      fillPolygon(canvas, ellipse(x, y, 0.0035 * height, 0.0075 * height), pane(stage, index * 7 + storey));
    }
  }
  fillPolygon(
    canvas,
    box(left, top, right, foot + 0.05 * height),
    masonry(left - (right - left) * 0.3, right + (right - left) * 0.3),
  );
  battlement(left, right, top, 0.0075 * height);
  const gate = centre + 0.005 * height;
  fillPolygon(
    canvas,
    ellipse(gate, foot - 0.03 * height, 0.016 * height, 0.02 * height),
    wall(stage, [0.05, 0.04, 0.04], 0.3),
  );
  fillPolygon(
    canvas,
    box(gate - 0.016 * height, foot - 0.03 * height, gate + 0.016 * height, foot + 0.01 * height),
    wall(stage, [0.05, 0.04, 0.04], 0.3),
  );
}
