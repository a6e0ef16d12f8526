/** The visible mark as pixels: the letters of `AI生成` (made by AI) as strokes, light on a dark plate. Pure. */

import type { MarkCorner } from '../../../core/marks.ts';
import { inkOf, type Segment, type Stroke, segmentsOf } from '../../../util/strokes.ts';

type Glyph = { readonly width: number; readonly strokes: readonly Stroke[] };

/** In units of the letters' height; y grows downwards. */
const glyphs: readonly Glyph[] = [
  {
    width: 0.8,
    strokes: [
      [
        [0, 1],
        [0.4, 0],
        [0.8, 1],
      ],
      [
        [0.15, 0.65],
        [0.65, 0.65],
      ],
    ],
  },
  {
    width: 0.1,
    strokes: [
      [
        [0.05, 0],
        [0.05, 1],
      ],
    ],
  },
  {
    width: 0.9,
    strokes: [
      [
        [0.26, 0],
        [0.08, 0.42],
      ],
      [
        [0.2, 0.26],
        [0.82, 0.26],
      ],
      [
        [0.47, 0],
        [0.47, 1],
      ],
      [
        [0.16, 0.6],
        [0.78, 0.6],
      ],
      [
        [0, 1],
        [0.9, 1],
      ],
    ],
  },
  {
    width: 0.95,
    strokes: [
      [
        [0.92, 0.25],
        [0.16, 0.25],
        [0.14, 0.62],
        [0, 1],
      ],
      [
        [0.16, 0.5],
        [0.44, 0.5],
        [0.42, 0.8],
        [0.31, 0.77],
      ],
      [
        [0.54, 0],
        [0.6, 0.48],
        [0.76, 0.86],
        [0.92, 1],
        [0.94, 0.76],
      ],
      [
        [0.84, 0.42],
        [0.66, 0.74],
        [0.46, 0.95],
      ],
      [
        [0.7, 0.02],
        [0.82, 0.13],
      ],
    ],
  },
];
const gap = 0.22;
const margin = 0.4;
const strokeRadius = 0.055;
const plate = { shade: 16, opacity: 0.55 };
const letterShade = 255;

/** GB 45438-2025 asks for letters of at least 5 % of the short side. */
const shareOfShortSide = 0.06;
const minimumLetterPixels = 8;
/** Of the width, and of the short side. */
const pictureShare = { width: 0.3, height: 0.12 };

export type MarkRaster = {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel, alpha not multiplied in. */
  readonly rgba: Uint8Array;
  /** Between it and the sides of the picture, in pixels. */
  readonly space: number;
};

/** What a mark is made of: a picture, as the bytes of its file, stands in place of the letters. */
export type Mark = { readonly corner: MarkCorner; readonly picture: Uint8Array | undefined };

/** Where the mark lies in a picture of this size. */
export function placeMark(
  { width, height, space }: Omit<MarkRaster, 'rgba'>,
  corner: MarkCorner,
  picture: { readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number } {
  const left = corner.endsWith('left') ? space : picture.width - width - space;
  const top = corner.startsWith('top') ? space : picture.height - height - space;
  const within = (at: number, most: number) => Math.max(0, Math.min(at, most));
  return { left: within(left, picture.width - width), top: within(top, picture.height - height) };
}

/** The room that a picture as a mark gets, which it fills in one direction; and its distance from the sides. */
export function markRoom(pictureWidth: number, pictureHeight: number): Omit<MarkRaster, 'rgba'> {
  const short = Math.min(pictureWidth, pictureHeight);
  return {
    width: Math.max(1, Math.floor(pictureWidth * pictureShare.width)),
    height: Math.max(1, Math.floor(short * pictureShare.height)),
    space: Math.round((short * shareOfShortSide) / 2),
  };
}

/** The mark for a picture of this size; it is at most as large as the picture. */
export function drawMark(pictureWidth: number, pictureHeight: number): MarkRaster {
  const lettersWidth = glyphs.reduce((sum, { width }) => sum + width + gap, -gap);
  const wanted = Math.ceil(Math.min(pictureWidth, pictureHeight) * shareOfShortSide);
  const widest = Math.floor(pictureWidth / (lettersWidth + 2 * margin));
  const letterHeight = Math.max(1, Math.min(Math.max(wanted, minimumLetterPixels), widest));
  const width = Math.min(pictureWidth, Math.ceil((lettersWidth + 2 * margin) * letterHeight));
  const height = Math.min(pictureHeight, Math.ceil((1 + 2 * margin) * letterHeight));
  const inks = inkOf(placeSegments(letterHeight), width, height, strokeRadius * letterHeight);
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const ink = inks[y * width + x] ?? 0;
      const alpha = ink + plate.opacity * (1 - ink);
      const shade = (letterShade * ink + plate.shade * plate.opacity * (1 - ink)) / alpha;
      rgba.fill(Math.round(shade), (y * width + x) * 4, (y * width + x) * 4 + 3);
      rgba[(y * width + x) * 4 + 3] = Math.round(alpha * 255);
    }
  }
  return { width, height, rgba, space: Math.round(letterHeight / 2) };
}

function placeSegments(letterHeight: number): Segment[] {
  const segments: Segment[] = [];
  let left = margin;
  for (const { width, strokes } of glyphs) {
    const start = left;
    segments.push(...segmentsOf(strokes, ([x, y]) => [(start + x) * letterHeight, (margin + y) * letterHeight]));
    left += width + gap;
  }
  return segments;
}
