import { setTimeout as delay } from 'node:timers/promises';

/** Waits. Rejects with the signal's reason as soon as it ends. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const sleep: Sleep = async (ms, signal) => {
  signal.throwIfAborted();
  await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
};
