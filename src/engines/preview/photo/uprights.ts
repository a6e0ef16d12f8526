// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Where something stands upright: masts, trunks, walls, window frames. It is as near all the way up as it is at its foot. */
import { boxBlur, clamp, createPlane, type Plane, smoothstep, softBlur } from '../raster/plane.ts';
import type { VanishingPoint } from './vanishing-point.ts';

/** An edge leans by at most this much, as a tangent, and runs this straight (0..1) and clearly (squares of lightness). */
const mostLean = 0.2;
const leastCoherence = 0.5;
const clearness = { from: 2, to: 15 } as const;
/** Share of a neighbourhood that upright edges cover by chance, and from which on all of it is upright. */
const byChance = 0.05;
const certainly = 0.16;

/** A line below a vanishing point which runs to it this closely, in widths at the point and a width away, lies on the ground. */
const atPoint = 0.02;
const awayFromPoint = 0.05;

/** How far each place is part of something upright, 0..1, in a lightness plane (0..100) a few hundred pixels wide. */
export function findUprights(light: Plane, point: VanishingPoint): Plane {
  const { width, height } = light;
  const { data } = boxBlur(light, 1);
  const across = differences(data, 1, light);
  const down = differences(data, width, light);
  const xx = blurredProduct(across, across);
  const yy = blurredProduct(down, down);
  const xy = blurredProduct(across, down);
  const edges = createPlane(width, height);
  for (let row = 0; row < height; row++) {
    const below = (row - point.y * height) / width;
    uprightRow(xx, yy, xy, row * width, width, point.x, below, point.strength, edges.data);
  }
  const density = softBlur(edges, Math.max(2, Math.round(width * 0.025)), 2);
  for (let row = 0; row < height; row++) judgeRow(density.data, row * width, (row + 1) * width);
  return density;
}

/** From how many upright edges there are to how far all of it is upright. */
function judgeRow(density: Float32Array, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    density[index] = clamp((density[index]! - byChance) / (certainly - byChance), 0, 1);
  }
}

/** Upright edges of the row that begins at `start`, `below` (widths) a vanishing point at `pointX` (a share of it). */
function uprightRow(
  xx: Float32Array,
  yy: Float32Array,
  xy: Float32Array,
  start: number,
  width: number,
  pointX: number,
  below: number,
  strength: number,
  out: Float32Array,
): void {
  // The picture's own left and right edge is none of a thing in it.
  for (let x = 4; x < width - 4; x++) {
    const index = start + x;
    const lean = xx[index]! - yy[index]!;
    const twist = 2 * xy[index]!;
    const energy = xx[index]! + yy[index]!;
    if (energy <= clearness.from || lean * lean + twist * twist < (leastCoherence * energy) ** 2) continue;
    const angle = Math.atan2(twist, lean) / 2;
    if (Math.abs(Math.sin(angle)) > mostLean) continue;
    const beside = Math.abs((x / width - pointX) * Math.cos(angle) + below * Math.sin(angle));
    const onGround = below > 0 && beside < atPoint + awayFromPoint * below ? strength : 0;
    out[index] = smoothstep(clearness.from, clearness.to, energy) * (1 - onGround);
  }
}

/** Between the pixels `step` before and after each one; 0 takes the place of those outside. */
function differences(data: Float32Array, step: number, { width, height }: Plane): Plane {
  const out = createPlane(width, height);
  const last = data.length - step;
  for (let index = 0; index < data.length; index++) {
    const after = index < last ? data[index + step]! : 0;
    out.data[index] = after - (index >= step ? data[index - step]! : 0);
  }
  return out;
}

function blurredProduct(one: Plane, other: Plane): Float32Array {
  const out = createPlane(one.width, one.height);
  for (let index = 0; index < out.data.length; index++) out.data[index] = one.data[index]! * other.data[index]!;
  return boxBlur(out, 2).data;
}
