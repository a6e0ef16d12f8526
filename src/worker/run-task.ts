/** Takes one claimed task through its engine, from the intended attempt to a final state. */
import type { Engine, EngineJob, EngineReport } from '../core/engine-port.ts';
import { GatewayError } from '../core/errors.ts';
import { makeAttemptKey, type TenantId } from '../core/ids.ts';
import type { JsonValue } from '../core/json.ts';
import { type Charge, chargeFor, type Usage, wholeCharge } from '../core/price.ts';
import { retryDelayMs } from '../core/retry.ts';
import { removeUnrecorded } from '../core/store-media.ts';
import type { Attempt, Task, TaskError } from '../core/task.ts';
import * as moves from '../core/task-moves.ts';
import type { TaskWatch } from '../core/task-watch.ts';
import type { World } from '../core/world.ts';
import { describeJob } from './describe-job.ts';
import { drawJitter, type EngineGate } from './engine-gate.ts';
import { createHeartbeat, keepLease } from './heartbeat.ts';
import { type HeldTask, holdTask, LeaseLostError } from './held-task.ts';
import type { Patience } from './patience.ts';
import type { Sleep } from './sleep.ts';
import { storeOutputs } from './store-outputs.ts';

export type RunOptions = {
  readonly world: World;
  readonly watch: TaskWatch['watch'];
  readonly leaseMs: number;
  /** How long one attempt at this task may take. */
  readonly runLimitMs: (task: Task) => number;
  /** Ends when this process must stop; the task stays as it is, for whoever claims it next. */
  readonly stopping: AbortSignal;
  /** Shared by all that wait for room on the disk. */
  readonly patience: Patience;
  readonly gate: EngineGate;
  readonly sleep: Sleep;
};

/**
 * An engine answers at once when something changed; for nothing new it is asked this often. The longer a task has run the
 * longer that may take: with thousands of films in flight the questions add up. A cancel ends the wait.
 */
const shortestCheckMs = 250;
const longestCheckMs = 2_000;
const checksPerAge = 20;
/** A task whose work was lost this often ends: something about it brings its engine down. */
const maximumLosses = 5;
/** How often an attempt is sent whose answer is lost each time. */
const maximumSends = 5;
const lostAnswer = 'The engine may have begun this task, and its answer was lost.';

/** Throws LeaseLostError when another worker took over, and the signal's reason when this process stops. */
export async function runTask(engine: Engine, claimed: Task, options: RunOptions): Promise<void> {
  const { world, stopping, patience } = options;
  const held = holdTask(world.store, claimed, patience);
  let attempt: Attempt | undefined;
  try {
    let next: Attempt | undefined = await prepare(engine, held, options);
    // A worker before us may have sent it.
    let mayHaveBegun = claimed.state === 'running';
    while (next !== undefined) {
      attempt = next;
      const started: Attempt | undefined = await start(engine, held, attempt, mayHaveBegun, options);
      if (started === undefined) return;
      attempt = started;
      next = (await follow(engine, held, attempt, options)) ? undefined : await again(engine, held, attempt, options);
      mayHaveBegun = false;
    }
  } catch (error) {
    if (error instanceof LeaseLostError || stopping.aborted) throw error;
    const last = attempt ?? (await world.store.lastAttempt(claimed.id));
    if (last !== undefined && last.handle !== null) await engine.cancel(last.handle, { signal: stopping });
    const isUnknown = error instanceof GatewayError && error.code === 'attempt_unknown';
    const state = isUnknown ? 'unknown' : 'failed';
    await held.commit((task) => moves.fail(task, describeError(error), world.clock.now(), last, state));
    if (!(error instanceof GatewayError)) throw error;
  }
}

function describeError(error: unknown): TaskError {
  if (error instanceof GatewayError) return { code: error.code, message: error.message };
  return { code: 'internal', message: 'Something broke on our side while this task ran.' };
}

async function lastAttempt({ store }: World, task: Task): Promise<Attempt> {
  const attempt = await store.lastAttempt(task.id);
  if (attempt === undefined) throw new Error(`${task.id} runs without an attempt`);
  return attempt;
}

