// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Finds which pieces of what surrounds it fill a hole of a picture: PatchMatch (Barnes et al., 2009) and voting, from coarse
 * to fine (Wexler et al., "Space-Time Completion of Video", 2007). The answer is a map of offsets, so that any larger
 * version of the picture can be filled by it (`patch-fill.ts`).
 */

import { nearestKnown } from '../raster/nearest.ts';
import { hashPair } from '../raster/noise.ts';
import { createPlane, type Plane, resizePlane } from '../raster/plane.ts';
import { maskAbove } from '../raster/regions.ts';
import { whole } from '../whole.ts';

/** For each pixel of a small version of the picture: how far away, in its pixels, what belongs there is found. */
export type PatchOffsets = {
  readonly width: number;
  readonly height: number;
  readonly x: Int16Array;
  readonly y: Int16Array;
  /** 1 where an offset was found. */
  readonly isFound: Uint8Array;
};

/** Patches are 5 pixels wide. */
const reach = 2;
/** Longest side of the coarsest and of the finest version that is searched. */
const coarsestSide = 48;
const finestSide = 192;
/** Rounds of matching and voting per version, and guesses per pixel: the coarse ones find the structure, the fine ones follow. */
const levels = [
  { rounds: 6, samples: 5 },
  { rounds: 3, samples: 5 },
  { rounds: 2, samples: 3 },
] as const;
/**
 * What a piece costs for coming from one picture's width away: light and focus change across a picture, and what lies far off
 * is another thing. At 0.02 a skirting board hung in the door behind a man's hip.
 */
const distancePrice = 0.15;
/** With fewer pieces than this to choose from, the same one would be seen again and again. */
const fewestPieces = 60;

type Level = {
  readonly width: number;
  readonly height: number;
  /** Where each pixel lies: cheaper to look up than to divide for, millions of times. */
  readonly columns: Int16Array;
  readonly rows: Int16Array;
  /** Interleaved colours, 0..1; those of the hole change from round to round. */
  readonly colours: Float32Array;
  /** How certain each colour is, 0..1: 1 where it is known, less the deeper it lies in the hole. */
  readonly certainty: Float32Array;
  /** Pixels to fill. */
  readonly wanted: Int32Array;
  /** 1 where the whole patch around is known. */
  readonly isPiece: Uint8Array;
  readonly pieces: Int32Array;
};

/** A picture with a hole: colours times what is known of them, what is known, and what is to be filled, 0..1. */
type Holed = { readonly weighted: readonly Plane[]; readonly known: Plane; readonly wanted: Plane };

/** Shrinks it so that its longest side is at most `side`. Weighted colours let nothing of the hole leak into its rim. */
function shrink({ weighted, known, wanted }: Holed, side: number): Holed {
  const scale = Math.min(1, side / Math.max(known.width, known.height));
  const width = whole(Math.max(8, known.width * scale));
  const height = whole(Math.max(8, known.height * scale));
  const shrunk = (plane: Plane) => resizePlane(plane, width, height);
  return { weighted: weighted.map(shrunk), known: shrunk(known), wanted: shrunk(wanted) };
}

function multiplied(one: Plane, other: Plane): Plane {
  const out = createPlane(one.width, one.height);
  for (let index = 0; index < out.data.length; index++) out.data[index] = one.data[index]! * other.data[index]!;
  return out;
}

function divided(one: Plane, other: Plane): Plane {
  const out = createPlane(one.width, one.height);
  for (let index = 0; index < out.data.length; index++) {
    out.data[index] = one.data[index]! / Math.max(1e-3, other.data[index]!);
  }
  return out;
}

function levelOf({ weighted, known: weight, wanted }: Holed): Level {
  const { width, height } = weight;
  const shrunk = weighted.map((plane) => divided(plane, weight));
  const isKnown = maskAbove(weight, 0.9);
  // What lies nearest, not a mean of all around: what ends at the hole goes on into it.
  const nearest = nearestKnown(isKnown, width, height);
  const interleaved = new Float32Array(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    const from = Math.max(0, nearest[index]!);
    for (let channel = 0; channel < 3; channel++) interleaved[3 * index + channel] = shrunk[channel]!.data[from]!;
  }
  const pixels: number[] = [];
  const pieces: number[] = [];
  const isPiece = new Uint8Array(width * height);
  const columns = new Int16Array(width * height);
  const rows = new Int16Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      columns[index] = x;
      rows[index] = y;
      if (!isKnown[index] && wanted.data[index]! > 0) pixels.push(index);
      if (x < reach || y < reach || x >= width - reach || y >= height - reach) continue;
      if (!isWholePatch(isKnown, index, width)) continue;
      isPiece[index] = 1;
      pieces.push(index);
    }
  }
  const certainty = certaintyOf(isKnown, width, height);
  return {
    width,
    height,
    columns,
    rows,
    colours: interleaved,
    certainty,
    wanted: Int32Array.from(pixels),
    isPiece,
    pieces: Int32Array.from(pieces),
  };
}

