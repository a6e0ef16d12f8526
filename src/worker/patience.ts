/**
 * What to do while the disk is full: wait. Work that has begun keeps its engine's result and its place, and goes on when
 * there is room again; nothing is failed, begun a second time or paid for twice because of it.
 */
import { GatewayError } from '../core/errors.ts';
import type { Sleep } from './sleep.ts';

export type Patience = {
  /** Repeats `work` until it meets no full disk any more. Throws what else it throws, and the signal's reason at a stop. */
  untilRoom<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Whether something waits: then nothing new is begun, so that those who hold work write first. */
  isWaiting(): boolean;
};

const retryMs = 500;

export const isStorageFull = (error: unknown): boolean =>
  error instanceof GatewayError && error.code === 'storage_full';

export function createPatience(stopping: AbortSignal, sleep: Sleep): Patience {
  let waiting = 0;
  return {
    async untilRoom(work) {
      let isCounted = false;
      try {
        for (;;) {
          try {
            return await work();
          } catch (error) {
            if (!isStorageFull(error)) throw error;
          }
          if (!isCounted) waiting += 1;
          isCounted = true;
          await sleep(retryMs, stopping);
        }
      } finally {
        if (isCounted) waiting -= 1;
      }
    },
    isWaiting: () => waiting > 0,
  };
}
