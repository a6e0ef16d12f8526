/** The threads of a still: they paint strips of scenes, finish bands of rows and pack them, beside the render itself. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PainterOrder, PainterResult } from './painter.ts';

/** With more the scenes' own memory weighs more than their time wins; fixed, so that bytes never depend on it. */
const painterCount = 2;

const idle: Worker[] = [];

function startPainter(): Worker {
  const painter = new Worker(new URL('./painter.ts', import.meta.url));
  painter.unref();
  return painter;
}

/** Starts the threads ahead of the first scene, for a process that waits for its request. */
export function warmPainters(): void {
  while (idle.length < painterCount) idle.push(startPainter());
}

/** Ends the threads that wait: each holds tens of megabytes. */
export async function dismissPainters(): Promise<void> {
  await Promise.all(idle.splice(0).map((painter) => painter.terminate()));
}

async function carryOut(painter: Worker, order: PainterOrder): Promise<PainterResult> {
  painter.postMessage(order);
  // An error of the thread rejects, and the thread is gone with it.
  const [result] = (await once(painter, 'message')) as [PainterResult];
  return result;
}

/** Has the orders carried out, each by whoever is free; results in their order. */
export async function shareOut<Result extends PainterResult>(
  orders: readonly PainterOrder[],
  threads = painterCount,
): Promise<Result[]> {
  const waiting = [...orders.entries()];
  const results: PainterResult[] = [];
  const work = async () => {
    const painter = idle.pop() ?? startPainter();
    painter.ref();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next[0]] = await carryOut(painter, next[1]);
    }
    painter.unref();
    idle.push(painter);
  };
  await Promise.all(Array.from({ length: Math.min(threads, orders.length) }, work));
  return results as Result[];
}

/** Each thread hands back what it no longer needs, which is also what it shares with this one. */
export async function freeMemoryOfPainters(): Promise<void> {
  await shareOut(Array.from({ length: painterCount }, () => ({ task: 'free-memory' }) as const));
}
