/**
 * The embedded store: one SQLite database in a directory of its own. Reads run here, on a connection that cannot write;
 * writes go to a thread that commits them in batches (sqlite-writer.ts). docs/decisions/0030-sqlite-store.md has the why
 * and the figures.
 */
import { owedDeliveries } from '../core/delivery.ts';
import { GatewayError } from '../core/errors.ts';
import { makeDeliveryId, type RandomBytes, type TaskId, type TenantId } from '../core/ids.ts';
import { balanceEffect } from '../core/ledger.ts';
import type { AnyTaskFilter, Store, StoreNote, TaskFilter } from '../core/store-port.ts';
import { type EventType, isFinal, type Task, type TaskState, taskStates } from '../core/task.ts';
import type { Change, Submission } from '../core/task-moves.ts';
import { artifactStore } from './artifacts.ts';
import { openReader } from './connection.ts';
import { deliveryStore } from './deliveries.ts';
import { encodeDelivery } from './delivery-rows.ts';
import { erasureStore } from './erasures.ts';
import type { TaskParts } from './protocol.ts';
import { createQueueRanks, type QueueRanks } from './queue-ranks.ts';
import { createReader, type Reader } from './reader.ts';
import { type ReadPage, reconcile } from './reconcile.ts';
import {
  decodeAttempt,
  decodeEntry,
  decodeEvent,
  decodeIdempotencyRecord,
  decodeKey,
  decodePlace,
  decodeTask,
  decodeTenant,
  encodeArtifact,
  encodeAttempt,
  encodeKey,
  encodeLedgerEntry,
  encodeTask,
  encodeTaskChange,
  type Row,
} from './rows.ts';
import { createTaskCache, type TaskCache } from './task-cache.ts';
import { uploadStore } from './uploads.ts';
import { firstSequenceSince, sumUsage } from './usage.ts';
import { startWriter, type Writer } from './writer-client.ts';

