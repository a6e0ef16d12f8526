/** The server's side of the cache of analyses: it owns the folder and the secret, and keeps the folder within its bounds. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { sweepAnalyses } from './analysis-cache.ts';

export type Analyses = {
  /** What a render process needs to use the cache. */
  readonly access: { readonly directory: string; readonly secret: string };
  /** Removes every entry: none knows which tasks it served. */
  clear(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Entries go by age also while nothing is rendered. */
const sweepEveryMs = 3_600_000;

/** The secret ends with this object, and so do the entries: without it they could not be found again. */
export function openAnalyses(directory: string): Analyses {
  const timer = setInterval(() => void sweepAnalyses(directory), sweepEveryMs).unref();
  const clear = () => rm(directory, { recursive: true, force: true, maxRetries: 3 });
  return {
    access: { directory, secret: randomBytes(32).toString('hex') },
    clear,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await clear();
    },
  };
}
