/**
 * How the content of a film moves: corners (Shi and Tomasi 1994) followed from frame to frame by the pyramidal method of
 * Lucas and Kanade (Bouguet 2000), and what their tracks say about the camera. Lengths are pixels of the film; x runs
 * right, y down. Content moves against the camera: a pan to the right moves it left.
 */
import type { GreyPicture } from './film-frames.ts';

type Level = { readonly width: number; readonly height: number; readonly data: Float32Array };
export type Point = { readonly x: number; readonly y: number };
/** Where one corner stands in each frame. */
export type Track = readonly Point[];

const levels = 4;
/** Windows reach this many pixels from their middle. */
const halfWindow = 12;
const mostRounds = 12;
/** A move below this is none, and ends the search. */
const settledPixels = 0.002;
/** Mean squared gradient across the weaker direction; less is a wall or an edge, along which nothing can be told. */
const leastTexture = 12;
/** Mean absolute difference of a window to where it came from; more is something else. */
const mostDifference = 18;

function pyramid({ width, height, data }: GreyPicture): Level[] {
  const all: Level[] = [{ width, height, data: Float32Array.from(data) }];
  while (all.length < levels) all.push(halve(all.at(-1) as Level));
  return all;
}

/** A binomial blur and every other pixel. */
function halve({ width, height, data }: Level): Level {
  const half = { width: width >> 1, height: height >> 1 };
  const out = new Float32Array(half.width * half.height);
  const at = (x: number, y: number) =>
    data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
  const across = (x: number, y: number) => at(x - 1, y) + 3 * at(x, y) + 3 * at(x + 1, y) + at(x + 2, y);
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const sum =
        across(2 * x, 2 * y - 1) + 3 * across(2 * x, 2 * y) + 3 * across(2 * x, 2 * y + 1) + across(2 * x, 2 * y + 2);
      out[y * half.width + x] = sum / 64;
    }
  }
  return { ...half, data: out };
}

/** Between pixels; the caller keeps inside. */
function sample({ width, data }: Level, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const across = x - left;
  const down = y - top;
  const at = top * width + left;
  const upper = (data[at] ?? 0) * (1 - across) + (data[at + 1] ?? 0) * across;
  const lower = (data[at + width] ?? 0) * (1 - across) + (data[at + width + 1] ?? 0) * across;
  return upper * (1 - down) + lower * down;
}

function isInside({ width, height }: Level, { x, y }: Point): boolean {
  const margin = halfWindow + 2;
  return x >= margin && y >= margin && x < width - margin - 1 && y < height - margin - 1;
}

type Window = { readonly values: Float64Array; readonly slopesX: Float64Array; readonly slopesY: Float64Array };
const side = 2 * halfWindow + 1;

function windowAt(level: Level, { x, y }: Point): Window {
  const values = new Float64Array(side * side);
  const slopesX = new Float64Array(side * side);
  const slopesY = new Float64Array(side * side);
  for (let row = 0, index = 0; row < side; row++) {
    for (let column = 0; column < side; column++, index++) {
      const [u, v] = [x + column - halfWindow, y + row - halfWindow];
      values[index] = sample(level, u, v);
      slopesX[index] = (sample(level, u + 1, v) - sample(level, u - 1, v)) / 2;
      slopesY[index] = (sample(level, u, v + 1) - sample(level, u, v - 1)) / 2;
    }
  }
  return { values, slopesX, slopesY };
}

/** Sums of products of the slopes, and the smaller eigenvalue of their matrix per pixel. */
function structureOf({ slopesX, slopesY }: Window) {
  let [xx, xy, yy] = [0, 0, 0];
  for (let index = 0; index < slopesX.length; index++) {
    const [a, b] = [slopesX[index] ?? 0, slopesY[index] ?? 0];
    xx += a * a;
    xy += a * b;
    yy += b * b;
  }
  const weaker = (xx + yy) / 2 - Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  return { xx, xy, yy, texture: weaker / slopesX.length };
}

/** The best corner of each cell of a lattice, where there is one. */
export function findCorners(picture: GreyPicture, wanted = 150): Point[] {
  const level: Level = { ...picture, data: Float32Array.from(picture.data) };
  const cell = Math.max(12, Math.sqrt((picture.width * picture.height) / wanted));
  const found: Point[] = [];
  for (let top = 0; top + cell <= picture.height; top += cell) {
    for (let left = 0; left + cell <= picture.width; left += cell) {
      const corner = bestCorner(level, left, top, cell);
      if (corner !== undefined) found.push(corner);
    }
  }
  return found;
}

const cornerStep = 4;

function bestCorner(level: Level, left: number, top: number, cell: number): Point | undefined {
  let best: Point | undefined;
  let most = leastTexture;
  for (let y = Math.round(top); y < top + cell; y += cornerStep) {
    for (let x = Math.round(left); x < left + cell; x += cornerStep) {
      if (!isInside(level, { x, y })) continue;
      const { texture } = structureOf(windowAt(level, { x, y }));
      if (texture > most) [most, best] = [texture, { x, y }];
    }
  }
  return best;
}

