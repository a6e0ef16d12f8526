/**
 * A seeded scheduler. Every call that leaves the code under test waits here until it is chosen, so that one number decides
 * the order of everything, which answers are lost, and when a process dies.
 */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { RandomBytes } from '../../src/core/ids.ts';

export type Random = {
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  readonly bytes: RandomBytes;
};

/** Numbers that follow from the seed alone (mulberry32). */
function createRandom(seed: number): Random {
  let state = Math.imul(seed, 0x9e37_79b1) | 0;
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number) => next() % limit;
  return {
    below,
    chance: (probability) => next() < probability * 2 ** 32,
    pick: (values) => values[below(values.length)] as (typeof values)[number],
    bytes: (length) => Uint8Array.from({ length }, () => next() & 255),
  };
}

/** What lives and dies as one: a worker, or the part of the server that answers requests. */
export type Life = { readonly name: string; isDead: boolean };

/** How likely a call waits before its effect, and its answer after it. */
export type Odds = { readonly before: number; readonly after: number };

type Parked = { readonly life: Life; readonly label: string; readonly go: () => void };

export type Scheduler = {
  readonly random: Random;
  /** Who made the call whose effect begins now. */
  readonly actor: () => string;
  /** No call waits any more, except those that are parked by name. */
  isCalm: boolean;
  /** Resolves when it is chosen; never, once its life has ended. */
  park(life: Life, label: string): Promise<void>;
  /** Does `effect` on behalf of a life, at a moment of the scheduler's choice. A dead one hears no answer. */
  call<Result>(life: Life, label: string, odds: Odds, effect: () => Promise<Result>): Promise<Result>;
  /** Lets one parked call go on; false when there is none. */
  release(): boolean;
  /** Ends lives: what they wait for never comes. */
  kill(lives: readonly Life[]): void;
  /** Resolves when everything that could go on waits again. */
  settle(): Promise<void>;
  note(line: string): void;
  readonly trace: readonly string[];
  readonly traceHash: () => string;
};

/** Each its own, because a promise that lives on would keep all who wait for it. */
const never = () => new Promise<never>(() => {});

export function createScheduler(seed: number): Scheduler {
  const random = createRandom(seed);
  const trace: string[] = [];
  let parked: Parked[] = [];
  let actor = '';

  function park(life: Life, label: string): Promise<void> {
    if (life.isDead) return never();
    return new Promise((resolve) => parked.push({ life, label, go: resolve }));
  }

  const scheduler: Scheduler = {
    random,
    actor: () => actor,
    isCalm: false,
    park,
    async call(life, label, odds, effect) {
      const hasToWait = (probability: number) => !scheduler.isCalm && random.chance(probability);
      if (hasToWait(odds.before)) await park(life, label);
      if (life.isDead) return await never();
      actor = life.name;
      try {
        return await effect();
      } finally {
        if (life.isDead) await never();
        if (hasToWait(odds.after)) await park(life, `${label} answered`);
      }
    },
    release() {
      const [chosen] = parked.length === 0 ? [] : parked.splice(random.below(parked.length), 1);
      if (chosen === undefined) return false;
      trace.push(`${chosen.life.name} ${chosen.label}`);
      chosen.go();
      return true;
    },
    kill(lives) {
      for (const life of lives) life.isDead = true;
      parked = parked.filter(({ life }) => !life.isDead);
    },
    // A turn of the event loop comes only after every promise that can settle has done so.
    settle: () => turn(),
    note: (line) => trace.push(line),
    trace,
    traceHash: () => createHash('sha256').update(trace.join('\n')).digest('hex'),
  };
  return scheduler;
}

/** Members of ports that answer at once, so that there is nothing to schedule. */
const immediate = new Set<PropertyKey>(['onNote', 'judge', 'fetch', 'read']);
/** Waits more often than a read: where a process dies around a write is what matters. */
const writeOdds: Odds = { before: 1, after: 0.35 };
const readOdds: Odds = { before: 0.25, after: 0.15 };
const reads =
  /^(task|anyTask|taskByWireId|tasks|queuePosition|attempts|lastAttempt|events|idempotencyRecord|artifacts?|overdue|expiredArtifacts|delivery|deliveries|endpointSecret|probe)$/;

/** The port as one life sees it: each call is parked. */
export function schedulePort<Port extends object>(scheduler: Scheduler, life: Life, name: string, port: Port): Port {
  const wrapped: Record<PropertyKey, unknown> = {};
  for (const [property, member] of Object.entries(port)) {
    if (typeof member !== 'function' || immediate.has(property)) {
      wrapped[property] = member;
      continue;
    }
    const odds = reads.test(property) ? readOdds : writeOdds;
    const label = `${name}.${property}`;
    wrapped[property] = (...values: unknown[]) =>
      scheduler.call(life, label, odds, () => member.apply(port, values) as Promise<unknown>);
  }
  return wrapped as Port;
}
