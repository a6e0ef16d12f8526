// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Landscapes from a height field: columns are walked from near to far along a logarithmic scale of distance, as the
 * games of the nineties did, and each visible strip is shaded by slope, cast shadow and haze.
 */

import type { Line, Noise } from '../raster/noise.ts';
import { clamp } from '../raster/plane.ts';
import type { Colour } from './canvas.ts';
import type { Strip } from './rows.ts';
import type { Stage } from './stage.ts';

export type Surface = {
  /**
   * Heights in metres along a line across the view, for the columns of a strip; x to the right, z away from the camera,
   * both in metres. They are overwritten by the next call.
   */
  heights(strip: Strip): (line: Line, z: number) => Float32Array;
  /** Colour of the ground without light. `slope` is 0 on the flat and grows with steepness. */
  albedo(x: number, z: number, height: number, slope: number): Colour;
  /** A factor on the light per pixel: ripples, blades, stones. Fades with distance in the terrain itself. */
  detail?(x: number, z: number): number;
};

export type TerrainOptions = {
  readonly horizon: number;
  /** Height of the camera above the ground it stands on, in metres. */
  readonly eye: number;
  readonly near: number;
  readonly far: number;
  /** Distance at which two thirds of the light is haze, in metres. */
  readonly hazeDistance: number;
  /** How far detail is seen, in metres. */
  readonly detailDistance?: number;
  /** Share of light that comes straight from the sun side even on slopes that face away (sand, snow glow). */
  readonly softness?: number;
};

/** Distances per column; with interpolation between them more is not seen. */
const steps = 300;
/** Focal length in heights of the frame. */
const focal = 0.95;

/** Heights are worked out at every second column, and shadows at every fourth. */
const heightStep = 2;
const shadowStep = 4;
/** Columns left of the frame that a strip may have. */
const shift = 4;

