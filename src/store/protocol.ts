/** What the main thread and the writer thread say to each other: flat values, because each is cloned on its way. */
import type { TaskErasure } from '../core/erasure.ts';
import { type ErrorCode, GatewayError } from '../core/errors.ts';
import type { Row } from './rows.ts';

/** What is written with a task; each row without the columns that the writer knows itself. */
export type TaskParts = {
  readonly balanceMicros: number;
  readonly now: number;
  readonly events: readonly string[];
  readonly attempts: readonly Row[];
  readonly ledger: readonly Row[];
  readonly artifacts: readonly Row[];
  readonly deliveries: readonly Row[];
};

type Named<Kind extends string, Fields> = { readonly kind: Kind } & Fields;

export type WriteOperation =
  | Named<
      'submit',
      TaskParts & {
        readonly tenantId: string;
        readonly task: Row;
        /** Route, key and fingerprint. */
        readonly claim: readonly [string, string, string] | null;
        readonly webhookKey: string | null;
        /** Ids of the artifacts it was given. */
        readonly given: readonly string[];
      }
    >
  | Named<
      'commit',
      TaskParts & {
        readonly tenantId: string;
        readonly task: Row;
        /** Whether the task had a webhook and is final now. */
        readonly isWebhookDone: boolean;
      }
    >
  | Named<
      'claim',
      { readonly engine: string | null; readonly limit: number; readonly now: number; readonly leaseUntil: number }
    >
  | Named<
      'heartbeat',
      {
        readonly sequence: number;
        readonly fence: number;
        readonly leaseUntil: number;
        readonly progress: number;
        readonly now: number;
        /** For a delivery that tells of the progress, if one is owed. */
        readonly deliveryId: string;
      }
    >
  | Named<'expireLeases', object>
  | Named<'pauseEngine', { readonly engine: string; readonly at: number }>
  | Named<'resumeEngine', { readonly engine: string }>
  | Named<'keepAnswer', { readonly answer: Row }>
  | Named<'deleteIdempotencyBefore', { readonly time: number; readonly limit: number }>
  | Named<'insertArtifact', { readonly artifact: Row }>
  | Named<'insertUpload', { readonly artifact: Row; readonly quotaBytes: number; readonly sessionId: string | null }>
  | Named<
      'insertUploadSession',
      {
        readonly id: string;
        readonly tenantId: string;
        readonly sizeBytes: number;
        readonly fileStem: string;
        readonly expiresAt: number;
        readonly quotaBytes: number;
        /** How many of the tenant may be open. */
        readonly limit: number;
      }
    >
  | Named<'advanceUploadSession', { readonly id: string; readonly receivedBytes: number }>
  | Named<'deleteUploadSession', { readonly id: string }>
  | Named<'deleteArtifact', { readonly id: string }>
  | Named<'markArtifact', { readonly id: string; readonly missingAt: number | null }>
  | Named<'keepPreviews', { readonly id: string; readonly previews: string | null }>
  | Named<'deleteEventsBefore', { readonly time: number; readonly limit: number }>
  | Named<'insertTenant', { readonly tenant: Row; readonly key: Row | null; readonly grant: Row | null }>
  | Named<'setTenantDiscount', { readonly tenantId: string; readonly basisPoints: number }>
  | Named<'insertKey', { readonly key: Row }>
  | Named<'revokeKey', { readonly tenantId: string; readonly id: string; readonly at: number }>
  | Named<'touchKey', { readonly id: string; readonly at: number }>
  | Named<
      'grant',
      { readonly tenantId: string; readonly amountMicros: number; readonly note: string; readonly now: number }
    >
  | Named<
      'claimDeliveries',
      { readonly now: number; readonly limit: number; readonly leaseUntil: number; readonly perEndpoint: number }
    >
  | Named<
      'finishDelivery',
      {
        readonly sequence: number;
        readonly fence: number;
        readonly state: string;
        readonly nextAttemptAt: number | null;
        readonly finishedAt: number | null;
        readonly attempt: Row;
        readonly attemptedAt: number;
        readonly hasAnswer: boolean;
        /** What the attempt says of its endpoint; null when nothing was sent. */
        readonly isEndpointWell: boolean | null;
      }
    >
  | Named<'enableEndpoint', { readonly tenantId: string; readonly url: string }>
  | Named<'deleteDeliveriesBefore', { readonly time: number; readonly limit: number }>
  | Named<'clearAnswersBefore', { readonly time: number; readonly limit: number }>
  | Named<'deleteHealthBefore', { readonly time: number; readonly limit: number }>
  | Named<
      'resendDelivery',
      /** `url` null leaves it at the one it has. */
      { readonly tenantId: string; readonly id: string; readonly now: number; readonly url: string | null }
    >
  | Named<
      'resendDeliveries',
      {
        readonly tenantId: string;
        readonly state: string;
        readonly since: number;
        readonly until: number;
        /** Of those created at `since`, only what comes after this one. */
        readonly afterSequence: number;
        readonly limit: number;
        readonly now: number;
      }
    >
  | Named<'insertEndpointSecret', { readonly secret: Row }>
  | Named<'rotateEndpointSecret', { readonly secret: Row; readonly previousUntil: number }>
  | Named<'eraseTask', { readonly tenantId: string; readonly id: string; readonly now: number }>
  | Named<'eraseTenant', { readonly tenantId: string; readonly now: number }>
  | Named<'eraseNext', { readonly sequence: number; readonly limit: number; readonly now: number }>
  | Named<'expirePayloads', { readonly time: number; readonly limit: number; readonly now: number }>
  | Named<'forgetBlobs', { readonly keys: readonly string[] }>
  | Named<'finishErasures', { readonly sequences: readonly number[] }>
  | Scrub;

