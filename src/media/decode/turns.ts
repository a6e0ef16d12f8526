/** A few at once, a few more waiting, and the rest told to come back. */
import { GatewayError } from '../../core/errors.ts';

export type Turns = {
  /** Runs `work` when its turn comes. Throws GatewayError `overloaded` when too many wait, and the signal's reason. */
  take<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
};

const retryAfterMs = 2_000;

export function createTurns(maximumRunning: number, maximumWaiting: number): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];

  const wait = (signal: AbortSignal) => {
    if (waiting.length >= maximumWaiting) {
      throw new GatewayError('overloaded', 'Too many files are being checked now.', { retryAfterMs });
    }
    return new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave);
      waiting.push(begin);
    });
  };

  return {
    async take(signal, work) {
      signal.throwIfAborted();
      // Whoever ends hands its place to the next, so that nobody can step in between.
      if (running >= maximumRunning) await wait(signal);
      else running += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
