/** The use cases that dialects and the command line call. Each looks at the store; nothing is kept here but listeners. */
import type { Catalog } from './catalog.ts';
import { findModels, type ModelFilter, typicalPrice } from './discovery.ts';
import { GatewayError } from './errors.ts';
import { type Estimate, estimateTask } from './estimate.ts';
import type { Glimpse } from './glimpses.ts';
import type { ArtifactId, FileToken, TaskId } from './ids.ts';
import type { Artifact, PreviewName } from './media.ts';
import type { Blobs } from './media-ports.ts';
import type { Model } from './model.ts';
import type { Micros } from './money.ts';
import type { CallOptions } from './ports.ts';
import { submitOrRecord } from './refused-input.ts';
import { type Availability, availabilityOf } from './serving.ts';
import type { DialectTaskFilter, StoreNote, TaskFilter } from './store-port.ts';
import type { SubmitRequest } from './submit.ts';
import { type Attempt, isFinal, type Task, type TaskEvent } from './task.ts';
import { cancel as cancelMove } from './task-moves.ts';
import { createTaskWatch } from './task-watch.ts';
import type { Caller, Key } from './tenant.ts';
import { storeUpload } from './uploads.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';
import type { World } from './world.ts';

export type Account = {
  readonly balanceMicros: Micros;
  readonly queuedCount: number;
  readonly runningCount: number;
  /** How many tasks the caller's key may have in work at once; null: as many as there is room for. */
  readonly concurrencyLimit: number | null;
};

export type Gateway = {
  readonly catalog: Catalog;
  readonly webhooks: Webhooks;
  submit(request: SubmitRequest, options: CallOptions): Promise<Task>;
  /** What a submit of the same request would do; nothing is written. */
  estimate(request: SubmitRequest): Promise<Estimate>;
  /** In the order of their ids. */
  findModels(filter: ModelFilter): readonly Model[];
  /** Whether it would run here, and the price of a task with defaults in micro-dollars, if there is one. */
  standing(model: Model): Availability & { readonly typicalMicros: Micros | undefined };
  /** Throws GatewayError `not_found`, as every read does, for an unknown id and for a foreign one alike. */
  task(caller: Caller, id: TaskId): Promise<Task>;
  /** `dialect` undefined looks in all of them: the native API reads every task, a vendor's only its own. */
  taskByWireId(caller: Caller, dialect: string | undefined, wireId: string): Promise<Task>;
  tasks(filter: TaskFilter): Promise<readonly Task[]>;
  /** What came in by one dialect, in the order of creation, newest first. */
  tasksOfDialect(filter: DialectTaskFilter): Promise<readonly Task[]>;
  queuePosition(task: Task): Promise<number>;
  /** What the caller's tenant has left, and how many of its tasks have not ended. */
  account(caller: Caller): Promise<Account>;
  /** The keys of the caller's tenant, the oldest first: what is kept of them, never a key itself. */
  keys(caller: Caller): Promise<readonly Key[]>;
  attempts(task: Task): Promise<readonly Attempt[]>;
  events(task: Task, afterSequence: number): Promise<readonly TaskEvent[]>;
  /** What a running task showed last of its work; undefined when it shows nothing. */
  glimpse(task: Pick<Task, 'id'>): Glimpse | undefined;
  /** The result files of a task, in their order. */
  outputs(task: Task): Promise<readonly Artifact[]>;
  /** Cancels a queued task, asks a running one to stop, leaves a final one. `isAccepted` tells whether that did anything. */
  cancel(caller: Caller, id: TaskId): Promise<{ readonly task: Task; readonly isAccepted: boolean }>;
  /** As cancel, but a running task is left alone too: some vendors cancel only what is queued. */
  cancelQueued(caller: Caller, id: TaskId): Promise<{ readonly task: Task; readonly isAccepted: boolean }>;
  /**
   * Removes a final task, its files and every copy of what it was given, for good; repeating it changes nothing. Throws
   * GatewayError `not_found`, `conflict` while the task is not final.
   */
  erase(caller: Caller, id: TaskId): Promise<void>;
  /** Resolves with the task once it is final, or as it is after `waitMs`. */
  wait(caller: Caller, id: TaskId, waitMs: number, options: CallOptions): Promise<Task>;
  /** Calls the listener after each commit that concerns the task; returns what ends it. */
  watch(id: TaskId, listener: (note: StoreNote) => void): () => void;
  /** The same bytes of the same tenant are one artifact. Throws GatewayError `storage_full` beyond the tenant's quota. */
  upload(caller: Caller, bytes: AsyncIterable<Uint8Array>, options: CallOptions): Promise<Artifact>;
  artifact(caller: Caller, id: ArtifactId): Promise<Artifact>;
  /** A result link is its own credential. Throws GatewayError `not_found`. */
  artifactByToken(token: FileToken): Promise<Artifact>;
  /** For a link whose signature was checked. */
  artifactByLink(id: ArtifactId): Promise<Artifact>;
  /** A URL that serves the whole file for a while, if there is one and the owner wants it used. */
  directUrl(artifact: Artifact, contentDisposition: string): Promise<string | undefined>;
  /** Bytes `start` up to and including `end` of a stored file or of its preview; `expected` as `Blobs` says. */
  read(
    artifact: Artifact,
    options: Parameters<Blobs['read']>[1] & { readonly preview?: PreviewName | undefined },
  ): AsyncIterable<Uint8Array>;
};

