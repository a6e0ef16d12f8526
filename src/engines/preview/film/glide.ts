// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** How a film moved at its end, so that what follows goes on as fast, and then slows down. */
import type { PixelSize } from '../output-size.ts';

/** Movement of the whole picture per frame: shares of its width to the right and down, and growth about its middle. */
export type Velocity = { readonly x: number; readonly y: number; readonly growth: number };

const still: Velocity = { x: 0, y: 0, growth: 0 };

/** Movement is looked for at this width, between frames this far apart. */
const lookWidth = 240;
const apart = 4;
const blockSize = 16;
/** Pixels of the small picture, either way: 1.5 % of the width a frame. More is a whip pan, which nobody can go on with. */
const searchReach = 14;

type Luma = { readonly width: number; readonly height: number; readonly data: Float32Array };

function shrink(frame: Uint8Array, { width, height }: PixelSize): Luma {
  const factor = Math.max(1, Math.round(width / lookWidth));
  const small = { width: Math.floor(width / factor), height: Math.floor(height / factor) };
  const data = new Float32Array(small.width * small.height);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      let sum = 0;
      for (let row = 0; row < factor; row++) {
        const at = (y * factor + row) * width + x * factor;
        for (let column = 0; column < factor; column++) sum += frame[at + column]!;
      }
      data[y * small.width + x] = sum / (factor * factor);
    }
  }
  return { ...small, data };
}

function difference(from: Luma, to: Luma, x: number, y: number, offX: number, offY: number): number {
  let sum = 0;
  for (let row = 0; row < blockSize; row++) {
    const at = (y + row) * from.width + x;
    const other = (y + offY + row) * to.width + x + offX;
    for (let column = 0; column < blockSize; column++)
      sum += Math.abs(from.data[at + column]! - to.data[other + column]!);
  }
  return sum;
}

function contrast(luma: Luma, x: number, y: number): number {
  let sum = 0;
  for (let row = 0; row < blockSize - 1; row++) {
    const at = (y + row) * luma.width + x;
    for (let column = 0; column < blockSize - 1; column++) {
      const value = luma.data[at + column]!;
      sum +=
        Math.min(Math.abs(value - luma.data[at + column + 1]!), 255) +
        Math.abs(value - luma.data[at + column + luma.width]!);
    }
  }
  return sum / blockSize ** 2;
}

/** Below it a block looks alike wherever it is put. */
const leastContrast = 2.5;

type Match = { readonly x: number; readonly y: number; readonly offX: number; readonly offY: number };

/** Where the smallest of three differences lies between its neighbours. */
function between(before: number, here: number, after: number): number {
  const bend = before - 2 * here + after;
  return bend <= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
}

