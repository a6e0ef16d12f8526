/** What core asks of the world. Types only; adapters implement them and main.ts names the adapters. */
import type { Verdict } from './backoff.ts';
import type { Condition } from './condition.ts';
import type { Delivery, DeliveryAttempt, DeliveryState, EndpointSecret } from './delivery.ts';
import type { FailingEndpoint } from './endpoint-health.ts';
import type { Erasure, TaskErasure } from './erasure.ts';
import type { IdempotencyClaim, IdempotencyRecord, KeptAnswer } from './idempotency.ts';
import type {
  ArtifactId,
  AttemptKey,
  BlobKey,
  DeliveryId,
  FileToken,
  KeyId,
  TaskId,
  TenantId,
  UploadId,
} from './ids.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Reconciliation, StoredEntry } from './ledger.ts';
import type { Label } from './marks.ts';
import type { Artifact, Digest, MediaFacts, MediaKind, Preview, PreviewName, Previews } from './media.ts';
import type { Micros } from './money.ts';
import type { Operation } from './operations.ts';
import type { BasisPoints, Usage } from './price.ts';
import type { Attempt, EventType, Task, TaskError, TaskEvent, TaskState } from './task.ts';
import type { Change, Submission } from './task-moves.ts';
import type { Key, NewKey, Tenant } from './tenant.ts';
import type { UploadSession } from './upload-session.ts';

/** Every call that waits takes a signal; a deadline is a signal too. */
export type CallOptions = { readonly signal: AbortSignal };

// ---------------------------------------------------------------------------------------------------------- engines

/** One medium of a job. `open` streams the stored bytes, which were probed and found to be what `facts` says. */
export type JobMedia = {
  /** The input field it came from, such as `images`, and its place there, from 0. */
  readonly field: string;
  readonly index: number;
  readonly facts: MediaFacts;
  readonly sizeBytes: number;
  readonly sha256: string;
  open(options: CallOptions): AsyncIterable<Uint8Array>;
};

/** What an engine is asked to render: neutral parameters, validated and with every default filled in. */
export type EngineJob = {
  readonly taskId: TaskId;
  /** Differs for each attempt; an engine that takes an idempotency key gets this one. */
  readonly attemptKey: AttemptKey;
  readonly operation: Operation;
  /** Catalogue parameter names, such as `prompt`, `resolution`, `aspect_ratio`, `duration` (seconds). */
  readonly input: JsonObject;
  /** Parameters that change nothing while their condition holds, of what is really made; none unless told. */
  readonly ineffective?: Readonly<Record<string, Condition>>;
  /** 0..2^31-1, always drawn before the job starts. */
  readonly seed: number;
  readonly media: readonly JobMedia[];
  /** Whether a visible mark was asked for; an engine that draws one itself says so in its outputs. */
  readonly isMarkWanted: boolean;
};

/** One result file: lies on this machine until `release`, or is to be fetched from an upstream URL. */
export type EngineOutput = {
  readonly kind: MediaKind;
  /** A plain file name with extension, such as `image.png`. */
  readonly fileName: string;
  readonly source: { readonly path: string } | { readonly url: string };
  /** Whether the engine has drawn a visible mark into it; then we draw none. */
  readonly isMarked?: boolean;
};

export type EngineReport =
  /** `progress` is 0..1 and never falls; `glimpse` is a small JPEG of the work as it stands, the same object until there is a newer one. */
  | { readonly state: 'pending'; readonly progress?: number; readonly glimpse?: Uint8Array }
  | {
      readonly state: 'succeeded';
      readonly outputs: readonly EngineOutput[];
      readonly metadata: JsonObject;
      /** What was really made where that may differ from what was asked for: it is what is paid. */
      readonly usage?: Usage;
    }
  | { readonly state: 'failed'; readonly error: TaskError }
  /** The handle means nothing to the engine any more: a restart lost the work. What follows depends on `restart`. */
  | { readonly state: 'lost' };

/**
 * Something that renders. `start` returns an opaque handle that is stored at once, so that a restarted worker picks up
 * where the last one fell.
 */
