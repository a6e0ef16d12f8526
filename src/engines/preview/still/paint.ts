/** What threads do for a still beside whatever else a render does: paint its scene, finish and write the picture. */
import type { PixelSize } from '../output-size.ts';
import type { Setting } from '../prompt/setting.ts';
import type { Random } from '../random.ts';
import type { RgbImage } from '../raster/colour.ts';
import type { Plane } from '../raster/plane.ts';
import { whole } from '../whole.ts';
import { type Frame, frameFromPlate } from './compose.ts';
import { prepareFinish } from './finish.ts';
import { dismissPainters, shareOut } from './painters.ts';
import type { PlateFacts, PlateOrder } from './plate.ts';
import { type PackedStrip, stripsOfRows, writeStrips } from './png.ts';
import type { Plate } from './stage.ts';

/** Long side at which a scene is painted: finer when nothing stands before it, for then it is looked at itself. */
const plateSides = { alone: 1920, behind: 1280 };
/** Leaves before mist have no edge that a finer one would show, and are the dearest thing to paint. */
const softSide = 1280;
/** Fixed, so that the bytes are the same with any number of threads. */
const stripCount = 2;

/** Paints the scene of a still, in as many threads as asked. */
export async function paintInThreads(order: PlateOrder, threads?: number): Promise<Plate> {
  const { width, height } = order;
  const shared = new SharedArrayBuffer(3 * 4 * width * height);
  const edge = (strip: number) => whole((strip * width) / stripCount);
  const strips = Array.from({ length: stripCount }, (_, strip) => {
    return { task: 'paint', strip: { plate: order, from: edge(strip), to: edge(strip + 1), shared } } as const;
  });
  const [facts] = (await shareOut<PlateFacts>(strips, threads)) as [PlateFacts];
  const plane = (channel: number) => {
    return { width, height, data: new Float32Array(shared, 4 * channel * width * height, width * height) };
  };
  const canvas = { width, height, from: 0, to: width, red: plane(0), green: plane(1), blue: plane(2) };
  return { ...facts, canvas };
}

/** Paints the scene of a film, which is made after it: threads that wait would only take memory from it. */
export async function paintInThread(order: PlateOrder): Promise<Plate> {
  const plate = await paintInThreads(order);
  await dismissPainters();
  return plate;
}

function sharedPlane(width: number, height: number): Plane {
  return { width, height, data: new Float32Array(new SharedArrayBuffer(4 * width * height)) };
}

type ThreePlanes = readonly [Plane, Plane, Plane];

/** Has each channel changed into a plane of its own, of the size given. */
async function changeChannels(
  { canvas: { red, green, blue } }: Plate,
  { width, height }: PixelSize,
  change: { readonly task: 'soften'; readonly radius: number } | { readonly task: 'enlarge' },
): Promise<ThreePlanes> {
  const orders = [red, green, blue].map((plane) => ({ ...change, plane, out: sharedPlane(width, height) }));
  await shareOut(orders);
  return orders.map(({ out }) => out) as unknown as ThreePlanes;
}

/** The same as `blurCanvas` of the plate's canvas. */
export async function softenInThreads(plate: Plate, radius: number): Promise<Plate> {
  const { canvas } = plate;
  const whole = Math.round(radius);
  if (whole < 1) return plate;
  const [red, green, blue] = await changeChannels(plate, canvas, { task: 'soften', radius: whole });
  return { ...plate, canvas: { ...canvas, red, green, blue } };
}

/** The same as `frameFromPlate`. */
export async function enlargeInThreads(plate: Plate, size: PixelSize): Promise<Frame> {
  const { canvas } = plate;
  if (canvas.width === size.width && canvas.height === size.height)
    return frameFromPlate(plate, size.width, size.height);
  return { ...size, planes: await changeChannels(plate, size, { task: 'enlarge' }) };
}

/** The same bytes as `finish`. */
export async function finishInThreads(frame: Frame, random: Random): Promise<RgbImage> {
  const { width, height } = frame;
  const image = { width, height, data: new Uint8Array(new SharedArrayBuffer(3 * width * height)) };
  const finish = prepareFinish(frame, random);
  await shareOut(stripsOfRows(height).map(([from, to]) => ({ task: 'finish', finish, image, from, to }) as const));
  return image;
}

/** The picture's buffer is shared. */
export async function packInThreads(image: RgbImage): Promise<PackedStrip[]> {
  const orders = stripsOfRows(image.height).map(([from, to]) => ({ task: 'pack', image, from, to }) as const);
  return await shareOut<PackedStrip>(orders);
}

/** The same bytes as `writePng`. The picture's buffer is shared. */
export async function writePngInThreads(image: RgbImage, path: string): Promise<void> {
  await writeStrips(image, await packInThreads(image), path);
}

export function plateOrder(setting: Setting, size: PixelSize, seed: number, hasSubject: boolean): PlateOrder {
  const side = hasSubject ? plateSides.behind : setting.scene === 'forest' ? softSide : plateSides.alone;
  const scale = Math.min(1, side / Math.max(size.width, size.height));
  const width = Math.round(size.width * scale);
  const height = Math.round(size.height * scale);
  return { scene: setting.scene, light: setting.light, season: setting.season, width, height, seed, hasSubject };
}
