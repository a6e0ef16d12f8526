/** How long a failure of the same words is not told again: a full disk is met every second by every loop. */
const againMs = 60_000;

/** Calls `tell` unless an error of the same words was told within the last minute. */
export type Seldom = (error: unknown, tell: () => void) => void;

export function createSeldom(): Seldom {
  let last = { words: '', at: 0 };
  return (error, tell) => {
    const words = String(error);
    const now = performance.now();
    if (words === last.words && now - last.at < againMs) return;
    last = { words, at: now };
    tell();
  };
}
