/** Reads request bodies: bounded while they stream, large ones parsed off the main thread. */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { GatewayError } from '../core/errors.ts';
import type { JsonBody } from '../dialects/dialect.ts';
import { type Detached, detachInlineMedia, parseJson } from './inline-media.ts';

/** Parsing more than this takes longer than other requests should wait. */
const mainThreadLimitBytes = 1024 * 1024;

export type BodyReader = {
  /** Throws GatewayError `payload_too_large`, `invalid_request`, `unsupported_media_type`. */
  json(request: Request, limitBytes: number): Promise<JsonBody>;
  bytes(request: Request, limitBytes: number): AsyncIterable<Uint8Array>;
  [Symbol.asyncDispose](): Promise<void>;
};

type Reply = { readonly id: string } & ({ readonly parsed: Detached } | { readonly problem: string });

export function createBodyReader(): BodyReader {
  let worker: Worker | undefined;
  const waiting = new Map<string, PromiseWithResolvers<Detached>>();

  function startWorker(): Worker {
    const started = new Worker(new URL('./body-worker.ts', import.meta.url));
    started.unref();
    started.on('message', (reply: Reply) => {
      const pending = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('parsed' in reply) pending?.resolve(reply.parsed);
      else pending?.reject(new GatewayError('invalid_request', reply.problem));
    });
    const fail = (cause: unknown) => {
      worker = undefined;
      for (const pending of waiting.values()) {
        pending.reject(new GatewayError('overloaded', 'The body could not be parsed.', { cause }));
      }
      waiting.clear();
    };
    started.on('error', fail);
    started.on('exit', fail);
    return started;
  }

  function parseElsewhere(bytes: Uint8Array<ArrayBuffer>): Promise<Detached> {
    worker ??= startWorker();
    const id = randomUUID();
    const pending = Promise.withResolvers<Detached>();
    waiting.set(id, pending);
    worker.postMessage({ id, bytes }, [bytes.buffer]);
    return pending.promise;
  }

  return {
    async json(request, limitBytes) {
      requireJson(request);
      const declared = declaredLength(request, limitBytes);
      if (declared !== undefined && declared <= mainThreadLimitBytes) {
        return { ...detachInlineMedia(parseJson(await request.text()), randomUUID()), sizeBytes: declared };
      }
      const bytes = await readWhole(request, limitBytes, declared);
      const sizeBytes = bytes.byteLength;
      if (sizeBytes > mainThreadLimitBytes) return { ...(await parseElsewhere(bytes)), sizeBytes };
      return { ...detachInlineMedia(parseJson(new TextDecoder().decode(bytes)), randomUUID()), sizeBytes };
    },
    bytes: (request, limitBytes) => limited(request, limitBytes),
    async [Symbol.asyncDispose]() {
      await worker?.terminate();
    },
  };
}

function requireJson(request: Request): void {
  const type = request.headers.get('content-type');
  if (type !== null && !/^application\/([a-z0-9.+-]*\+)?json\s*(;|$)/i.test(type)) {
    throw new GatewayError('unsupported_media_type', 'The body must be sent as Content-Type: application/json.');
  }
}

function tooLarge(limitBytes: number): GatewayError {
  return new GatewayError(
    'payload_too_large',
    `The body is larger than ${limitBytes} bytes, which is the most this route takes.`,
  );
}

/** Refuses encoded bodies and those that say themselves that they are too large. Undefined: the body says no length. */
function declaredLength(request: Request, limitBytes: number): number | undefined {
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    throw new GatewayError(
      'unsupported_media_type',
      `Encoded bodies are not read; this one says Content-Encoding: ${encoding.slice(0, 40)}.`,
    );
  }
  const length = request.headers.get('content-length');
  if (length === null) return undefined;
  if (Number(length) > limitBytes) throw tooLarge(limitBytes);
  return Number(length);
}

async function* limited(request: Request, limitBytes: number): AsyncIterable<Uint8Array> {
  declaredLength(request, limitBytes);
  const { body } = request;
  if (body === null) return;
  let seen = 0;
  let isWhole = false;
  try {
    for await (const chunk of body.values({ preventCancel: true })) {
      seen += chunk.byteLength;
      if (seen > limitBytes) throw tooLarge(limitBytes);
      yield chunk;
    }
    isWhole = true;
  } finally {
    if (!isWhole) await letGo(body, limitBytes - seen);
  }
}

/** How long a client that is refused may go on sending what it began. */
const lettingGoMs = 10_000;

/** Reads the rest of a body that nobody wants: most clients read no answer while they still send. */
async function letGo(body: ReadableStream<Uint8Array>, limitBytes: number): Promise<void> {
  let left = limitBytes;
  const end = performance.now() + lettingGoMs;
  try {
    for await (const chunk of body) {
      left -= chunk.byteLength;
      if (left < 0 || performance.now() > end) return;
    }
  } catch {
    // The client has gone: that is the end of the body, too.
  }
}

/** The whole body in a buffer of its own, which can be handed to another thread. */
async function readWhole(
  request: Request,
  limitBytes: number,
  declared: number | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(declared ?? 64 * 1024);
  let used = 0;
  for await (const chunk of limited(request, limitBytes)) {
    if (used + chunk.byteLength > bytes.byteLength) {
      const larger = new Uint8Array(Math.min(limitBytes, Math.max(bytes.byteLength * 2, used + chunk.byteLength)));
      larger.set(bytes.subarray(0, used));
      bytes = larger;
    }
    bytes.set(chunk, used);
    used += chunk.byteLength;
  }
  return bytes.subarray(0, used);
}
