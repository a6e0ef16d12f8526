/**
 * The threads that draw frames, kept for the next film or clip of this process: a thread takes some 50 ms to start, and
 * what it compiled stays warm. While idle they keep nothing of a film in memory, nor the process alive.
 */
import { Worker } from 'node:worker_threads';
import type { Rest } from './frame-worker.ts';

const idle: Worker[] = [];

function startWorker(): Worker {
  return new Worker(new URL('./frame-worker.ts', import.meta.url));
}

/** Starts threads ahead, so that `count` are idle. */
export function warmFrameWorkers(count: number): void {
  while (idle.length < count) rest(startWorker());
}

/** By name: Worker listens to itself, too, and without that it never hears its thread again. */
function forgetListeners(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
}

function rest(worker: Worker): void {
  forgetListeners(worker);
  // One that fails while nobody looks is simply not there next time.
  worker.once('error', () => forget(worker));
  worker.once('exit', () => forget(worker));
  worker.unref();
  idle.push(worker);
}

function forget(worker: Worker): void {
  const at = idle.indexOf(worker);
  if (at >= 0) idle.splice(at, 1);
}

/** A thread for one take; give it back with `returnFrameWorker`, or terminate it. */
export function takeFrameWorker(): Worker {
  const worker = idle.pop() ?? startWorker();
  forgetListeners(worker);
  worker.ref();
  return worker;
}

/** Takes back a thread that has nothing left to do, and lets it forget its film. */
export function returnFrameWorker(worker: Worker, how: Rest): void {
  worker.postMessage(how);
  rest(worker);
}