function isWholePatch(isKnown: Uint8Array, centre: number, width: number): boolean {
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) if (!isKnown[centre + dy * width + dx]) return false;
  }
  return true;
}

/** Falls by a fifth with every pixel into the hole (two passes over the four neighbours). */
function certaintyOf(isKnown: Uint8Array, width: number, height: number): Float32Array {
  const certainty = Float32Array.from(isKnown);
  const relax = (index: number, from: number) => {
    certainty[index] = Math.max(certainty[index]!, certainty[from]! * 0.8);
  };
  for (let index = 0; index < certainty.length; index++) {
    if (index % width > 0) relax(index, index - 1);
    if (index >= width) relax(index, index - width);
  }
  for (let index = width * height - 1; index >= 0; index--) {
    if (index % width < width - 1) relax(index, index + 1);
    if (index + width < width * height) relax(index, index + width);
  }
  return certainty;
}

/** Which piece stands at each wanted pixel, and how well it fits. */
type Match = { readonly piece: Int32Array; readonly cost: Float32Array };

/** How badly the patch around `pixel` fits the one around `piece`; stops as soon as it is worse than `limit`. */
function patchCost(level: Level, pixel: number, piece: number, limit: number): number {
  const { width, height, colours, certainty, columns, rows } = level;
  const x = columns[pixel]!;
  const y = rows[pixel]!;
  const across = columns[piece]! - x;
  const down = rows[piece]! - y;
  const base = (distancePrice * Math.sqrt(across * across + down * down)) / width;
  // Both sums grow, so the bound uses the most that the weights can come to.
  const most = (limit - base) * (2 * reach + 1) ** 2;
  // Not -x: of 0 that is minus zero, for which V8 throws away what it compiled.
  const left = x < reach ? 0 - x : -reach;
  const right = x + reach >= width ? width - 1 - x : reach;
  const top = y < reach ? 0 - y : -reach;
  const bottom = y + reach >= height ? height - 1 - y : reach;
  let sum = 0;
  let weight = 1e-6;
  for (let dy = top; dy <= bottom; dy++) {
    let here = pixel + dy * width + left;
    let from = 3 * here;
    let there = 3 * (piece + dy * width + left);
    for (let dx = left; dx <= right; dx++, here++, from += 3, there += 3) {
      const share = certainty[here]!;
      const red = colours[from]! - colours[there]!;
      const green = colours[from + 1]! - colours[there + 1]!;
      const blue = colours[from + 2]! - colours[there + 2]!;
      sum += share * (red * red + green * green + blue * blue);
      weight += share;
    }
    if (sum > most) return Number.POSITIVE_INFINITY;
  }
  return base + sum / weight;
}

/** Takes `piece` for `pixel` if it fits better than what was found before. */
function offer(level: Level, { piece: pieces, cost: costs }: Match, pixel: number, piece: number): void {
  const { isPiece } = level;
  if (piece < 0 || piece >= isPiece.length || !isPiece[piece]) return;
  const cost = patchCost(level, pixel, piece, costs[pixel]!);
  if (cost >= costs[pixel]!) return;
  costs[pixel] = cost;
  pieces[pixel] = piece;
}

/** Offers what continues the piece of a neighbour. */
function passOn(level: Level, match: Match, pixel: number, away: number): void {
  const neighbour = pixel - away;
  if (neighbour < 0 || neighbour >= match.piece.length) return;
  const piece = match.piece[neighbour]!;
  if (piece >= 0) offer(level, match, pixel, piece + away);
}

/** One round of PatchMatch: neighbours pass their luck on, and a few guesses are made ever closer to the best one. */
function improve(level: Level, match: Match, round: number, samples: number): void {
  const { width, height, wanted, columns, rows } = level;
  const { piece: pieces, cost: costs } = match;
  const isForward = round % 2 === 0;
  const step = isForward ? 1 : -1;
  for (let order = 0; order < wanted.length; order++) {
    const pixel = wanted[isForward ? order : wanted.length - 1 - order]!;
    costs[pixel] = patchCost(level, pixel, pieces[pixel]!, Number.POSITIVE_INFINITY);
    passOn(level, match, pixel, step);
    passOn(level, match, pixel, step * width);
    let radius = Math.max(width, height);
    for (let sample = 0; sample < samples; sample++) {
      radius /= 2;
      const best = pieces[pixel]!;
      const seed = round * samples + sample;
      const x = whole(columns[best]! + radius * (2 * hashPair(pixel, seed) - 1));
      const y = whole(rows[best]! + radius * (2 * hashPair(pixel ^ 0x5bd1e995, seed) - 1));
      if (x >= 0 && y >= 0 && x < width && y < height) offer(level, match, pixel, y * width + x);
    }
  }
}

