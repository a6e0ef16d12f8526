// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** How one shot becomes the next: what the words ask for, and the frames in between. All integer, so the same everywhere. */
import type { PixelSize } from '../output-size.ts';
import type { Phrase } from '../prompt/words.ts';

export const transitionKinds = ['dissolve', 'cut', 'black', 'white', 'wipe', 'push', 'whip'] as const;
export type TransitionKind = (typeof transitionKinds)[number];

/** `x` and `y` say where the camera seems to go: -1 left or up, 1 right or down. They count for wipe, push and whip. */
export type Transition = { readonly kind: TransitionKind; readonly x: number; readonly y: number };

export const transition = (kind: TransitionKind, x = 0, y = 0): Transition => ({ kind, x, y });

/** How long both shots are seen, in seconds. */
export const transitionSeconds: Readonly<Record<TransitionKind, number>> = {
  dissolve: 0.4,
  cut: 0,
  black: 0.7,
  white: 0.5,
  wipe: 0.5,
  push: 0.5,
  whip: 0.3,
};

const to = '(?: (?:back )?(?:to|into))?';

/** An earlier entry is the more exact one. */
export const transitionPhrases: readonly Phrase<Transition>[] = [
  [
    /\b(?:fad(?:e|es|ing)|dips?|cuts?) (?:out )?(?:to|through|into|from) black\b|\bblack ?out\b|黑场|渐黑|变黑|淡出到黑|黑屏|闪黑/,
    transition('black'),
  ],
  [
    /\b(?:fad(?:e|es|ing)|dips?|flash(?:es)?|cuts?) (?:out )?(?:to|through|into) white\b|\bwhite flash\b|白场|闪白|渐白|淡出到白/,
    transition('white'),
  ],
  [new RegExp(`\\bwhip[- ]?pan(?:s|ning)? (?:to the )?left(?:wards?)?${to}\\b|向左甩`), transition('whip', -1)],
  [
    new RegExp(`\\b(?:whip|swish)[- ]?pan(?:s|ning)?(?: (?:to the )?right(?:wards?)?)?${to}\\b|甩镜头?|快甩|甩到`),
    transition('whip', 1),
  ],
  [/\bwip(?:e|es|ing)(?: (?:transition|to the|to))? left\b|向左(?:划像|擦除)/, transition('wipe', -1)],
  [/\bwip(?:e|es|ing)(?: (?:transition|to the|to))? up\b|向上(?:划像|擦除)/, transition('wipe', 0, -1)],
  [/\bwip(?:e|es|ing)(?: (?:transition|to the|to))? down\b|向下(?:划像|擦除)/, transition('wipe', 0, 1)],
  [
    /\bwip(?:e|es|ing) (?:(?:to the |to )?right|to|into|transitions?)\b|\b(?:screen|with a) wipes?\b|划像|擦除转场/,
    transition('wipe', 1),
  ],
  [/\b(?:push|slide) transitions? (?:to the )?left\b|向左(?:推移|滑动)/, transition('push', -1)],
  [/\b(?:push|slide) transitions?\b|\bslides? over to\b|推移|滑动转场|推入画面/, transition('push', 1)],
  [
    /\b(?:smash|jump|hard|match|quick)[- ]cuts?(?: (?:back )?to)?\b|\bcut(?:s|ting)? (?:back |away )?to\b|\bhard cuts\b|切换到|切换至|切到|切至|切回|硬切|跳切/,
    transition('cut'),
  ],
  [
    /\b(?:cross[- ]?)?dissolv(?:e|es|ing)(?: (?:in)?to)?\b|\bcross[- ]?fad(?:e|es|ing)(?: (?:in)?to)?\b|\bfad(?:e|es|ing) (?:in)?to\b|叠化|溶解|淡入淡出|渐变到|淡入到/,
    transition('dissolve'),
  ],
];

type Plane = { readonly offset: number; readonly width: number; readonly height: number };

function planesOf({ width, height }: PixelSize): readonly Plane[] {
  const chroma = { width: width >> 1, height: height >> 1 };
  const luma = width * height;
  return [
    { offset: 0, width, height },
    { offset: luma, ...chroma },
    { offset: luma + chroma.width * chroma.height, ...chroma },
  ];
}

/** Mixes two frames; `share` 0 is all of `from`, 1 all of `to`. In whole 256ths. */
export function blendFrames(from: Uint8Array, to: Uint8Array, share: number, out: Uint8Array): void {
  const second = Math.round(share * 256);
  const first = 256 - second;
  for (let index = 0; index < out.length; index++) out[index] = (from[index]! * first + to[index]! * second + 128) >> 8;
}

const black: readonly number[] = [16, 128, 128];
const white: readonly number[] = [235, 128, 128];

/** Towards an even colour (one value for each plane): `share` 1 is all of it. */
export function fadeToColour(
  frame: Uint8Array,
  colour: readonly number[],
  share: number,
  size: PixelSize,
  out: Uint8Array,
): void {
  const second = Math.round(share * 256);
  const first = 256 - second;
  for (const [plane, { offset, width, height }] of planesOf(size).entries()) {
    const added = colour[plane]! * second + 128;
    for (let index = offset; index < offset + width * height; index++)
      out[index] = (frame[index]! * first + added) >> 8;
  }
}

