// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Flat shapes with smooth edges: houses, towers, sails, leaves. */
import type { Canvas, Colour } from './canvas.ts';

export type Point = readonly [x: number, y: number];
/** One colour, or one for every place, in pixels. */
export type Fill = Colour | ((x: number, y: number) => Colour);

/** Rows within a row, at which the sides of a shape are met. */
const subRows = 4;

/** Fills a polygon, in pixels; where its sides cross, what is inside twice is outside. */
export function fillPolygon(canvas: Canvas, points: readonly Point[], fill: Fill, opacity = 1): void {
  const { width, height, from, to } = canvas;
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data] as const;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const left = Math.max(from, Math.floor(Math.min(...xs)));
  const right = Math.min(to, Math.ceil(Math.max(...xs)) + 1);
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const bottom = Math.min(height, Math.ceil(Math.max(...ys)) + 1);
  if (left >= right) return;
  const cover = new Float32Array(right - left);
  for (let row = top; row < bottom; row++) {
    cover.fill(0);
    for (let sub = 0; sub < subRows; sub++) {
      const sides = crossings(points, row + (sub + 0.5) / subRows);
      for (let pair = 0; pair + 1 < sides.length; pair += 2) {
        addSpan(cover, sides[pair]! - left, sides[pair + 1]! - left);
      }
    }
    for (let x = left; x < right; x++) {
      const share = (cover[x - left]! / subRows) * opacity;
      if (share <= 0) continue;
      const colour = typeof fill === 'function' ? fill(x, row) : fill;
      const index = row * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const plane = planes[channel]!;
        plane[index] = plane[index]! + (colour[channel]! - plane[index]!) * share;
      }
    }
  }
}

function crossings(points: readonly Point[], y: number): number[] {
  const found: number[] = [];
  for (let index = 0; index < points.length; index++) {
    const [x0, y0] = points[index]!;
    const [x1, y1] = points[(index + 1) % points.length]!;
    if (y0 <= y !== y1 <= y) found.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
  }
  return found.sort((one, other) => one - other);
}

/** Adds to each pixel how much of it lies between two places of a row. */
function addSpan(cover: Float32Array, start: number, end: number): void {
  const low = Math.max(0, start);
  const high = Math.min(cover.length, end);
  for (let x = Math.floor(low); x < high; x++) {
    cover[x] = cover[x]! + Math.min(high, x + 1) - Math.max(low, x);
  }
}

export function box(left: number, top: number, right: number, bottom: number): Point[] {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** An ellipse, turned by `angle` in radians. */
export function ellipse(x: number, y: number, across: number, down: number, angle = 0): Point[] {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return Array.from({ length: 40 }, (_, index): Point => {
    const u = across * Math.cos((index / 20) * Math.PI);
    const v = down * Math.sin((index / 20) * Math.PI);
    return [x + u * cos - v * sin, y + u * sin + v * cos];
  });
}

/** A line with width, as a polygon. */
export function bar([x0, y0]: Point, [x1, y1]: Point, thick: number): Point[] {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const u = ((y1 - y0) / length) * (thick / 2);
  const v = ((x0 - x1) / length) * (thick / 2);
  return [
    [x0 + u, y0 + v],
    [x1 + u, y1 + v],
    [x1 - u, y1 - v],
    [x0 - u, y0 - v],
  ];
}
