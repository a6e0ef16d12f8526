/**
 * A task is one accepted request. Its states are queued, running, succeeded, failed and canceled; fetching inputs counts
 * as queued, and a cancel of a running task is a request, not a state. What may happen to it stands in task-moves.ts.
 */
import type { ErrorCode, GatewayError } from './errors.ts';
import type { ArtifactId, AttemptKey, KeyId, TaskId, TenantId } from './ids.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { TaskMarks } from './marks.ts';
import type { Micros } from './money.ts';
import type { Operation } from './operations.ts';
import type { CostLine, PriceSource } from './price.ts';

export const taskStates = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;
export type TaskState = (typeof taskStates)[number];

export function isFinal(state: TaskState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'canceled';
}

/** Why a task failed, as plain data. `message` is our sentence for the tenant; upstream text stays in the attempt. */
export type TaskError = { readonly code: ErrorCode; readonly message: string; readonly details?: JsonObject };

/** An error as a task keeps it; of an input error, the first issue is the detail. */
export function describeTaskError({ code, message, issues: [issue] }: GatewayError): TaskError {
  if (issue === undefined) return { code, message };
  return { code, message, details: { path: issue.path, rule: issue.rule } };
}

/** One medium a task was given: already ours, or a URL that is fetched before the task may run. */
export type TaskMedia = {
  readonly field: string;
  readonly index: number;
  readonly source: { readonly artifactId: ArtifactId } | { readonly url: string };
};

export type TaskOutput = {
  readonly artifactIds: readonly ArtifactId[];
  /** What the engine says of its work: its name, sizes, the seed, what it understood of the prompt. */
  readonly metadata: JsonObject;
};

/** What a task costs. All amounts are micro-dollars. */
export type TaskPrice = {
  /** What the price list says, whoever pays. */
  readonly listMicros: Micros;
  /** Taken from the balance at submit. */
  readonly reservedMicros: Micros;
  /** What was kept of the reserve; null until the task is final. */
  readonly capturedMicros: Micros | null;
  /** How the price came about: at submit that of the reserve, after a success that of what was made. */
  readonly lines: readonly CostLine[];
  /** Null for tasks of before this was kept. */
  readonly source: PriceSource | null;
};

export type Task = {
  /** The store's integer primary key; never shown. */
  readonly sequence: number;
  readonly id: TaskId;
  readonly tenantId: TenantId;
  readonly keyId: KeyId;
  /** The dialect it came in by, and its id in that dialect's own form; null for native, which uses `id`. */
  readonly dialect: string;
  readonly wireId: string | null;
  readonly model: string;
  readonly operation: Operation;
  readonly engine: string;
  readonly state: TaskState;
  /** False while URLs of its input are still to be fetched; only then is a queued task not yet claimable to run. */
  readonly areInputsReady: boolean;
  /** Higher runs first among its tenant's; 0 is normal. */
  readonly priority: number;
  /** Costs less, and runs only when its engine has nothing else to do. */
  readonly isOffPeak: boolean;
  /** Neutral parameters with every default filled in; media stand in `media`. */
  readonly input: JsonObject;
  readonly media: readonly TaskMedia[];
  /** What the client wanted kept with the task, as it was given; null when it gave nothing. */
  readonly metadata: JsonValue;
  /** What the request said to its dialect, not to the model, such as a text that is echoed. */
  readonly call: JsonObject;
  /** Sentences about what the request said without effect. */
  readonly warnings: readonly string[];
  /** Null when its files get no marks. */
  readonly marks: TaskMarks | null;
  /** Drawn at submit when the request had none. */
  readonly seed: number;
  /** 0..1. */
  readonly progress: number;
  readonly output: TaskOutput | null;
  readonly error: TaskError | null;
  readonly price: TaskPrice;
  readonly webhook: Webhook | null;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly cancelRequestedAt: number | null;
  readonly startDeadlineAt: number;
  /** Set when an attempt begins. */
  readonly runDeadlineAt: number | null;
  readonly attemptCount: number;
  /** Grows by one with each claim; a worker that lost its lease holds an older number and cannot write. */
  readonly fence: number;
  readonly leaseUntil: number | null;
  /** Grows by one with each committed change; a change computed from an older version is refused. */
  readonly version: number;
};

/** `refused`: the engine said no before any work began. */
export const attemptStates = ['intended', 'refused', 'started', 'succeeded', 'failed', 'canceled', 'unknown'] as const;
export type AttemptState = (typeof attemptStates)[number];

/** One try at a task. It is on disk as `intended` before its engine hears of it. */
export type Attempt = {
  readonly taskId: TaskId;
  /** From 1. */
  readonly number: number;
  readonly key: AttemptKey;
  readonly engine: string;
  readonly state: AttemptState;
  /** The engine's opaque reference; null until it answered. */
  readonly handle: JsonValue | null;
  readonly error: TaskError | null;
  readonly intendedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
};

export const eventTypes = [
  'task.queued',
  'task.running',
  'task.cancel_requested',
  'task.succeeded',
  'task.failed',
  'task.canceled',
] as const;
export type EventType = (typeof eventTypes)[number];

/** What a webhook can hear of: what happened to its task, and progress, which is not a stored event. */
export const webhookEvents = [
  'task.queued',
  'task.running',
  'task.progress',
  'task.succeeded',
  'task.failed',
  'task.canceled',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** Where a task's events are announced, and which of them. */
export type Webhook = { readonly url: string; readonly events: readonly WebhookEvent[] };

/** One thing that happened to a task. `sequence` orders all events of a store and is what Last-Event-ID refers to. */
export type TaskEvent = {
  readonly sequence: number;
  readonly taskId: TaskId;
  readonly type: EventType;
  readonly createdAt: number;
};
