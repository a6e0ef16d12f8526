// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A street between houses, by day or by night: façades with windows, shop fronts, signs, a road that mirrors them. */

import { between, type Random } from '../../random.ts';
import { addNoiseRow, hashPair, type Line } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, bokeh, type Colour, glow, hex, scale } from '../canvas.ts';
import { channelsOf, groundLine, noiseAlong, noiseRow } from '../rows.ts';
import { paintSky } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { finishOutdoor } from './outdoor.ts';

type House = {
  readonly id: number;
  /** Metres; the camera stands at x 0, z 0. */
  readonly left: number;
  readonly right: number;
  readonly front: number;
  readonly back: number;
  readonly height: number;
  readonly tone: Colour;
  readonly signs: readonly Sign[];
};

/** A lit sign on a façade, in metres along it and above the street. */
type Sign = {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly colour: Colour;
};

const focal = 0.92;
const eye = 1.7;
const neonColours = ['#ff3d9a', '#27d3ff', '#ffb02e', '#8c5bff', '#36f2a4', '#ff5a4d'].map(hex);
const dayTones = ['#a0826a', '#8d7a6c', '#b59a7a', '#7f8791', '#9a6a54', '#c4b59c', '#6f7780'].map(hex);

function build(random: Random, isLit: boolean): House[] {
  const houses: House[] = [];
  let id = 1;
  const add = (left: number, right: number, front: number, back: number, height: number) => {
    const depth = back - front;
    const signs = Array.from({ length: isLit ? 5 : 1 }, (): Sign => {
      const upright = random() < 0.6;
      const from = between(random, 0.5, Math.max(1, depth - 4));
      const low = between(random, 3.4, upright ? 8 : 14);
      const wide = upright ? between(random, 0.9, 1.6) : between(random, 2.5, 6);
      const tall = upright ? between(random, 4, 9) : between(random, 0.9, 1.8);
      const colour = neonColours[Math.floor(random() * neonColours.length)] ?? [1, 1, 1];
      return { from, to: from + wide, low, high: low + tall, colour };
    });
    const tone = dayTones[Math.floor(random() * dayTones.length)] ?? [0.5, 0.5, 0.5];
    houses.push({ id: id++, left, right, front, back, height, tone, signs });
  };
  for (const side of [-1, 1]) {
    let z = -6;
    while (z < 320) {
      const depth = between(random, 11, 24);
      const setback = random() < 0.3 ? between(random, 0.6, 2.4) : 0;
      const inner = 9 + setback;
      const height = between(random, 13, 34) + (z > 60 ? between(random, 0, 70) * random() : 0);
      add(side < 0 ? -inner - 40 : inner, side < 0 ? -inner : inner + 40, z, z + depth, height);
      z += depth + (random() < 0.12 ? 7 : 0.3);
    }
  }
  for (let count = 0; count < 26; count++) {
    const centre = between(random, -190, 190);
    const width = between(random, 16, 34);
    const z = between(random, 330, 620);
    add(centre - width / 2, centre + width / 2, z, z + 30, between(random, 40, 190) * (1 - Math.abs(centre) / 420));
  }
  return houses;
}

type Hit = { readonly house: House; readonly z: number; readonly along: number; readonly isFront: boolean };

function hitHouse(house: House, slope: number): Hit | undefined {
  if (house.back <= 1) return undefined;
  const xAtFront = slope * house.front;
  if (house.front > 1 && xAtFront >= house.left && xAtFront <= house.right) {
    return { house, z: house.front, along: xAtFront - house.left, isFront: true };
  }
  const face = house.right < 0 ? house.right : house.left;
  if (house.left < 0 && house.right > 0) return undefined;
  const z = face / slope;
  if (!(z > 1) || z < house.front || z > house.back) return undefined;
  return { house, z, along: z - house.front, isFront: false };
}

