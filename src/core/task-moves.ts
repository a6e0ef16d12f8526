/**
 * The moves a task can make: pure functions from a task and a fact to the change to write. The store commits a change in
 * one transaction, and only if the task still has the version the change was computed from.
 */
import { GatewayError } from './errors.ts';
import type { IdempotencyClaim } from './idempotency.ts';
import type { AttemptKey } from './ids.ts';
import type { JsonValue } from './json.ts';
import { type LedgerEntry, reserve, settle } from './ledger.ts';
import type { Artifact } from './media.ts';
import { type Bill, type Charge, noCharge } from './price.ts';
import {
  type Attempt,
  type AttemptState,
  type EventType,
  isFinal,
  type Task,
  type TaskError,
  type TaskMedia,
  type TaskOutput,
} from './task.ts';

/**
 * What one move writes, all of it or none. The deliveries that its events owe are derived from the task's webhook by
 * `owedDeliveries` where the change is committed.
 */
export type Change = {
  /** The task as it will be; its version is one more than the one it was computed from. */
  readonly task: Task;
  /** Attempts to insert or to replace, by their number. */
  readonly attempts: readonly Attempt[];
  readonly events: readonly EventType[];
  readonly ledger: readonly LedgerEntry[];
  /** Artifacts to record with it: fetched inputs, or outputs. */
  readonly artifacts: readonly Artifact[];
};

/** A new task and what is written with it; `sequence` is given by the store. */
export type NewTask = Omit<Task, 'sequence'>;
export type Submission = Omit<Change, 'task' | 'attempts'> & {
  readonly task: NewTask;
  /** Written with the task; the store refuses the submission when the key was claimed before. */
  readonly idempotency: IdempotencyClaim | null;
  /** The caller's own key, sealed, for a webhook whose vendor signs with it; kept until its deliveries are final. */
  readonly sealedWebhookKey?: string;
};

type Parts = Partial<Omit<Change, 'task'>>;

function change(task: Task, set: Partial<Task>, parts: Parts = {}): Change {
  return {
    task: { ...task, ...set, version: task.version + 1 },
    attempts: parts.attempts ?? [],
    events: parts.events ?? [],
    ledger: parts.ledger ?? [],
    artifacts: parts.artifacts ?? [],
  };
}

/** The last moves of every task: the reserve is settled, the lease is given back. */
function finish(task: Task, set: Partial<Task>, charge: Charge, now: number, parts: Parts): Change {
  const owner = { tenantId: task.tenantId, taskId: task.id, createdAt: now };
  return change(
    task,
    {
      ...set,
      finishedAt: now,
      leaseUntil: null,
      price: { ...task.price, ...charge },
    },
    { ...parts, ledger: settle(owner, task.price.reservedMicros, charge.capturedMicros) },
  );
}

function require(task: Task, isAllowed: boolean, wish: string): void {
  if (!isAllowed) throw new GatewayError('conflict', `A task that is ${task.state} cannot ${wish}.`);
}

export type NewTaskFacts = Pick<
  Task,
  | 'id'
  | 'tenantId'
  | 'keyId'
  | 'dialect'
  | 'wireId'
  | 'model'
  | 'operation'
  | 'engine'
  | 'priority'
  | 'isOffPeak'
  | 'input'
  | 'media'
  | 'metadata'
  | 'call'
  | 'warnings'
  | 'marks'
  | 'seed'
  | 'webhook'
> & {
  readonly quote: Bill;
  readonly now: number;
  readonly startLimitMs: number;
  /** Artifacts of media that came inside the request. */
  readonly artifacts: readonly Artifact[];
  readonly idempotency: IdempotencyClaim | null;
};

/** Accepts a request: the task is queued, its price reserved. */
export function submit(facts: NewTaskFacts): Submission {
  const { quote, now, startLimitMs, artifacts, idempotency, ...given } = facts;
  const { listMicros, totalMicros, lines, source } = quote;
  const task: NewTask = {
    ...given,
    state: 'queued',
    areInputsReady: facts.media.every((medium) => 'artifactId' in medium.source),
    progress: 0,
    output: null,
    error: null,
    price: { listMicros, reservedMicros: totalMicros, capturedMicros: null, lines, source },
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    startDeadlineAt: now + startLimitMs,
    runDeadlineAt: null,
    attemptCount: 0,
    fence: 0,
    leaseUntil: null,
    version: 1,
  };
  const owner = { tenantId: facts.tenantId, taskId: facts.id, createdAt: now };
  return { task, events: ['task.queued'], ledger: reserve(owner, totalMicros), artifacts, idempotency };
}

/** Takes a request that broke a rule, as a task that has failed already: nothing is reserved, and no engine hears of it. */
export function refuse(facts: NewTaskFacts, error: TaskError): Submission {
  const { task, ...parts } = submit(facts);
  const price = { ...task.price, ...noCharge };
  return {
    ...parts,
    task: { ...task, state: 'failed', error, finishedAt: facts.now, price },
    events: [...parts.events, 'task.failed'],
  };
}

