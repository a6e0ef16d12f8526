// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Finds the point that the edges of a street, a room or a corridor run to. */
import { boxBlur, clamp, mapPlane, type Plane } from '../raster/plane.ts';

/** Shares of the picture's width and height, and how far it can be trusted, 0..1. */
export type VanishingPoint = { readonly x: number; readonly y: number; readonly strength: number };

const columns = 25;
const rows = 19;
/** Edges this close to level or upright (as a tangent) say nothing: every house and horizon has them. */
const plainTangent = 0.14;
const sectors = 8;

type Edge = { readonly x: number; readonly y: number; readonly nx: number; readonly ny: number };

/** How straight the surroundings of an edge must run, 0..1: fur, leaves and cobbles do not. */
const leastCoherence = 0.55;

/** The strongest straight slanting edges, at most a few thousand. Positions in shares of the width. */
function slantingEdges(light: Plane): Edge[] {
  const { width, height } = light;
  const { data } = boxBlur(light, 1);
  const along = (step: number) => mapPlane(light, (_, index) => (data[index + step] ?? 0) - (data[index - step] ?? 0));
  const across = along(1);
  const down = along(width);
  const product = (one: Plane, other: Plane) =>
    boxBlur(
      mapPlane(one, (value, index) => value * other.data[index]!),
      3,
    ).data;
  const xx = product(across, across);
  const yy = product(down, down);
  const xy = product(across, down);
  const found: (Edge & { readonly size: number })[] = [];
  for (let y = 4; y < height - 4; y += 2) {
    for (let x = 4; x < width - 4; x += 2) {
      const index = y * width + x;
      const spread = Math.hypot(xx[index]! - yy[index]!, 2 * xy[index]!);
      const energy = xx[index]! + yy[index]!;
      if (energy < 6 || spread < leastCoherence * energy) continue;
      const angle = Math.atan2(2 * xy[index]!, xx[index]! - yy[index]!) / 2;
      const nx = Math.cos(angle);
      const ny = Math.sin(angle);
      if (Math.abs(nx) < plainTangent || Math.abs(ny) < plainTangent) continue;
      found.push({ x: x / width, y: y / width, nx, ny, size: spread });
    }
  }
  return found.sort((one, other) => other.size - one.size).slice(0, 2000);
}

/** Looks for it in a lightness plane (0..100) a few hundred pixels wide. */
export function findVanishingPoint(light: Plane): VanishingPoint {
  const aspect = light.height / light.width;
  const edges = slantingEdges(light);
  const none = { x: 0.5, y: 0.45, strength: 0 };
  if (edges.length < 200) return none;
  const found = convergence(edges, aspect);
  // The same edges with their slants mirrored run together only by chance: what a picture without such a point would show.
  const chance = convergence(
    edges.map((edge) => ({ ...edge, nx: -edge.nx })),
    aspect,
  );
  const strength = clamp((found.score / (chance.score + 1e-6) - 1.3) / 0.7, 0, 1);
  return { x: found.x, y: found.y, strength };
}

/** The point that most edges run to, in shares, and how much runs there. */
function convergence(edges: readonly Edge[], aspect: number): { x: number; y: number; score: number } {
  let best = { x: 0.5, y: 0.5, score: 0 };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = 0.1 + (0.8 * column) / (columns - 1);
      const y = 0.15 + (0.7 * row) / (rows - 1);
      const sums = new Float64Array(sectors);
      for (const edge of edges) {
        const dx = edge.x - x;
        const dy = edge.y - y * aspect;
        const away = Math.hypot(dx, dy);
        if (away < 0.08 || Math.abs(dx * edge.nx + dy * edge.ny) > 0.008 + 0.015 * away) continue;
        sums[Math.floor(((Math.atan2(dy, dx) + Math.PI) / (2 * Math.PI)) * sectors) % sectors]! += 1;
      }
      // Roots: lines from many sides count for more than many lines from one.
      const score = sums.reduce((sum, value) => sum + Math.sqrt(value), 0) ** 2 / (sectors * edges.length);
      if (score > best.score) best = { x, y, score };
    }
  }
  return best;
}
