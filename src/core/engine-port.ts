/** What core asks of an engine: something that renders. Types only. */
import type { Condition } from './condition.ts';
import type { AttemptKey, TaskId } from './ids.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { MediaFacts, MediaKind } from './media.ts';
import type { Operation } from './operations.ts';
import type { CallOptions } from './ports.ts';
import type { Usage } from './price.ts';
import type { TaskError } from './task.ts';

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
  /** What is to stand in place of the usual mark; it is not among `media`. */
  readonly markPicture?: JobMedia;
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
      /** `jobId`, where there is one, is the engine's own id of the work. */
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
  /** Removes what it keeps of inputs beyond their attempts, such as what it found in pictures. Idempotent. */
  forgetInputs?(options: CallOptions): Promise<void>;
  /** Finds the handle of an attempt whose answer was lost, for engines that can look it up. */
  find?(attemptKey: AttemptKey, options: CallOptions): Promise<JsonValue | undefined>;
  [Symbol.asyncDispose](): Promise<void>;
};
