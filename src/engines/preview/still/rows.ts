// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A scene row by row: most of what varies in a row of a level ground lies on one line, which noise follows cheaply. */
import { addFractalRow, type Line } from '../raster/noise.ts';
import { skyColour } from './sky.ts';
import type { Stage } from './stage.ts';

/** Values along a row, by column; those outside the strip mean nothing. They are overwritten by each call. */
export type RowOf = (line: Line, y: number, frequency: number, shift?: number) => Float32Array;

/** The columns that a row is worked out for. */
export type Strip = Pick<Stage, 'noise' | 'width' | 'from' | 'to'>;

/** Noise along a line: at column `x` that of the place `(start + step * x) * frequency + shift`, at the height `y`. */
export function noiseRow({ noise, width, from, to }: Strip): RowOf {
  const out = new Float32Array(width);
  return ({ start, step }, y, frequency, shift = 0) => {
    out.fill(0, from, to);
    noise.addRow(out, from, to, { start: start * frequency + shift, step: step * frequency }, y, 1);
    return out;
  };
}

/** As `noiseRow`, of a fractal sum. */
export function fractalRow({ noise, width, from, to }: Strip, octaves: number): RowOf {
  const out = new Float32Array(width);
  return ({ start, step }, y, frequency, shift = 0) => {
    out.fill(0, from, to);
    addFractalRow(noise, out, from, to, { start: start * frequency + shift, step: step * frequency }, y, octaves);
    return out;
  };
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
