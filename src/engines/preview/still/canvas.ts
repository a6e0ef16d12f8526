// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A float picture in linear light, and its way to 8 bits. Light adds and fades in it as real light does. */
import { linearToSrgb, srgbToLinear } from '../raster/colour.ts';
import { createPlane, type Plane, softBlur } from '../raster/plane.ts';

/** Linear red, green, blue; 1 is white, more is light that glows. */
export type Colour = readonly [red: number, green: number, blue: number];

export type Canvas = {
  readonly width: number;
  readonly height: number;
  /** Columns that are painted, the first and the one behind the last: threads share a canvas by strips of it. */
  readonly from: number;
  readonly to: number;
  /** Three planes, linear light. */
  readonly red: Plane;
  readonly green: Plane;
  readonly blue: Plane;
};

export function createCanvas(width: number, height: number, from = 0, to = width): Canvas {
  const plane = () => createPlane(width, height);
  return { width, height, from, to, red: plane(), green: plane(), blue: plane() };
}

const known = new Map<string, Colour>();

/** A colour as designers write it (`#d9a066`), in linear light. */
export function hex(text: string): Colour {
  const before = known.get(text);
  if (before !== undefined) return before;
  const value = Number.parseInt(text.slice(1), 16);
  const channel = (shift: number) => srgbToLinear(((value >> shift) & 255) / 255);
  const colour: Colour = [channel(16), channel(8), channel(0)];
  known.set(text, colour);
  return colour;
}