/** Every URL of the input is an artifact now; the task may be claimed to run. */
export function inputsFetched(task: Task, media: readonly TaskMedia[], artifacts: readonly Artifact[]): Change {
  require(task, task.state === 'queued' && !task.areInputsReady, 'receive its inputs');
  return change(task, { media, areInputsReady: true, leaseUntil: null }, { artifacts });
}

/** An attempt is about to be made: it is on disk before its engine hears of it. */
export function begin(task: Task, attemptKey: AttemptKey, now: number, runLimitMs: number): Change {
  require(task, task.state === 'queued' && task.areInputsReady, 'begin to run');
  return change(
    task,
    {
      state: 'running',
      startedAt: task.startedAt ?? now,
      runDeadlineAt: now + runLimitMs,
      attemptCount: task.attemptCount + 1,
    },
    { attempts: [intended(task, attemptKey, now)], events: ['task.running'] },
  );
}

function intended(task: Task, key: AttemptKey, now: number): Attempt {
  return {
    taskId: task.id,
    number: task.attemptCount + 1,
    key,
    engine: task.engine,
    state: 'intended',
    handle: null,
    error: null,
    intendedAt: now,
    startedAt: null,
    finishedAt: null,
  };
}

/** The engine answered: its handle is kept, so that a restarted worker can pick the work up. */
export function attemptStarted(task: Task, attempt: Attempt, handle: JsonValue, now: number): Change {
  require(task, task.state === 'running' && attempt.state === 'intended', 'receive a handle');
  return change(task, {}, { attempts: [{ ...attempt, state: 'started', handle, startedAt: now }] });
}

/**
 * The engine said no before any work began: the task waits again, and is claimed not before `until`. It has not started,
 * so its time to start runs on.
 */
export function putBack(task: Task, refused: Attempt, error: TaskError, now: number, until: number): Change {
  require(task, task.state === 'running', 'be put back');
  return change(
    task,
    { state: 'queued', startedAt: null, runDeadlineAt: null, progress: 0, leaseUntil: until },
    { attempts: [ended(refused, 'refused', error, now)], events: ['task.queued'] },
  );
}

/**
 * The work of an attempt was lost and may be done again: the lost attempt fails and a new one is intended, in one
 * change. The caller bounds how often.
 */
export function tryAgain(task: Task, lost: Attempt, attemptKey: AttemptKey, now: number, runLimitMs: number): Change {
  require(task, task.state === 'running', 'be tried again');
  const error: TaskError = { code: 'engine_failed', message: 'The engine lost this attempt.' };
  return change(
    task,
    { attemptCount: task.attemptCount + 1, progress: 0, runDeadlineAt: now + runLimitMs },
    { attempts: [ended(lost, 'failed', error, now), intended(task, attemptKey, now)] },
  );
}

function ended(attempt: Attempt, state: AttemptState, error: TaskError | null, now: number): Attempt {
  return { ...attempt, state, error, finishedAt: now };
}

/** Results are stored and verified: `charge` is captured, and the rest of the reserve released. */
export function succeed(
  task: Task,
  attempt: Attempt,
  output: TaskOutput,
  artifacts: readonly Artifact[],
  charge: Charge,
  now: number,
): Change {
  require(task, task.state === 'running', 'succeed');
  return finish(task, { state: 'succeeded', output, progress: 1 }, charge, now, {
    attempts: [ended(attempt, 'succeeded', null, now)],
    events: ['task.succeeded'],
    artifacts,
  });
}

/** The task ends without a result and costs nothing. `attempt` is the one that failed, if one was made. */
export function fail(
  task: Task,
  error: TaskError,
  now: number,
  attempt?: Attempt,
  attemptState: AttemptState = 'failed',
): Change {
  require(task, !isFinal(task.state), 'fail');
  return finish(task, { state: 'failed', error }, noCharge, now, {
    attempts: attempt === undefined ? [] : [ended(attempt, attemptState, error, now)],
    events: ['task.failed'],
  });
}

/** What a wish to cancel leads to: a queued task ends at once, a running one is asked to, a final one stays. */
export function cancel(task: Task, now: number): Change | undefined {
  if (task.state === 'queued') {
    return finish(task, { state: 'canceled', cancelRequestedAt: now }, noCharge, now, { events: ['task.canceled'] });
  }
  if (task.state !== 'running' || task.cancelRequestedAt !== null) return undefined;
  return change(task, { cancelRequestedAt: now }, { events: ['task.cancel_requested'] });
}

/** An off-peak task whose time to start ran out ends as if it had been canceled. */
export function lapse(task: Task, now: number): Change {
  require(task, task.state === 'queued' && task.isOffPeak, 'lapse');
  const error: TaskError = { code: 'canceled', message: 'No engine was idle in the time that off-peak tasks wait.' };
  return finish(task, { state: 'canceled', error }, noCharge, now, { events: ['task.canceled'] });
}

/** The engine has stopped a running task whose cancel was asked for. */
export function canceled(task: Task, attempt: Attempt, now: number): Change {
  require(task, task.state === 'running' && task.cancelRequestedAt !== null, 'end as canceled');
  return finish(task, { state: 'canceled' }, noCharge, now, {
    attempts: [ended(attempt, 'canceled', null, now)],
    events: ['task.canceled'],
  });
}
