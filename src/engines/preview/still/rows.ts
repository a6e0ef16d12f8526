// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A scene row by row: most of what varies in a row of a level ground lies on one line, which noise follows cheaply. */
import { addFractalRow, addNoiseRow, type Line } from '../raster/noise.ts';
import { skyColour } from './sky.ts';
import type { Stage } from './stage.ts';

/** The columns that a row is worked out for. */
export type Strip = Pick<Stage, 'noise' | 'width' | 'from' | 'to'>;

/** Noise of one kind, row by row. Data, not a closure: see `raster/noise.ts`. */
export type NoiseRow = {
  readonly strip: Strip;
  /** Of a fractal sum; undefined for plain noise. */
  readonly octaves: number | undefined;
  readonly values: Float32Array;
};

export function noiseRow(strip: Strip): NoiseRow {
  return { strip, octaves: undefined, values: new Float32Array(strip.width) };
}

export function fractalRow(strip: Strip, octaves: number): NoiseRow {
  return { strip, octaves, values: new Float32Array(strip.width) };
}

/**
 * Noise along a line: at column `x` that of the place `(start + step * x) * frequency + shift`, at the height `y`. Values
 * are by column, and overwritten by the next call; those outside the strip mean nothing.
 */
export function noiseAlong(
  { strip: { noise, from, to }, octaves, values }: NoiseRow,
  { start, step }: Line,
  y: number,
  frequency: number,
  shift = 0,
): Float32Array {
  values.fill(0, from, to);
  const line = { start: start * frequency + shift, step: step * frequency };
  if (octaves === undefined) addNoiseRow(noise, values, from, to, line, y, 1);
  else addFractalRow(noise, values, from, to, line, y, octaves);
  return values;
}

/** What a level ground shows along the row that is `z` away: metres to the right of the middle. */
export function groundLine({ width, height }: Stage, z: number, focal: number): Line {
  const step = z / (height * focal);
  return { start: (-width / 2) * step, step };
}

const skySteps = 1023;

/** Colours of the clear sky by height, interleaved; `skyAt` gives the index of a height. */
export function skyTable(stage: Stage): Float32Array {
  const table = new Float32Array(3 * (skySteps + 1));
  for (let step = 0; step <= skySteps; step++) table.set(skyColour(stage, step / skySteps), 3 * step);
  return table;
}

export function skyAt(height: number): number {
  return 3 * ((height <= 0 ? 0 : height >= 1 ? skySteps : height * skySteps + 0.5) | 0);
}

/** Three planes as arrays, which loops over every pixel need. */
export function channelsOf({ canvas: { red, green, blue } }: Pick<Stage, 'canvas'>) {
  return [red.data, green.data, blue.data] as const;
}
