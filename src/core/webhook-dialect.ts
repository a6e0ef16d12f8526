/** Everything about webhooks that differs from one vendor to the next, as one value: a dialect writes it in one file. */
import type { Schedule } from './backoff.ts';
import type { Delivery } from './delivery.ts';
import type { RandomBytes } from './ids.ts';
import type { Task, WebhookEvent } from './task.ts';

/** One attempt that is about to be made, and what it may be signed with. */
export type AttemptToSign = {
  readonly delivery: Delivery;
  /** Exactly what is sent. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly randomBytes: RandomBytes;
  /** The keys of the endpoint's own secret, the newest first: two for a day after a rotation. */
  endpointKeys(): Promise<readonly Uint8Array[]>;
  /** What the submit gave as `callerKey`; undefined when it gave none, and once it was erased. */
  callerKey(): Promise<string | undefined>;
};

export type WebhookDialect = {
  /** What a webhook hears of unless its request says otherwise. */
  readonly events: readonly WebhookEvent[];
  /** When an event is tried again: ours, or the vendor's own if an owner chose that. */
  scheduleOf(event: WebhookEvent): Schedule;
  /** Whether this status of an answer ends the delivery well. */
  isDelivered(status: number): boolean;
  /** The body. The task is as it is when this is sent. */
  encode(delivery: Delivery, task: Task): Promise<string>;
  /** All headers but those of the connection. Undefined when what it takes to sign was erased: then nothing is sent. */
  sign(attempt: AttemptToSign): Promise<Readonly<Record<string, string>> | undefined>;
};