export function paintCity(stage: Stage): Plate {
  const { canvas, width, height, random, noise, light, lightName } = stage;
  const isLit = lightName === 'night' || lightName === 'neon' || lightName === 'lamp' || lightName === 'sunset';
  const isNeon = lightName === 'neon' || lightName === 'night';
  const isWet = isLit || lightName === 'overcast';
  const horizon = between(random, 0.5, 0.55);
  paintSky(stage, horizon, { clouds: 0.8, disc: !isLit });
  const houses = build(random, isLit);
  const hazeDistance = isNeon ? 190 : lightName === 'overcast' ? 160 : 420;
  const sunSide = stage.sunX < 0.5 ? -1 : 1;
  const { red, green, blue } = canvas;
  const ground = new Float32Array(width * height);
  const put = (index: number, colour: Colour) => {
    red.data[index] = colour[0];
    green.data[index] = colour[1];
    blue.data[index] = colour[2];
  };

  const [lampWarm, lampCold, shopTone] = ['#ffc27a', '#bcd8ff', '#ffcf8a'].map(hex) as [Colour, Colour, Colour];
  const facade = (hit: Hit, y: number, pixel: number, rough: number): Colour => {
    const { house } = hit;
    const { along } = hit;
    const storey = 3.4;
    const module = 2.1 + 1.2 * hashPair(house.id, 1);
    const level = Math.floor(y / storey);
    const column = Math.floor(along / module);
    const u = along / module - column;
    const v = y / storey - level;
    // A façade across the street faces the sun; the one on its side is in shade.
    const facing = hit.isFront ? 0.55 : house.left * sunSide < 0 ? 1 : 0.22;
    const wallTone = scale(house.tone, isLit ? 0.55 : 0.95);
    const lit: Colour = [
      light.sun[0] * facing + light.ambient[0] * 0.8,
      light.sun[1] * facing + light.ambient[1] * 0.8,
      light.sun[2] * facing + light.ambient[2] * 0.8,
    ];
    let colour: Colour = [wallTone[0] * lit[0] * rough, wallTone[1] * lit[1] * rough, wallTone[2] * lit[2] * rough];
    const sharp = clamp(1.6 - pixel / 0.45, 0, 1);
    const isShop = y < 3.3;
    const draw = hashPair(house.id * 131 + column, level);
    if (isShop) {
      // A pane between posts, goods on two boards behind it, light from above; a lintel over all.
      const inside = y > 0.45 && y < 2.75 && u > 0.05 && u < 0.95 && Math.abs(u - 0.5) > 0.015;
      if (inside) {
        const accent = neonColours[Math.floor(draw * neonColours.length)] ?? [1, 1, 1];
        const warm = blend(shopTone, accent, isNeon ? 0.35 * hashPair(column, house.id) : 0.06);
        const boardAt = y > 1.55 ? 1.55 : 0.75;
        const goods = hashPair(Math.floor(along * 3.1), Math.floor(boardAt * 10) + house.id);
        const isGoods = y < boardAt + 0.2 + 0.5 * goods && Math.abs(along * 3.1 - Math.floor(along * 3.1) - 0.5) < 0.36;
        const fall = 0.45 + 0.55 * smoothstep(0.3, 2.9, y);
        const room = scale(warm, (0.35 + 0.75 * draw) * fall * (isGoods ? 0.28 + 0.3 * goods * sharp : 1));
        const mirrored = blend(scale(light.skyMiddle, 0.25), light.skyHorizon, 0.22 * smoothstep(0.4, 2.9, y));
        colour = isLit
          ? scale(room, isNeon ? 0.8 : 0.95)
          : blend(scale(mirrored, 0.6), scale(room, 0.35), isGoods ? 0.25 : 0.12);
      } else if (y > 2.75) colour = scale(colour, 0.55);
    } else {
      const isFrame = Math.abs(u - 0.5) < 0.012 || Math.abs(v - 0.62) < 0.01;
      const windowShare = u > 0.24 && u < 0.76 && v > 0.26 && v < 0.86 && !(isFrame && sharp > 0.4) ? 1 : 0;
      const covering = windowShare * sharp + 0.36 * (1 - sharp);
      // Panes mirror the sky unevenly, and curtains hang behind some of them.
      const curtain = hashPair(column * 3 + house.id, level) > 0.6 && Math.abs(u - 0.5) > 0.14 ? 0.25 : 0;
      const glass = blend(scale(light.skyMiddle, 0.22), light.skyHorizon, 0.08 + 0.45 * v * draw + curtain);
      const isOn = isLit && draw > (isNeon ? 0.56 : 0.7);
      const lamp = blend(lampWarm, lampCold, hashPair(house.id + column, level + 7) > 0.75 ? 0.9 : 0.1);
      const pane: Colour = isOn
        ? scale(lamp, (0.3 + 0.5 * hashPair(column, level + house.id)) * (0.7 + 0.5 * v) * (curtain > 0 ? 0.7 : 1))
        : scale(glass, isLit ? 0.35 : 0.8);
      const average = isLit ? blend(pane, scale(lamp, 0.22), 1 - sharp) : pane;
      colour = blend(colour, average, covering);
      if (windowShare === 0 && v < 0.07) colour = scale(colour, 0.7);
    }
    for (const sign of house.signs) {
      if (along < sign.from || along > sign.to || y < sign.low || y > sign.high) continue;
      const across = (along - sign.from) / (sign.to - sign.from);
      const up = (y - sign.low) / (sign.high - sign.low);
      const isUpright = sign.high - sign.low > sign.to - sign.from;
      const strokes = isUpright ? glyph(across, up * 5, house.id) : glyph(up, across * 5, house.id + 9);
      const border = Math.min(across, 1 - across, up, 1 - up) < 0.05 ? 1 : 0;
      const shine = isLit ? 0.22 + 1.7 * Math.max(border, strokes) : 0.5 + 0.3 * strokes;
      colour = isLit ? scale(sign.colour, shine) : scale(sign.colour, shine * 0.6);
    }
    return colour;
  };

  const roughness = new Float32Array(height);
  const along = ({ start, step }: Line, frequency: number) => ({ start: start * frequency, step: step * frequency });
  for (let x = stage.from; x < stage.to; x++) {
    const slope = (x + 0.5 - width / 2) / height / focal || 1e-6;
    const hits = houses.flatMap((house) => hitHouse(house, slope) ?? []).sort((a, b) => a.z - b.z);
    // From near to far: a farther house shows only above what stands before it.
    let covered = height;
    for (const hit of hits) {
      const perMetre = (focal * height) / hit.z;
      const base = horizon * height + eye * perMetre;
      const top = Math.max(0, Math.ceil(horizon * height - (hit.house.height - eye) * perMetre));
      const haze = 1 - Math.exp(-hit.z / hazeDistance);
      const bottom = Math.min(covered, Math.ceil(base));
      // Up the wall, from its foot.
      const upwards = { start: base / perMetre, step: -1 / perMetre };
      roughness.fill(0.86, top, bottom);
      addNoiseRow(noise, roughness, top, bottom, along(upwards, 0.8), hit.along * 0.8, 0.16);
      addNoiseRow(noise, roughness, top, bottom, along(upwards, 5), hit.along * 5, 0.1);
      for (let row = top; row < bottom; row++) {
        const y = (base - row) / perMetre;
        const own = facade(hit, y, 1 / perMetre, roughness[row]!);
        const veil = blend(light.haze, light.skyMiddle, clamp(y / 120, 0, 0.6));
        put(row * width + x, blend(own, veil, haze * (isNeon ? 0.85 : 1)));
      }
      covered = Math.min(covered, top);
      if (covered === 0) break;
    }
    const nearest = hits[0];
    const start = Math.max(
      0,
      Math.ceil(horizon * height + (nearest === undefined ? 0 : (eye * focal * height) / nearest.z)),
    );
    for (let row = start; row < height; row++) ground[row * width + x] = start;
  }

  const planes = channelsOf(stage);
  const [pavement, asphalt] = [hex('#8a857e'), hex('#4a4b4f')];
  const daylight: Colour = [
    light.sun[0] * 0.5 + light.ambient[0],
    light.sun[1] * 0.5 + light.ambient[1],
    light.sun[2] * 0.5 + light.ambient[2],
  ];
  const [coarseRow, fineRow, puddleRow] = [noiseRow(stage), noiseRow(stage), noiseRow(stage)];
  const [rippleRow, streakRow] = [noiseRow(stage), noiseRow(stage)];
  for (let row = Math.floor(horizon * height); row < height; row++) {
    const z = (eye * focal * height) / Math.max(0.5, row + 0.5 - horizon * height);
    const haze = 1 - Math.exp(-z / hazeDistance);
    const ahead = groundLine(stage, z, focal);
    const line = { start: ahead.start + ahead.step / 2, step: ahead.step };
    const [coarse, fine] = [noiseAlong(coarseRow, line, z * 3, 3), noiseAlong(fineRow, line, z * 14, 14)];
    const sharp = 0.2 * clamp(1.4 - z / 14, 0, 1);
    const isJoint = Math.abs((z * 1.1) % 1) < 0.04;
    const isDash = z % 5 < 2.6;
    const [puddles, ripples, streaks] = isWet
      ? [
          noiseAlong(puddleRow, line, z * 0.16, 0.35),
          noiseAlong(rippleRow, line, z * 1.2, 5),
          noiseAlong(streakRow, line, z, 2),
        ]
      : [coarse, coarse, coarse];
    for (let x = stage.from; x < stage.to; x++) {
      const index = row * width + x;
      const start = ground[index]!;
      if (start === 0) continue;
      const across = line.start + line.step * x;
      const isPavement = Math.abs(across) > 6;
      const rough = 1 + 0.25 * coarse[x]! + sharp * fine[x]!;
      const slab = isPavement && (Math.abs((across * 1.1) % 1) < 0.04 || isJoint) ? 0.8 : 1;
      const edge = Math.abs(Math.abs(across) - 6) < 0.14 ? 0.75 : 1;
      const bright = (isLit ? 0.4 : 0.9) * rough * slab * edge;
      const marking = !isPavement && Math.abs(across) < 0.08 && isDash ? 0.5 : 0;
      const base = isPavement ? pavement : asphalt;
      // Water smears a light towards the viewer: mirrored rows are stretched and jittered sideways.
      const strength = isWet ? (0.16 + 0.42 * smoothstep(-0.25, 0.35, puddles[x]!)) * (isNeon ? 1 : 0.7) : 0;
      const ripple = ripples[x]! * (0.004 + 0.02 * (row / height - horizon)) * width;
      const mirrorX = clamp(Math.round(x + ripple), 0, width - 1);
      const mirrorRow = clamp(Math.round(start - (row - start) * (0.92 + 0.1 * streaks[x]!)), 0, start - 1);
      const from = mirrorRow * width + mirrorX;
      for (let channel = 0; channel < 3; channel++) {
        const plane = planes[channel]!;
        const dry = (base[channel]! * bright + marking * 0.6) * daylight[channel]!;
        const wet = dry * (1 - strength * 0.5) + plane[from]! * strength;
        plane[index] = wet + (light.haze[channel]! - wet) * haze * 0.8;
      }
    }
  }

  if (isLit) streetLights(stage, horizon, isNeon);
  const plate = finishOutdoor(stage, horizon);
  if (!isNeon) return plate;
  // Light comes from all the signs: magenta from one side, cyan from the other.
  const key = {
    ...plate.key,
    x: stage.sunX < 0.5 ? 0.05 : 0.95,
    y: 0.35,
    colour: blend(hex('#ff5cb4'), hex('#ffd0a0'), 0.35),
    ambient: scale(hex('#5a7de0'), 0.5),
    exposure: 0.72,
  };
  return { ...plate, key };
}

