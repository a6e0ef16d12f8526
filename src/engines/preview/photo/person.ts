/** Asks the optional person model. Absent packages, a broken model or a slow start all mean the same: no answer. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { RgbImage } from '../raster/colour.ts';
import type { PersonAnswer, PersonMatte, PersonQuestion } from './person-worker.ts';

export type PersonModel = {
  /** The people in a picture (long side about 512 pixels), at its size; undefined when there is nobody, or no model. */
  find(image: RgbImage): Promise<PersonMatte | undefined>;
  close(): Promise<void>;
};

/** Cold start is about 0.2 s and the model 5 ms a view; beyond this something is wrong and the classical way is taken. */
const patienceMs = 15_000;

function isInstalled(): boolean {
  const require = createRequire(import.meta.url);
  try {
    require.resolve('@litertjs/core');
    require.resolve('@mediapipe/selfie_segmentation/package.json');
    return true;
  } catch {
    return false;
  }
}

let warm: Worker | undefined;

function startWorker(): Worker {
  return new Worker(new URL('./person-worker.ts', import.meta.url));
}

/** Loads the model ahead of the first picture. Until it is used it does not keep the process alive. */
export function warmPersonModel(): void {
  if (warm !== undefined || !isInstalled()) return;
  const worker = startWorker();
  const forget = () => {
    if (warm === worker) warm = undefined;
  };
  warm = worker.once('error', forget).once('exit', forget);
  worker.unref();
}

/** Asks the waiting model once: its first answer takes longest. Nothing may ask it until this settles. `image` is as in `find`. */
export async function rehearsePersonModel(image: RgbImage): Promise<void> {
  const worker = warm;
  if (worker === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.once('message', () => resolve()).once('exit', () => resolve());
  worker.ref();
  worker.postMessage({ image } satisfies PersonQuestion);
  await promise;
  worker.unref();
}

function takeWorker(): Worker {
  const worker = warm ?? startWorker();
  warm = undefined;
  // By name: Worker listens to itself, too, and without that it never hears its thread again.
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
  worker.ref();
  return worker;
}

/** Starts loading the model in a thread of its own, so that it is ready by the time the first picture is decoded. */
export function openPersonModel(): PersonModel {
  if (!isInstalled()) return { find: async () => undefined, close: async () => {} };
  const worker = takeWorker();
  let broken = false;
  let settle: (answer: PersonAnswer) => void = () => {};
  worker.on('message', (answer: PersonAnswer) => settle(answer));
  worker.on('error', (error) => {
    broken = true;
    settle({ answered: false, reason: String(error) });
  });
  let last: Promise<unknown> = Promise.resolve();

  async function ask(image: RgbImage): Promise<PersonMatte | undefined> {
    if (broken) return undefined;
    const { promise, resolve } = Promise.withResolvers<PersonAnswer>();
    settle = resolve;
    const timer = setTimeout(() => resolve({ answered: false, reason: 'timeout' }), patienceMs);
    worker.postMessage({ image } satisfies PersonQuestion);
    const answer = await promise;
    clearTimeout(timer);
    // One that did not answer in time would answer the next question with this one's matte.
    if (!answer.answered) broken = true;
    if (!answer.answered || answer.somebody === undefined) return undefined;
    // What comes from another thread has a hidden class of its own; compiled code is thrown away when it meets one.
    const { width, height, data } = answer.somebody.matte;
    return { matte: { width, height, data }, confidence: answer.somebody.confidence };
  }

  return {
    find(image) {
      const answer = last.then(() => ask(image));
      last = answer;
      return answer;
    },
    async close() {
      await worker.terminate();
    },
  };
}
