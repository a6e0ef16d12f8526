/** Plates, as a whole or by strips of columns that threads paint at the same time. */
import type { LightName, SceneName, SeasonName } from '../prompt/setting.ts';
import type { Plane } from '../raster/plane.ts';
import { scenes } from './scenes/index.ts';
import { createStage, type Plate } from './stage.ts';

export type PlateOrder = {
  readonly scene: SceneName;
  readonly light: LightName;
  readonly season?: SeasonName | undefined;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly hasSubject: boolean;
};

/** A strip of a plate, columns `from` to `to` (not in), to be written into planes that threads share. */
export type StripOrder = {
  readonly plate: PlateOrder;
  readonly from: number;
  readonly to: number;
  /** Red, green and blue, one after the other; float, as many as the plate has pixels. */
  readonly shared: SharedArrayBuffer;
};

/** What a plate is besides its pixels. */
export type PlateFacts = Omit<Plate, 'canvas'>;

/** Reflections look this share of the height to the side of a strip; they are painted there for it, and left out. */
const marginShare = 0.08;

export function paintPlate({ scene, width, height, ...how }: PlateOrder): Plate {
  return scenes[scene](createStage(width, height, how));
}

export function paintStrip({ plate: order, from, to, shared }: StripOrder): PlateFacts {
  const { scene, width, height, ...how } = order;
  const margin = Math.ceil(height * marginShare);
  const strip = { from: Math.max(0, from - margin), to: Math.min(width, to + margin) };
  const { canvas, ...facts } = scenes[scene](createStage(width, height, { ...how, ...strip }));
  for (const [channel, plane] of [canvas.red, canvas.green, canvas.blue].entries()) {
    copyColumns(plane, new Float32Array(shared, 4 * channel * width * height, width * height), from, to);
  }
  return facts;
}

function copyColumns({ width, height, data }: Plane, out: Float32Array, from: number, to: number): void {
  for (let row = 0; row < height; row++) {
    const start = row * width;
    out.set(data.subarray(start + from, start + to), start + from);
  }
}
