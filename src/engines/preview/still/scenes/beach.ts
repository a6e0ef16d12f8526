// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A beach: sand, a curved waterline with foam, the sea up to the horizon. */
import { between } from '../../random.ts';
import type { Line } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, glow, hex, multiply, scale } from '../canvas.ts';
import { decay } from '../decay.ts';
import { channelsOf, fractalRow, groundLine, type NoiseRow, noiseAlong, noiseRow, skyAt, skyTable } from '../rows.ts';
import { paintSky, sunPosition } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { finishOutdoor } from './outdoor.ts';

const eye = 2.2;
const focal = 0.95;

/** A row of the ground: how far away it is, in metres, and what lies how far behind the waterline. */
type GroundRow = {
  readonly y: number;
  /** Share of the height below the horizon. */
  readonly below: number;
  readonly z: number;
  readonly line: Line;
  /** Metres behind the waterline; on the sand they are negative. */
  readonly out: Float32Array;
  /** The least of them. */
  readonly least: number;
};

export function paintBeach(stage: Stage): Plate {
  const { canvas, width, height, random, light, from, to } = stage;
  const horizon = between(random, 0.42, 0.47);
  paintSky(stage, horizon);
  const first = Math.floor(horizon * height);
  const sky = skyTable(stage);
  const shore: Shore = {
    sea: seaOf(stage, horizon, sky),
    sand: sandOf(stage, horizon, sky),
    curveOf: noiseRow(stage),
    scallopOf: noiseRow(stage),
    out: new Float32Array(width),
  };
  for (let y = first; y < height; y++) paintGroundRow(stage, shore, y, horizon);
  // The sea meets the sky in a band of haze, not in a line.
  for (let y = Math.max(0, first - 3); y < Math.min(height, first + 3); y++) {
    const share = 0.5 * Math.exp(-Math.abs(y - first) / 2);
    for (const [channel, plane] of channelsOf(stage).entries()) {
      drawTowards(plane, y * width + from, y * width + to, light.skyHorizon[channel]!, share);
    }
  }
  const sun = sunPosition(stage, horizon);
  glow(canvas, sun.x, sun.y, height * 0.9, light.sun, 0.12, 2.5);
  return finishOutdoor(stage, horizon);
}

type Shore = {
  readonly sea: Sea;
  readonly sand: Sand;
  readonly curveOf: NoiseRow;
  readonly scallopOf: NoiseRow;
  readonly out: Float32Array;
};

// Functions of the module: see `raster/noise.ts`.

function drawTowards(plane: Float32Array, start: number, end: number, value: number, share: number): void {
  for (let index = start; index < end; index++) plane[index] = plane[index]! + (value - plane[index]!) * share;
}

function paintGroundRow(stage: Stage, { sea, sand, curveOf, scallopOf, out }: Shore, y: number, horizon: number): void {
  const { height, from, to } = stage;
  const below = Math.max(0.4, y + 0.5 - horizon * height) / height;
  const z = (eye * focal) / below;
  const line = groundLine(stage, z, focal);
  // The waterline: curved, scalloped by the last wave.
  const [curve, scallop] = [noiseAlong(curveOf, line, 3, 0.12), noiseAlong(scallopOf, line, 8, 0.6)];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let x = from; x < to; x++) {
    const value = z - (8.6 + 0.16 * (line.start + line.step * x) + 1.1 * curve[x]! + 0.35 * scallop[x]!);
    out[x] = value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const row = { y, below, z, line, out, least };
  if (most > 0) paintSeaRow(stage, sea, row);
  if (least <= 0) paintSandRow(stage, sand, row);
}

/** How far behind the waterline its foam reaches, in metres. */
const laceReach = 2.6;

type Sea = ReturnType<typeof seaOf>;

function seaOf(stage: Stage, horizon: number, sky: Float32Array) {
  const { light } = stage;
  return {
    planes: channelsOf(stage),
    sun: sunPosition(stage, horizon),
    shallow: scale(multiply(hex('#2fa6a8'), light.skyMiddle), 1.15),
    deep: multiply(hex('#2a5f93'), light.skyTop),
    white: scale(blend(light.ambient, light.sun, 0.55), 1.25),
    distance: blend(light.skyHorizon, light.haze, 0.5),
    sky,
    swells: noiseRow(stage),
    waves: noiseRow(stage),
    ripples: noiseRow(stage),
    gusts: noiseRow(stage),
    aside: noiseRow(stage),
    finely: noiseRow(stage),
    breaks: noiseRow(stage),
    nearCrest: noiseRow(stage),
    farCrest: noiseRow(stage),
    laces: fractalRow(stage, 4),
  };
}

