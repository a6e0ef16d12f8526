/**
 * Seeded random numbers. Every purpose draws from a stream of its own, so that a new feature never shifts what an older
 * one drew from the same seed.
 */

/** Draws the next number of a stream, 0 (in) to 1 (out). */
export type Random = () => number;

/** FNV-1a, 32 bits: spreads short names well enough to tell streams apart. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** The stream of `purpose` under `seed` (mulberry32, a 32-bit state: enough for pictures, not for secrets). */
export function randomStream(seed: number, purpose: string): Random {
  let state = (seed ^ hashText(purpose)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A number between two bounds. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** One of the items, each as likely as the next. The list must not be empty. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}