function matchBlock(from: Luma, to: Luma, x: number, y: number): Match | undefined {
  const lowX = Math.max(-searchReach, -x);
  const highX = Math.min(searchReach, to.width - blockSize - x);
  const lowY = Math.max(-searchReach, -y);
  const highY = Math.min(searchReach, to.height - blockSize - y);
  let best = Number.POSITIVE_INFINITY;
  let bestX = 0;
  let bestY = 0;
  for (let offY = lowY; offY <= highY; offY++) {
    for (let offX = lowX; offX <= highX; offX++) {
      // A hair in favour of staying, for even patterns.
      const cost = difference(from, to, x, y, offX, offY) + 0.5 * (Math.abs(offX) + Math.abs(offY));
      if (cost >= best) continue;
      best = cost;
      bestX = offX;
      bestY = offY;
    }
  }
  // At the end of the search the true place may lie beyond it.
  if (bestX === lowX || bestX === highX || bestY === lowY || bestY === highY) return undefined;
  if (best > 9 * blockSize ** 2) return undefined;
  const at = (offX: number, offY: number) => difference(from, to, x, y, offX, offY);
  const here = at(bestX, bestY);
  return {
    x: x + blockSize / 2 - to.width / 2,
    y: y + blockSize / 2 - to.height / 2,
    offX: bestX + between(at(bestX - 1, bestY), here, at(bestX + 1, bestY)),
    offY: bestY + between(at(bestX, bestY - 1), here, at(bestX, bestY + 1)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? 0;
}

type Fit = { readonly x: number; readonly y: number; readonly growth: number };

/** Least squares of a shift and a growth about the middle. */
function fit(matches: readonly Match[]): Fit {
  const mean = (pick: (match: Match) => number) => matches.reduce((sum, one) => sum + pick(one), 0) / matches.length;
  const centre = { x: mean((one) => one.x), y: mean((one) => one.y) };
  const off = { x: mean((one) => one.offX), y: mean((one) => one.offY) };
  let product = 0;
  let square = 1e-6;
  for (const one of matches) {
    product += (one.x - centre.x) * (one.offX - off.x) + (one.y - centre.y) * (one.offY - off.y);
    square += (one.x - centre.x) ** 2 + (one.y - centre.y) ** 2;
  }
  const growth = product / square;
  return { x: off.x - growth * centre.x, y: off.y - growth * centre.y, growth };
}

/** The share of blocks that must agree, and how well, in pixels of the small picture. */
const leastAgreement = 0.5;
const agreement = 0.75;

/** How the picture as a whole moved from one frame to another; undefined when its parts do not agree. */
function findMovement(from: Luma, to: Luma): Fit | undefined {
  const matches: Match[] = [];
  let looked = 0;
  for (let y = 0; y + blockSize <= from.height; y += blockSize) {
    for (let x = 0; x + blockSize <= from.width; x += blockSize) {
      if (contrast(from, x, y) < leastContrast) continue;
      looked++;
      const match = matchBlock(from, to, x, y);
      if (match !== undefined) matches.push(match);
    }
  }
  if (matches.length < 6) return undefined;
  const middle = { x: median(matches.map((one) => one.offX)), y: median(matches.map((one) => one.offY)), growth: 0 };
  // What moves by itself disagrees with the rest; a few rounds leave it out.
  let found: Fit = middle;
  let kept: readonly Match[] = matches;
  for (const limit of [4, 2, agreement, agreement]) {
    kept = matches.filter(
      (one) => Math.hypot(one.offX - found.x - found.growth * one.x, one.offY - found.y - found.growth * one.y) < limit,
    );
    if (kept.length < 6) return undefined;
    found = fit(kept);
  }
  return kept.length >= leastAgreement * looked ? found : undefined;
}

export type MotionWatch = {
  /** Takes note of a frame (planar I420); its memory may be reused afterwards. */
  add(frame: Uint8Array): void;
  /** How the last frames moved; zero when that cannot be told. */
  velocity(): Velocity;
};

export function watchMotion(size: PixelSize): MotionWatch {
  const last: Luma[] = [];
  return {
    add(frame) {
      last.push(shrink(frame, size));
      if (last.length > apart + 1) last.shift();
    },
    velocity() {
      const [from] = last;
      const to = last.at(-1);
      const steps = last.length - 1;
      if (from === undefined || to === undefined || steps < 1) return still;
      const found = findMovement(from, to);
      if (found === undefined) return still;
      return {
        x: found.x / to.width / steps,
        y: found.y / to.width / steps,
        growth: found.growth / steps,
      };
    },
  };
}

/** The way the camera coasts: its speed at the beginning, and for how many frames. */
export type Glide = Velocity & { readonly frames: number };

const coastingSeconds = 1;
/** Going on shows less and less of the picture: it stops before this share of the width. */
const mostDistance = 0.06;
const mostGrowth = 0.12;
/** Slower than this, in shares of the width, is the noise of looking. */
const leastSpeed = 0.0002;

/** A camera can go into its picture but not out of it. */
export function glideFrom({ x, y, growth }: Velocity, frameRate: number): Glide | undefined {
  const inwards = growth > leastSpeed ? growth : 0;
  const speed = Math.hypot(x, y);
  if (speed < leastSpeed && inwards === 0) return undefined;
  const frames = Math.min(
    coastingSeconds * frameRate,
    speed > 0 ? (2 * mostDistance) / speed : Number.POSITIVE_INFINITY,
    inwards > 0 ? (2 * mostGrowth) / inwards : Number.POSITIVE_INFINITY,
  );
  return { x, y, growth: inwards, frames: Math.max(2, frames) };
}

/** How far a coasting camera has come, in frames at its first speed: the speed falls to nothing, without a jerk. */
export function coasted(frame: number, frames: number): number {
  const t = Math.min(1, frame / frames);
  return frames * (t - t ** 3 + t ** 4 / 2);
}

/** Where the whole picture has gone: to the right and down in shares of its width, and how much it has grown. */
export type Coast = { readonly x: number; readonly y: number; readonly growth: number };

export const atRest: Coast = { x: 0, y: 0, growth: 1 };

export function coastAt(glide: Glide | undefined, frame: number): Coast {
  if (glide === undefined) return atRest;
  const far = coasted(frame, glide.frames);
  return { x: glide.x * far, y: glide.y * far, growth: Math.exp(glide.growth * far) };
}
