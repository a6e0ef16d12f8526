// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Sets text in a finished picture: as large as its length allows, where it covers nothing, and always readable. */
import type { LetteringRequest } from '../../prompt/lettering.ts';
import { linearTable, type RgbImage } from '../../raster/colour.ts';
import { clamp, createPlane, type Plane, resizePlane, smoothstep, softBlur } from '../../raster/plane.ts';
import { type Line, lineOf, type ReadableText, readable } from './line.ts';

/** Pixels of the picture. */
export type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

export type Lettering = {
  readonly drawn: readonly string[];
  readonly dropped: readonly string[];
  /** Where the text stands; undefined when nothing could be drawn. */
  readonly box: Box | undefined;
};

export type LetteringPlace = {
  /** How much of each place is taken by what must be seen, 0..1; of any size. */
  readonly taken: Plane | undefined;
  /** The light of the place makes letters glow. */
  readonly glows: boolean;
};

/** Where text may stand, in shares of the picture, with a weight for taste: titles stand above or below, seldom beside. */
const places = [
  { left: 0.08, top: 0.09, width: 0.84, height: 0.27, taste: 1 },
  { left: 0.08, top: 0.67, width: 0.84, height: 0.24, taste: 0.9 },
  { left: 0.08, top: 0.36, width: 0.84, height: 0.28, taste: 0.85 },
  { left: 0.06, top: 0.2, width: 0.4, height: 0.56, taste: 0.7 },
  { left: 0.54, top: 0.2, width: 0.4, height: 0.56, taste: 0.7 },
] as const;

/** Of the short side; text that is larger shouts. */
const largestCapital = 0.19;
/** Between base lines, in heights of a capital. */
const leading = { strokes: 1.62, font: 1.5 };
/** Of what stands below the first text. */
const smallShare = 0.46;
/** WCAG 2.2, 1.4.3, for text of any size. */
const leastContrast = 4.5;

type Row = { readonly line: Line; readonly scale: number; readonly below: number };

/** Breaks a text into so many lines of about one length; between letters where there are no words. */
function breakText(text: string, count: number): string[] {
  const isSpaced = /\s/.test(text);
  const parts = isSpaced ? text.split(' ') : [...text];
  const glue = isSpaced ? ' ' : '';
  const ideal = [...text].length / count;
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : line + glue + part;
    const isFull = line !== '' && lines.length < count - 1 && [...longer].length - ideal > ideal - [...line].length;
    if (isFull) lines.push(line);
    line = isFull ? part : longer;
  }
  return [...lines, line];
}

async function rowsOf(texts: readonly ReadableText[], breaks: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [index, { text, source }] of texts.entries()) {
    const scale = index === 0 ? 1 : smallShare;
    for (const paragraph of text.split('\n')) {
      const longest = index === 0 ? breaks : Math.max(1, Math.ceil([...paragraph].length / 34));
      for (const part of breakText(paragraph, longest)) {
        rows.push({ line: await lineOf(part, source), scale, below: leading[source] * scale });
      }
    }
  }
  return rows;
}

function extentOf(rows: readonly Row[]): { width: number; height: number } {
  const width = Math.max(...rows.map(({ line, scale }) => line.width * scale));
  const height = rows.slice(0, -1).reduce((sum, { below }) => sum + below, 0) + (rows.at(-1)?.scale ?? 1);
  return { width, height };
}

type Fit = { readonly box: Box; readonly capital: number; readonly rows: readonly Row[]; readonly score: number };

function fitRows(rows: readonly Row[], place: (typeof places)[number], picture: RgbImage): Omit<Fit, 'score'> {
  const { width, height } = extentOf(rows);
  const most = largestCapital * Math.min(picture.width, picture.height);
  const capital = Math.min(most, (place.width * picture.width) / width, (place.height * picture.height) / height);
  const [wide, tall] = [width * capital, height * capital];
  const left = place.left * picture.width + (place.width * picture.width - wide) / 2;
  const top = place.top * picture.height + (place.height * picture.height - tall) / 2;
  const box = { left: Math.round(left), top: Math.round(top), width: Math.ceil(wide), height: Math.ceil(tall) };
  return { box, capital, rows };
}

/** How much is going on in a box, 0..1: the mean difference between neighbours a few pixels apart. */
function busyness({ width, height, data }: RgbImage, box: Box): number {
  const step = Math.max(2, Math.round(height / 180));
  let sum = 0;
  let count = 0;
  for (let y = Math.max(0, box.top); y < Math.min(height - step, box.top + box.height); y += step) {
    for (let x = Math.max(0, box.left); x < Math.min(width - step, box.left + box.width); x += step) {
      const at = 3 * (y * width + x) + 1;
      sum += Math.abs(data[at]! - data[at + 3 * step]!) + Math.abs(data[at]! - data[at + 3 * step * width]!);
      count++;
    }
  }
  return clamp(sum / Math.max(1, count) / 60, 0, 1);
}

