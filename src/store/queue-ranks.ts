/**
 * Who is before whom in each engine's queue. Counting rows costs milliseconds once a hundred thousand wait, and every
 * poll of a queued task asks; here it is one addition per thousand of them. Kept in memory from what the writer
 * committed, which is right because one process owns the store.
 */
import type { Task } from '../core/task.ts';

/** Sequences are dense, so a block of them is a set of bits. */
const blockBits = 1024;
type Block = { count: number; readonly bits: Uint32Array };
/** The queued tasks of one priority, by block number. */
type Rank = Map<number, Block>;
/** What one tenant has waiting in one queue, by priority. */
type Lane = { count: number; readonly ranks: Map<number, Rank> };

/** Where a task waits. */
export type Place = Pick<Task, 'engine' | 'isOffPeak' | 'tenantId' | 'priority' | 'sequence'>;

export type QueueRanks = {
  /** Idempotent, as is `remove`. The place of a task never changes while it waits. */
  add(place: Place): void;
  remove(place: Place): void;
  /** How many places each engine has, the off-peak ones too. */
  depths(): ReadonlyMap<string, number>;
  /**
   * From 1, as if every tenant had a turn in each round: the k-th of a tenant follows the first k - 1 of all others, and
   * those of their k-th that came before it. Off-peak tasks follow all others. 0 when it is not there.
   */
  position(place: Place): number;
};

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function locate(sequence: number): { block: number; word: number; bit: number } {
  const within = sequence % blockBits;
  return { block: Math.floor(sequence / blockBits), word: within >>> 5, bit: within & 31 };
}

function countBefore(block: Block, word: number, bit: number): number {
  let count = bitCount((block.bits[word] ?? 0) & ((1 << bit) - 1));
  for (let index = 0; index < word; index += 1) count += bitCount(block.bits[index] ?? 0);
  return count;
}

/** From 1 within its tenant's lane: priority, then age. 0 when it is not there. */
function rankOf(lane: Lane, { priority, sequence }: Pick<Place, 'priority' | 'sequence'>): number {
  const { block: number, word, bit } = locate(sequence);
  const own = lane.ranks.get(priority)?.get(number);
  if (own === undefined || (((own.bits[word] ?? 0) >>> bit) & 1) === 0) return 0;
  let before = countBefore(own, word, bit);
  for (const [other, rank] of lane.ranks) {
    if (other < priority) continue;
    for (const [otherNumber, block] of rank) if (other > priority || otherNumber < number) before += block.count;
  }
  return before + 1;
}

/** The sequence of the lane's k-th task, which it must have. */
function sequenceAt(lane: Lane, k: number): number {
  let left = k;
  for (const priority of [...lane.ranks.keys()].sort((a, b) => b - a)) {
    const rank = lane.ranks.get(priority) ?? new Map<number, Block>();
    for (const number of [...rank.keys()].sort((a, b) => a - b)) {
      const block = rank.get(number);
      if (block === undefined) continue;
      if (block.count < left) {
        left -= block.count;
        continue;
      }
      for (let within = 0; within < blockBits; within += 1) {
        if ((((block.bits[within >>> 5] ?? 0) >>> (within & 31)) & 1) === 1) left -= 1;
        if (left === 0) return number * blockBits + within;
      }
    }
  }
  throw new RangeError(`a lane of ${lane.count} has no task ${k}`);
}

export function createQueueRanks(): QueueRanks {
  /** Tenants by queue; a queue is one engine's ordinary or off-peak tasks. */
  const queues = new Map<string, Map<string, Lane>>();
  const queueOf = (engine: string, isOffPeak: boolean) => `${Number(isOffPeak)} ${engine}`;

  function set({ engine, isOffPeak, tenantId, priority, sequence }: Place, isThere: boolean): void {
    const queue = queueOf(engine, isOffPeak);
    const lanes = queues.get(queue) ?? new Map<string, Lane>();
    const lane = lanes.get(tenantId) ?? { count: 0, ranks: new Map<number, Rank>() };
    const rank = lane.ranks.get(priority) ?? new Map<number, Block>();
    const { block: number, word, bit } = locate(sequence);
    const block = rank.get(number) ?? { count: 0, bits: new Uint32Array(blockBits / 32) };
    const bits = block.bits[word] ?? 0;
    if ((((bits >>> bit) & 1) === 1) === isThere) return;
    const step = isThere ? 1 : -1;
    block.bits[word] = bits ^ (1 << bit);
    block.count += step;
    lane.count += step;
    keep(rank, number, block, block.count);
    keep(lane.ranks, priority, rank, rank.size);
    keep(lanes, tenantId, lane, lane.count);
    keep(queues, queue, lanes, lanes.size);
  }

  return {
    add: (place) => set(place, true),
    remove: (place) => set(place, false),
    depths() {
      const depths = new Map<string, number>();
      for (const [queue, lanes] of queues) {
        const engine = queue.slice(queue.indexOf(' ') + 1);
        const count = [...lanes.values()].reduce((sum, lane) => sum + lane.count, 0);
        depths.set(engine, (depths.get(engine) ?? 0) + count);
      }
      return depths;
    },
    position(place) {
      const { engine, isOffPeak, tenantId, sequence } = place;
      const lanes = queues.get(queueOf(engine, isOffPeak));
      const own = lanes?.get(tenantId);
      const k = own === undefined ? 0 : rankOf(own, place);
      if (lanes === undefined || k === 0) return 0;
      let position = k;
      for (const lane of lanes.values()) {
        if (lane === own) continue;
        position += Math.min(lane.count, k - 1);
        if (lane.count >= k && sequenceAt(lane, k) < sequence) position += 1;
      }
      if (isOffPeak) for (const lane of queues.get(queueOf(engine, false))?.values() ?? []) position += lane.count;
      return position;
    },
  };
}

/** Keeps what holds something and forgets what is empty. */
function keep<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, size: number): void {
  if (size === 0) map.delete(key);
  else map.set(key, value);
}
