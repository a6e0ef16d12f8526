/** Where depth comes from besides rules of thumb: a model that the owner keeps in a folder. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { RgbImage } from '../raster/colour.ts';
import type { Plane } from '../raster/plane.ts';
import type { DepthAnswer, DepthWorkerData } from './depth-worker.ts';

export type DepthSource = {
  /** Nearness 0 (far) to 1 (near) over the whole picture, at a size of its own; undefined when there is no answer. */
  estimate(image: RgbImage): Promise<Plane | undefined>;
  close(): Promise<void>;
};

/**
 * Loading a model of 100 MB and one picture take a few seconds on a slow processor; beyond this something is wrong, and
 * rules of thumb are taken for the rest of the render.
 */
const patienceMs = 60_000;

/** Knows nothing. */
export const noDepthSource: DepthSource = { estimate: async () => undefined, close: async () => {} };

/**
 * Opens the model in `directory`, in a thread of its own, when the first picture comes. What keeps it from answering (no
 * folder, no runtime, a broken file, too slow) is told once to `warn`; then there are no more answers.
 */
export function openDepthSource(
  directory: string,
  warn: (reason: string) => void,
  timeoutMs: number = patienceMs,
): DepthSource {
  let worker: Worker | undefined;
  let isBroken = false;
  const fail = (reason: string) => {
    if (isBroken) return;
    isBroken = true;
    warn(reason);
    void worker?.terminate();
  };

  async function ask(image: RgbImage): Promise<Plane | undefined> {
    if (isBroken) return undefined;
    if (!existsSync(directory)) {
      fail('there is no such folder');
      return undefined;
    }
    const workerData: DepthWorkerData = { directory };
    worker ??= new Worker(new URL('./depth-worker.ts', import.meta.url), { workerData, stdout: true, stderr: true });
    const { promise, resolve } = Promise.withResolvers<DepthAnswer>();
    const onError = (error: unknown) => resolve({ state: 'failed', reason: String(error) });
    const timer = setTimeout(() => onError('it did not answer in time'), timeoutMs);
    worker.once('message', resolve);
    worker.once('error', onError);
    worker.postMessage(image);
    const answer = await promise;
    clearTimeout(timer);
    worker.off('message', resolve);
    worker.off('error', onError);
    if (answer.state === 'found') return answer.nearness;
    fail(answer.reason);
    return undefined;
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    estimate(image) {
      const answer = last.then(() => ask(image));
      last = answer;
      return answer;
    },
    async close() {
      isBroken = true;
      await worker?.terminate();
    },
  };
}