function takenShare(taken: Plane | undefined, box: Box, picture: RgbImage): number {
  if (taken === undefined) return 0;
  const across = taken.width / picture.width;
  const down = taken.height / picture.height;
  let sum = 0;
  let count = 0;
  for (
    let y = Math.max(0, Math.floor(box.top * down));
    y < Math.min(taken.height, (box.top + box.height) * down);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(box.left * across));
      x < Math.min(taken.width, (box.left + box.width) * across);
      x++
    ) {
      // The upper part of a subject is its face.
      sum += taken.data[y * taken.width + x]! * (y < taken.height * 0.6 ? 1.5 : 0.8);
      count++;
    }
  }
  return Math.min(1, sum / Math.max(1, count));
}

async function bestFit(picture: RgbImage, texts: readonly ReadableText[], taken: Plane | undefined): Promise<Fit> {
  const fits: Fit[] = [];
  for (let breaks = 1; breaks <= 4; breaks++) {
    const rows = await rowsOf(texts, breaks);
    for (const place of places) {
      const fit = fitRows(rows, place, picture);
      const size = fit.capital / Math.min(picture.width, picture.height);
      const free = 1 - takenShare(taken, fit.box, picture);
      const score = Math.sqrt(size) * place.taste * free ** 4 * (1 - 0.35 * busyness(picture, fit.box));
      fits.push({ ...fit, score });
    }
  }
  return fits.reduce((best, fit) => (fit.score > best.score ? fit : best));
}

/** Around the ink, for shadow and glow; in heights of a capital. */
const padding = 1.1;

/** The ink of all rows in one plane, which is `padding` larger than the box on every side. */
async function drawRows({ box, capital, rows }: Fit): Promise<Plane> {
  const pad = Math.round(padding * capital);
  const ink = createPlane(box.width + 2 * pad, box.height + 2 * pad);
  let y = pad;
  for (const { line, scale, below } of rows) {
    const { mask, top } = await line.draw(capital * scale);
    const startX = Math.round(ink.width / 2 - mask.width / 2);
    const startY = Math.round(y - top);
    for (let row = Math.max(0, -startY); row < Math.min(mask.height, ink.height - startY); row++) {
      for (let column = Math.max(0, -startX); column < Math.min(mask.width, ink.width - startX); column++) {
        const at = (startY + row) * ink.width + startX + column;
        ink.data[at] = Math.max(ink.data[at]!, mask.data[row * mask.width + column]!);
      }
    }
    y += below * capital;
  }
  return ink;
}

/** Blurred at a quarter of the size: nobody sees the difference. */
function softly(plane: Plane, radius: number): Plane {
  const shrink = Math.max(1, Math.min(4, Math.floor(radius / 2)));
  const [width, height] = [Math.ceil(plane.width / shrink), Math.ceil(plane.height / shrink)];
  const blurred = softBlur(resizePlane(plane, width, height), Math.max(1, Math.round(radius / shrink)), 2);
  return resizePlane(blurred, plane.width, plane.height);
}

type Look = {
  readonly ink: readonly [number, number, number];
  /** What the ground is drawn towards where it would leave the text unreadable. */
  readonly ground: readonly [number, number, number];
  /** Of the ground, 0..1, under the text and around it. */
  readonly veil: number;
};

function luminanceAt(data: Uint8Array, at: number, linear: Float32Array): number {
  return 0.2126 * linear[data[at]!]! + 0.7152 * linear[data[at + 1]!]! + 0.0722 * linear[data[at + 2]!]!;
}

/** Contrast as WCAG 2.2 defines it, of two luminances. */
export function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** Light letters on dark ground, dark ones on light ground, and as much of a veil as the hardest tenth of it needs. */
function chooseLook({ width, height, data }: RgbImage, box: Box): Look {
  const linear = linearTable();
  const shades: number[] = [];
  const step = Math.max(1, Math.round(Math.min(box.width, box.height) / 60));
  for (let y = Math.max(0, box.top); y < Math.min(height, box.top + box.height); y += step) {
    for (let x = Math.max(0, box.left); x < Math.min(width, box.left + box.width); x += step) {
      shades.push(luminanceAt(data, 3 * (y * width + x), linear));
    }
  }
  shades.sort((one, other) => one - other);
  const at = (share: number) => shades[Math.min(shades.length - 1, Math.floor(share * shades.length))] ?? 0;
  const look = at(0.5) < 0.42 ? lightLook : darkLook;
  const hardest = at(look === lightLook ? 0.92 : 0.08);
  const inkShade = luminanceAt(Uint8Array.from(look.ink), 0, linear);
  const groundShade = luminanceAt(Uint8Array.from(look.ground), 0, linear);
  let veil = 0;
  // Veils are mixed as the bytes are, so the light of the mixture is guessed by its root.
  const veiled = () => (Math.sqrt(hardest) * (1 - veil) + Math.sqrt(groundShade) * veil) ** 2;
  while (veil < 0.9 && contrast(inkShade, veiled()) < leastContrast * 1.1) veil += 0.05;
  return { ...look, veil };
}

