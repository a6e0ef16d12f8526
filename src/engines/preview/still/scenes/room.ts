// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Indoors: a room with a window, and a table for things to stand on. */
import { between, pick } from '../../random.ts';
import { addNoiseRow, fractal, hashPair, type Line, noiseAt } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, bokeh, type Colour, hex, multiply, scale } from '../canvas.ts';
import { decay } from '../decay.ts';
import { channelsOf, fractalRow, groundLine, noiseAlong } from '../rows.ts';
import { bar, box, ellipse, fillPolygon, type Point } from '../shapes.ts';
import { skyColour } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';

const roomTones = [
  { wall: '#c9bfae', floor: '#a3764c', cloth: '#e9e2d4' },
  { wall: '#9fb0a6', floor: '#8f6a48', cloth: '#f0ebdf' },
  { wall: '#b7a9b4', floor: '#7f5f48', cloth: '#ece4e6' },
  { wall: '#a9b4c2', floor: '#96734f', cloth: '#e8e8ea' },
] as const;

export function paintRoom(stage: Stage): Plate {
  const { canvas, width, height, random, light, lightName, from, to } = stage;
  const isDark = light.exposure < 0.7;
  const tones = pick(random, roomTones);
  const [wallTone, floorTone] = [hex(tones.wall), hex(tones.floor)];
  const floorLine = 0.7;
  const vanishing = 0.46;
  // The window stands on the third where the light comes from.
  const windowX = stage.sunX < 0.5 ? 0.36 : 0.64;
  const half = clamp((0.3 * height) / width, 0.08, 0.3);
  const [top, sill] = [0.13, 0.56];
  const sky = (v: number) => scale(skyColour(stage, v), isDark ? 0.9 : 1.25);
  const lamp = scale(hex('#ffbf7c'), isDark ? 0.75 : 0.12);
  const slant = stage.sunX < 0.5 ? 1 : -1;
  const planes = channelsOf(stage);
  const aspect = width / height;
  const roughRow = fractalRow(stage, 3);
  const grainOf = boardGrain(stage);
  const paneWidth = half * aspect * 1.05;
  for (let y = 0; y < height; y++) {
    const v = y / height;
    const isFloor = v >= floorLine;
    const depth = (floorLine - vanishing) / Math.max(1e-3, v - vanishing);
    const line = groundLine(stage, depth, 1);
    const rough = isFloor ? undefined : noiseAlong(roughRow, { start: 0, step: 1 / height }, v * 6, 6);
    const grain = isFloor ? grainOf(line, depth) : undefined;
    const edge = floorLine - 0.035;
    const skirting = (v > edge ? 1.12 : 1) * (Math.abs(v - edge) < 0.0022 ? 0.75 : 1);
    const wallShade = skirting * (1 - 0.2 * smoothstep(floorLine - 0.12, floorLine, v));
    // The light of the window lies on the floor, in four panes, drawn away from the sun.
    const back = 1 / depth - 1;
    const paneShift = (windowX - 0.5) * aspect + slant * back * 0.42 * depth;
    const paneEnds = isFloor ? smoothstep(0.12, 0.2, back) * smoothstep(0.98, 0.86, back) : 0;
    const paneBar = smoothstep(0.008, 0.022, Math.abs(back - 0.52));
    const gloss = isFloor ? 0.28 * (1 - smoothstep(floorLine, 1, v)) : 0;
    const glass = scale(sky(clamp(1 - (v - floorLine) * 1.6, 0, 1)), 0.7);
    const fall = Math.exp(-((v - 0.35) ** 2) * 1.2);
    const tone = isFloor ? floorTone : wallTone;
    for (let x = from; x < to; x++) {
      const u = x / width;
      const du = (u - windowX) * aspect;
      const near = decay(du * du * 1.4) * fall;
      let own = 0;
      let direct = 0;
      if (rough !== undefined) own = (0.97 + 0.06 * rough[x]!) * wallShade;
      else if (grain !== undefined) {
        own = grain[x]!;
        const fx = Math.abs(line.start + line.step * x - paneShift);
        const inside = paneEnds > 0 ? smoothstep(paneWidth, paneWidth - 0.03, fx) * paneEnds : 0;
        if (inside > 0) direct = inside * (0.25 + 0.75 * smoothstep(0.006, 0.016, fx) * paneBar);
      }
      const aside = ((u - windowX) / (half * 1.15)) ** 2;
      const shine = gloss > 0 ? gloss * decay(aside * aside) : 0;
      const ambient = 0.34 + 0.75 * near;
      const index = y * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const lit =
          light.ambient[channel]! * 1.5 * ambient +
          light.sun[channel]! * (0.22 * near + 0.9 * direct) +
          lamp[channel]! * (0.35 + 0.5 * (1 - v));
        const value = tone[channel]! * own * lit;
        planes[channel]![index] = value + (glass[channel]! - value) * shine;
      }
    }
  }
  paintWindow(stage, { x: windowX * width, half: half * width, top: top * height, sill: sill * height }, sky);
  paintCurtains(
    stage,
    { x: windowX * width, half: half * width, top: top * height, floor: (floorLine + 0.02) * height },
    hex(tones.cloth),
  );
  paintPlant(stage, (windowX < 0.5 ? 0.8 : 0.2) * width, (floorLine + 0.13) * height);
  const key = {
    x: windowX,
    y: 0.3,
    colour: isDark ? blend(lamp, light.sun, 0.3) : light.sun,
    ambient: scale(multiply(blend(light.ambient, wallTone, 0.4), [1, 1, 1]), 0.8),
    exposure: isDark ? 0.6 : lightName === 'overcast' ? 0.7 : 0.85,
  };
  return { canvas, horizon: floorLine, haze: wallTone, key };
}

