/**
 * Keeps tasks from an engine that takes none: after a refusal nothing is claimed for a while, then one task at a time
 * until one is taken. Known to this process only; the tasks themselves wait in the store.
 */
import type { RandomBytes } from '../core/ids.ts';
import type { Clock } from '../core/ports.ts';
import { retryDelayMs } from '../core/retry.ts';

export type EngineGate = {
  /** How many of `limit` may be claimed now. */
  room(limit: number): number;
  /** Answers when the task that was refused may be claimed again. */
  refused(askedMs: number | undefined): number;
  taken(): void;
};

export function createEngineGate({ clock, randomBytes }: { clock: Clock; randomBytes: RandomBytes }): EngineGate {
  let refusals = 0;
  let closedUntil = 0;
  return {
    room: (limit) => (clock.now() < closedUntil ? 0 : refusals === 0 ? limit : Math.min(1, limit)),
    refused(askedMs) {
      refusals += 1;
      const until = clock.now() + retryDelayMs(refusals, drawJitter(randomBytes), askedMs);
      closedUntil = Math.max(closedUntil, until);
      return until;
    },
    taken() {
      refusals = 0;
    },
  };
}

/** From 0 up to 1. */
export function drawJitter(randomBytes: RandomBytes): number {
  return (randomBytes(1)[0] ?? 0) / 256;
}