export function paintTerrain(stage: Stage, surface: Surface, options: TerrainOptions): void {
  const { canvas, width, height, from, to, light } = stage;
  const { near, far, horizon } = options;
  const ratio = (far / near) ** (1 / (steps - 1));
  const distances = Float64Array.from({ length: steps }, (_, step) => near * ratio ** step);
  const perStep = 1 / (focal * height);
  const xAt = (column: number, z: number) => (column - width / 2) * perStep * z;

  const field: HeightField = { surface, distances, perStep, middle: width / 2, noise: stage.noise };
  const heights = gridOfHeights(field, from - heightStep, to + 2 * heightStep, heightStep);
  const heightsAhead = surface.heights({ noise: stage.noise, width: 1, from: 0, to: 1 });
  let ground = Number.NEGATIVE_INFINITY;
  for (let step = 0; distances[step]! < near * 3; step++) {
    ground = Math.max(ground, heightsAhead({ start: 0, step: 0 }, distances[step]!)[0]!);
  }
  const eye = ground + options.eye;

  const isSunLeft = stage.sunX < 0.5;
  // Nothing beyond the strip, seen from the sun, throws a shadow on it.
  const ceilings = castShadows(
    gridOfHeights(field, isSunLeft ? 0 : from, isSunLeft ? to + shadowStep : width + shadowStep, shadowStep, heights),
    distances,
    perStep * shadowStep,
    isSunLeft,
    light.slope,
  );
  const sunSide = stage.sunX < 0.5 ? -1 : 1;
  const flat = Math.hypot(1, light.slope);
  const sunVector: Colour = [(sunSide * 0.86) / flat, light.slope / flat, 0.5 / flat];
  const softness = options.softness ?? 0.15;
  const detailDistance = options.detailDistance ?? 40;
  const { red, green, blue } = canvas;
  const sunX = stage.sunX * width;
  const hazes = distances.map((z) => 1 - Math.exp(-z / options.hazeDistance));
  const fades = distances.map((z) => Math.exp(-z / detailDistance));
  const own = new Float32Array(steps);
  const slopes = new Float32Array(steps);
  const shaded: [number, number, number] = [0, 0, 0];
  const before: [number, number, number] = [0, 0, 0];

  for (let x = from; x < to; x++) {
    heights.column(x, own, slopes);
    let filled = height;
    let previousRow = height + 1;
    let beforeStep = -1;
    const nearSun = Math.exp(-Math.abs(x - sunX) / (height * 0.5));
    for (let step = 0; step < steps; step++) {
      const z = distances[step]!;
      const row = (horizon + (focal * (eye - own[step]!)) / z) * height;
      // Hidden behind what stands nearer: no need to light it.
      if (row >= filled && step > 0) {
        previousRow = row;
        continue;
      }
      if (step > 0 && beforeStep !== step - 1) shade(step - 1, x, nearSun, before);
      shade(step, x, nearSun, shaded);
      if (step === 0) before.splice(0, 3, ...shaded);
      beforeStep = step;
      const top = Math.max(0, Math.ceil(row));
      const span = Math.max(1e-3, previousRow - row);
      const bottom = step === 0 ? height - 1 : Math.min(height, filled) - 1;
      const zBefore = step > 0 ? distances[step - 1]! : z;
      const hasDetail = surface.detail !== undefined && z < detailDistance * 2.2;
      for (let y = bottom; y >= top; y--) {
        const share = step === 0 ? 1 : clamp((previousRow - y) / span, 0, 1);
        let factor = 1;
        if (hasDetail) {
          const zHere = zBefore + (z - zBefore) * share;
          factor = 1 + (surface.detail!(xAt(x, zHere), zHere) - 1) * fades[step]!;
        }
        const index = y * width + x;
        red.data[index] = (before[0] + (shaded[0] - before[0]) * share) * factor;
        green.data[index] = (before[1] + (shaded[1] - before[1]) * share) * factor;
        blue.data[index] = (before[2] + (shaded[2] - before[2]) * share) * factor;
      }
      // The topmost row of a crest is covered in part only.
      if (top > 0 && top <= filled) {
        const part = clamp(top - row, 0, 1);
        const index = (top - 1) * width + x;
        red.data[index] = red.data[index]! + (shaded[0] - red.data[index]!) * part;
        green.data[index] = green.data[index]! + (shaded[1] - green.data[index]!) * part;
        blue.data[index] = blue.data[index]! + (shaded[2] - blue.data[index]!) * part;
      }
      filled = Math.min(filled, top);
      previousRow = row;
      before[0] = shaded[0];
      before[1] = shaded[1];
      before[2] = shaded[2];
    }
  }

  function shade(step: number, x: number, nearSun: number, out: [number, number, number]): void {
    const z = distances[step]!;
    const h = own[step]!;
    const back = Math.max(0, step - 1);
    const ahead = Math.min(steps - 1, step + 1);
    const across = slopes[step]! / (perStep * z);
    const along = (own[ahead]! - own[back]!) / (distances[ahead]! - distances[back]!);
    const length = Math.sqrt(1 + across * across + along * along);
    const facing = (sunVector[1] - across * sunVector[0] - along * sunVector[2]) / length;
    const direct = clamp(1 - (ceilings(x, step) - h) / Math.max(0.05, z * 0.006), 0, 1);
    const lit = Math.max(0, facing * (1 - softness) + softness) * direct;
    const sky = 0.55 + 0.45 / length;
    const albedo = surface.albedo(xAt(x, z), z, h, Math.sqrt(across * across + along * along));
    const haze = hazes[step]!;
    const warm = 0.35 * nearSun * haze;
    for (let channel = 0; channel < 3; channel++) {
      const value = albedo[channel]! * (light.sun[channel]! * lit * 1.15 + light.ambient[channel]! * sky);
      out[channel] = value + (light.haze[channel]! + light.sun[channel]! * warm - value) * haze;
    }
  }
}

/** What the heights of a view are worked out from. */
type HeightField = {
  readonly surface: Surface;
  readonly distances: Float64Array;
  /** Metres from one column to the next, at a distance of one metre. */
  readonly perStep: number;
  /** The column that looks straight ahead. */
  readonly middle: number;
  readonly noise: Noise;
};