/** How bright the boards of a floor are along a row; each has a tone and a grain of its own. */
function boardGrain({ noise, width, from, to }: Stage): (line: Line, depth: number) => Float32Array {
  const out = new Float32Array(width);
  return (line, depth) => {
    const grainLine = { start: line.start * 30, step: line.step * 30 };
    const boardOf = (x: number) => Math.floor((line.start + line.step * x) * 8);
    for (let first = from; first < to; ) {
      const board = boardOf(first);
      let next = first + 1;
      while (next < to && boardOf(next) === board) next++;
      out.fill(0.86 + 0.2 * hashPair(board, 3), first, next);
      addNoiseRow(noise, out, first, next, grainLine, depth * 7 + board * 5, 0.13);
      for (let x = first; x < next; x++) {
        const within = (line.start + line.step * x) * 8 - board;
        if (Math.abs(within - 0.5) > 0.485) out[x] = out[x]! * 0.6;
      }
      first = next;
    }
    return out;
  };
}

type Opening = { readonly x: number; readonly half: number; readonly top: number; readonly sill: number };

function paintWindow(stage: Stage, { x, half, top, sill }: Opening, sky: (v: number) => Colour): void {
  const { canvas, height, noise, light } = stage;
  const frame = scale(multiply([0.92, 0.9, 0.86], light.ambient), 1.25);
  const frameShade = scale(frame, 0.6);
  const rim = 0.018 * height;
  fillPolygon(canvas, box(x - half - rim, top - rim, x + half + rim, sill + rim), frame);
  const hills = blend(multiply(hex('#55733f'), blend(light.ambient, light.sun, 0.5)), light.haze, 0.35);
  fillPolygon(canvas, box(x - half, top, x + half, sill), (px, py) => {
    const v = (py - top) / (sill - top);
    const ridge = 0.66 + 0.09 * fractal(noise, (px / height) * 5, 3, 4);
    if (v > ridge)
      return scale(hills, 1.15 - 0.5 * (v - ridge) + 0.25 * fractal(noise, (px / height) * 30, (py / height) * 40, 2));
    return sky(1 - v);
  });
  const mullion = 0.009 * height;
  fillPolygon(canvas, box(x - mullion, top, x + mullion, sill), frame);
  fillPolygon(canvas, box(x - half, (top + sill) / 2 - mullion, x + half, (top + sill) / 2 + mullion), frame);
  fillPolygon(
    canvas,
    box(x - half - rim * 2, sill + rim * 0.4, x + half + rim * 2, sill + rim * 1.8),
    scale(frame, 1.25),
  );
  fillPolygon(canvas, box(x - half - rim * 2, sill + rim * 1.8, x + half + rim * 2, sill + rim * 2.5), frameShade, 0.7);
}

