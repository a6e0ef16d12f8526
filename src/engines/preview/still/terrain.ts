// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Landscapes from a height field: columns are walked from near to far along a logarithmic scale of distance, as the
 * games of the nineties did, and each visible strip is shaded by slope, cast shadow and haze.
 */
import { clamp } from '../raster/plane.ts';
import type { Colour } from './canvas.ts';
import type { Stage } from './stage.ts';

export type Surface = {
  /** Height in metres at a place; x to the right, z away from the camera, both in metres. */
  height(x: number, z: number): number;
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

export function paintTerrain(stage: Stage, surface: Surface, options: TerrainOptions): void {
  const { canvas, width, height, light } = stage;
  const { near, far, horizon } = options;
  const ratio = (far / near) ** (1 / (steps - 1));
  const distances = Float64Array.from({ length: steps }, (_, step) => near * ratio ** step);
  // One column beyond each side, for the slopes of the outermost ones.
  const columns = width + 2;
  const perStep = 1 / (focal * height);
  const xAt = (column: number, z: number) => (column - 1 - width / 2) * perStep * z;

  const heights = new Float32Array(columns * steps);
  for (let column = 0; column < columns; column++) {
    for (let step = 0; step < steps; step++) {
      const z = distances[step]!;
      heights[column * steps + step] = surface.height(xAt(column, z), z);
    }
  }
  let ground = Number.NEGATIVE_INFINITY;
  for (let step = 0; distances[step]! < near * 3; step++)
    ground = Math.max(ground, heights[(columns >> 1) * steps + step]!);
  const eye = ground + options.eye;

  const shadow = castShadows(heights, distances, columns, perStep, stage.sunX < 0.5, light.slope);
  const sunSide = stage.sunX < 0.5 ? -1 : 1;
  const flat = Math.hypot(1, light.slope);
  const sunVector: Colour = [(sunSide * 0.86) / flat, light.slope / flat, 0.5 / flat];
  const softness = options.softness ?? 0.15;
  const detailDistance = options.detailDistance ?? 40;
  const { red, green, blue } = canvas;
  const sunX = stage.sunX * width;

  for (let column = 1; column <= width; column++) {
    const x = column - 1;
    let filled = height;
    let previousRow = height + 1;
    let before: Colour = [0, 0, 0];
    const nearSun = Math.exp(-Math.abs(x - sunX) / (height * 0.5));
    for (let step = 0; step < steps; step++) {
      const z = distances[step]!;
      const at = column * steps + step;
      const h = heights[at]!;
      const row = (horizon + (focal * (eye - h)) / z) * height;
      // Hidden behind what stands nearer: no need to light it.
      if (row >= filled && step > 0) {
        previousRow = row;
        before = shade(step, z, h, at, nearSun);
        continue;
      }
      const colour = shade(step, z, h, at, nearSun);
      const to = Math.max(0, Math.ceil(row));
      const span = Math.max(1e-3, previousRow - row);
      const from = step === 0 ? height - 1 : Math.min(height, filled) - 1;
      const zBefore = step > 0 ? distances[step - 1]! : z;
      for (let y = from; y >= to; y--) {
        const share = step === 0 ? 1 : clamp((previousRow - y) / span, 0, 1);
        let factor = 1;
        if (surface.detail !== undefined && z < detailDistance * 2.2) {
          const zHere = zBefore + (z - zBefore) * share;
          factor = 1 + (surface.detail(xAt(column, zHere), zHere) - 1) * Math.exp(-zHere / detailDistance);
        }
        const index = y * width + x;
        red.data[index] = (before[0] + (colour[0] - before[0]) * share) * factor;
        green.data[index] = (before[1] + (colour[1] - before[1]) * share) * factor;
        blue.data[index] = (before[2] + (colour[2] - before[2]) * share) * factor;
      }
      // The topmost row of a crest is covered in part only.
      if (to > 0 && to <= filled) {
        const part = clamp(to - row, 0, 1);
        const index = (to - 1) * width + x;
        red.data[index] = red.data[index]! + (colour[0] - red.data[index]!) * part;
        green.data[index] = green.data[index]! + (colour[1] - green.data[index]!) * part;
        blue.data[index] = blue.data[index]! + (colour[2] - blue.data[index]!) * part;
      }
      filled = Math.min(filled, to);
      previousRow = row;
      before = colour;
    }
  }

  function shade(step: number, z: number, h: number, at: number, nearSun: number): Colour {
    const back = Math.max(0, step - 1);
    const ahead = Math.min(steps - 1, step + 1);
    const across = (heights[at + steps]! - heights[at - steps]!) / (2 * perStep * z);
    const along = (heights[at - step + ahead]! - heights[at - step + back]!) / (distances[ahead]! - distances[back]!);
    const length = Math.sqrt(1 + across * across + along * along);
    const facing = (sunVector[1] - across * sunVector[0] - along * sunVector[2]) / length;
    const lit = Math.max(0, facing * (1 - softness) + softness) * shadow[at]!;
    const sky = 0.55 + 0.45 / length;
    const albedo = surface.albedo(xAt((at / steps) | 0, z), z, h, Math.hypot(across, along));
    const haze = 1 - Math.exp(-z / options.hazeDistance);
    const warm = 0.35 * nearSun * haze;
    const channel = (index: 0 | 1 | 2) => {
      const own = albedo[index] * (light.sun[index] * lit * 1.15 + light.ambient[index] * sky);
      return own + (light.haze[index] + light.sun[index] * warm - own) * haze;
    };
    return [channel(0), channel(1), channel(2)];
  }
}

/**
 * Shadows of a sun that stands to one side: along each line of equal distance the light is walked from the sun's side,
 * sinking as it goes; what lies below it is in shade. 0 is shade, 1 is light.
 */
function castShadows(
  heights: Float32Array,
  distances: Float64Array,
  columns: number,
  perStep: number,
  fromLeft: boolean,
  slope: number,
): Float32Array {
  const shadow = new Float32Array(heights.length);
  for (let step = 0; step < steps; step++) {
    const z = distances[step]!;
    const sink = perStep * z * slope;
    const softness = Math.max(0.05, z * 0.006);
    let ray = Number.NEGATIVE_INFINITY;
    for (let count = 0; count < columns; count++) {
      const column = fromLeft ? count : columns - 1 - count;
      const at = column * steps + step;
      const h = heights[at]!;
      ray = Math.max(ray - sink, h);
      shadow[at] = clamp(1 - (ray - h) / softness, 0, 1);
    }
  }
  return shadow;
}