export type Engine = {
  readonly name: string;
  /**
   * Whether an attempt may be sent again after its answer was lost. `safe`: always, starting twice costs nothing;
   * `keyed`: with the same attempt key; `never`: the attempt is unknown and the task fails.
   */
  readonly restart: 'safe' | 'keyed' | 'never';
  /** How many attempts it runs at once; further tasks stay queued. */
  readonly concurrency: number;
  /** The operations it truly can do. */
  readonly operations: readonly Operation[];
  /** Throws GatewayError `engine_unavailable`, with a sentence that says what is missing, when it cannot run at all. */
  ready(options: CallOptions): Promise<void>;
  /**
   * Throws GatewayError `overloaded` when it is known that no work began and the job may be taken later: it is asked
   * again after a while; `storage_full` when this machine had no room, and only if nothing was begun anywhere. Throws `attempt_unknown` when work may have begun and the answer was lost. Whatever else it
   * throws ends the task.
   */
  start(job: EngineJob, options: CallOptions): Promise<JsonValue>;
  /** Answers as soon as something changed, and after `waitMs` at the latest. */
  check(handle: JsonValue, options: CallOptions & { readonly waitMs: number }): Promise<EngineReport>;
  /** Best effort and idempotent. Once it returns, nothing of the attempt runs on this machine. */
  cancel(handle: JsonValue, options: CallOptions): Promise<void>;
  /** Forgets a finished attempt and removes what it left on this machine. Idempotent. */
  release(handle: JsonValue, options: CallOptions): Promise<void>;
  /** Finds the handle of an attempt whose answer was lost, for engines that can look it up. */
  find?(attemptKey: AttemptKey, options: CallOptions): Promise<JsonValue | undefined>;
  [Symbol.asyncDispose](): Promise<void>;
};

// ------------------------------------------------------------------------------------------------------------ store

