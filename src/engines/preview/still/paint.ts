/** Paints scenes in threads beside whatever else a render does. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PixelSize } from '../output-size.ts';
import type { Setting } from '../prompt/setting.ts';
import type { PlateFacts, PlateOrder, StripOrder } from './plate-worker.ts';
import type { Plate } from './stage.ts';

/** Long side at which a scene is painted: finer when nothing stands before it, for then it is looked at itself. */
const plateSides = { alone: 1920, behind: 1280 };
/** Leaves before mist have no edge that a finer one would show, and are the dearest thing to paint. */
const softSide = 1280;
/** Fixed, so that the bytes are the same with any number of threads. */
const stripCount = 2;

const idle: Worker[] = [];

function takePainter(): Worker {
  const painter = idle.pop() ?? new Worker(new URL('./plate-worker.ts', import.meta.url));
  painter.ref();
  return painter;
}

/** Starts the threads ahead of the first scene, for a process that waits for its request. */
export function warmPainters(): void {
  for (let count = idle.length; count < stripCount; count++) {
    const painter = new Worker(new URL('./plate-worker.ts', import.meta.url));
    painter.unref();
    idle.push(painter);
  }
}

async function paintStrip(painter: Worker, order: StripOrder): Promise<PlateFacts> {
  painter.postMessage(order);
  // An error of the thread rejects, and the thread is gone with it.
  const [facts] = (await once(painter, 'message')) as [PlateFacts];
  return facts;
}

/** Strips one after the other in as many threads as asked. */
async function paintStrips(orders: readonly StripOrder[], threads: number): Promise<PlateFacts[]> {
  const waiting = [...orders.entries()];
  const painted: PlateFacts[] = [];
  const paintNext = async () => {
    const painter = takePainter();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      painted[next[0]] = await paintStrip(painter, next[1]);
    }
    // A film is made after its scene, and a thread that waits holds tens of megabytes.
    await painter.terminate();
  };
  await Promise.all(Array.from({ length: threads }, paintNext));
  return painted;
}

export async function paintInThread(order: PlateOrder, threads = stripCount): Promise<Plate> {
  const { width, height } = order;
  const shared = new SharedArrayBuffer(3 * 4 * width * height);
  const strips = Array.from({ length: stripCount }, (_, strip): StripOrder => {
    const [from, to] = [strip, strip + 1].map((edge) => Math.round((edge * width) / stripCount)) as [number, number];
    return { plate: order, from, to, shared };
  });
  const [facts] = (await paintStrips(strips, threads)) as [PlateFacts];
  const plane = (channel: number) => {
    return { width, height, data: new Float32Array(shared, 4 * channel * width * height, width * height) };
  };
  const canvas = { width, height, from: 0, to: width, red: plane(0), green: plane(1), blue: plane(2) };
  return { ...facts, canvas };
}

export function plateOrder(setting: Setting, size: PixelSize, seed: number, hasSubject: boolean): PlateOrder {
  const side = hasSubject ? plateSides.behind : setting.scene === 'forest' ? softSide : plateSides.alone;
  const scale = Math.min(1, side / Math.max(size.width, size.height));
  const width = Math.round(size.width * scale);
  const height = Math.round(size.height * scale);
  return { scene: setting.scene, light: setting.light, season: setting.season, width, height, seed, hasSubject };
}
