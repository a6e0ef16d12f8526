/** What core asks of the store: durable tasks, money, deliveries, records. Types only. */
import type { Verdict } from './backoff.ts';
import type { Delivery, DeliveryAttempt, DeliveryState, EndpointSecret } from './delivery.ts';
import type { FailingEndpoint } from './endpoint-health.ts';
import type { Erasure, TaskErasure } from './erasure.ts';
import type { IdempotencyClaim, IdempotencyRecord, KeptAnswer } from './idempotency.ts';
import type { ArtifactId, BlobKey, DeliveryId, FileToken, KeyId, TaskId, TenantId, UploadId } from './ids.ts';
import type { Reconciliation, StoredEntry } from './ledger.ts';
import type { Artifact, Previews } from './media.ts';
import type { Micros } from './money.ts';
import type { CallOptions } from './ports.ts';
import type { BasisPoints } from './price.ts';
import type { Attempt, EventType, Task, TaskEvent, TaskState } from './task.ts';
import type { Change, Submission } from './task-moves.ts';
import type { Key, NewKey, Tenant } from './tenant.ts';
import type { UploadSession } from './upload-session.ts';
import type { UsageFilter, UsageRow } from './usage.ts';

/** A reader's place in a list: tasks before this sequence, newest first. */
export type TaskFilter = {
  readonly tenantId: TenantId;
  readonly states?: readonly TaskState[];
  readonly model?: string;
  /** Milliseconds since 1970. */
  readonly createdFrom?: number;
  readonly createdBefore?: number;
  readonly beforeSequence?: number;
  /** `madeFrom`: only tasks that were given a result of this one; `usedIn`: only those whose results it was given. */
  readonly kin?: { readonly kind: 'madeFrom' | 'usedIn'; readonly of: TaskId };
  readonly limit: number;
};

/** A list of every tenant's tasks. */
export type AnyTaskFilter = Omit<TaskFilter, 'tenantId' | 'kin'>;

/** A part of what came in by a dialect that gives ids of its own. Times are milliseconds since 1970. */
export type DialectTaskFilter = {
  readonly tenantId: TenantId;
  readonly dialect: string;
  readonly createdFrom: number;
  readonly createdBefore: number;
  readonly states?: readonly TaskState[];
  readonly models?: readonly string[];
  /** Values that a neutral parameter may have; what is not kept any more has none. */
  readonly inputs?: Readonly<Record<string, readonly (string | number)[]>>;
  /** Only those after this one, which is newer. */
  readonly before?: Pick<Task, 'createdAt' | 'sequence'>;
  /** How many are passed over. */
  readonly offset?: number;
  readonly limit: number;
};

export type ClaimRequest = {
  /** `run`: an engine's next tasks, those whose worker died first; `fetch`: tasks whose inputs are to be fetched. */
  readonly work: { readonly kind: 'run'; readonly engine: string } | { readonly kind: 'fetch' };
  readonly limit: number;
  readonly now: number;
  readonly leaseUntil: number;
};

export type DeliveryFilter = {
  readonly tenantId: TenantId;
  readonly taskId?: TaskId;
  readonly states?: readonly DeliveryState[];
  /** Only those listed after this one, which is newer. */
  readonly before?: Pick<Delivery, 'createdAt' | 'sequence'>;
  readonly limit: number;
};

export type DeliveryClaim = {
  readonly now: number;
  readonly limit: number;
  readonly leaseUntil: number;
  /** How many of one endpoint may be leased at a time. */
  readonly perEndpoint: number;
};

/** Deliveries created from `since` up to but not including `until`. */
export type ResendRange = {
  readonly tenantId: TenantId;
  readonly state: DeliveryState;
  readonly since: number;
  readonly until: number;
  readonly now: number;
};

export type Heartbeat = {
  readonly sequence: number;
  readonly fence: number;
  readonly leaseUntil: number;
  readonly progress: number;
};

/** Told to listeners after a commit, on this process only and without promise: a hint to look at the store. */
export type StoreNote = {
  readonly taskId: TaskId;
  readonly tenantId: TenantId;
  /** Undefined for a note of progress. */
  readonly event: EventType | undefined;
  readonly progress: number;
  /** Whether a delivery is owed with it. */
  readonly hasDelivery: boolean;
};