export function blend(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

export function scale(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

export function multiply(one: Colour, other: Colour): Colour {
  return [one[0] * other[0], one[1] * other[1], one[2] * other[2]];
}

export function luminance([red, green, blue]: Colour): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Adds light to one pixel. */
export function shine(canvas: Canvas, index: number, colour: Colour, strength: number): void {
  canvas.red.data[index]! += colour[0] * strength;
  canvas.green.data[index]! += colour[1] * strength;
  canvas.blue.data[index]! += colour[2] * strength;
}

/** A power of what lies between 0 and 1, by table: a glow takes one for every pixel it reaches. */
const powerSteps = 1024;

function powerTable(exponent: number): Float32Array {
  return Float32Array.from({ length: powerSteps + 2 }, (_, step) => Math.min(1, step / powerSteps) ** exponent);
}

/** A soft round light: falls from its centre to nothing at `radius` pixels, `hardness` 1 a cone, above 1 a glow. */
export function glow(
  canvas: Canvas,
  x: number,
  y: number,
  radius: number,
  colour: Colour,
  strength: number,
  hardness = 2,
): void {
  const { height } = canvas;
  const top = Math.max(0, Math.ceil(y - radius));
  const bottom = Math.min(height - 1, Math.floor(y + radius));
  const left = Math.max(canvas.from, Math.ceil(x - radius));
  const right = Math.min(canvas.to - 1, Math.floor(x + radius));
  // Small ones are not worth a table.
  const isLarge = (right - left) * (bottom - top) > 4 * powerSteps;
  const powers = isLarge && hardness !== 2 ? powerTable(hardness) : undefined;
  const disc = { x, radius, light: scale(colour, strength), hardness, powers };
  for (let row = top; row <= bottom; row++) glowRow(canvas, row, left, right, (row - y) / radius, disc);
}

type Glow = {
  readonly x: number;
  readonly radius: number;
  /** At its centre. */
  readonly light: Colour;
  readonly hardness: number;
  readonly powers: Float32Array | undefined;
};

/** Adds the light to the columns `left` to `right` of a row that lies `down` radii below its centre. */
function glowRow(
  { width, red, green, blue }: Canvas,
  row: number,
  left: number,
  right: number,
  down: number,
  { x, radius, light: [addRed, addGreen, addBlue], hardness, powers }: Glow,
): void {
  const [reds, greens, blues] = [red.data, green.data, blue.data];
  const perPixel = 1 / radius;
  for (let column = left; column <= right; column++) {
    const across = (column - x) * perPixel;
    const share = 1 - Math.sqrt(across * across + down * down);
    if (share <= 0) continue;
    let light = share * share;
    if (powers !== undefined) {
      const at = share * powerSteps;
      const step = at | 0;
      light = powers[step]! + (powers[step + 1]! - powers[step]!) * (at - step);
    } else if (hardness !== 2) light = share ** hardness;
    const index = row * width + column;
    reds[index] = reds[index]! + addRed * light;
    greens[index] = greens[index]! + addGreen * light;
    blues[index] = blues[index]! + addBlue * light;
  }
}

/** A disc out of focus: even inside, a slightly brighter rim, as lenses draw points of light. */
export function bokeh(canvas: Canvas, x: number, y: number, radius: number, colour: Colour, strength: number): void {
  const { width, height } = canvas;
  const edge = Math.max(1, radius * 0.12);
  const last = Math.min(canvas.to - 1, x + radius);
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
    for (let column = Math.max(canvas.from, Math.ceil(x - radius)); column <= last; column++) {
      const inside = radius - Math.sqrt((column - x) * (column - x) + (row - y) * (row - y));
      if (inside <= 0) continue;
      const rim = inside < edge * 2 ? 1.25 : 1;
      shine(canvas, row * width + column, colour, strength * rim * Math.min(1, inside / edge));
    }
  }
}

export function blurCanvas(canvas: Canvas, radius: number): Canvas {
  const whole = Math.round(radius);
  if (whole < 1) return canvas;
  return {
    ...canvas,
    red: softBlur(canvas.red, whole, 2),
    green: softBlur(canvas.green, whole, 2),
    blue: softBlur(canvas.blue, whole, 2),
  };
}

/** Highlights above this roll off instead of clipping. */
const shoulder = 0.72;

function rollOff(value: number): number {
  if (value <= shoulder) return value < 0 ? 0 : value;
  return shoulder + (1 - shoulder) * (1 - Math.exp((shoulder - value) / (1 - shoulder)));
}

/**
 * Linear light to sRGB in 256ths of a step, rolled off, by the upper bits of the float itself: steps get finer towards
 * the dark as the eye's do, and neither a root nor a power is worked out per pixel.
 */
const droppedBits = 12;
const darkest = 2 ** -14;
const brightest = 15.99;
const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

function bitsOf(value: number): number {
  float[0] = value;
  return (bits[0] ?? 0) >>> droppedBits;
}

const firstBits = bitsOf(darkest);
let toneTable: Uint16Array | undefined;

function tones(): Uint16Array {
  toneTable ??= Uint16Array.from({ length: bitsOf(brightest) - firstBits + 1 }, (_, index) => {
    bits[0] = (index + firstBits) << droppedBits;
    return 255 * 256 * Math.min(1, linearToSrgb(rollOff(float[0] ?? 0))) + 0.5;
  });
  return toneTable;
}

const lastTone = bitsOf(brightest) - firstBits;

/** Makes a light that is brighter than white pale instead of turning into its pure colour. */
function paleRow(red: Float32Array, green: Float32Array, blue: Float32Array): void {
  for (let x = 0; x < red.length; x++) {
    const most = Math.max(red[x]!, green[x]!, blue[x]!);
    if (most <= 1) continue;
    const excess = (most - 1) * 0.12;
    red[x] = red[x]! + excess;
    green[x] = green[x]! + excess;
    blue[x] = blue[x]! + excess;
  }
}

/** Three linear channels of one row. */
export type LightRow = readonly [Float32Array, Float32Array, Float32Array];

/**
 * One row of linear light to interleaved 8-bit sRGB at `offset`, with grain in 256ths of a step. `isBright` says that
 * there may be light above white in it. It changes the row.
 */
export function encodeRow(
  light: LightRow,
  isBright: boolean,
  out: Uint8Array,
  offset: number,
  grain: Int16Array,
): void {
  const table = tones();
  const [red, green, blue] = light;
  if (isBright) paleRow(red, green, blue);
  const width = red.length;
  // Floats are in the order of their bits, and negative ones are negative integers too.
  const [reds, greens, blues] = [red, green, blue].map((row) => new Int32Array(row.buffer, row.byteOffset, width)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  for (let x = 0, at = offset; x < width; x++, at += 3) {
    // Half a step more, as rounding wants.
    const speck = grain[x]! + 128;
    out[at] = toneOf(table, reds[x]!, speck);
    out[at + 1] = toneOf(table, greens[x]!, speck);
    out[at + 2] = toneOf(table, blues[x]!, speck);
  }
}

/** What grain would push over either end stays there. */
function toneOf(table: Uint16Array, word: number, speck: number): number {
  const index = (word >> droppedBits) - firstBits;
  const tone = table[index < 0 ? 0 : index > lastTone ? lastTone : index]! + speck;
  return tone < 0 ? 0 : tone > 65535 ? 255 : tone >> 8;
}