/** The attempt to follow: a new one, or the one that a worker before us had begun. */
async function prepare(engine: Engine, held: HeldTask, { world, runLimitMs, stopping }: RunOptions): Promise<Attempt> {
  const { clock, randomBytes } = world;
  if (held.current.state === 'queued') {
    const key = makeAttemptKey(randomBytes);
    return await lastAttempt(world, await held.commit((task) => moves.begin(task, key, clock.now(), runLimitMs(task))));
  }
  const attempt = await lastAttempt(world, held.current);
  if (attempt.state === 'started') return attempt;
  // Ended: since this worker claimed the task, another one has seen it through. To start it again could cost twice.
  if (attempt.state !== 'intended') throw new LeaseLostError(`the lease of ${attempt.taskId} is lost`);
  const handle = await lookUp(engine, attempt, stopping);
  return handle === undefined ? attempt : await keepHandle(held, attempt, handle, world);
}

/**
 * What became of an attempt that the engine may have heard of: its handle, or undefined when it may be sent again. Throws
 * GatewayError `attempt_unknown` when nobody knows.
 */
async function lookUp(engine: Engine, attempt: Attempt, stopping: AbortSignal): Promise<JsonValue | undefined> {
  const handle = await engine.find?.(attempt.key, { signal: stopping });
  if (handle !== undefined || engine.restart !== 'never') return handle;
  throw new GatewayError('attempt_unknown', lostAnswer);
}

async function keepHandle(held: HeldTask, attempt: Attempt, handle: JsonValue, world: World): Promise<Attempt> {
  const now = world.clock.now();
  await held.commit((task) => moves.attemptStarted(task, attempt, handle, now));
  return { ...attempt, state: 'started', handle, startedAt: now };
}

/** The attempt with its handle. Undefined when the engine would not take it: the task waits again, or was canceled. */
async function start(
  engine: Engine,
  held: HeldTask,
  attempt: Attempt,
  mayHaveBegun: boolean,
  options: RunOptions,
): Promise<Attempt | undefined> {
  if (attempt.handle !== null) return attempt;
  const { world, gate } = options;
  const job = await describeJob(world, held.current, attempt, { signal: options.stopping });
  try {
    const handle = await send(engine, held, attempt, job, mayHaveBegun, options);
    gate.taken();
    return await keepHandle(held, attempt, handle, world);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'overloaded') throw error;
    const until = gate.refused(error.retryAfterMs);
    const now = world.clock.now();
    await held.commit((task) =>
      task.cancelRequestedAt === null
        ? moves.putBack(task, attempt, describeError(error), now, until)
        : moves.canceled(task, attempt, now),
    );
    return undefined;
  }
}

/**
 * Sends an attempt until its answer arrives; one that may not be sent twice is looked up instead. A refusal ends it only
 * while no earlier sending can have begun the work: a full engine may say no to the repeat of what it works on.
 */
async function send(
  engine: Engine,
  held: HeldTask,
  attempt: Attempt,
  job: EngineJob,
  mayHaveBegun: boolean,
  options: RunOptions,
): Promise<JsonValue> {
  const { world, stopping, sleep, patience } = options;
  // Sending seven films to an upstream may take longer than a lease.
  using _lease = keepLease(held, options);
  let isOpen = mayHaveBegun;
  for (let sends = 1; ; sends += 1) {
    try {
      return await patience.untilRoom(() => engine.start(job, { signal: stopping }));
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : undefined;
      if (code !== 'attempt_unknown' && !(code === 'overloaded' && isOpen)) throw error;
      isOpen = true;
      const handle = await lookUp(engine, attempt, stopping);
      if (handle !== undefined) return handle;
      if (sends >= maximumSends) throw new GatewayError('attempt_unknown', lostAnswer, { cause: error });
      await sleep(retryDelayMs(sends, drawJitter(world.randomBytes)), stopping);
    }
  }
}

