/**
 * One stretch of memory that all threads see and that WebAssembly can address: textures, frames and grids lie in it once,
 * whichever kernel draws, and so do the rows that a picture is worked through by. Where there is no WebAssembly it is plain
 * shared memory.
 */

const pageBytes = 65536;
/** SIMD reads and writes several values at once, so what it works on may end this much before the next thing. */
const alignment = 64;

export type SharedArena = {
  readonly memory: WebAssembly.Memory | undefined;
  /** Cuts off the next bytes, all zero. Throws when the arena is too small: who makes one must count. */
  bytes(length: number): Uint8Array;
  integers(length: number): Int32Array;
  shorts(length: number): Int16Array;
};

/** Bytes that pieces of so many bytes take from an arena. */
export function arenaBytes(...lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + Math.ceil(length / alignment) * alignment + alignment, 0);
}

/** The system gives memory as it is touched; what stays unused costs nothing. */
export function createArena(sizeBytes: number): SharedArena {
  const pages = Math.ceil((sizeBytes + alignment) / pageBytes);
  const memory =
    typeof WebAssembly === 'undefined'
      ? undefined
      : new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const buffer = (memory?.buffer ?? new SharedArrayBuffer(pages * pageBytes)) as SharedArrayBuffer;
  // Address 0 means "none" to the kernel.
  let next = alignment;
  const cut = (length: number): number => {
    const start = next;
    next += arenaBytes(length);
    if (next > buffer.byteLength) throw new RangeError('a stretch of shared memory is too small');
    return start;
  };
  return {
    memory,
    bytes: (length) => new Uint8Array(buffer, cut(length), length),
    integers: (length) => new Int32Array(buffer, cut(length * 4), length),
    shorts: (length) => new Int16Array(buffer, cut(length * 2), length),
  };
}