function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new GatewayError('not_found', `There is no ${what} of this id that this key may see.`);
  return value;
}

export function createGateway(world: World): Gateway & Disposable {
  const { store, blobs, clock } = world;
  const engineSet = { engines: world.engines, engineSettings: world.catalog.engineSettings };
  const notes = createTaskWatch(store);
  const { watch } = notes;

  const task: Gateway['task'] = async ({ tenantId }, id) => found(await store.task(tenantId, id), 'task');

  async function cancelWhen(caller: Caller, id: TaskId, isAllowed: (task: Task) => boolean) {
    // Each round lost means that somebody else moved the task; it has few moves.
    for (;;) {
      const current = await task(caller, id);
      const change = isAllowed(current) ? cancelMove(current, clock.now()) : undefined;
      if (change === undefined) return { task: current, isAccepted: false };
      if (await store.commit(change)) return { task: change.task, isAccepted: true };
    }
  }

  return {
    catalog: world.catalog,
    webhooks: createWebhooks(world),
    submit: (request, options) => submitOrRecord(world, request, options),
    estimate: (request) => estimateTask(world, request),
    findModels: (filter) => findModels(world.catalog, filter, { ...engineSet, rate: world.policy.exchangeRate }),
    standing: (model) => ({
      ...availabilityOf(model, engineSet),
      typicalMicros: typicalPrice(model, {}, world.policy.exchangeRate),
    }),
    task,
    taskByWireId: async ({ tenantId }, dialect, wireId) =>
      found(await store.taskByWireId(tenantId, dialect, wireId), 'task'),
    tasks: (filter) => store.tasks(filter),
    tasksOfDialect: (filter) => store.tasksOfDialect(filter),
    async account({ tenantId, keyId }) {
      const { balanceMicros } = found(await store.tenant(tenantId), 'tenant');
      const { queued, running } = await store.unfinishedOf(tenantId);
      const { concurrency } = found(await store.key(tenantId, keyId), 'key');
      return { balanceMicros, queuedCount: queued, runningCount: running, concurrencyLimit: concurrency };
    },
    keys: ({ tenantId }) => store.keys(tenantId),
    queuePosition: (queued) => store.queuePosition(queued),
    attempts: ({ tenantId, id }) => store.attempts(tenantId, id),
    events: ({ tenantId, id }, afterSequence) => store.events(tenantId, id, afterSequence),
    glimpse: ({ id }) => world.glimpses.of(id),
    async outputs({ tenantId, output }) {
      if (output === null || output.artifactIds.length === 0) return [];
      const artifacts = await store.artifacts(tenantId, output.artifactIds);
      const byId = new Map(artifacts.map((artifact) => [artifact.id, artifact]));
      return output.artifactIds.flatMap((id) => byId.get(id) ?? []);
    },
    cancel: (caller, id) => cancelWhen(caller, id, () => true),
    cancelQueued: (caller, id) => cancelWhen(caller, id, ({ state }) => state === 'queued'),
    async erase({ tenantId }, id) {
      const outcome = await store.eraseTask(tenantId, id, clock.now());
      if (outcome === 'unknown') found(undefined, 'task');
      if (outcome === 'unfinished') {
        throw new GatewayError('conflict', 'A task is deleted once it has ended; cancel it first.');
      }
    },
    async wait(caller, id, waitMs, { signal }) {
      const timer = AbortSignal.timeout(waitMs);
      const end = AbortSignal.any([signal, timer]);
      let changed = Promise.withResolvers<void>();
      const unwatch = watch(id, () => changed.resolve());
      const stop = () => changed.resolve();
      end.addEventListener('abort', stop);
      try {
        for (;;) {
          const current = await task(caller, id);
          if (isFinal(current.state) || end.aborted) return current;
          await changed.promise;
          changed = Promise.withResolvers<void>();
          if (end.aborted) changed.resolve();
        }
      } finally {
        unwatch();
        end.removeEventListener('abort', stop);
      }
    },
    watch,
    upload: (caller, bytes, options) => storeUpload(world, caller, { bytes }, options),
    artifact: async ({ tenantId }, id) => found(await store.artifact(tenantId, id), 'artifact'),
    artifactByLink: async (id) => found(await store.artifact(undefined, id), 'file'),
    artifactByToken: async (token) => found(await store.artifactByToken(token), 'file'),
    async directUrl({ blobKey, facts }, contentDisposition) {
      const { redirectMs: lifetimeMs } = world.policy;
      if (lifetimeMs === undefined) return undefined;
      return await blobs.presign?.(blobKey, { lifetimeMs, contentType: facts.mediaType, contentDisposition });
    },
    read: ({ blobKey }, { preview, ...options }) =>
      preview === undefined ? blobs.read(blobKey, options) : blobs.readPreview(blobKey, preview, options),
    [Symbol.dispose]: notes[Symbol.dispose],
  };
}
