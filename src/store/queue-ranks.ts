/**
 * Who is before whom in each engine's queue. Counting rows costs milliseconds once a hundred thousand wait, and every
 * poll of a queued task asks; here it is one addition per thousand of them. Kept in memory from what the writer
 * committed, which is right because one process owns the store.
 */

/** Sequences are dense, so a block of them is a set of bits. */
const blockBits = 1024;
type Block = { count: number; readonly bits: Uint32Array };
/** The queued tasks of one priority, by block number. */
type Rank = Map<number, Block>;

export type QueueRanks = {
  /** Idempotent, as is `remove`. */
  add(engine: string, priority: number, sequence: number): void;
  remove(sequence: number): void;
  /** From 1 in claim order: priority, then sequence. 0 when it is not there. */
  position(engine: string, priority: number, sequence: number): number;
};

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function place(sequence: number): { block: number; word: number; bit: number } {
  const within = sequence % blockBits;
  return { block: Math.floor(sequence / blockBits), word: within >>> 5, bit: within & 31 };
}

export function createQueueRanks(): QueueRanks {
  const engines = new Map<string, Map<number, Rank>>();

  function remove(sequence: number): void {
    const { block: number, word, bit } = place(sequence);
    for (const priorities of engines.values()) {
      for (const [priority, rank] of priorities) {
        const block = rank.get(number);
        const bits = block?.bits[word] ?? 0;
        if (block === undefined || ((bits >>> bit) & 1) === 0) continue;
        block.bits[word] = bits & ~(1 << bit);
        block.count -= 1;
        if (block.count === 0) rank.delete(number);
        if (rank.size === 0) priorities.delete(priority);
      }
    }
  }

  return {
    add(engine, priority, sequence) {
      remove(sequence);
      const priorities = engines.get(engine) ?? new Map<number, Rank>();
      const rank = priorities.get(priority) ?? new Map<number, Block>();
      const { block: number, word, bit } = place(sequence);
      const block = rank.get(number) ?? { count: 0, bits: new Uint32Array(blockBits / 32) };
      block.bits[word] = (block.bits[word] ?? 0) | (1 << bit);
      block.count += 1;
      engines.set(engine, priorities.set(priority, rank.set(number, block)));
    },
    remove,
    position(engine, priority, sequence) {
      const { block: number, word, bit } = place(sequence);
      const priorities = engines.get(engine);
      const own = priorities?.get(priority)?.get(number);
      const bits = own?.bits[word] ?? 0;
      if (priorities === undefined || own === undefined || ((bits >>> bit) & 1) === 0) return 0;
      let before = bitCount(bits & ((1 << bit) - 1));
      for (let index = 0; index < word; index += 1) before += bitCount(own.bits[index] ?? 0);
      for (const [other, rank] of priorities) {
        if (other < priority) continue;
        for (const [otherNumber, block] of rank) if (other > priority || otherNumber < number) before += block.count;
      }
      return before + 1;
    },
  };
}
