// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Finds the point that the edges of a street, a room or a corridor run to. */
import { boxBlur, clamp, createPlane, type Plane } from '../raster/plane.ts';

/** Shares of the picture's width and height, and how far it can be trusted, 0..1. */
export type VanishingPoint = { readonly x: number; readonly y: number; readonly strength: number };

const columns = 25;
const rows = 19;
/** Edges this close to level or upright (as a tangent) say nothing: every house and horizon has them. */
const plainTangent = 0.14;
const sectors = 8;

/** Straight pieces of edges: where they are, and the direction across them. */
type Edges = {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly nx: Float64Array;
  readonly ny: Float64Array;
};

/** How straight the surroundings of an edge must run, 0..1: fur, leaves and cobbles do not. */
const leastCoherence = 0.55;

/** With more edges than this the weaker ones change nothing. */
const mostEdges = 2000;

function product(one: Plane, other: Plane): Float32Array {
  const out = createPlane(one.width, one.height);
  for (let index = 0; index < out.data.length; index++) out.data[index] = one.data[index]! * other.data[index]!;
  return boxBlur(out, 3).data;
}

/** Difference between the neighbours at both sides. */
function slope(plane: Plane, step: number): Plane {
  const { width, height, data } = plane;
  const out = createPlane(width, height);
  for (let index = 0; index < data.length; index++) {
    out.data[index] = (data[index + step] ?? 0) - (data[index - step] ?? 0);
  }
  return out;
}

/** The strongest straight slanting edges, at most a few thousand. Positions in shares of the width. */
function slantingEdges(light: Plane): Edges {
  const { width, height } = light;
  const blurred = boxBlur(light, 1);
  const across = slope(blurred, 1);
  const down = slope(blurred, width);
  const xx = product(across, across);
  const yy = product(down, down);
  const xy = product(across, down);
  const found: { readonly index: number; readonly size: number; readonly nx: number; readonly ny: number }[] = [];
  for (let y = 4; y < height - 4; y += 2) {
    for (let x = 4; x < width - 4; x += 2) {
      const index = y * width + x;
      const straight = xx[index]! - yy[index]!;
      const slanting = 2 * xy[index]!;
      const spread = Math.sqrt(straight * straight + slanting * slanting);
      const energy = xx[index]! + yy[index]!;
      if (energy < 6 || spread < leastCoherence * energy) continue;
      const angle = Math.atan2(slanting, straight) / 2;
      const nx = Math.cos(angle);
      const ny = Math.sin(angle);
      if (Math.abs(nx) < plainTangent || Math.abs(ny) < plainTangent) continue;
      found.push({ index, size: spread, nx, ny });
    }
  }
  const strongest = found.sort((one, other) => other.size - one.size).slice(0, mostEdges);
  return {
    count: strongest.length,
    x: Float64Array.from(strongest, ({ index }) => (index % width) / width),
    y: Float64Array.from(strongest, ({ index }) => ((index / width) | 0) / width),
    nx: Float64Array.from(strongest, ({ nx }) => nx),
    ny: Float64Array.from(strongest, ({ ny }) => ny),
  };
}

/** Looks for it in a lightness plane (0..100) a few hundred pixels wide. */
export function findVanishingPoint(light: Plane): VanishingPoint {
  const aspect = light.height / light.width;
  const edges = slantingEdges(light);
  const none = { x: 0.5, y: 0.45, strength: 0 };
  if (edges.count < 200) return none;
  const found = convergence(edges, aspect);
  // The same edges with their slants mirrored run together only by chance: what a picture without such a point would show.
  const chance = convergence({ ...edges, nx: edges.nx.map((nx) => -nx) }, aspect);
  const strength = clamp((found.score / (chance.score + 1e-6) - 1.3) / 0.7, 0, 1);
  return { x: found.x, y: found.y, strength };
}

/** The point that most edges run to, in shares, and how much runs there. */
function convergence(edges: Edges, aspect: number): { x: number; y: number; score: number } {
  const { count, nx, ny } = edges;
  let best = { x: 0.5, y: 0.5, score: 0 };
  const sums = new Float64Array(sectors);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = 0.1 + (0.8 * column) / (columns - 1);
      const y = 0.15 + (0.7 * row) / (rows - 1);
      sums.fill(0);
      for (let edge = 0; edge < count; edge++) {
        const dx = edges.x[edge]! - x;
        const dy = edges.y[edge]! - y * aspect;
        const past = Math.abs(dx * nx[edge]! + dy * ny[edge]!);
        const away = Math.sqrt(dx * dx + dy * dy);
        if (away < 0.08 || past > 0.008 + 0.015 * away) continue;
        sums[Math.floor(((Math.atan2(dy, dx) + Math.PI) / (2 * Math.PI)) * sectors) % sectors]! += 1;
      }
      // Roots: lines from many sides count for more than many lines from one.
      let roots = 0;
      for (let sector = 0; sector < sectors; sector++) roots += Math.sqrt(sums[sector]!);
      const score = roots ** 2 / (sectors * count);
      if (score > best.score) best = { x, y, score };
    }
  }
  return best;
}
