/** Tells when this process has more to do than it can: its event loop comes late, not once but all the time. */

export type OverloadWatch = Disposable & { readonly isOverloaded: () => boolean };

const sampleMs = 50;
/** Judged together, so that one pause, such as a garbage collection, is not taken for too much work. */
const windowMs = 500;
const minimumSamples = 3;

/**
 * Overloaded while a timer comes later than `limitMs` on average; 0 means never. The histogram of node:perf_hooks would
 * not do: it leaves out the first sample after each reset, which is the only one when the loop is late.
 */
export function watchEventLoop(limitMs: number): OverloadWatch {
  if (limitMs === 0) return { isOverloaded: () => false, [Symbol.dispose]() {} };
  let isLate = false;
  let samples = 0;
  let lateMs = 0;
  let windowBegan = performance.now();
  let due = windowBegan + sampleMs;
  const sample = () => {
    const now = performance.now();
    samples += 1;
    lateMs += now - due;
    if (samples >= minimumSamples && now - windowBegan >= windowMs) {
      isLate = lateMs / samples > limitMs;
      samples = 0;
      lateMs = 0;
      windowBegan = now;
    }
    due = now + sampleMs;
    timer = setTimeout(sample, sampleMs).unref();
  };
  let timer = setTimeout(sample, sampleMs).unref();
  return {
    isOverloaded: () => isLate,
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