/** Follows a started attempt to its end. False when its work was lost and may be done again. */
async function follow(engine: Engine, held: HeldTask, attempt: Attempt, options: RunOptions): Promise<boolean> {
  const { handle } = attempt;
  const { clock } = options.world;
  const deadline = held.current.runDeadlineAt ?? Number.POSITIVE_INFINITY;
  using heartbeat = createHeartbeat(held, options);
  const call = { signal: options.stopping };
  const startedAt = attempt.startedAt ?? clock.now();
  for (;;) {
    const waitMs = Math.min(longestCheckMs, Math.max(shortestCheckMs, (clock.now() - startedAt) / checksPerAge));
    const report = await heartbeat.unlessCanceled((signal) => engine.check(handle, { signal, waitMs }));
    await heartbeat.beat(report);
    if (report.state === 'lost') return false;
    if (report.state === 'succeeded') {
      await keepOutputs(held, attempt, report, options);
      await engine.release(handle, call);
      return true;
    }
    if (report.state === 'failed' && report.error.code === 'storage_full' && engine.restart !== 'never') {
      await engine.release(handle, call);
      await untilRoom(options, held.current.tenantId);
      return false;
    }
    if (report.state === 'failed') {
      await held.commit((task) => moves.fail(task, report.error, clock.now(), attempt));
      await engine.release(handle, call);
      return true;
    }
    if (heartbeat.isCancelRequested()) {
      await engine.cancel(handle, call);
      await held.commit((task) => moves.canceled(task, attempt, clock.now()));
      return true;
    }
    if (clock.now() > deadline) {
      throw new GatewayError('deadline_exceeded', 'The task did not finish in the time it was given.');
    }
  }
}

/**
 * Intends one more attempt in place of a lost one. Undefined when the task was to be canceled anyway: then it is. Throws
 * GatewayError `attempt_unknown` when the engine may not be asked again, `engine_failed` when it lost too many.
 */
async function again(
  engine: Engine,
  held: HeldTask,
  lost: Attempt,
  { world, runLimitMs }: RunOptions,
): Promise<Attempt | undefined> {
  const { clock, randomBytes, store } = world;
  const newest = await store.anyTask(held.current.id);
  if (newest !== undefined && newest.cancelRequestedAt !== null) {
    await held.commit((task) => moves.canceled(task, lost, clock.now()));
    return undefined;
  }
  if (engine.restart === 'never') {
    throw new GatewayError(
      'attempt_unknown',
      'The engine knows nothing of this task any more, though it had begun it.',
    );
  }
  const attempts = await store.attempts(held.current.tenantId, held.current.id);
  // The one that was lost just now still counts as started.
  const losses = attempts.filter(({ state }) => state === 'failed').length + 1;
  if (losses >= maximumLosses) throw new GatewayError('engine_failed', `The engine lost this task ${losses} times.`);
  const key = makeAttemptKey(randomBytes);
  return await lastAttempt(
    world,
    await held.commit((task) => moves.tryAgain(task, lost, key, clock.now(), runLimitMs(task))),
  );
}

/** What a render needs at the least, before one that the full disk had ended is tried again. */
const probeBytes = 4 * 1024 * 1024;

async function untilRoom({ world: { blobs }, stopping, patience }: RunOptions, tenantId: TenantId): Promise<void> {
  const call = { signal: stopping, tenantId, maximumBytes: probeBytes };
  const { key } = await patience.untilRoom(() => blobs.write([new Uint8Array(probeBytes)], call));
  await blobs.remove(key, call);
}

async function keepOutputs(
  held: HeldTask,
  attempt: Attempt,
  report: Extract<EngineReport, { state: 'succeeded' }>,
  options: RunOptions,
): Promise<void> {
  const { world, stopping, patience } = options;
  // Drawing a mark through a whole film takes minutes.
  using _lease = keepLease(held, options);
  const artifacts = await patience.untilRoom(() =>
    storeOutputs(world, held.current, report.outputs, { signal: stopping }),
  );
  const output = { artifactIds: artifacts.map(({ id }) => id), metadata: report.metadata };
  try {
    await held.commit((task) =>
      moves.succeed(task, attempt, output, artifacts, chargeOf(world, task, report.usage), world.clock.now()),
    );
  } catch (error) {
    await removeUnrecorded(world, artifacts);
    throw error;
  }
}

/** A model that has left the catalogue since is paid as it was reserved. */
function chargeOf({ catalog, policy }: World, task: Task, usage: Usage | undefined): Charge {
  const model = catalog.model(task.model);
  return model === undefined || usage === undefined
    ? wholeCharge(task)
    : chargeFor(model, task, usage, policy.exchangeRate);
}