function paintCurtains(
  stage: Stage,
  { x, half, top, floor }: { x: number; half: number; top: number; floor: number },
  cloth: Colour,
): void {
  const { canvas, height, noise, light } = stage;
  fillPolygon(
    canvas,
    bar([x - half * 1.6, top - 0.035 * height], [x + half * 1.6, top - 0.035 * height], 0.01 * height),
    scale(hex('#5b4632'), 0.4),
  );
  for (const side of [-1, 1]) {
    const inner = x + side * half * 0.86;
    const outer = x + side * half * 1.5;
    const edge: Point[] = Array.from({ length: 21 }, (_, step) => {
      const v = step / 20;
      return [
        inner + side * 0.012 * height * Math.sin(v * 7 + side) + side * 0.03 * height * v,
        top - 0.03 * height + v * (floor - top + 0.03 * height),
      ];
    });
    fillPolygon(
      canvas,
      [...edge, [outer, floor], [outer, top - 0.03 * height]],
      (px, py) => {
        const fold = Math.sin(((px - x) / height) * 150 + 2.4 * noiseAt(noise, (px / height) * 6, (py / height) * 2));
        const back = smoothstep(outer, inner, px) * 0.6;
        const bright = 0.55 + 0.22 * fold + back;
        return [
          cloth[0] * (light.ambient[0] * bright * 1.5 + light.sun[0] * 0.12 * back),
          cloth[1] * (light.ambient[1] * bright * 1.5 + light.sun[1] * 0.12 * back),
          cloth[2] * (light.ambient[2] * bright * 1.5 + light.sun[2] * 0.12 * back),
        ];
      },
      0.93,
    );
  }
}