/** Fades a frame to black or white, for a film's end. */
export function fadeOut(
  frame: Uint8Array,
  kind: 'black' | 'white',
  share: number,
  size: PixelSize,
  out: Uint8Array,
): void {
  fadeToColour(frame, kind === 'black' ? black : white, share, size, out);
}

/** The one picture pushes the other out: the camera seems to turn from one to the other. */
function push(
  from: Uint8Array,
  to: Uint8Array,
  share: number,
  { x, y }: Transition,
  size: PixelSize,
  out: Uint8Array,
): void {
  for (const { offset, width, height } of planesOf(size)) {
    // Whole chroma pixels, so that the planes stay together.
    const unit = offset === 0 ? 2 : 1;
    const shiftX = x === 0 ? 0 : unit * Math.round((share * width) / unit);
    const shiftY = y === 0 || x !== 0 ? 0 : unit * Math.round((share * height) / unit);
    for (let row = 0; row < height; row++) {
      const at = offset + row * width;
      if (shiftY > 0) {
        const source = y > 0 ? row + shiftY : row - shiftY;
        const isOld = source >= 0 && source < height;
        const line = offset + (isOld ? source : y > 0 ? source - height : source + height) * width;
        out.set((isOld ? from : to).subarray(line, line + width), at);
      } else if (x > 0) {
        out.set(from.subarray(at + shiftX, at + width), at);
        out.set(to.subarray(at, at + shiftX), at + width - shiftX);
      } else {
        out.set(from.subarray(at, at + width - shiftX), at + shiftX);
        out.set(to.subarray(at + width - shiftX, at + width), at);
      }
    }
  }
}

/** Smears rows, as a camera that turns faster than its shutter does. Running sums: the cost does not grow with it. */
function smear(frame: Uint8Array, radius: number, size: PixelSize): void {
  for (const { offset, width, height } of planesOf(size)) {
    const reach = Math.min(width - 1, offset === 0 ? radius : radius >> 1);
    if (reach < 1) continue;
    const row = new Uint8Array(width);
    const count = 2 * reach + 1;
    for (let y = 0; y < height; y++) {
      const at = offset + y * width;
      row.set(frame.subarray(at, at + width));
      let sum = row[0]! * (reach + 1);
      for (let x = 1; x <= reach; x++) sum += row[x]!;
      for (let x = 0; x < width; x++) {
        frame[at + x] = (sum + reach) / count;
        sum += row[Math.min(width - 1, x + reach + 1)]! - row[Math.max(0, x - reach)]!;
      }
    }
  }
}

/** The soft edge of a wipe, as a share of the way. */
const wipeEdge = 0.16;

function wipe(
  from: Uint8Array,
  to: Uint8Array,
  share: number,
  { x, y }: Transition,
  size: PixelSize,
  out: Uint8Array,
): void {
  const front = share * (1 + wipeEdge);
  const weights = (length: number, sign: number) =>
    Int32Array.from({ length }, (_, index) => {
      const place = (index + 0.5) / length;
      const ahead = front - (sign > 0 ? place : 1 - place);
      return Math.round(256 * Math.min(1, Math.max(0, ahead / wipeEdge)));
    });
  for (const { offset, width, height } of planesOf(size)) {
    const isUpright = x === 0 && y !== 0;
    const line = isUpright ? weights(height, y) : weights(width, x < 0 ? -1 : 1);
    for (let row = 0, index = offset; row < height; row++) {
      for (let column = 0; column < width; column++, index++) {
        const second = line[isUpright ? row : column]!;
        out[index] = (from[index]! * (256 - second) + to[index]! * second + 128) >> 8;
      }
    }
  }
}

/** How far a fade has come after `step` of `steps` frames, neither 0 nor 1: those stand beside it. */
export function fadeShare(step: number, steps: number): number {
  const t = (step + 1) / (steps + 1);
  return t * t * (3 - 2 * t);
}

/** Where a whip pan is the fastest, a tenth of the width is smeared. */
const whipSmear = 0.1;

/** The frame after `step` of the `steps` frames in which both shots run (planar I420 of `size`). */
export function mixFrames(
  { kind, ...way }: Transition,
  from: Uint8Array,
  to: Uint8Array,
  step: number,
  steps: number,
  size: PixelSize,
  out: Uint8Array,
): void {
  const share = fadeShare(step, steps);
  switch (kind) {
    case 'black':
    case 'white': {
      const even = kind === 'black' ? black : white;
      if (share < 0.5) fadeToColour(from, even, Math.min(1, share * 2.2), size, out);
      else fadeToColour(to, even, Math.min(1, (1 - share) * 2.2), size, out);
      return;
    }
    case 'wipe':
      wipe(from, to, share, { kind, ...way }, size, out);
      return;
    case 'push':
      push(from, to, share, { kind, ...way }, size, out);
      return;
    case 'whip':
      push(from, to, share, { kind, ...way }, size, out);
      smear(out, Math.round(size.width * whipSmear * 4 * share * (1 - share)), size);
      return;
    case 'dissolve':
    case 'cut':
      blendFrames(from, to, share, out);
  }
}