/** A reader's place in a list: tasks before this sequence, newest first. */
export type TaskFilter = {
  readonly tenantId: TenantId;
  readonly states?: readonly TaskState[];
  readonly model?: string;
  readonly beforeSequence?: number;
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
  /** As `tasks`, of every tenant: for the owner. */
  anyTasks(filter: Omit<TaskFilter, 'tenantId'>): Promise<readonly Task[]>;
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
  /** Makes it due at once, in a new round. False when there is none. */
  resendDelivery(tenantId: TenantId, id: DeliveryId, now: number): Promise<boolean>;
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

// ------------------------------------------------------------------------------------------------------------ media

/** One blob that storage holds. */
export type StoredBlob = {
  readonly key: BlobKey;
  /** It was written by then, and a quarter of an hour before at the earliest. Milliseconds since 1970. */
  readonly writtenAt: number;
};

/** Where the bytes of artifacts lie. Each blob may have previews beside it, which live and die with it. */
export type Blobs = {
  /**
   * Writes a stream whole or not at all, under a new key that begins with the tenant; it is durable on return. Throws
   * GatewayError `storage_full`, `payload_too_large`.
   */
  write(
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: CallOptions & { readonly tenantId: TenantId; readonly maximumBytes: number },
  ): Promise<Digest & { readonly key: BlobKey }>;
  /**
   * Bytes `start` up to and including `end`. With `expected`, which is for whole reads, the stream throws GatewayError
   * `internal` at its end when the bytes are not those. Throws `not_found` when the blob is gone.
   */
  read(
    key: BlobKey,
    options: CallOptions & { readonly start?: number; readonly end?: number; readonly expected?: Digest },
  ): AsyncIterable<Uint8Array>;
  /** Undefined when the blob is gone. */
  sizeBytes(key: BlobKey, options: CallOptions): Promise<number | undefined>;
  /** Removes a blob and its previews. Idempotent. */
  remove(key: BlobKey, options: CallOptions): Promise<void>;
  /** Writes a preview of a blob, over the one it had. */
  writePreview(key: BlobKey, name: PreviewName, bytes: Uint8Array, options: CallOptions): Promise<void>;
  /** As `read`. */
  readPreview(key: BlobKey, name: PreviewName, options: Parameters<Blobs['read']>[1]): AsyncIterable<Uint8Array>;
  /** Every blob, previews left out, in no order; what comes and goes meanwhile may be missed. */
  list(options: CallOptions): AsyncIterable<StoredBlob>;
  /** A URL at the storage itself that serves the whole blob for a while; for storages that others can reach. */
  readonly presign?: (key: BlobKey, link: PresignedLink) => Promise<string>;
};

export type PresignedLink = {
  readonly lifetimeMs: number;
  readonly contentType: string;
  readonly contentDisposition: string;
};

/** Where the bytes of an upload that comes in pieces gather: always on this machine, whatever keeps the blobs. */
export type PartialFiles = {
  /** Makes an empty file; it is durable on return. */
  create(id: UploadId): Promise<void>;
  /**
   * Writes a stream from `offset` on, over what is there. Every 8 MiB and at the end, also when the stream breaks off,
   * the bytes are synced and `onSynced` is told how far the file reaches now; what that throws ends the writing. Throws
   * GatewayError `storage_full`, `not_found` when there is no such file, and what the stream throws.
   */
  append(
    id: UploadId,
    offset: number,
    bytes: AsyncIterable<Uint8Array>,
    onSynced: (endOffset: number) => Promise<void>,
  ): Promise<void>;
  /** Throws GatewayError `not_found` when there is no such file. */
  read(id: UploadId, options: CallOptions): AsyncIterable<Uint8Array>;
  /** Idempotent. */
  remove(id: UploadId): Promise<void>;
  list(): Promise<readonly UploadId[]>;
};

/** Reads facts from the bytes. */
export type Prober = {
  /**
   * Throws GatewayError `invalid_input` when they are not media we take; its message is the predicate of a sentence
   * (`is not a picture`), for the caller alone knows the field, and its one issue names the rule. Plain texts are taken
   * from engines only: `isTextTaken`.
   */
  probe(
    key: BlobKey,
    sizeBytes: number,
    options: CallOptions & { readonly isTextTaken?: boolean },
  ): Promise<MediaFacts>;
};

/** Decodes what came from outside once, in a process that may die, before an engine meets it. */
export type Verifier = {
  /**
   * Throws GatewayError `invalid_input` with the predicate of a sentence, as Prober does, when the bytes cannot be decoded
   * or are not what `facts` say; `overloaded` when too many wait or the decoder had no time.
   */
  verify(key: BlobKey, sizeBytes: number, facts: MediaFacts, options: CallOptions): Promise<void>;
};

/** A file that lies in blob storage. */
export type StoredFile = Pick<Artifact, 'blobKey' | 'sizeBytes' | 'facts'>;

/** Writes marks into files, and takes out what engines need not know. None of it decodes a picture in this process. */
export type Marker = {
  /**
   * The file with the label in its metadata; picture and sound stay byte for byte. `has label`: it carries one already.
   * `is signed`: a C2PA manifest is bound to its bytes, so it is left as it is. `no place`: its format has none. Throws
   * GatewayError `invalid_input` with the predicate of a sentence when the file's structure is broken.
   */
  label(
    file: StoredFile,
    label: Label,
    options: CallOptions,
  ): Promise<
    | { readonly state: 'labelled'; readonly bytes: AsyncIterable<Uint8Array> }
    | { readonly state: 'has label' | 'is signed' | 'no place' }
  >;
  /**
   * The picture or film with a visible mark, encoded anew. Throws GatewayError `invalid_input` with the predicate of a
   * sentence when it cannot be drawn on, `engine_unavailable` when the program for it is missing.
   */
  draw(file: StoredFile, options: CallOptions): AsyncIterable<Uint8Array>;
  /**
   * The picture without location, device and other metadata; what it looks like stays. Undefined when there is nothing
   * to take out, and for what is no PNG, JPEG or WebP. Throws as `label` does.
   */
  strip(file: StoredFile, options: CallOptions): Promise<Pick<JobMedia, 'sizeBytes' | 'sha256' | 'open'> | undefined>;
};

/** A preview that was made and is not stored yet. */
export type MadePreview = Omit<Preview, 'sha256' | 'sizeBytes'> & { readonly bytes: Uint8Array };

/** Makes what is shown in place of a result, in a process that may die. */
export type Previewer = {
  /** Undefined when none can be made. Throws the signal's reason, and what reading the blob throws. */
  preview(
    key: BlobKey,
    sizeBytes: number,
    facts: MediaFacts,
    options: CallOptions,
  ): Promise<{ readonly blurhash: string; readonly thumbnail: MadePreview; readonly poster?: MadePreview } | undefined>;
};

/** What answered a POST. */
export type PostAnswer = {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** How the body begins. */
  readonly start: Uint8Array;
};

/** What the API that a URL came by says about such URLs. */
export type UrlRules = {
  /** Plain http on port 80 is taken too. Unless given, only https is, except from what the owner allowed. */
  readonly isHttpAllowed?: boolean;
};

/**
 * The one guarded way to every URL that came from outside. A caller learns that an input could not be fetched, and
 * nothing of the address, port or answer.
 */
export type Fetcher = {
  /**
   * Throws GatewayError `invalid_input` when the URL may never be fetched, whatever answers there. No I/O. The message
   * is the predicate of a sentence.
   */
  judge(url: string, rules?: UrlRules): void;
  /** Throws GatewayError `input_unfetchable`, also while the bytes are read. */
  fetch(url: string, options: CallOptions & UrlRules): AsyncIterable<Uint8Array>;
  /**
   * Sends a body and follows no redirect: every status is an answer. Of the answer's body little is read and less kept.
   * Throws GatewayError `input_unfetchable` when no status came, and the signal's reason.
   */
  post(
    url: string,
    content: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
    options: CallOptions,
  ): Promise<PostAnswer>;
};

/** Encrypts small texts for the store. `context` says what a text belongs to: it opens for the same context only. */
export type Sealer = {
  seal(text: string, context: string): string;
  /** Throws GatewayError `internal` when it was changed, or sealed under another secret. */
  open(sealed: string, context: string): string;
};

// ------------------------------------------------------------------------------------------------------------ world

/** Milliseconds since 1970. */
export type Clock = { now(): number };