function paintPlant(stage: Stage, x: number, base: number): void {
  const { canvas, height, random, light } = stage;
  const lit = (colour: Colour, amount: number) =>
    multiply(scale(colour, amount), blend(light.ambient, light.sun, 0.35));
  fillPolygon(canvas, ellipse(x, base, 0.1 * height, 0.018 * height), [0.02, 0.02, 0.02], 0.35);
  for (let leaf = 0; leaf < 22; leaf++) {
    const lean = (leaf / 21 - 0.5) * 2.3 + between(random, -0.12, 0.12);
    const long = between(random, 0.2, 0.34) * height;
    const root: Point = [x + lean * 0.012 * height, base - 0.13 * height];
    const tip: Point = [root[0] + Math.sin(lean) * long, root[1] - Math.cos(lean) * long];
    const broad = 0.016 * height;
    const middle: Point = [(root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2 - 0.03 * height];
    const green = lit(hex(leaf % 3 === 0 ? '#5f8a48' : '#2f5a34'), 0.55 + 0.5 * random());
    fillPolygon(
      canvas,
      [root, [middle[0] - broad, middle[1]], tip, [middle[0] + broad, middle[1] + broad * 0.5]],
      green,
    );
  }
  const pot: Point[] = [
    [x - 0.055 * height, base - 0.14 * height],
    [x + 0.055 * height, base - 0.14 * height],
    [x + 0.042 * height, base],
    [x - 0.042 * height, base],
  ];
  fillPolygon(canvas, pot, (px) => lit(hex('#b9785a'), 0.75 + (6 * (x - px) * (stage.sunX < 0.5 ? 1 : -1)) / height));
}

/** Tops of wood and of stone, and what glows behind them. */
const tables = [
  { top: '#8a5a34', back: '#2e3a3c', glow: '#ffd9a0' },
  { top: '#a97c50', back: '#5c6b58', glow: '#f3f0c8' },
  { top: '#6b4a36', back: '#5a4152', glow: '#ffc2a8' },
  { top: '#b39468', back: '#6d7f92', glow: '#fff3dc' },
] as const;

export function paintTable(stage: Stage): Plate {
  const { canvas, width, height, random, noise, light, from, to } = stage;
  const tones = pick(random, tables);
  const edge = 0.66;
  const [wood, back, lamp] = [hex(tones.top), hex(tones.back), hex(tones.glow)];
  const dim = light.exposure < 0.7 ? 0.55 : 1;
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data] as const;
  const spot = stage.sunX;
  for (let y = 0; y < edge * height; y++) {
    for (let x = from; x < to; x++) {
      const du = ((x / width - spot) * width) / height;
      const pool = Math.exp(-(du * du * 1.3 + (y / height - 0.3) ** 2 * 2.2));
      for (let channel = 0; channel < 3; channel++) {
        planes[channel]![y * width + x] = (back[channel]! * 0.5 + lamp[channel]! * 0.5 * pool) * dim;
      }
    }
  }
  for (let count = 0; count < 30; count++) {
    const radius = between(random, 0.018, 0.06) * height;
    const tone = blend(lamp, pick(random, ['#ffb066', '#fff0d0', '#b8d8c8', '#ffd0b0'].map(hex)), 0.6);
    bokeh(
      canvas,
      random() * width,
      random() ** 0.8 * (edge - 0.07) * height,
      radius,
      tone,
      between(random, 0.05, 0.2) * dim,
    );
  }
  const eye = 0.3;
  for (let y = Math.floor(edge * height); y < height; y++) {
    const below = (y + 0.5) / height - eye;
    const depth = (edge - eye) / below;
    const mirror = Math.max(0, Math.round((2 * edge - y / height) * height) - 1);
    for (let x = from; x < to; x++) {
      const across = ((x / width - 0.5) * width * depth) / height;
      const board = Math.floor(across * 2.6 + 0.3);
      const joint = Math.abs(across * 2.6 + 0.3 - board - 0.5) > 0.493 ? 0.5 : 1;
      const rings = noiseAt(noise, across * 7 + board * 13, depth * 1.6) * 5;
      const grain =
        0.84 + 0.16 * hashPair(board, 4) + 0.1 * Math.sin(rings * 6) + 0.1 * noiseAt(noise, across * 60, depth * 6);
      const du = across - (spot - 0.5) * (width / height) * 0.7;
      const pool = 0.42 + 0.9 * Math.exp(-(du * du * 1.1 + (depth - 0.75) ** 2 * 3));
      const front = smoothstep(edge, edge + 0.012, y / height);
      const gloss = 0.2 * (1 - smoothstep(edge, 1, y / height));
      const blurred = mirror * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const own = wood[channel]! * grain * joint * pool * dim * (0.6 + 0.4 * lamp[channel]!);
        const lit = own + (planes[channel]![blurred]! * 1.2 - own) * gloss;
        const plane = planes[channel]!;
        const index = y * width + x;
        plane[index] = lit * front + (plane[index - width]! * 0.8 + wood[channel]! * 0.1) * (1 - front);
      }
    }
  }
  const tint = blend([1, 1, 1], lamp, 0.5);
  return {
    canvas,
    horizon: edge,
    haze: back,
    key: { x: spot, y: 0.12, colour: tint, ambient: scale(blend(back, [1, 1, 1], 0.5), 0.6), exposure: 0.85 * dim },
  };
}
