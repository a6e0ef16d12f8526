// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Where something stands upright: masts, trunks, walls, window frames. It is as near all the way up as it is at its foot. */
import { boxBlur, clamp, mapPlane, type Plane, smoothstep, softBlur } from '../raster/plane.ts';
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
  const onGround = (index: number, normal: number) => {
    const x = (index % width) / width - point.x;
    const y = (((index / width) | 0) - point.y * height) / width;
    if (y <= 0) return 0;
    const beside = Math.abs(x * Math.cos(normal) + y * Math.sin(normal));
    return beside < atPoint + awayFromPoint * y ? point.strength : 0;
  };
  const { data } = boxBlur(light, 1);
  const along = (step: number) => mapPlane(light, (_, index) => (data[index + step] ?? 0) - (data[index - step] ?? 0));
  const across = along(1);
  const down = along(width);
  const product = (one: Plane, other: Plane) =>
    boxBlur(
      mapPlane(one, (value, index) => value * other.data[index]!),
      2,
    ).data;
  const xx = product(across, across);
  const yy = product(down, down);
  const xy = product(across, down);
  const edges = mapPlane(light, (_, index) => {
    const spread = Math.hypot(xx[index]! - yy[index]!, 2 * xy[index]!);
    const energy = xx[index]! + yy[index]!;
    if (spread < leastCoherence * energy) return 0;
    const angle = Math.atan2(2 * xy[index]!, xx[index]! - yy[index]!) / 2;
    if (Math.abs(Math.sin(angle)) > mostLean) return 0;
    return smoothstep(clearness.from, clearness.to, energy) * (1 - onGround(index, angle));
  });
  // The picture's own left and right edge is none of a thing in it.
  const inner = mapPlane(edges, (value, index) => {
    const x = index % width;
    return x < 4 || x >= width - 4 ? 0 : value;
  });
  const density = softBlur(inner, Math.max(2, Math.round(width * 0.025)), 2);
  return mapPlane(density, (value) => clamp((value - byChance) / (certainly - byChance), 0, 1));
}