function paintSeaRow(
  { width, height, light, from, to }: Stage,
  sea: Sea,
  { y, below, z, line, out, least }: GroundRow,
): void {
  const { planes, sun, shallow, deep, white, distance, sky } = sea;
  const calm = 1 / (1 + z * 0.012);
  const [swell, wave, ripple] = [
    noiseAlong(sea.swells, line, z * 0.05, 0.11),
    noiseAlong(sea.waves, line, z * 1.1, 0.5),
    noiseAlong(sea.ripples, line, z * 3.4, 1.9),
  ];
  const [gust, side, fine] = [
    noiseAlong(sea.gusts, line, z * 0.22, 0.06),
    noiseAlong(sea.aside, line, z * 0.7, 0.9, 30),
    noiseAlong(sea.finely, line, z * 2.3, 3, 9),
  ];
  const [near, far] = [noiseAlong(sea.nearCrest, line, 1, 0.2), noiseAlong(sea.farCrest, line, 5, 0.13)];
  const broken = noiseAlong(sea.breaks, line, z * 1.9, 1.3);
  // Lace is dear, and most rows have none.
  const lace = least < laceReach ? noiseAlong(sea.laces, line, z * 2.1, 1.1) : broken;
  const mirror = 0.1 + 0.75 * (1 - below * 2.1) ** 3;
  const pathWidth = 1 / (0.0035 + 0.03 * below);
  const glitter = light.hasStars ? 0.9 : 0.75;
  const veil = clamp(z / 260, 0, 1) * 0.55;
  for (let x = from; x < to; x++) {
    const off = out[x]!;
    if (off <= 0) continue;
    const slopeZ =
      0.5 * Math.sin(z * 1.15 + 2.2 * swell[x]!) * calm * smoothstep(1, 12, off) +
      0.75 * wave[x]! +
      0.5 * ripple[x]! * calm +
      0.35 * gust[x]!;
    const slopeX = 0.6 * side[x]! + 0.4 * fine[x]! * calm;
    const fresnel = clamp(mirror + slopeZ * 0.1, 0.04, 0.92);
    const seen = skyAt(0.12 + below * 1.1 + slopeZ * 0.17);
    const depth = smoothstep(0, 26, off);
    // Glitter: facets that happen to mirror the sun, in a path below it.
    const offset = (x - sun.x) / height + slopeX * 0.14 * (0.4 + below);
    const glint = decay(offset * offset * pathWidth) * clamp(0.25 + slopeZ * 1.5, 0, 1.8) ** 2 * glitter;
    // Foam: lace at the waterline, crests of the two waves behind it.
    const [nearer, farther] = [(off - 5.5 - 1.2 * near[x]!) / 0.55, (off - 13 - 2 * far[x]!) / 0.8];
    const crest = decay(nearer * nearer) + 0.7 * decay(farther * farther);
    const torn = clamp(crest * (0.75 + 0.9 * broken[x]!), 0, 1);
    const edge = off < laceReach ? smoothstep(0.05, 0.4, lace[x]! + 0.4 - off * 0.28) : 0;
    const foam = clamp(Math.max(edge, torn) * 0.9, 0, 0.95);
    const index = y * width + x;
    for (let channel = 0; channel < 3; channel++) {
      const body = shallow[channel]! + (deep[channel]! - shallow[channel]!) * depth;
      const water = body + (sky[seen + channel]! - body) * fresnel + light.sun[channel]! * glint;
      const foamy = water + (white[channel]! - water) * foam;
      planes[channel]![index] = foamy + (distance[channel]! - foamy) * veil;
    }
  }
}

type Sand = ReturnType<typeof sandOf>;

function sandOf(stage: Stage, horizon: number, sky: Float32Array) {
  const { light } = stage;
  const lit: Colour = [
    light.sun[0] * 0.72 + light.ambient[0],
    light.sun[1] * 0.72 + light.ambient[1],
    light.sun[2] * 0.72 + light.ambient[2],
  ];
  return {
    planes: channelsOf(stage),
    sun: sunPosition(stage, horizon),
    dry: multiply(hex('#e6cfa2'), lit),
    wet: multiply(hex('#9a7f5c'), lit),
    foam: scale(blend(light.ambient, light.sun, 0.5), 1.1),
    sky,
    soaked: noiseRow(stage),
    ripples: noiseRow(stage),
    grains: noiseRow(stage),
    dunes: noiseRow(stage),
    edges: noiseRow(stage),
    breaks: noiseRow(stage),
  };
}

function paintSandRow(
  { width, height, light, from, to }: Stage,
  sand: Sand,
  { y, below, z, line, out }: GroundRow,
): void {
  const { planes, sun, dry, wet, foam, sky } = sand;
  const [soak, ripple, grain] = [
    noiseAlong(sand.soaked, line, 2, 0.5),
    noiseAlong(sand.ripples, line, z * 5, 3.2),
    noiseAlong(sand.grains, line, z * 16, 16),
  ];
  const [dune, edge, torn] = [
    noiseAlong(sand.dunes, line, z * 0.8, 0.5),
    noiseAlong(sand.edges, line, 9, 0.5),
    noiseAlong(sand.breaks, line, z, 2),
  ];
  const sharp = 0.08 * clamp(1.3 - z / 9, 0, 1);
  const seen = skyAt(0.3 + below * 0.6);
  for (let x = from; x < to; x++) {
    const off = out[x]!;
    if (off > 0) continue;
    const wetness = smoothstep(-3.4 + 0.6 * soak[x]!, -0.1, off);
    const rough = (1 + 0.09 * ripple[x]! + sharp * grain[x]!) * (1 + 0.12 * dune[x]!) * 0.92;
    const mirror = wetness * wetness * 0.42;
    const offset = (x - sun.x) / height;
    const path = wetness * wetness * decay(offset * offset * 50) * 0.3;
    const rim = (off + 1.9 + 0.5 * edge[x]!) / 0.07;
    const trace = decay(rim * rim) * smoothstep(-0.2, 0.2, torn[x]!) * 0.4;
    const index = y * width + x;
    for (let channel = 0; channel < 3; channel++) {
      const bare = (dry[channel]! + (wet[channel]! - dry[channel]!) * wetness) * rough;
      const shiny = bare + (sky[seen + channel]! - bare) * mirror + light.sun[channel]! * path;
      planes[channel]![index] = shiny + (foam[channel]! - shiny) * trace;
    }
  }
}
