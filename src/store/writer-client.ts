/**
 * The main thread's side of the writer: one batch is on its way at a time, and what is written meanwhile forms the next.
 * A promise settles when the batch it went with was committed, or its own write refused.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { GatewayError } from '../core/errors.ts';
import {
  type FromWriter,
  type ToWriter,
  toError,
  type WriteOperation,
  type WriteResults,
  type WriterData,
} from './protocol.ts';

/** Bounds how long one batch holds the disk, and how much work a poisoned batch repeats. */
const maximumBatch = 1024;

type Pending = {
  readonly operation: WriteOperation;
  readonly resolve: (result: never) => void;
  readonly reject: (error: GatewayError) => void;
};

export type Writer = {
  /** Throws what the operation was refused for; `internal` once the writer is closed or broken. */
  write<Operation extends WriteOperation>(operation: Operation): Promise<WriteResults[Operation['kind']]>;
  /** Transactions committed or rolled back so far. */
  readonly transactions: () => number;
  /** Ends the thread at once, as a crash would; what is on its way is refused. */
  readonly terminate: () => Promise<void>;
  /** Takes no more writes; resolves once those before it are settled. */
  readonly flush: () => Promise<void>;
  /** Flushes, folds the log back and ends the thread. */
  [Symbol.asyncDispose](): Promise<void>;
};

/** Throws GatewayError `conflict` when the directory is in use or of a newer version. */
export async function startWriter(data: WriterData): Promise<Writer> {
  // Flags of the process, such as those of `node --eval`, are about its own entry and would break the thread's.
  const worker = new Worker(new URL('./sqlite-writer.ts', import.meta.url), { workerData: data, execArgv: [] });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const [first] = (await once(worker, 'message')) as [FromWriter];
  if (first.kind === 'refused') {
    await exited;
    throw toError(first.error);
  }

  let waiting: Pending[] = [];
  let underWay: readonly Pending[] = [];
  let isPosting = false;
  let transactions = 0;
  /** Why no write is taken any more. */
  let end: string | undefined;
  let idle = Promise.withResolvers<void>();

  const send = (message: ToWriter) => worker.postMessage(message);

  function post(): void {
    isPosting = false;
    if (underWay.length > 0) return;
    if (waiting.length === 0) {
      idle.resolve();
      return;
    }
    const scrub = waiting.findIndex(({ operation }) => operation.kind === 'scrub');
    const size = scrub === -1 ? maximumBatch : Math.max(1, Math.min(scrub, maximumBatch));
    underWay = waiting.slice(0, size);
    waiting = waiting.slice(size);
    send({ batch: underWay.map(({ operation }) => operation) });
  }

  /** What is written in the same turn goes in the same batch. */
  function postSoon(): void {
    if (isPosting || underWay.length > 0) return;
    isPosting = true;
    queueMicrotask(post);
  }

  function stop(reason: string, cause?: unknown): void {
    end ??= reason;
    const lost = [...underWay, ...waiting];
    underWay = [];
    waiting = [];
    for (const { reject } of lost) reject(new GatewayError('internal', reason, { cause }));
    idle.resolve();
  }

  worker.on('message', (message: FromWriter) => {
    if (message.kind !== 'written') return;
    transactions += message.transactions;
    const done = underWay;
    underWay = [];
    post();
    const errors = new Map(message.errors);
    for (const [position, { resolve, reject }] of done.entries()) {
      const error = errors.get(position);
      if (error === undefined) resolve(message.results[position] as never);
      else reject(toError(error));
    }
  });
  worker.on('error', (cause) => stop('The thread that writes the store broke down.', cause));
  worker.on('exit', () => stop('The thread that writes the store has ended.'));

  async function flush(): Promise<void> {
    end ??= 'The store is closed.';
    while (underWay.length > 0 || waiting.length > 0) {
      idle = Promise.withResolvers();
      await idle.promise;
    }
  }

  return {
    flush,
    write(operation) {
      if (end !== undefined) return Promise.reject(new GatewayError('internal', end));
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      waiting.push({ operation, resolve, reject });
      postSoon();
      return promise;
    },
    transactions: () => transactions,
    async terminate() {
      await worker.terminate();
    },
    async [Symbol.asyncDispose]() {
      await flush();
      // To a thread that has ended already this says nothing.
      send('close');
      await exited;
    },
  };
}