export type SqliteOptions = {
  /** Made when it is not there, private to its owner. Holds `framegate.db`, its log, and `framegate.lock`. */
  readonly directory: string;
  readonly randomBytes: RandomBytes;
  /** Dates events and deliveries, in milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
};

/**
 * Opens the store of a directory. Throws GatewayError `conflict` when another process has it open, or when a newer
 * version wrote it.
 */
export async function openSqliteStore({ directory, randomBytes, now = Date.now }: SqliteOptions): Promise<Store> {
  const writer = await startWriter({ directory });
  try {
    return createSqliteStore({ newReader: () => createReader(openReader(directory)), writer, randomBytes, now });
  } catch (error) {
    await writer[Symbol.asyncDispose]();
    throw error;
  }
}

export type SqliteParts = Required<Omit<SqliteOptions, 'directory'>> & {
  readonly newReader: () => Reader;
  readonly writer: Pick<Writer, 'write' | 'flush' | typeof Symbol.asyncDispose>;
};

/** The store on connections that are open already, wherever its writer runs. Disposing closes them. */
export function createSqliteStore({ newReader, writer, randomBytes, now }: SqliteParts): Store {
  const reader = newReader();
  const listeners = new Set<(note: StoreNote) => void>();
  const ranks = createQueueRanks();
  loadRanks(ranks, reader);
  const cache = createTaskCache();
  const heldReads = new Set<AbortController>();
  const endHeldReads = () => {
    for (const read of heldReads) read.abort(new GatewayError('overloaded', 'An erasure needs the log; ask again.'));
  };

  /** Each listener has a turn of its own, so that one that throws does not make a committed write look refused. */
  function tell(note: StoreNote): void {
    for (const listener of listeners) queueMicrotask(() => listener(note));
  }

  /** What a committed change means to those who listen and to those who wait. */
  function committed(task: Task, { events, deliveries }: Pick<TaskParts, 'events' | 'deliveries'>): void {
    if (task.state === 'queued') ranks.add(task);
    else ranks.remove(task);
    const { id: taskId, tenantId, progress } = task;
    const hasDelivery = deliveries.length > 0;
    for (const event of events) tell({ taskId, tenantId, event: event as EventType, progress, hasDelivery });
  }

  function encodeParts(change: Submission | Change, at: number): TaskParts {
    return {
      balanceMicros: change.ledger.reduce((sum, entry) => sum + balanceEffect(entry), 0),
      now: at,
      events: change.events,
      attempts: 'attempts' in change ? change.attempts.map(encodeAttempt) : [],
      ledger: change.ledger.map(encodeLedgerEntry),
      artifacts: change.artifacts.map(encodeArtifact),
      deliveries: owedDeliveries(change.task, change.events, at, randomBytes).map(encodeDelivery),
    };
  }

  return {
    async submit(submission) {
      const { tenantId } = submission.task;
      const parts = encodeParts(submission, now());
      const { idempotency } = submission;
      const claim = idempotency && ([idempotency.route, idempotency.key, idempotency.fingerprint] as const);
      const encoded = encodeTask(submission.task);
      const webhookKey = submission.sealedWebhookKey ?? null;
      const given = submission.task.media.flatMap(({ source }) => ('artifactId' in source ? [source.artifactId] : []));
      const written = { tenantId, task: encoded, claim, webhookKey, given, ...parts };
      const sequence = await writer.write({ kind: 'submit', ...written });
      const task = { ...submission.task, sequence };
      committed(task, parts);
      return task;
    },
    async commit(change) {
      const { tenantId } = change.task;
      const parts = encodeParts(change, now());
      const task = encodeTaskChange(change.task);
      const isWebhookDone = change.task.webhook !== null && isFinal(change.task.state);
      const isWritten = await writer.write({ kind: 'commit', tenantId, task, isWebhookDone, ...parts }).finally(() => {
        cache.drop(change.task.id);
      });
      if (isWritten) committed(change.task, parts);
      return isWritten;
    },
    async claim({ work, limit, now: at, leaseUntil }) {
      const engine = work.kind === 'run' ? work.engine : null;
      const rows = await writer.write({ kind: 'claim', engine, limit, now: at, leaseUntil });
      const tasks = rows.map(decodeTask);
      for (const task of tasks) {
        cache.drop(task.id);
        // It is about to run: the next of those that wait moves up.
        if (engine !== null) ranks.remove(task);
      }
      return tasks;
    },
    async heartbeat(beat) {
      const { isHeld, isCancelRequested, taskId, tenantId, isProgress, hasDelivery } = await writer.write({
        kind: 'heartbeat',
        ...beat,
        now: now(),
        deliveryId: makeDeliveryId(randomBytes),
      });
      cache.drop(taskId as TaskId);
      const { progress } = beat;
      if (isProgress) {
        tell({ taskId: taskId as TaskId, tenantId: tenantId as TenantId, event: undefined, progress, hasDelivery });
      }
      return { isHeld, isCancelRequested };
    },
    async expireLeases() {
      await writer.write({ kind: 'expireLeases' });
      cache.clear();
      loadRanks(ranks, reader);
    },
    async pauseEngine(engine, at) {
      await writer.write({ kind: 'pauseEngine', engine, at });
    },
    async resumeEngine(engine) {
      await writer.write({ kind: 'resumeEngine', engine });
    },
    pausedEngines: async () => reader.many('pausedEngines', ([engine, at]) => [String(engine), Number(at)] as const),
    ...taskReads(reader, ranks, cache),
    ...deliveryStore(reader, writer),
    ...erasureStore({ reader, writer, cache, now, endHeldReads }),

    idempotencyRecord: async (tenantId, route, key) =>
      reader.one('idempotencyRecord', decodeIdempotencyRecord, tenantId, route, key),
    async keepAnswer(tenantId, { route, key }, answer) {
      await writer.write({ kind: 'keepAnswer', answer: [JSON.stringify(answer), tenantId, route, key] });
    },
    deleteIdempotencyBefore: (time, limit) => writer.write({ kind: 'deleteIdempotencyBefore', time, limit }),

    ...artifactStore(reader, writer),
    ...uploadStore(reader, writer),
    deleteEventsBefore: (time, limit) => writer.write({ kind: 'deleteEventsBefore', time, limit }),

    tenant: async (id) => reader.one('tenant', decodeTenant, id),
    tenants: async () => reader.many('tenants', decodeTenant),
    async insertTenant(tenant, key) {
      const { id, name, balanceMicros, createdAt, discountBasisPoints } = tenant;
      const grant = balanceMicros > 0 ? ['grant', balanceMicros, createdAt] : null;
      await writer.write({
        kind: 'insertTenant',
        tenant: [id, name, balanceMicros, createdAt, discountBasisPoints],
        key: key === undefined ? null : encodeKey(key),
        grant,
      });
    },
    async insertKey(key) {
      await writer.write({ kind: 'insertKey', key: encodeKey(key) });
    },
    keyByHash: async (hash) => reader.one('keyByHash', decodeKey, hash),
    key: async (tenantId, id) => reader.one('key', decodeKey, id, tenantId),
    keys: async (tenantId) => reader.many('keys', decodeKey, tenantId),
    revokeKey: (tenantId, id, at) => writer.write({ kind: 'revokeKey', tenantId, id, at }),
    async touchKey(id, at) {
      await writer.write({ kind: 'touchKey', id, at });
    },
    async setTenantDiscount(tenantId, basisPoints) {
      await writer.write({ kind: 'setTenantDiscount', tenantId, basisPoints });
    },
    async grant(tenantId, amountMicros, note) {
      await writer.write({ kind: 'grant', tenantId, amountMicros, note, now: now() });
    },
    ledger: async (tenantId, beforeSequence = Number.MAX_SAFE_INTEGER, limit) =>
      reader.many('ledger', decodeEntry, tenantId, beforeSequence, limit),
    async reconcile({ signal, pauseMs = 0 } = {}) {
      // A connection of its own holds one moment while others write on.
      using held = newReader();
      const ending = new AbortController();
      heldReads.add(ending);
      try {
        held.hold();
        const readPage: ReadPage = (name, after, limit) => held.many(name, (row) => row, after, limit);
        return await reconcile(
          readPage,
          pauseMs,
          AbortSignal.any([ending.signal, ...(signal === undefined ? [] : [signal])]),
        );
      } finally {
        heldReads.delete(ending);
      }
    },

    onNote(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      // The log is folded back when nobody reads it any more, but what is pending is still read by its writers.
      await writer.flush();
      reader[Symbol.dispose]();
      await writer[Symbol.asyncDispose]();
    },
  };
}

/** Adds all that are queued, those too that somebody has claimed: at the start and after `expireLeases` nobody has. */
function loadRanks(ranks: QueueRanks, reader: Reader): void {
  const add = (row: Row) => ranks.add(decodePlace(row));
  reader.each('queuedReady', add);
  reader.each('queuedUnfetched', add);
}

type TaskReads =
  | 'task'
  | 'taskByWireId'
  | 'anyTask'
  | 'tasks'
  | 'anyTasks'
  | 'tasksOfDialect'
  | 'overdue'
  | 'queuePosition'
  | 'queueDepths'
  | 'usage'
  | 'attempts'
  | 'lastAttempt'
  | 'events'
  | 'counts'
  | 'unfinishedOf';

const kinLists = { madeFrom: 'listMadeFrom', usedIn: 'listUsedIn' } as const;

type TaskSpan = Pick<TaskFilter, 'createdFrom' | 'createdBefore' | 'beforeSequence'>;

function taskReads(reader: Reader, ranks: QueueRanks, cache: TaskCache): Pick<Store, TaskReads> {
  const sequenceOf = (row: Row) => Number(row[0]);
  const anyTask = (id: TaskId) => cache.get(id, () => reader.one('anyTask', decodeTask, id));
  /** The sequences of a span of time, the first and the one after the last, as far as a page goes. */
  const rangeOf = ({ createdFrom, createdBefore, beforeSequence = Number.MAX_SAFE_INTEGER }: TaskSpan) =>
    [
      createdFrom === undefined ? 0 : firstSequenceSince(reader, createdFrom),
      createdBefore === undefined
        ? beforeSequence
        : Math.min(beforeSequence, firstSequenceSince(reader, createdBefore)),
    ] as const;
  /** Each state is a list of its own in the index; the newest of all are among the newest of each. */
  const newestOf = (tenantId: TenantId, { states = taskStates, model, ...page }: AnyTaskFilter) => {
    const { limit } = page;
    const [first, beforeSequence] = rangeOf(page);
    const found = [...new Set(states)].flatMap((state) =>
      model === undefined
        ? reader.many('listByState', sequenceOf, tenantId, state, beforeSequence, limit)
        : reader.many('listByModel', sequenceOf, tenantId, state, beforeSequence, model, limit),
    );
    return found.filter((sequence) => sequence >= first);
  };
  const firstTasks = (sequences: number[], limit: number) =>
    sequences
      .sort((a, b) => b - a)
      .slice(0, limit)
      .flatMap((sequence) => reader.one('taskBySequence', decodeTask, sequence) ?? []);
  return {
    async task(tenantId, id) {
      const task = anyTask(id);
      return task?.tenantId === tenantId ? task : undefined;
    },
    anyTask: async (id) => anyTask(id),
    async taskByWireId(tenantId, dialect, wireId) {
      const task = reader.one('taskByWireId', decodeTask, wireId, tenantId);
      return dialect === undefined || task?.dialect === dialect ? task : undefined;
    },
    async tasks({ tenantId, kin, ...filter }) {
      if (kin === undefined) return firstTasks(newestOf(tenantId, filter), filter.limit);
      const { states = null, model = null, limit } = filter;
      const wishes = [states === null ? null : JSON.stringify(states), model];
      const parameters = [kin.of, tenantId, ...rangeOf(filter), ...wishes, limit];
      return firstTasks(reader.many(kinLists[kin.kind], sequenceOf, ...parameters), limit);
    },
    async tasksOfDialect({ tenantId, dialect, createdFrom, createdBefore, states, models, inputs, ...page }) {
      const { before = { createdAt: createdBefore, sequence: 0 }, limit, offset = 0 } = page;
      const span = [createdFrom, createdBefore, before.createdAt, before.sequence];
      const wishes = [states, models].map((wish) => (wish === undefined ? null : JSON.stringify(wish)));
      const parameters = [tenantId, dialect, ...span, ...wishes, JSON.stringify(inputs ?? {}), limit, offset];
      return reader
        .many('listOfDialect', sequenceOf, ...parameters)
        .flatMap((sequence) => reader.one('taskBySequence', decodeTask, sequence) ?? []);
    },
    async anyTasks(filter) {
      const { states, model, beforeSequence = Number.MAX_SAFE_INTEGER, limit } = filter;
      if (states === undefined && model === undefined) {
        return firstTasks(reader.many('newestTasks', sequenceOf, beforeSequence, limit), limit);
      }
      // Tenants are few beside tasks, so their lists serve this too; an index of its own would cost every submit.
      const tenants = reader.many('tenants', decodeTenant);
      return firstTasks(
        tenants.flatMap(({ id }) => newestOf(id, filter)),
        limit,
      );
    },
    async overdue(at, limit) {
      const late = reader.many('lateToFinish', decodeTask, at, limit);
      return [...late, ...reader.many('lateToStart', decodeTask, at, limit - late.length)];
    },
    async queuePosition(task) {
      const position = ranks.position(task);
      // Claimed and not begun yet: nobody is before it.
      return position === 0 && anyTask(task.id)?.state === 'queued' ? 1 : position;
    },
    queueDepths: () => ranks.depths(),
    usage: (filter) => sumUsage(reader, filter),
    attempts: async (tenantId, taskId) => reader.many('attempts', decodeAttempt, taskId, tenantId),
    lastAttempt: async (taskId) => reader.one('lastAttempt', decodeAttempt, taskId),
    events: async (tenantId, taskId, afterSequence) =>
      reader.many('events', decodeEvent, taskId, tenantId, afterSequence),
    async counts() {
      const found = reader.many('counts', ([state, count]) => [String(state), Number(count)] as const);
      return Object.fromEntries(found) as Record<TaskState, number>;
    },
    async unfinishedOf(tenantId) {
      const count = (state: TaskState) => reader.one('countOfTenant', ([found]) => Number(found), tenantId, state) ?? 0;
      return { queued: count('queued'), running: count('running') };
    },
  };
}
