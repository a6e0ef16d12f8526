/** When an engine that would not take a task, or whose answer was lost, is asked again. */

const shortestMs = 1_000;
const longestMs = 5 * 60_000;

/**
 * Milliseconds to wait after the `tries`-th try in a row, from 1: between half and the whole of a time that doubles, so
 * that what failed together does not come back together. `jitter` is drawn from 0 up to 1. What the engine asked for is
 * granted, up to the longest wait.
 */
export function retryDelayMs(tries: number, jitter: number, askedMs = 0): number {
  const whole = Math.min(longestMs, shortestMs * 2 ** tries);
  return Math.round(Math.max((whole * (1 + jitter)) / 2, Math.min(askedMs, longestMs)));
}
