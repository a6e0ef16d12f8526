/** A whole story from one number: clients, workers, accidents, and a quiet end in which everything must come out right. */
import type { DatabaseSync } from 'node:sqlite';
import { createClients } from './clients.ts';
import { checkEnding } from './final-checks.ts';
import { openDisk, openMemoryStore, rowsOf } from './memory-store.ts';
import { createOutside } from './outside.ts';
import { type GatewayProcess, type Kind, leaseMs, runLimitMs, startLimitMs, startProcess } from './process.ts';
import { createReferee, type Violation } from './referee.ts';
import { createScheduler } from './scheduler.ts';
import type { Tampering } from './tampering.ts';

export type Outcome = {
  readonly violation: Violation | undefined;
  readonly trace: readonly string[];
  readonly traceHash: string;
  /** How often things happened that a simulation is for. */
  readonly tally: Readonly<Record<string, number>>;
};

const startTime = 1_700_000_000_000;
const second = 1_000;
/** Just past a lease, a run's deadline, a task's wait to start, and the longer waits of deliveries. */
const jumps = [
  5 * second,
  5 * second,
  leaseMs + second,
  leaseMs + second,
  runLimitMs + second,
  startLimitMs + second,
  7_200 * second,
  -3 * second,
] as const;
const stormSteps = 160;
/** Far more than any seed needs: two hours of waits for deliveries take the most. */
const calmRounds = 600;
/** How often an engine is asked between two looks at the clock. */
const calmTurns = 3;

export async function simulate(seed: number, tampering: Tampering = {}): Promise<Outcome> {
  const scheduler = createScheduler(seed);
  const { random } = scheduler;
  using disk = openDisk();
  const { database } = disk;
  let now = startTime;
  let latest = startTime;
  const passTime = (ms: number) => {
    now += ms;
    latest = Math.max(latest, now);
  };
  const clock = { now: () => now };
  const referee = createReferee({ database, latest: () => latest });
  const outside = createOutside(random, referee);
  const tally: Record<string, number> = { crashes: 0, 'dead workers': 0, 'broken stores': 0, jumps: 0 };
  const count = (what: string) => {
    tally[what] = (tally[what] ?? 0) + 1;
    scheduler.note(what);
  };

  async function boot(): Promise<GatewayProcess> {
    const { bytes } = random;
    const memory = openMemoryStore(disk, {
      randomBytes: bytes,
      now: clock.now,
      actor: scheduler.actor,
      watch: referee.watch,
      checkpoint: referee.checkpoint,
    });
    // As main.ts does: the lock is ours, so whoever held a lease is dead.
    await memory.store.expireLeases();
    return startProcess({ scheduler, referee, outside, clock, memory, tampering, count });
  }

  async function reboot(old: GatewayProcess): Promise<GatewayProcess> {
    count('crashes');
    scheduler.kill(old.lives());
    outside.loseLocalWork();
    return await boot();
  }

  let current = await boot();
  const clients = await createClients({ scheduler, referee, database, store: current.memory.store, startTime, count });
  let crashAt = Number.POSITIVE_INFINITY;

  function happen(step: number): void {
    const dice = random.below(1000);
    if (dice < 160) clients.act(current);
    else if (dice < 360) {
      const open = openKinds(database);
      if (open.length > 0) current.work(random.below(2), random.pick(open));
    } else if (dice < 380) current.sweep();
    else if (dice < 385) {
      count('dead workers');
      current.replaceWorker(random.below(2));
    } else if (dice < 387 && crashAt === Number.POSITIVE_INFINITY) {
      count('broken stores');
      current.breakStore();
      crashAt = step + random.below(20);
    } else if (dice < 415) {
      count('jumps');
      passTime(random.pick(jumps));
    } else {
      scheduler.release();
      // Two that write at the same time share a transaction.
      if (random.chance(0.3)) scheduler.release();
    }
  }

  const isOver = () => referee.violation() !== undefined;
  for (let step = 0; step < stormSteps && !isOver(); step += 1) {
    if (step >= crashAt || random.chance(0.005)) {
      current = await reboot(current);
      crashAt = Number.POSITIVE_INFINITY;
    }
    happen(step);
    await scheduler.settle();
    passTime(random.below(400));
  }

  if (crashAt < Number.POSITIVE_INFINITY || random.chance(0.2)) current = await reboot(current);
  scheduler.isCalm = true;
  outside.isCalm = true;
  scheduler.note('calm');
  clients.repeatAll(current);
  let rounds = 0;
  for (; rounds < calmRounds && !isOver(); rounds += 1) {
    for (const kind of openKinds(database)) current.work(random.below(2), kind);
    if (rounds % 2 === 0) current.sweep();
    for (let turn = 0; turn < calmTurns; turn += 1) {
      await scheduler.settle();
      while (scheduler.release());
    }
    await scheduler.settle();
    if (isAtRest(database) && current.isIdle()) break;
    passTime(nextWait(database, now));
  }
  if (!isOver()) {
    referee.expect(rounds < calmRounds, 'all comes to rest', () => describeUnrest(database));
    await checkEnding({ database, store: current.memory.store, clients, outside, expect: referee.expect });
  }
  for (const { what } of rowsOf<{ what: string }>(database, endings)) count(what);
  scheduler.kill(current.lives());
  return { violation: referee.violation(), trace: scheduler.trace, traceHash: scheduler.traceHash(), tally };
}

const unrest = `SELECT public_id AS id, state FROM task WHERE state IN ('queued', 'running')
  UNION ALL SELECT public_id, state FROM delivery WHERE state = 'pending'`;

/** What a worker would find something of, now or later. */
function openKinds(database: DatabaseSync): Kind[] {
  const open = rowsOf<{ kind: Kind }>(
    database,
    `SELECT DISTINCT iif(are_inputs_ready = 0, 'fetch', engine) AS kind FROM task WHERE state IN ('queued', 'running')
      UNION SELECT 'deliver' FROM delivery WHERE state = 'pending'`,
  );
  return open.map(({ kind }) => kind);
}

const endings = `SELECT state AS what FROM task
  UNION ALL SELECT 'unknown attempts' FROM attempt WHERE state = 'unknown'
  UNION ALL SELECT 'attempts again' FROM attempt WHERE number > 1`;

const isAtRest = (database: DatabaseSync) => database.prepare(unrest).get() === undefined;
const describeUnrest = (database: DatabaseSync) => JSON.stringify(rowsOf(database, unrest));

/** Slow enough for the heartbeats of tasks that run; when only deliveries wait, their hours may pass at once. */
function nextWait(database: DatabaseSync, now: number): number {
  const [tasks] = rowsOf<{ open: number }>(
    database,
    "SELECT count(*) AS open FROM task WHERE state IN ('queued', 'running')",
  );
  if (tasks !== undefined && tasks.open > 0) return leaseMs / 3;
  const [due] = rowsOf<{ at: number | null }>(
    database,
    "SELECT min(max(next_attempt_at, lease_until)) AS at FROM delivery WHERE state = 'pending'",
  );
  return Math.max(second, (due?.at ?? now) - now + second);
}
