import { setFlagsFromString } from 'node:v8';

/**
 * Hands the memory of finished stages back. Float planes live outside V8's heap, which sees no pressure and keeps them
 * for long; between stages a collection of a few milliseconds took the peak of a 720p film from 490 to 345 MB. The
 * render process is started with --expose-gc for it; elsewhere this does nothing.
 */
export function freeMemory(): void {
  globalThis.gc?.();
}

/**
 * Only what was made a moment ago: most of what freeMemory would find, in a tenth of its time, for where somebody waits.
 */
export function freeNewMemory(): void {
  globalThis.gc?.({ type: 'minor' });
}

/** In percent of what lives: enough for all that is made before a film's first frame. */
const seldomGrowth = 1000;

/**
 * V8 collects everything whenever 64 MB of planes were made outside its heap: five times before a film's first frame, for
 * 50 ms of this thread and as much of others, and finds next to nothing that `freeNewMemory` leaves. From here on it waits
 * until there is eleven times what lives, planes included. A limit is set at each collection, so this comes before the last
 * one of a rehearsal (docs/decisions/0106).
 */
export function collectSeldom(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  setFlagsFromString(`--heap-growing-percent=${seldomGrowth}`);
}

/** V8's own limits again, from the next collection on: for what makes more than that, or lives longer. */
export function collectAsUsual(): void {
  setFlagsFromString('--heap-growing-percent=0');
}