const lightLook = { ink: [255, 252, 244], ground: [8, 12, 20] } as const;
const darkLook = { ink: [22, 28, 38], ground: [255, 252, 246] } as const;
const neonTubes = [
  [255, 92, 168],
  [88, 220, 255],
  [255, 190, 90],
] as const;
const board = { fill: [24, 31, 40], border: [236, 226, 204], ink: [250, 244, 228] } as const;

type Rgb = readonly [red: number, green: number, blue: number];

function paint(picture: RgbImage, left: number, top: number, cover: Plane, colour: Rgb, strength: number): void {
  for (let row = Math.max(0, -top); row < Math.min(cover.height, picture.height - top); row++) {
    for (let column = Math.max(0, -left); column < Math.min(cover.width, picture.width - left); column++) {
      const share = Math.min(1, cover.data[row * cover.width + column]! * strength);
      if (share <= 0.002) continue;
      const at = 3 * ((top + row) * picture.width + left + column);
      for (let channel = 0; channel < 3; channel++) {
        const value = picture.data[at + channel]!;
        picture.data[at + channel] = value + (colour[channel]! - value) * share + 0.5;
      }
    }
  }
}

/** A rectangle with round corners around the text, `grow` pixels larger than it. */
function plateOf(ink: Plane, pad: number, grow: number, corner: number): Plane {
  const plate = createPlane(ink.width, ink.height);
  const [halfX, halfY] = [ink.width / 2, ink.height / 2];
  for (let y = 0; y < ink.height; y++) {
    for (let x = 0; x < ink.width; x++) {
      const outX = Math.max(0, Math.abs(x + 0.5 - halfX) - (halfX - pad + grow - corner));
      const outY = Math.max(0, Math.abs(y + 0.5 - halfY) - (halfY - pad + grow - corner));
      plate.data[y * ink.width + x] = clamp(corner - Math.sqrt(outX * outX + outY * outY) + 0.5, 0, 1);
    }
  }
  return plate;
}

/**
 * Draws the texts of a request into a finished picture, in place: the first as a title, the others below it. Whatever
 * cannot be drawn (pictographs; letters that neither our strokes nor the machine's fonts have) is left out and told.
 */
export async function setLettering(
  picture: RgbImage,
  { texts, isSign }: Pick<LetteringRequest, 'texts' | 'isSign'>,
  { taken, glows }: LetteringPlace,
): Promise<Lettering> {
  const all = await Promise.all(texts.map(readable));
  const dropped = all.flatMap((text) => text.dropped);
  const shown = all.filter(({ text }) => text !== '');
  if (shown.length === 0) return { drawn: [], dropped, box: undefined };
  const fit = await bestFit(picture, shown, taken);
  const ink = await drawRows(fit);
  const { box, capital } = fit;
  const pad = Math.round(padding * capital);
  const [left, top] = [box.left - pad, box.top - pad];
  if (isSign && glows) {
    const tube = neonTubes[[...(shown[0]?.text ?? '')].length % neonTubes.length]!;
    paint(
      picture,
      left,
      top,
      softly(plateOf(ink, pad, capital * 0.4, capital * 0.3), capital * 0.3),
      [10, 6, 18],
      0.72,
    );
    paint(picture, left, top, softly(ink, capital * 0.3), tube, 0.95);
    paint(picture, left, top, softly(ink, Math.max(1, capital * 0.07)), tube, 1.1);
    paint(picture, left, top, ink, [255, 250, 252], 1);
  } else if (isSign) {
    const plate = plateOf(ink, pad, capital * 0.62, capital * 0.2);
    paint(picture, left, top + Math.round(capital * 0.1), softly(plate, capital * 0.16), [0, 0, 0], 0.4);
    paint(picture, left, top, plate, board.fill, 1);
    const [outer, inner] = [0.5, 0.44].map((grow) => plateOf(ink, pad, capital * grow, capital * 0.14));
    const border = { ...ink, data: outer!.data.map((value, index) => value - inner!.data[index]!) };
    paint(picture, left, top, border, board.border, 0.8);
    paint(picture, left, top, ink, board.ink, 1);
  } else {
    const look = chooseLook(picture, box);
    const ground = softly(plateOf(ink, pad, capital * 0.2, capital * 0.4), capital * 0.4);
    // What is under the letters gets all of the veil; outwards it fades to nothing.
    if (look.veil > 0) {
      const full = { ...ground, data: ground.data.map((value) => smoothstep(0.02, 0.8, value)) };
      paint(picture, left, top, full, look.ground, look.veil);
    }
    paint(picture, left, top, softly(ink, capital * 0.1), look.ground, 0.5);
    paint(picture, left, top, ink, look.ink, 1);
  }
  return { drawn: shown.map(({ text }) => text), dropped, box };
}