/** Strokes that look like writing from across a street: a few bars per character, different for each. */
function glyph(across: number, along: number, id: number): number {
  const character = Math.floor(along);
  const v = along - character;
  if (across < 0.2 || across > 0.8 || v < 0.14 || v > 0.86) return 0;
  const column = Math.floor(((across - 0.2) / 0.6) * 3);
  const row = Math.floor(((v - 0.14) / 0.72) * 4);
  return hashPair(id * 37 + character, row * 3 + column) > 0.46 ? 1 : 0;
}

function streetLights(stage: Stage, horizon: number, isNeon: boolean): void {
  const { canvas, width, height, random } = stage;
  for (let z = 120; z >= 8; z /= 1.32) {
    for (const side of [-1, 1]) {
      const x = width / 2 + ((side * 6.4 * focal) / z) * height;
      const y = (horizon - (focal * (5.4 - eye)) / z) * height;
      const radius = ((0.26 * focal) / z) * height + 1;
      const colour =
        isNeon && random() < 0.4 ? (neonColours[Math.floor(random() * 4)] ?? hex('#ffd9a0')) : hex('#ffd9a0');
      glow(canvas, x, y, radius * 9, colour, 0.22, 2.4);
      bokeh(canvas, x, y, radius, colour, 1.2);
    }
  }
  // Lamps and tail lights far down the street, out of focus.
  for (let count = 0; count < 34; count++) {
    const x = width * (0.5 + (random() - 0.5) * 0.24);
    const y = (horizon + between(random, -0.02, 0.05)) * height;
    const colour = neonColours[Math.floor(random() * neonColours.length)] ?? hex('#ffffff');
    bokeh(
      canvas,
      x,
      y,
      between(random, 0.004, 0.014) * height,
      blend(colour, hex('#ffe0b0'), isNeon ? 0.3 : 0.8),
      between(random, 0.12, 0.5),
    );
  }
}
