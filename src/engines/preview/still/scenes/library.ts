// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A library: two walls of books that run towards a tall window, lamps along the middle, a wooden floor with a runner. */

import { between, type Random } from '../../random.ts';
import { hashPair, noiseAt } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, bokeh, type Colour, glow, hex, multiply, scale } from '../canvas.ts';
import type { Plate, Stage } from '../stage.ts';

/** Metres. */
const room = { half: 3.1, length: 21, height: 5.2, shelfTop: 4.3, eye: 1.62, plinth: 0.16 };
const focal = 0.98;
const shelfPitch = 0.37;
const bayWidth = 1.25;
const board = 0.035;
const post = 0.05;
const lampEvery = 3.6;
const lampHeight = 3.5;

const bindings: readonly Colour[] = [
  '#6b2f22',
  '#7d4327',
  '#8f6a3c',
  '#3f2a1d',
  '#24402f',
  '#1f3350',
  '#5b1d24',
  '#a5834f',
  '#c9b48a',
  '#57503f',
  '#2b2b33',
  '#7a1f1f',
  '#46583c',
  '#b08d57',
].map(hex);
const gold = hex('#d9b25f');

/** One row of books, by the centimetre: which book stands there, and how far across its spine the centimetre is. */
type Row = { readonly book: Int16Array; readonly across: Float32Array; readonly height: Float32Array };

function fillRow(random: Random, length: number): Row {
  const cells = Math.ceil(length * 100);
  const row: Row = {
    book: new Int16Array(cells).fill(-1),
    across: new Float32Array(cells),
    height: new Float32Array(cells),
  };
  let position = 0;
  let series = Math.floor(random() * 1000);
  let tall = between(random, 0.22, 0.3);
  while (position < length) {
    // Runs of one edition, single volumes between them, now and then a gap.
    if (random() < 0.28) {
      series = Math.floor(random() * 30_000);
      tall = between(random, 0.2, 0.31);
    }
    if (random() < 0.03) position += between(random, 0.03, 0.14);
    const width = between(random, 0.022, 0.055);
    const from = Math.ceil(position * 100);
    const to = Math.min(cells, Math.ceil((position + width) * 100));
    const height = tall * between(random, 0.94, 1.03);
    for (let cell = from; cell < to; cell++) {
      row.book[cell] = series % 30_000;
      row.across[cell] = (cell / 100 - position) / width;
      row.height[cell] = height;
    }
    position += width;
    if (random() < 0.6) series++;
  }
  return row;
}

function lampLight(z: number, y: number, sideways: number): number {
  let sum = 0;
  const first = Math.round((z - 2) / lampEvery);
  for (let lamp = Math.max(1, first - 1); lamp <= first + 2; lamp++) {
    const dz = z - lamp * lampEvery;
    const dy = y - lampHeight;
    sum += 5.6 / (1.4 + dz * dz + dy * dy + sideways * sideways);
  }
  return sum;
}

