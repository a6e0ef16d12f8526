/** A file is changed by a short list of edits over a stream: what no edit names passes through byte for byte. */
import type { FileReader } from './file-reader.ts';

/** At `offset`, `removedBytes` bytes give way to `inserted`. */
export type Edit = { readonly offset: number; readonly removedBytes: number; readonly inserted: Uint8Array };

const nothing = new Uint8Array();

export const insert = (offset: number, inserted: Uint8Array): Edit => ({ offset, removedBytes: 0, inserted });
export const remove = (offset: number, removedBytes: number): Edit => ({ offset, removedBytes, inserted: nothing });
/** Writes over bytes without moving any. */
export const overwrite = (offset: number, bytes: Uint8Array): Edit => ({
  offset,
  removedBytes: bytes.byteLength,
  inserted: bytes,
});

/** How much longer the file becomes. */
export function growthOf(edits: readonly Edit[]): number {
  return edits.reduce((sum, { removedBytes, inserted }) => sum + inserted.byteLength - removedBytes, 0);
}

/** The changed file. Edits may come in any order; of two at one offset the first is written first. They never overlap. */
export async function* applyEdits(file: FileReader, edits: readonly Edit[]): AsyncGenerator<Uint8Array, void> {
  let position = 0;
  for (const { offset, removedBytes, inserted } of edits.toSorted((one, other) => one.offset - other.offset)) {
    if (offset < position) throw new RangeError('two edits overlap');
    yield* file.stream(position, offset);
    if (inserted.byteLength > 0) yield inserted;
    position = offset + removedBytes;
  }
  yield* file.stream(position, file.sizeBytes);
}