/**
 * Durable truth. A promise of a write resolves only when the write is on disk. Every read of a tenant's thing takes the
 * tenant id; a foreign id and an unknown one look the same.
 */
export type Store = {
  /**
   * Throws GatewayError `insufficient_credit` when the balance or the key's spend cap does not cover the reserve,
   * `idempotency_in_progress` when the key of the submission was claimed before; then nothing is written.
   */
  submit(submission: Submission): Promise<Task>;
  /** False when the task is no longer the one the change was computed from; then nothing is written. */
  commit(change: Change): Promise<boolean>;
  /**
   * Leases tasks, with their fence raised. Tenants take turns; within a tenant the highest priority comes first, then the
   * oldest. A key that has as much in work as it may is passed over. Off-peak tasks come after all that can be had
   * without them. A paused engine's tasks are not claimed, but for those that a worker had begun.
   */
  claim(request: ClaimRequest): Promise<readonly Task[]>;
  /** Extends a lease, keeps progress, and owes word of it to a webhook that asked for it. `isHeld` is false when the lease went to another worker or the task ended. */
  heartbeat(beat: Heartbeat): Promise<{ readonly isHeld: boolean; readonly isCancelRequested: boolean }>;
  /** Until it is resumed, `claim` begins no task of this engine. Idempotent; the first time stays. */
  pauseEngine(engine: string, at: number): Promise<void>;
  resumeEngine(engine: string): Promise<void>;
  /** Their names, and since when. */
  pausedEngines(): Promise<readonly (readonly [engine: string, at: number])[]>;
  /** Ends every lease, so that the tasks of a process that died are claimed at once. Only for the store's one owner. */
  expireLeases(): Promise<void>;
  task(tenantId: TenantId, id: TaskId): Promise<Task | undefined>;
  /** `dialect` undefined: whichever it came in by. */
  taskByWireId(tenantId: TenantId, dialect: string | undefined, wireId: string): Promise<Task | undefined>;
  /** As `task`, for workers, which act for every tenant. */
  anyTask(id: TaskId): Promise<Task | undefined>;
  tasks(filter: TaskFilter): Promise<readonly Task[]>;
  /** By the time of creation, newest first. */
  tasksOfDialect(filter: DialectTaskFilter): Promise<readonly Task[]>;
  /** As `tasks`, of every tenant: for the owner. */
  anyTasks(filter: AnyTaskFilter): Promise<readonly Task[]>;
  /** What tasks cost, summed up by day, tenant, key, model and engine, in no order. */
  usage(filter: UsageFilter): Promise<readonly UsageRow[]>;
  /** How many tasks wait for each engine; those for which none does are left out. */
  queueDepths(): ReadonlyMap<string, number>;
  /** Tasks that are past a deadline and held by nobody. */
  overdue(now: number, limit: number): Promise<readonly Task[]>;
  /** 1 is next, as if tenants took turns from now on. 0 when the task is not queued. */
  queuePosition(task: Task): Promise<number>;
  attempts(tenantId: TenantId, taskId: TaskId): Promise<readonly Attempt[]>;
  lastAttempt(taskId: TaskId): Promise<Attempt | undefined>;
  events(tenantId: TenantId, taskId: TaskId, afterSequence: number): Promise<readonly TaskEvent[]>;

  idempotencyRecord(tenantId: TenantId, route: string, key: string): Promise<IdempotencyRecord | undefined>;
  /** Keeps the answer to a claimed key, unless one is kept already. */
  keepAnswer(tenantId: TenantId, claim: IdempotencyClaim, answer: KeptAnswer): Promise<void>;
  deleteIdempotencyBefore(time: number, limit: number): Promise<number>;

  insertArtifact(artifact: Artifact): Promise<void>;
  /**
   * Writes an upload, unless the tenant has one of the same bytes: then that one lives as long as this would have, and
   * its id is the answer. Throws GatewayError `storage_full` when the tenant's uploads would hold more than the quota.
   * A session that the bytes came by is complete with it, and what it reserved is free; `not_found` when it is not open.
   */
  insertUpload(artifact: Artifact, quotaBytes: number, sessionId?: UploadId): Promise<ArtifactId | undefined>;
  /**
   * Reserves the session's whole size. Throws GatewayError `storage_full` as insertUpload does, `rate_limited` when the
   * tenant has `limit` open ones.
   */
  insertUploadSession(session: UploadSession, quotaBytes: number, limit: number): Promise<void>;
  /** `tenantId` undefined: whoever's it is. Expired ones are found until they are swept. */
  uploadSession(tenantId: TenantId | undefined, id: UploadId): Promise<UploadSession | undefined>;
  uploadSessionsOfTenant(tenantId: TenantId, limit: number): Promise<readonly UploadSession[]>;
  expiredUploadSessions(now: number, limit: number): Promise<readonly UploadSession[]>;
  /** Notes how much has arrived, which never falls. False when the session is not open. */
  advanceUploadSession(id: UploadId, receivedBytes: number): Promise<boolean>;
  /** Idempotent. */
  deleteUploadSession(id: UploadId): Promise<void>;
  /** `tenantId` undefined: for a link whose signature was checked. */
  artifact(tenantId: TenantId | undefined, id: ArtifactId): Promise<Artifact | undefined>;
  artifacts(tenantId: TenantId, ids: readonly ArtifactId[]): Promise<readonly Artifact[]>;
  /** A result link needs no key: its token is the credential. */
  artifactByToken(token: FileToken): Promise<Artifact | undefined>;
  expiredArtifacts(now: number, limit: number): Promise<readonly Artifact[]>;
  deleteArtifact(id: ArtifactId): Promise<void>;
  /** A page of all artifacts, oldest first: those after a place, each with its own place. */
  artifactsAfter(
    sequence: number,
    limit: number,
  ): Promise<readonly { readonly artifact: Artifact; readonly sequence: number }[]>;
  artifactsToPreview(limit: number): Promise<readonly Artifact[]>;
  /** Null: none can be made. */
  keepPreviews(id: ArtifactId, previews: Previews | null): Promise<void>;
  /** Notes since when an artifact's blob is gone, or with null that it is there. */
  markArtifact(id: ArtifactId, missingAt: number | null): Promise<void>;
  /** How many artifacts are known to have lost their blob. */
  missingArtifacts(): Promise<number>;
  deleteEventsBefore(time: number, limit: number): Promise<number>;

  // deliveries
  /**
   * Leases what is due, with fences raised; endpoints take turns, and one that fails gets one at a time. What became due
   * by time may be found a second late. What falls due at a disabled endpoint fails unsent, unless it was sent again.
   */
  claimDeliveries(claim: DeliveryClaim): Promise<readonly Delivery[]>;
  /**
   * Records an attempt, what it says of its endpoint, and what follows it; at a disabled endpoint nothing follows. False
   * when the lease went to another; then nothing is written.
   */
  finishDelivery(held: Delivery, attempt: DeliveryAttempt, verdict: Verdict): Promise<boolean>;
  /** Newest first. */
  deliveries(filter: DeliveryFilter): Promise<readonly Delivery[]>;
  /** As `deliveries`, of every tenant: for the owner. */
  anyDeliveries(filter: Omit<DeliveryFilter, 'tenantId' | 'taskId'>): Promise<readonly Delivery[]>;
  delivery(tenantId: TenantId, id: DeliveryId): Promise<Delivery | undefined>;
  anyDelivery(id: DeliveryId): Promise<Delivery | undefined>;
  deliveryAttempts(tenantId: TenantId, id: DeliveryId): Promise<readonly DeliveryAttempt[]>;
  /** Makes it due at once, in a new round, at `url` from now on if that is given. False when there is none. */
  resendDelivery(tenantId: TenantId, id: DeliveryId, now: number, url?: string): Promise<boolean>;
  /** As resendDelivery; answers how many. */
  resendDeliveries(range: ResendRange): Promise<number>;
  /** A tenant's endpoints that fail or are disabled, by URL, those after `afterUrl`. */
  failingEndpoints(tenantId: TenantId, afterUrl: string, limit: number): Promise<readonly FailingEndpoint[]>;
  /** Forgets that an endpoint failed. False when it did not. */
  enableEndpoint(tenantId: TenantId, url: string): Promise<boolean>;
  /** The sealed key that the deliveries of a task are signed with; undefined when there is none, or none any more. */
  webhookKey(taskId: TaskId): Promise<string | undefined>;
  /** Removes deliveries that were final before `time`, with their attempts; answers how many. */
  deleteDeliveriesBefore(time: number, limit: number): Promise<number>;
  /** Empties the answers of deliveries that were final before `time`; answers of how many. */
  clearAnswersBefore(time: number, limit: number): Promise<number>;
  /** Forgets endpoints that last failed before `time`, the disabled ones aside. */
  deleteHealthBefore(time: number, limit: number): Promise<number>;
  endpointSecret(tenantId: TenantId, url: string): Promise<EndpointSecret | undefined>;
  /** False when the endpoint has one; then nothing is written. */
  insertEndpointSecret(secret: Omit<EndpointSecret, 'previous'>): Promise<boolean>;
  /** Replaces the endpoint's secret, if it has one; that one holds until `previousUntil`, and the one before it ends. */
  rotateEndpointSecret(secret: Omit<EndpointSecret, 'previous'>, previousUntil: number): Promise<void>;

  tenant(id: TenantId): Promise<Tenant | undefined>;
  tenants(): Promise<readonly Tenant[]>;
  /** Writes a tenant, with a first key if there is one, and, when above 0, a grant of `balanceMicros`. */
  insertTenant(tenant: Tenant, key?: NewKey): Promise<void>;
  insertKey(key: NewKey): Promise<void>;
  keyByHash(hash: string): Promise<Key | undefined>;
  key(tenantId: TenantId, id: KeyId): Promise<Key | undefined>;
  /** Oldest first, the revoked ones too. */
  keys(tenantId: TenantId): Promise<readonly Key[]>;
  /** False when there is no such key. A key that was revoked before keeps its time. */
  revokeKey(tenantId: TenantId, id: KeyId, at: number): Promise<boolean>;
  /** Notes that a key was used; an earlier time than the one noted changes nothing. */
  touchKey(id: KeyId, at: number): Promise<void>;
  /** Holds for tasks submitted from now on. Throws GatewayError `not_found`, as `grant` does. */
  setTenantDiscount(tenantId: TenantId, basisPoints: BasisPoints): Promise<void>;
  /** Adds to a balance, with its ledger entry. */
  grant(tenantId: TenantId, amountMicros: Micros, note: string): Promise<void>;
  /** Entries before this sequence, newest first. */
  ledger(tenantId: TenantId, beforeSequence: number | undefined, limit: number): Promise<readonly StoredEntry[]>;
  /**
   * Adds up every balance, key and task anew, all as they stood at one moment; rests for `pauseMs` between pages. Throws
   * the signal's reason, and GatewayError `overloaded` when it kept an erasure waiting for too long.
   */
  reconcile(options?: { readonly signal?: AbortSignal; readonly pauseMs?: number }): Promise<Reconciliation>;
  counts(): Promise<Readonly<Record<TaskState, number>>>;
  /** A tenant's tasks that have not ended. */
  unfinishedOf(tenantId: TenantId): Promise<Readonly<Record<'queued' | 'running', number>>>;

  // erasure
  /** Clears a final task in one write: from then on no read finds it. Its files are named by `blobRemovals`. */
  eraseTask(tenantId: TenantId, id: TaskId, now: number): Promise<TaskErasure>;
  /** Ends the tenant and its keys at once, and notes that all the rest must go. False when there is none. Idempotent. */
  eraseTenant(tenantId: TenantId, now: number): Promise<boolean>;
  /** The oldest that are not finished yet. */
  erasures(): Promise<readonly Erasure[]>;
  /** Clears one batch of what a tenant had; `isDone` once nothing is left, which tasks that are not final prevent. */
  eraseNext(erasure: Erasure): Promise<{ readonly count: number; readonly isDone: boolean }>;
  /** Whether some artifact's bytes lie there. */
  isBlobRecorded(key: BlobKey): Promise<boolean>;
  /** Files that no record names any more, a batch at a time; `forgetBlobs` once they are removed. */
  blobRemovals(): Promise<readonly BlobKey[]>;
  forgetBlobs(keys: readonly BlobKey[]): Promise<void>;
  /** Removes every trace of what was cleared before from the store's own files. Throws the signal's reason. */
  scrub(options: CallOptions): Promise<void>;
  finishErasures(erasures: readonly Erasure[]): Promise<void>;
  /** Clears inputs, details and events of tasks that were final before `time`; answers of how many. */
  expirePayloads(time: number, limit: number): Promise<number>;

  onNote(listener: (note: StoreNote) => void): () => void;
  [Symbol.asyncDispose](): Promise<void>;
};