export function paintLibrary(stage: Stage): Plate {
  const { canvas, width, height, random, noise, light, lightName } = stage;
  const horizon = between(random, 0.44, 0.48);
  const vanishing = 0.5 + (stage.sunX < 0.5 ? -1 : 1) * between(random, 0.04, 0.09);
  const byDay = lightName === 'day' || lightName === 'golden' || lightName === 'overcast' || lightName === 'sunset';
  const lamp = scale(hex('#ffbd74'), byDay ? 0.8 : 1.3);
  const outside: Colour = byDay ? scale(blend(light.skyMiddle, light.skyHorizon, 0.7), 1.25) : hex('#31466e');
  const ambient = scale(byDay ? hex('#8d8375') : hex('#5a4636'), 0.2);
  const wood = hex('#4a2b18');
  const woodLight = hex('#6d4325');
  const shelves = Math.floor((room.shelfTop - room.plinth) / shelfPitch);
  const rows = [0, 1].map(() => Array.from({ length: shelves }, () => fillRow(random, room.length + 1)));

  const surface = (x: number, y: number, z: number, base: Colour, sideways: number, dim = 1): Colour => {
    const lamps = lampLight(z, y, sideways) * dim;
    const far = smoothstep(0, room.length, z);
    const window = (byDay ? 1.5 : 0.5) * far * far * (0.35 + 0.3 * Math.abs(x / room.half));
    return [
      base[0] * (ambient[0] * dim + lamp[0] * lamps + outside[0] * window),
      base[1] * (ambient[1] * dim + lamp[1] * lamps + outside[1] * window),
      base[2] * (ambient[2] * dim + lamp[2] * lamps + outside[2] * window),
    ];
  };

  const grain = (u: number, v: number) =>
    0.82 + 0.3 * noiseAt(noise, u * 0.8, v * 9) + 0.12 * noiseAt(noise, u * 3, v * 40);

  /** A wall of books; `pixel` is how many metres one pixel spans there, so that far books blend instead of glitter. */
  const wall = (side: 0 | 1, y: number, z: number, pixel: number): Colour => {
    const x = side === 0 ? -room.half : room.half;
    const inBay = z - Math.floor(z / bayWidth) * bayWidth;
    if (y > room.shelfTop) {
      const cornice = y < room.shelfTop + 0.22;
      const tone = cornice ? scale(woodLight, 0.8 + 0.35 * Math.sin((y - room.shelfTop) * 40)) : hex('#7b6244');
      return surface(x, y, z, tone, 3.1, cornice ? 1 : 0.8);
    }
    if (y < room.plinth || inBay < post)
      return surface(x, y, z, scale(woodLight, grain(y * 4, z) * (inBay < post ? 1.05 : 0.8)), 3.1);
    const shelf = Math.min(shelves - 1, Math.floor((y - room.plinth) / shelfPitch));
    const above = y - room.plinth - shelf * shelfPitch;
    if (above < board) return surface(x, y, z, scale(woodLight, grain(z * 2, y)), 3.1);
    const row = rows[side]![shelf]!;
    const cell = clamp(Math.floor(z * 100), 0, row.book.length - 1);
    const book = row.book[cell]!;
    const tall = row.height[cell]!;
    const up = above - board;
    // Shelves are deep and dark: light comes from in front and above.
    const shade = 0.42 + 0.58 * smoothstep(shelfPitch, shelfPitch - 0.16, above);
    const nearPost = Math.min(1, 0.55 + (inBay - post) * 3.2, 0.55 + (bayWidth - inBay) * 3.2);
    if (book < 0 || up > tall) return surface(x, y, z, scale(wood, 0.32), 3.1, shade * 0.5);
    const colour = bindings[Math.floor(hashPair(book, 3) * bindings.length)]!;
    const across = row.across[cell]!;
    const spine = Math.sqrt(Math.max(0, 1 - ((across - 0.5) * 1.75) ** 2));
    const worn = 0.72 + 0.5 * hashPair(book, 11);
    let tone = scale(colour, worn * (0.42 + 0.68 * spine));
    const share = up / tall;
    const detail = clamp(1.4 - pixel / 0.012, 0, 1);
    const bands = hashPair(book, 17);
    if (detail > 0 && bands > 0.35) {
      const inBand =
        Math.abs(share - 0.84) < 0.018 ||
        Math.abs(share - 0.16) < 0.018 ||
        (bands > 0.7 && Math.abs(share - 0.74) < 0.01);
      const inLabel = bands > 0.8 && share > 0.58 && share < 0.7 && across > 0.15 && across < 0.85;
      if (inBand) tone = blend(tone, scale(gold, 0.5 + 0.5 * spine), 0.75 * detail);
      if (inLabel) tone = blend(tone, scale(hex('#3a1712'), 0.9), 0.8 * detail);
    }
    return surface(x, y, z, tone, 3.1, shade * nearPost * 1.12);
  };

  const endWall = (x: number, y: number): Colour => {
    const half = 1.25;
    const spring = 3.1;
    const inArch = Math.abs(x) < half && y > 0.9 && (y < spring || Math.hypot(x, y - spring) < half);
    if (inArch) {
      const bar = Math.abs(((x + 5) % 0.62) - 0.31) > 0.285 || Math.abs(((y + 0.1) % 0.7) - 0.35) > 0.325;
      if (bar) return scale(wood, 0.25);
      return scale(outside, 0.95 + 0.25 * (y / 4));
    }
    const frame = Math.abs(x) < half + 0.16 && y > 0.78 && (y < spring || Math.hypot(x, y - spring) < half + 0.16);
    return surface(x, y, room.length, frame ? scale(woodLight, 0.9) : hex('#6e5638'), 2, 0.9);
  };

  const floor = (x: number, z: number): Colour => {
    const runner = Math.abs(x) < 0.95;
    const trim = Math.abs(Math.abs(x) - 0.82) < 0.035;
    const fade = clamp(1.5 - z / 11, 0.25, 1);
    if (runner) {
      const motif = Math.sin(x * 14) * Math.sin(z * 7);
      const base = trim ? hex('#b8924e') : blend(hex('#6e1c20'), hex('#8a2c28'), 0.5 + 0.5 * motif * fade);
      return surface(x, 0, z, scale(base, 0.9 + 0.12 * noiseAt(noise, x * 30, z * 30) * fade), 3.2 - 1.6, 0.95);
    }
    const plank = Math.floor(x / 0.16);
    const shift = hashPair(plank, 5) * 1.7;
    const joint = Math.floor((z + shift) / 1.7);
    const tone = 0.75 + 0.4 * hashPair(plank, joint);
    const seam = Math.abs(x / 0.16 - plank - 0.5) > 0.47 ? 1 - 0.5 * fade : 1;
    return surface(
      x,
      0,
      z,
      scale(hex('#5d3a20'), tone * seam * (1 + 0.16 * fade * noiseAt(noise, x * 22, z * 1.6))),
      1.6,
      1,
    );
  };

  const ceiling = (x: number, z: number): Colour => {
    const beam = Math.abs(((z + 0.6) % 2.4) - 1.2) > 1.04;
    return surface(x, room.height, z, beam ? scale(wood, 0.75) : hex('#80694a'), 2.4, beam ? 0.55 : 0.5);
  };

  const trace = (px: number, py: number): Colour => {
    const dx = ((px / width - vanishing) * (width / height)) / focal;
    const dy = (horizon - py / height) / focal;
    const toSide = dx === 0 ? Number.POSITIVE_INFINITY : room.half / Math.abs(dx);
    const toFloor = dy < 0 ? room.eye / -dy : Number.POSITIVE_INFINITY;
    const toCeiling = dy > 0 ? (room.height - room.eye) / dy : Number.POSITIVE_INFINITY;
    const z = Math.min(toSide, toFloor, toCeiling, room.length);
    const x = dx * z;
    const y = room.eye + dy * z;
    const haze = (byDay ? 0.16 : 0.1) * smoothstep(3, room.length, z);
    let colour: Colour;
    if (z === room.length) colour = endWall(x, y);
    else if (z === toFloor) {
      // Polished boards mirror what stands behind them; the runner does not.
      const own = floor(x, z);
      if (Math.abs(x) < 0.95) colour = own;
      else {
        const mirrored = Math.min(toSide, room.length);
        const mirrorY = clamp(-(room.eye + dy * mirrored), 0, room.height);
        const jitter = 0.02 * noiseAt(noise, px * 0.6, py * 0.2);
        const seen =
          mirrored === room.length
            ? endWall(dx * mirrored, mirrorY)
            : wall(dx < 0 ? 0 : 1, mirrorY, mirrored + jitter, 0.1);
        const shallow = (1 - clamp(-dy * 2.2, 0, 1)) ** 2;
        colour = blend(own, seen, 0.08 + 0.3 * shallow);
      }
    } else if (z === toCeiling) colour = ceiling(x, z);
    else colour = wall(dx < 0 ? 0 : 1, y, z, z / (focal * height));
    return blend(colour, multiply(blend(outside, lamp, 0.5), [0.8, 0.8, 0.8]), haze);
  };

  // Two samples a pixel, side by side and one above the other: books are thin.
  const { red, green, blue } = canvas;
  for (let y = 0; y < height; y++) {
    for (let x = stage.from; x < stage.to; x++) {
      const one = trace(x + 0.25, y + 0.25);
      const other = trace(x + 0.75, y + 0.75);
      const index = y * width + x;
      red.data[index] = (one[0] + other[0]) / 2;
      green.data[index] = (one[1] + other[1]) / 2;
      blue.data[index] = (one[2] + other[2]) / 2;
    }
  }
  const lamps = Math.floor(room.length / lampEvery);
  for (let index = lamps; index >= 1; index--) {
    const z = index * lampEvery;
    const x = vanishing * width;
    const y = (horizon - (focal * (lampHeight - room.eye)) / z) * height;
    const radius = ((0.2 * focal) / z) * height;
    if (y < -radius) continue;
    glow(canvas, x, y, radius * 7, lamp, byDay ? 0.12 : 0.24, 2.2);
    bokeh(canvas, x, y, radius, scale(lamp, 1.6), byDay ? 0.7 : 1.1);
  }
  return {
    canvas,
    horizon,
    haze: multiply(lamp, [0.5, 0.5, 0.5]),
    key: {
      x: vanishing,
      y: 0.12,
      colour: scale(lamp, 1),
      ambient: scale(blend(hex('#a88f78'), outside, byDay ? 0.5 : 0.15), 0.5),
      exposure: byDay ? 0.85 : 0.74,
    },
  };
}
