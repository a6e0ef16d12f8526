/** Reading the bodies of answers: no slower than a minimum, and never more than is wanted. */
import type { IncomingMessage } from 'node:http';
import type { CallOptions } from '../../core/ports.ts';
import type { FetchLimits } from './limits.ts';

/** Whether the body is the bytes that were asked for: no coding is ever undone here. */
export function isPlain({ headers }: IncomingMessage): boolean {
  const coding = headers['content-encoding'] ?? 'identity';
  const transfer = headers['transfer-encoding'] ?? 'chunked';
  return coding.trim().toLowerCase() === 'identity' && transfer.trim().toLowerCase() === 'chunked';
}

/**
 * Streams a body and closes it at the end, also at an early one. The sender has `slowMs` of patience; each second of waiting
 * costs one, and every `minimumBytesPerSecond` bytes earn one back. Time the reader takes costs nothing. Throws when the
 * patience is used up, when the connection breaks, and the signal's reason.
 */
export async function* streamBody(
  response: IncomingMessage,
  { slowMs, minimumBytesPerSecond, signal }: Pick<FetchLimits, 'slowMs' | 'minimumBytesPerSecond'> & CallOptions,
): AsyncGenerator<Uint8Array> {
  const connection = response.socket;
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let patienceMs = slowMs;
  try {
    for (;;) {
      const begun = performance.now();
      const timer = setTimeout(() => response.destroy(new Error('the body comes too slowly')), patienceMs);
      let next: IteratorResult<Uint8Array>;
      try {
        next = await chunks.next();
      } finally {
        clearTimeout(timer);
      }
      if (next.done === true) {
        // A body without a length ends where its connection does: a broken or a cut one must not look whole.
        signal.throwIfAborted();
        if (connection.errored !== null) throw connection.errored;
        return;
      }
      const earnedMs = (next.value.byteLength / minimumBytesPerSecond) * 1_000;
      patienceMs = Math.min(slowMs, Math.max(0, patienceMs - (performance.now() - begun)) + earnedMs);
      yield next.value;
    }
  } finally {
    response.destroy();
  }
}

/**
 * The first `keptBytes` of a body, of which at most `readBytes` are read. One that breaks off or never ends changes nothing
 * about the answer it came with.
 */
export async function readStart(
  response: IncomingMessage,
  { keptBytes, readBytes }: { readonly keptBytes: number; readonly readBytes: number },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      if (length < keptBytes) chunks.push(chunk);
      length += chunk.byteLength;
      if (length >= readBytes) break;
    }
  } catch {
    // What came until then is kept.
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks).subarray(0, keptBytes);
}