/** Every wanted pixel becomes the mean of what the patches that cover it say, the better fitting ones more. */
function vote(level: Level, match: Match): void {
  const { width, height, colours, certainty, wanted } = level;
  const { piece: pieces, cost: costs } = match;
  const means = new Float32Array(wanted.length * 3);
  for (let order = 0; order < wanted.length; order++) {
    const pixel = wanted[order]!;
    const x = pixel % width;
    const y = (pixel / width) | 0;
    const left = x < reach ? 0 - x : -reach;
    const right = x + reach >= width ? width - 1 - x : reach;
    const top = y < reach ? 0 - y : -reach;
    const bottom = y + reach >= height ? height - 1 - y : reach;
    let weight = 0;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let dy = top; dy <= bottom; dy++) {
      for (let dx = left; dx <= right; dx++) {
        const away = dy * width + dx;
        const piece = pieces[pixel + away]!;
        if (piece < 0) continue;
        const share = certainty[pixel + away]! / (0.002 + costs[pixel + away]!);
        const source = 3 * (piece - away);
        weight += share;
        red += share * colours[source]!;
        green += share * colours[source + 1]!;
        blue += share * colours[source + 2]!;
      }
    }
    means[3 * order] = red / weight;
    means[3 * order + 1] = green / weight;
    means[3 * order + 2] = blue / weight;
  }
  for (let order = 0; order < wanted.length; order++) {
    for (let channel = 0; channel < 3; channel++) colours[3 * wanted[order]! + channel] = means[3 * order + channel]!;
  }
}

/** Starts at random in the coarsest version, and from the coarser one's answer in the others. */
function startMatch(level: Level, coarse: { level: Level; match: Match } | undefined): Match {
  const { width, height, wanted, pieces, isPiece } = level;
  const match = { piece: new Int32Array(width * height).fill(-1), cost: new Float32Array(width * height) };
  for (const pixel of wanted) {
    const guess = pieces[(hashPair(pixel, 77) * pieces.length) | 0]!;
    match.piece[pixel] = guess;
    if (coarse === undefined) continue;
    const scaleX = coarse.level.width / width;
    const scaleY = coarse.level.height / height;
    const x = pixel % width;
    const y = (pixel / width) | 0;
    const coarseX = Math.min(coarse.level.width - 1, ((x + 0.5) * scaleX) | 0);
    const coarseY = Math.min(coarse.level.height - 1, ((y + 0.5) * scaleY) | 0);
    const found = coarse.match.piece[coarseY * coarse.level.width + coarseX]!;
    if (found < 0) continue;
    const moveX = whole(((found % coarse.level.width) - coarseX) / scaleX);
    const moveY = whole((((found / coarse.level.width) | 0) - coarseY) / scaleY);
    const piece = (y + moveY) * width + x + moveX;
    const isInside = x + moveX >= 0 && x + moveX < width && y + moveY >= 0 && y + moveY < height;
    if (isInside && isPiece[piece]) match.piece[pixel] = piece;
  }
  return match;
}

/**
 * Where to take the wanted pixels from. `known` is 1 where the picture may be used and 0 elsewhere, `wanted` 1 where it is
 * to be filled. Undefined when too little is known. The same input gives the same answer.
 */
export function findPatches(colours: readonly Plane[], known: Plane, wanted: Plane): PatchOffsets | undefined {
  let coarse: { level: Level; match: Match } | undefined;
  let round = 0;
  const weighted = colours.map((plane) => multiplied(plane, known));
  const finest = shrink({ weighted, known, wanted }, finestSide);
  for (const [index, { rounds, samples }] of levels.entries()) {
    const side = coarsestSide * (finestSide / coarsestSide) ** (index / (levels.length - 1));
    const level = levelOf(shrink(finest, side));
    if (level.pieces.length < fewestPieces) return undefined;
    const match = startMatch(level, coarse);
    // First what the coarser version found, before anything is compared with it.
    if (coarse !== undefined) vote(level, match);
    for (let turn = 0; turn < rounds; turn++) {
      improve(level, match, round++, samples);
      improve(level, match, round++, samples);
      vote(level, match);
    }
    coarse = { level, match };
  }
  return coarse === undefined ? undefined : offsetsOf(coarse.level, coarse.match);
}

function offsetsOf({ width, height, wanted }: Level, { piece }: Match): PatchOffsets {
  const offsets = {
    width,
    height,
    x: new Int16Array(width * height),
    y: new Int16Array(width * height),
    isFound: new Uint8Array(width * height),
  };
  for (const pixel of wanted) {
    offsets.isFound[pixel] = 1;
    offsets.x[pixel] = (piece[pixel]! % width) - (pixel % width);
    offsets.y[pixel] = ((piece[pixel]! / width) | 0) - ((pixel / width) | 0);
  }
  return offsets;
}
