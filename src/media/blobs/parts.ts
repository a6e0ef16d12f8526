/** Cuts a stream into parts of one size, the last one smaller; one buffer serves them all. */

export type Part = {
  /** Only until the next part is asked for. */
  readonly bytes: Uint8Array;
  /** From 1. */
  readonly number: number;
  readonly isLast: boolean;
};

/** A stream without bytes is one empty part. `visit` sees every chunk first, and may throw. */
export async function* cutParts(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  partBytes: number,
  visit: (chunk: Uint8Array) => void,
  signal: AbortSignal,
): AsyncIterable<Part> {
  const buffer = Buffer.allocUnsafeSlow(partBytes);
  let length = 0;
  let number = 1;
  for await (const chunk of source) {
    signal.throwIfAborted();
    visit(chunk);
    for (let offset = 0; offset < chunk.byteLength; ) {
      // A full buffer waits for one more byte: only then is it not the last.
      if (length === partBytes) {
        yield { bytes: buffer, number, isLast: false };
        number += 1;
        length = 0;
      }
      const taken = chunk.subarray(offset, offset + partBytes - length);
      buffer.set(taken, length);
      length += taken.byteLength;
      offset += taken.byteLength;
    }
  }
  yield { bytes: buffer.subarray(0, length), number, isLast: true };
}
