/** One line of text as a mask: by our own strokes, or by the machine's fonts for scripts that have too many letters. */
import sharp from 'sharp';
import { inkOf, type StrokePoint, segmentsOf } from '../../../../util/strokes.ts';
import type { Plane } from '../../raster/plane.ts';
import { glyphOf } from './glyphs.ts';

export type Line = {
  readonly text: string;
  readonly source: 'strokes' | 'font';
  /** In heights of a capital. */
  readonly width: number;
  /** Its ink, when a capital is this many pixels high; `top` is the row of the capitals' upper edge. */
  draw(capital: number): Promise<{ readonly mask: Plane; readonly top: number }>;
};

/** Room around a line for accents, what hangs below, and the ends of strokes; in heights of a capital. */
const room = { above: 0.55, below: 0.5, beside: 0.2 };
/** Half the width of a stroke, and the room between letters, in units of the alphabet. */
const weight = 6.8;
const gap = 25;

/** What no line can show: pictures, and the signs that join or colour them. */
const pictographs = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0e|\ufe0f|\u20e3/u;

function strokeLine(text: string): Line | undefined {
  const glyphs = [...text].map(glyphOf);
  if (!glyphs.every((glyph) => glyph !== undefined)) return undefined;
  const units = glyphs.reduce((sum, { width }) => sum + width + gap, -gap);
  return {
    text,
    source: 'strokes',
    width: units / 100,
    draw: async (capital) => {
      const scale = capital / 100;
      const [left, top] = [room.beside * capital, room.above * capital];
      const width = Math.ceil(units * scale + 2 * left);
      const height = Math.ceil((1 + room.above + room.below) * capital);
      let at = 0;
      const segments = glyphs.flatMap((glyph) => {
        const start = at;
        at += glyph.width + gap;
        return segmentsOf(glyph.strokes, ([x, y]): StrokePoint => [left + (start + x) * scale, top + y * scale]);
      });
      return { mask: { width, height, data: inkOf(segments, width, height, weight * scale) }, top };
    },
  };
}

/** Of the size of a font, about: a capital's height. */
const capitalShare = 0.74;

/** Text in the machine's own bold sans, as it is found; its outlines are its own business. */
async function drawByFont(text: string, size: number): Promise<Plane> {
  const markup = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const { data, info } = await sharp({
    text: { text: markup, font: `sans bold ${Math.max(4, Math.round(size))}`, dpi: 72 },
  })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const ink = Float32Array.from(data.subarray(0, info.width * info.height), (value) => value / 255);
  return { width: info.width, height: info.height, data: ink };
}

/** A letter of a script that every font for it has, and that is no rectangle. */
const probes: readonly (readonly [script: RegExp, letter: string])[] = [
  [/\p{Script=Han}/u, '的'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'あ'],
  [/\p{Script=Hangul}/u, '가'],
  [/\p{Script=Cyrillic}/u, 'Ж'],
  [/\p{Script=Greek}/u, 'Ω'],
  [/\p{Script=Arabic}/u, 'ع'],
  [/\p{Script=Hebrew}/u, 'א'],
  [/\p{Script=Thai}/u, 'ก'],
  [/\p{Script=Devanagari}/u, 'अ'],
];
const drawable = new Map<string, Promise<boolean>>();

/** A glyph that is missing is drawn as a frame with the letter's number in it. */
async function isFramed(letter: string): Promise<boolean> {
  const { width, height, data } = await drawByFont(letter, 64);
  const at = (x: number, y: number) => data[y * width + x] ?? 0;
  const share = (length: number, ink: (index: number) => number) => {
    let dark = 0;
    for (let index = 0; index < length; index++) if (ink(index) > 0.35) dark++;
    return dark / length;
  };
  return (
    Math.min(
      share(height, (y) => Math.max(at(0, y), at(1, y))),
      share(height, (y) => Math.max(at(width - 1, y), at(width - 2, y))),
      share(width, (x) => Math.max(at(x, 0), at(x, 1))),
      share(width, (x) => Math.max(at(x, height - 1), at(x, height - 2))),
    ) > 0.85
  );
}

function canDraw(letter: string): Promise<boolean> {
  const known =
    drawable.get(letter) ??
    isFramed(letter).then(
      (framed) => !framed,
      () => false,
    );
  drawable.set(letter, known);
  return known;
}

async function isShownByFont(character: string): Promise<boolean> {
  if (glyphOf(character) !== undefined) return true;
  const probe = probes.find(([script]) => script.test(character));
  if (probe !== undefined) return canDraw(probe[1]);
  return /\p{L}|\p{N}/u.test(character) ? canDraw(character) : /\p{P}|\p{S}/u.test(character);
}

async function fontLine(text: string): Promise<Line> {
  const measured = await drawByFont(text, 100);
  return {
    text,
    source: 'font',
    width: measured.width / (100 * capitalShare),
    draw: async (capital) => ({ mask: await drawByFont(text, capital / capitalShare), top: 0.06 * capital }),
  };
}

export type ReadableText = {
  readonly text: string;
  /** Characters that nothing here can draw. */
  readonly dropped: readonly string[];
  readonly source: Line['source'];
};

/** What of a text can be shown, and by what. */
export async function readable(text: string): Promise<ReadableText> {
  const composed = text.normalize('NFC');
  const dropped: string[] = [];
  const kept: string[] = [];
  for (const character of composed) {
    const isShown =
      character === '\n' ||
      glyphOf(character) !== undefined ||
      (!pictographs.test(character) && (await isShownByFont(character)));
    (isShown ? kept : dropped).push(character);
  }
  const shown = kept
    .join('')
    .replace(/[^\S\n]+/g, ' ')
    .trim();
  const source = [...shown].every((character) => character === '\n' || glyphOf(character) !== undefined)
    ? 'strokes'
    : 'font';
  return { text: shown, dropped, source };
}

export async function lineOf(text: string, source: Line['source']): Promise<Line> {
  const byStrokes = source === 'strokes' ? strokeLine(text) : undefined;
  return byStrokes ?? (await fontLine(text));
}
