/**
 * The one place that says how many pixels a resolution and an aspect ratio mean. Pure and free of imports, so that a
 * dialect or a test may ask it too.
 */

/** Pixels of the short side. The names are those of the vendors' pages; `2k` and `4k` follow 1440 and 2160 lines. */
export const shortSides = {
  '360p': 360,
  '480p': 480,
  '540p': 540,
  '720p': 720,
  '1080p': 1080,
  '2k': 1440,
  '4k': 2160,
} as const;
export type Resolution = keyof typeof shortSides;

/** Width over height, as two small integers. */
export const aspectRatios = {
  '16:9': [16, 9],
  '9:16': [9, 16],
  '1:1': [1, 1],
  '4:3': [4, 3],
  '3:4': [3, 4],
  '21:9': [21, 9],
  '2:3': [2, 3],
  '3:2': [3, 2],
} as const;
export type AspectRatio = keyof typeof aspectRatios;

/** Long side, in pixels, at which something is worked out: a share of the picture's own, within two bounds. */
export type WorkingSide = { readonly least: number; readonly share: number; readonly most: number };

/** The scale, at most 1, that brings a picture to a working side. */
export function workingScale({ width, height }: PixelSize, { least, share, most }: WorkingSide): number {
  const longest = Math.max(width, height);
  return Math.min(1, Math.max(least, Math.min(most, share * longest)) / longest);
}

export type PixelSize = { readonly width: number; readonly height: number };

/** A panorama longer than this is cropped: otherwise a strip of 20000x10 pixels would ask for a picture of gigabytes. */
export const longestRatio = 4;

/** Reads a resolution in any case (`2K`, `1080P`); undefined for anything else. */
export function readResolution(text: unknown): Resolution | undefined {
  if (typeof text !== 'string') return undefined;
  const name = text.trim().toLowerCase();
  return Object.hasOwn(shortSides, name) ? (name as Resolution) : undefined;
}

/** Reads an aspect ratio that fixes a shape; undefined for `auto`, for an unknown one and for none. */
export function readAspectRatio(text: unknown): AspectRatio | undefined {
  if (typeof text !== 'string') return undefined;
  const name = text.trim();
  return Object.hasOwn(aspectRatios, name) ? (name as AspectRatio) : undefined;
}

function nearestEven(pixels: number): number {
  return 2 * Math.round(pixels / 2);
}

/** The size for a free ratio of width over height, as `auto` needs it; ratios beyond 4:1 and 1:4 count as those. */
export function sizeForRatio(resolution: Resolution, ratio: number): PixelSize {
  const short = shortSides[resolution];
  const held = Math.min(longestRatio, Math.max(1 / longestRatio, ratio));
  return held >= 1
    ? { width: nearestEven(short * held), height: short }
    : { width: short, height: nearestEven(short / held) };
}

/** The exact pixel size of a named ratio: 21:9 at 1080p is 2520x1080, 16:9 at 4k is 3840x2160. */
export function outputSize(resolution: Resolution, aspectRatio: AspectRatio): PixelSize {
  const [across, down] = aspectRatios[aspectRatio];
  return sizeForRatio(resolution, across / down);
}
