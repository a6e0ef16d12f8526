/** Counts and hashes bytes on their way. */
import { createHash } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';
import type { Digest } from '../../core/media.ts';

export type Meter = {
  /** Throws GatewayError `payload_too_large`. */
  add(chunk: Uint8Array): void;
  digest(): Digest;
};

export function createMeter(maximumBytes: number): Meter {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    add(chunk) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maximumBytes) {
        throw new GatewayError('payload_too_large', `The file is larger than ${maximumBytes} bytes.`);
      }
      hash.update(chunk);
    },
    digest: () => ({ sizeBytes, sha256: hash.digest('hex') }),
  };
}

/** Passes bytes on, and throws GatewayError `internal` at the end when they were not those that are expected. */
export async function* checkDigest(
  bytes: AsyncIterable<Uint8Array>,
  expected: Digest | undefined,
): AsyncIterable<Uint8Array> {
  if (expected === undefined) {
    yield* bytes;
    return;
  }
  const meter = createMeter(Number.POSITIVE_INFINITY);
  for await (const chunk of bytes) {
    meter.add(chunk);
    yield chunk;
  }
  const { sizeBytes, sha256 } = meter.digest();
  if (sizeBytes !== expected.sizeBytes || sha256 !== expected.sha256) {
    throw new GatewayError('internal', 'A stored file is not what was stored: its bytes have changed.');
  }
}