/** Where `point` of the first picture lies in the second; undefined when it cannot be told. */
function follow(from: readonly Level[], to: readonly Level[], point: Point): Point | undefined {
  let [moveX, moveY] = [0, 0];
  for (let depth = levels - 1; depth >= 0; depth--) {
    const [source, target] = [from[depth] as Level, to[depth] as Level];
    const middle = { x: (point.x + 0.5) / 2 ** depth - 0.5, y: (point.y + 0.5) / 2 ** depth - 0.5 };
    moveX *= 2;
    moveY *= 2;
    // A window at the edge of a small level says nothing; a larger level may.
    if (!isInside(source, middle)) {
      if (depth === 0) return undefined;
      continue;
    }
    const window = windowAt(source, middle);
    const { xx, xy, yy, texture } = structureOf(window);
    if (texture < 1e-3) continue;
    const determinant = xx * yy - xy * xy;
    let difference = 0;
    for (let round = 0; round < mostRounds; round++) {
      const guess = { x: middle.x + moveX, y: middle.y + moveY };
      if (!isInside(target, guess)) {
        if (depth === 0) return undefined;
        break;
      }
      let [errorX, errorY] = [0, 0];
      difference = 0;
      for (let row = 0, index = 0; row < side; row++) {
        for (let column = 0; column < side; column++, index++) {
          const now = sample(target, guess.x + column - halfWindow, guess.y + row - halfWindow);
          const error = (window.values[index] ?? 0) - now;
          errorX += error * (window.slopesX[index] ?? 0);
          errorY += error * (window.slopesY[index] ?? 0);
          difference += Math.abs(error);
        }
      }
      const stepX = (yy * errorX - xy * errorY) / determinant;
      const stepY = (xx * errorY - xy * errorX) / determinant;
      moveX += stepX;
      moveY += stepY;
      if (Math.hypot(stepX, stepY) < settledPixels) break;
    }
    if (depth === 0 && difference / (side * side) > mostDifference) return undefined;
  }
  return { x: point.x + moveX, y: point.y + moveY };
}

/** Tracks of the first frame's corners that could be followed to the last one. */
export function followCorners(pictures: readonly GreyPicture[], wanted?: number): Track[] {
  const [first, ...rest] = pictures;
  if (first === undefined) return [];
  let tracks: Track[] = findCorners(first, wanted).map((corner) => [corner]);
  let before = pyramid(first);
  for (const picture of rest) {
    const now = pyramid(picture);
    tracks = tracks.flatMap((track) => {
      const next = follow(before, now, track.at(-1) as Point);
      return next === undefined ? [] : [[...track, next]];
    });
    before = now;
  }
  return tracks;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * Trembling: of each track, the root mean square of the second difference of its motion from frame to frame (a constant
 * speed and a constant acceleration give 0), in pixels; the median over the tracks.
 */
export function jitterOf(tracks: readonly Track[]): number {
  return median(tracks.map(trackJitter));
}

function trackJitter(track: Track): number {
  // The second difference of the differences is the third of the places.
  const differences = (values: readonly number[]) =>
    values.slice(1).map((value, index) => value - (values[index] ?? 0));
  const third = (values: readonly number[]) => differences(differences(differences(values)));
  const all = [...third(track.map(({ x }) => x)), ...third(track.map(({ y }) => y))];
  const squares = all.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares / (all.length / 2));
}

/** Median length of the way that a corner goes from one frame to the next. */
export function speedOf(tracks: readonly Track[]): number {
  return median(
    tracks.map((track) => {
      const steps = track
        .slice(1)
        .map(({ x, y }, index) => Math.hypot(x - (track[index]?.x ?? x), y - (track[index]?.y ?? y)));
      return steps.reduce((sum, step) => sum + step, 0) / steps.length;
    }),
  );
}

/** What a whole film does to its picture, from the first frame to the last. */
export type Flow = {
  /** Median shift. */
  readonly dx: number;
  readonly dy: number;
  /** Growth: 0.1 is a tenth larger. */
  readonly growth: number;
  /** Turn of the content in radians, clockwise as it is looked at. */
  readonly turn: number;
  /** Median distance between where corners went and where shift, growth and turn alone would have put them. */
  readonly parallax: number;
  readonly tracks: number;
};

type Pair = { readonly from: Point; readonly to: Point };

/** Shift, growth and turn from the medians over all pairs of tracks, which outliers do not move. */
export function flowOf(tracks: readonly Track[]): Flow {
  const pairs = tracks.map((track): Pair => ({ from: track[0] as Point, to: track.at(-1) as Point }));
  const ratios: number[] = [];
  const turns: number[] = [];
  for (const [index, one] of pairs.entries()) {
    for (const other of pairs.slice(index + 1)) {
      const before = { x: other.from.x - one.from.x, y: other.from.y - one.from.y };
      const after = { x: other.to.x - one.to.x, y: other.to.y - one.to.y };
      const length = Math.hypot(before.x, before.y);
      // Near neighbours magnify the errors of tracking.
      if (length < 80) continue;
      ratios.push((before.x * after.x + before.y * after.y) / length ** 2);
      turns.push(Math.atan2(before.x * after.y - before.y * after.x, before.x * after.x + before.y * after.y));
    }
  }
  const scale = median(ratios);
  const turn = median(turns);
  const dx = median(pairs.map(({ from, to }) => to.x - from.x));
  const dy = median(pairs.map(({ from, to }) => to.y - from.y));
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  const rests = pairs.map(({ from, to }) => ({
    x: to.x - cos * from.x + sin * from.y,
    y: to.y - sin * from.x - cos * from.y,
  }));
  const restX = median(rests.map(({ x }) => x));
  const restY = median(rests.map(({ y }) => y));
  const parallax = median(rests.map(({ x, y }) => Math.hypot(x - restX, y - restY)));
  return { dx, dy, growth: scale - 1, turn, parallax, tracks: tracks.length };
}