/** Always a batch of its own, and never in a transaction. Pages count from 0. */
export type Scrub = Named<'scrub', { readonly from: number }>;

/** What a heartbeat found; of a task that is not there, nothing. */
export type BeatResult = {
  readonly isHeld: boolean;
  readonly isCancelRequested: boolean;
  readonly isProgress: boolean;
  readonly hasDelivery: boolean;
  readonly taskId: string;
  readonly tenantId: string;
};

export type WriteResults = {
  readonly submit: number;
  readonly commit: boolean;
  readonly claim: readonly Row[];
  readonly heartbeat: BeatResult;
  readonly expireLeases: null;
  readonly pauseEngine: null;
  readonly resumeEngine: null;
  readonly keepAnswer: null;
  readonly deleteIdempotencyBefore: number;
  readonly insertArtifact: null;
  /** The id of the upload that holds the same bytes. */
  readonly insertUpload: string | null;
  readonly insertUploadSession: null;
  readonly advanceUploadSession: boolean;
  readonly deleteUploadSession: null;
  readonly deleteArtifact: null;
  readonly markArtifact: null;
  readonly keepPreviews: null;
  readonly deleteEventsBefore: number;
  readonly insertTenant: null;
  readonly setTenantDiscount: boolean;
  readonly insertKey: null;
  readonly claimDeliveries: readonly Row[];
  readonly finishDelivery: boolean;
  readonly enableEndpoint: boolean;
  readonly deleteDeliveriesBefore: number;
  readonly clearAnswersBefore: number;
  readonly deleteHealthBefore: number;
  readonly resendDelivery: boolean;
  /** `next`: sequence and creation time of the last one, when there may be more. */
  readonly resendDeliveries: { readonly count: number; readonly next: readonly [number, number] | null };
  readonly insertEndpointSecret: boolean;
  readonly rotateEndpointSecret: null;
  readonly eraseTask: TaskErasure;
  readonly eraseTenant: boolean;
  /** The public ids of the tasks that were cleared, and how many things of any kind. */
  readonly eraseNext: { readonly ids: readonly string[]; readonly count: number; readonly isDone: boolean };
  readonly expirePayloads: readonly string[];
  readonly forgetBlobs: null;
  readonly finishErasures: null;
  readonly scrub: ScrubResult;
  readonly revokeKey: boolean;
  readonly touchKey: null;
  readonly grant: null;
};

/** `next`: the first page that was not looked at; null at the end. Nothing is done while a reader keeps the log busy. */
export type ScrubResult = { readonly isBusy: boolean; readonly next: number | null };

type Operation<Kind extends WriteOperation['kind']> = Extract<WriteOperation, { kind: Kind }>;
export type Operations = {
  [Kind in Exclude<WriteOperation['kind'], 'scrub'>]: (operation: Operation<Kind>) => WriteResults[Kind] | Refusal;
};
export type ArtifactOperation = 'insertArtifact' | 'deleteArtifact' | 'markArtifact' | 'keepPreviews';
export type UploadOperation = 'insertUpload' | 'insertUploadSession' | 'advanceUploadSession' | 'deleteUploadSession';
export type DeliveryOperation =
  | 'claimDeliveries'
  | 'finishDelivery'
  | 'enableEndpoint'
  | 'deleteDeliveriesBefore'
  | 'clearAnswersBefore'
  | 'deleteHealthBefore'
  | 'resendDelivery'
  | 'resendDeliveries'
  | 'insertEndpointSecret'
  | 'rotateEndpointSecret';
export type ErasureOperation =
  | 'eraseTask'
  | 'eraseTenant'
  | 'eraseNext'
  | 'expirePayloads'
  | 'forgetBlobs'
  | 'finishErasures';

/** What an operation answers instead of a result when it may not be done and has written nothing. */
export class Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  constructor(code: ErrorCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** An error as it crosses the threads. `cause` is for the log, never for a caller. */
export type WireError = { readonly code: ErrorCode; readonly message: string; readonly cause?: string };

export function toError({ code, message, cause }: WireError): GatewayError {
  return new GatewayError(code, message, cause === undefined ? {} : { cause: new Error(cause) });
}

export type ToWriter = { readonly batch: readonly WriteOperation[] } | 'close';

export type FromWriter =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly error: WireError }
  | {
      readonly kind: 'written';
      /** In the order of the batch; undefined where `errors` has something. */
      readonly results: readonly unknown[];
      /** Positions in the batch and what went wrong there. */
      readonly errors: readonly (readonly [number, WireError])[];
      /** Transactions it took: 1, unless the batch had to be taken apart. */
      readonly transactions: number;
    };

export type WriterData = { readonly directory: string };
