/** A thread that does a part of a still while the main thread of the render reads and cuts out the references. */
import { parentPort } from 'node:worker_threads';
import { freeNewMemory } from '../memory.ts';
import type { RgbImage } from '../raster/colour.ts';
import { type Plane, rowResizer, softBlur } from '../raster/plane.ts';
import { type Finish, finishRows } from './finish.ts';
import { type PlateFacts, paintStrip, type StripOrder } from './plate.ts';
import { type PackedStrip, packRows } from './png.ts';

/** Rows `from` to `to` (not in) of a picture whose bytes threads share. */
type Rows = { readonly from: number; readonly to: number; readonly image: RgbImage };

/** A plane that becomes another one, of which threads share the bytes. */
type Change = { readonly plane: Plane; readonly out: Plane };

export type PainterOrder =
  | { readonly task: 'paint'; readonly strip: StripOrder }
  | ({ readonly task: 'soften'; readonly radius: number } & Change)
  | ({ readonly task: 'enlarge' } & Change)
  | ({ readonly task: 'finish'; readonly finish: Finish } & Rows)
  | ({ readonly task: 'pack' } & Rows)
  | { readonly task: 'free-memory' };

export type PainterResult = PlateFacts | PackedStrip | undefined;

function resizeInto(plane: Plane, { width, height, data }: Plane): void {
  const resizeRow = rowResizer(plane, width, height);
  for (let y = 0; y < height; y++) resizeRow(y, data.subarray(y * width, (y + 1) * width));
}

function carryOut(order: PainterOrder): PainterResult {
  if (order.task === 'paint') return paintStrip(order.strip);
  if (order.task === 'pack') return packRows(order.image, order.from, order.to);
  if (order.task === 'soften') order.out.data.set(softBlur(order.plane, order.radius, 2).data);
  else if (order.task === 'free-memory') freeNewMemory();
  else if (order.task === 'enlarge') resizeInto(order.plane, order.out);
  else finishRows(order.finish, order.image.data, order.from, order.to);
  return undefined;
}

parentPort?.on('message', (order: PainterOrder) => parentPort?.postMessage(carryOut(order)));
