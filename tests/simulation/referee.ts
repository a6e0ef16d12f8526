/** Watches every write while it happens, and stops the run at the first thing that may never be. */
import type { DatabaseSync } from 'node:sqlite';
import type { WatchWrite } from './memory-store.ts';

/** What can be found wrong; a planted bug names the ones that must find it. */
export const checks = [
  'acknowledged work is lost',
  'one request, one task',
  'one answer for one key',
  'a final state stays',
  'only the holder moves a task',
  'one holder at a time',
  'no work twice',
  'nothing is overdrawn',
  'the ledger adds up',
  'only success is paid',
  'events in order',
  'attempts are closed',
  'results are there',
  'deliveries as owed',
  'deliveries are heard',
  'no surprise',
  'all comes to rest',
] as const;
export type Check = (typeof checks)[number];

export class Violation extends Error {
  override readonly name = 'Violation';
  readonly check: Check;
  constructor(check: Check, detail: string) {
    super(`${check}: ${detail}`);
    this.check = check;
  }
}

export type Referee = {
  /** The first violation; nothing after it counts. */
  readonly violation: () => Violation | undefined;
  expect(isRight: boolean, check: Check, detail: () => string): void;
  readonly watch: WatchWrite;
  /** Remembers what was seen so far; the answer goes back to that, for a transaction that was rolled back. */
  checkpoint(): () => void;
  /** What someone outside was told about a task. */
  observe(taskId: string, state: string): void;
};

export type RefereeOptions = {
  readonly database: DatabaseSync;
  /** The latest time that any clock has shown. */
  readonly latest: () => number;
};

type TaskRow = {
  readonly id: string;
  readonly state: string;
  readonly fence: number;
  readonly version: number;
  readonly lease: number;
  readonly attempts: number;
  readonly captured: number | null;
};

/** The actors that move tasks without holding them. */
export const server = 'server';
export const sweeper = 'sweeper';

const isFinal = (state: string) => state === 'succeeded' || state === 'failed' || state === 'canceled';

export function createReferee({ database, latest }: RefereeOptions): Referee {
  let found: Violation | undefined;
  /** Who claimed a task last, and until when that claim was for. */
  let claims = new Map<number, { readonly actor: string; readonly until: number }>();
  let told = new Map<string, string>();
  const columns = `public_id AS id, state, fence, version, lease_until AS lease, attempt_count AS attempts,
    captured_micros AS captured`;
  const byPlace = database.prepare(`SELECT ${columns} FROM task WHERE sequence = ?`);
  const allLeases = database.prepare('SELECT sequence, lease_until AS lease FROM task');
  const poorest = database.prepare('SELECT min(balance_micros) AS least FROM tenant');
  const read = (sequence: number) => byPlace.get(sequence) as TaskRow | undefined;

  const expect: Referee['expect'] = (isRight, check, detail) => {
    if (!isRight) found ??= new Violation(check, detail());
  };

  function observe(taskId: string, state: string): void {
    if (!isFinal(state)) return;
    const before = told.get(taskId);
    expect(
      before === undefined || before === state,
      'a final state stays',
      () => `${taskId}: ${before}, then ${state}`,
    );
    told.set(taskId, state);
  }

  function judgeMove(before: TaskRow, after: TaskRow, sequence: number, actor: string): void {
    const claim = claims.get(sequence);
    const { id } = before;
    expect(after.version > before.version, 'a final state stays', () => `${id}: version ${after.version}`);
    const isSame = !isFinal(before.state) || JSON.stringify(before) === JSON.stringify(after);
    expect(isSame, 'a final state stays', () => `${id}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`);
    // A lease that had run out when the sweeper looked may be extended before it writes; then the deadline decides.
    const heldUntil = actor === sweeper ? Math.min(before.lease, claim?.until ?? 0) : before.lease;
    const isHeldByOther = heldUntil > latest() && claim?.actor !== actor;
    // A client cancels what has not begun, and asks what has begun to stop.
    const isClients = actor === server && (before.state === 'queued' || after.state === before.state);
    expect(
      !isHeldByOther || isClients,
      'only the holder moves a task',
      () => `${actor} made ${id} ${after.state}; it is held by ${claim?.actor}`,
    );
    observe(id, after.state);
  }

  const watch: WatchWrite = (operation, actor, apply) => {
    switch (operation.kind) {
      case 'commit': {
        const sequence = Number(operation.task[0]);
        const before = read(sequence);
        const result = apply();
        const after = read(sequence);
        if (result === true && before !== undefined && after !== undefined) {
          judgeMove(before, after, sequence, actor);
        }
        return result;
      }
      case 'claim': {
        const leases = new Map(
          (allLeases.all() as { sequence: number; lease: number }[]).map(({ sequence, lease }) => [sequence, lease]),
        );
        const rows = apply() as readonly (readonly unknown[])[];
        for (const row of rows) {
          const sequence = Number(row[0]);
          const isFree = (leases.get(sequence) ?? 0) <= latest();
          expect(isFree, 'one holder at a time', () => `${actor} claimed what ${claims.get(sequence)?.actor} holds`);
          claims.set(sequence, { actor, until: operation.leaseUntil });
        }
        return rows;
      }
      case 'heartbeat': {
        const result = apply() as { isHeld: boolean; taskId: string };
        const holder = claims.get(operation.sequence)?.actor;
        const isTrue = !result.isHeld || holder === actor;
        expect(isTrue, 'one holder at a time', () => `${actor} was told to hold ${result.taskId}, as ${holder} does`);
        return result;
      }
      default: {
        const result = apply();
        if (operation.kind === 'submit' || operation.kind === 'grant') {
          const { least } = poorest.get() as { least: number };
          expect(least >= 0, 'nothing is overdrawn', () => `a balance is ${least}`);
        }
        return result;
      }
    }
  };

  function checkpoint(): () => void {
    const seen = { found, claims: new Map(claims), told: new Map(told) };
    return () => {
      ({ found, claims, told } = seen);
    };
  }

  return { violation: () => found, expect, watch, checkpoint, observe };
}
