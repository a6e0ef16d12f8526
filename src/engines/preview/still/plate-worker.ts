/** A thread that paints the scene while the main thread of the render reads and cuts out the references. */
import { parentPort } from 'node:worker_threads';
import type { LightName, SceneName, SeasonName } from '../prompt/setting.ts';
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

export function paintPlate({ scene, width, height, ...how }: PlateOrder): Plate {
  return scenes[scene](createStage(width, height, how));
}

parentPort?.once('message', (order: PlateOrder) => {
  const plate = paintPlate(order);
  const { red, green, blue } = plate.canvas;
  const buffers = [red, green, blue].map((plane) => plane.data.buffer as ArrayBuffer);
  parentPort?.postMessage(plate, buffers);
});