type HeightGrid = {
  /** Number of the first column, in columns of the grid. */
  readonly first: number;
  readonly columns: number;
  readonly spacing: number;
  /** Column by column, from near to far. */
  readonly data: Float32Array;
  /** Heights along one column of pixels, and how much they change from it to the next one. */
  column(x: number, heights: Float32Array, slopes: Float32Array): void;
};

/**
 * The heights at every `spacing`th column; columns count from a multiple of it, so that strips agree. Those that a finer
 * grid has already are taken from it.
 */
function gridOfHeights(
  { surface, distances, perStep, middle, noise }: HeightField,
  from: number,
  to: number,
  spacing: number,
  finer?: HeightGrid,
): HeightGrid {
  const first = Math.floor(from / spacing);
  const columns = Math.ceil(to / spacing) + 1 - first;
  const data = new Float32Array(columns * steps);
  const fine = finer === undefined ? 1 : spacing / finer.spacing;
  const isKnown = (column: number) =>
    finer !== undefined && column * fine >= finer.first && column * fine < finer.first + finer.columns;
  const workOut = (start: number, end: number) => {
    if (start >= end) return;
    // Columns left of the frame have no place in a row: all are moved a little.
    const strip = { noise, width: end + shift, from: start + shift, to: end + shift };
    const heightsOf = surface.heights(strip);
    for (let step = 0; step < steps; step++) {
      const z = distances[step]!;
      const perColumn = spacing * perStep * z;
      const row = heightsOf({ start: -middle * perStep * z - shift * perColumn, step: perColumn }, z);
      for (let column = start; column < end; column++) data[(column - first) * steps + step] = row[column + shift]!;
    }
  };
  let known = first;
  while (known < first + columns && !isKnown(known)) known++;
  let unknown = known;
  for (; unknown < first + columns && isKnown(unknown); unknown++) {
    const at = (unknown * fine - finer!.first) * steps;
    data.set(finer!.data.subarray(at, at + steps), (unknown - first) * steps);
  }
  workOut(first, known);
  workOut(unknown, first + columns);
  return {
    first,
    columns,
    spacing,
    data,
    column(x, heights, slopes) {
      const at = Math.floor(x / spacing);
      const share = x / spacing - at;
      const left = (at - first) * steps;
      for (let step = 0; step < steps; step++) {
        const here = data[left + step]!;
        const next = data[left + steps + step]!;
        heights[step] = here + (next - here) * share;
        // Slopes are blended too: one slope for the whole way between two columns would show as stripes.
        const slopeHere = (next - data[left - steps + step]!) / (2 * spacing);
        const slopeNext = (data[left + 2 * steps + step]! - here) / (2 * spacing);
        slopes[step] = slopeHere + (slopeNext - slopeHere) * share;
      }
    },
  };
}

/**
 * Shadows of a sun that stands to one side: along each line of equal distance the light is walked from the sun's side,
 * sinking as it goes; what lies below it is in shade. Gives the height of that line at a column of pixels.
 */
function castShadows(
  { first, columns, data }: HeightGrid,
  distances: Float64Array,
  perColumn: number,
  fromLeft: boolean,
  slope: number,
): (x: number, step: number) => number {
  const ceilings = new Float32Array(data.length);
  for (let step = 0; step < steps; step++) {
    const sink = perColumn * distances[step]! * slope;
    let ray = -1e9;
    for (let count = 0; count < columns; count++) {
      const column = fromLeft ? count : columns - 1 - count;
      const at = column * steps + step;
      ceilings[at] = ray - sink;
      ray = Math.max(ray - sink, data[at]!);
    }
  }
  return (x, step) => {
    const column = (x / shadowStep) | 0;
    const at = (column - first) * steps + step;
    const share = x / shadowStep - column;
    return ceilings[at]! + (ceilings[at + steps]! - ceilings[at]!) * share;
  };
}
