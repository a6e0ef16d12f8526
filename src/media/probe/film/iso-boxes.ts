/** The boxes of ISO base media files (ISO/IEC 14496-12 4.2): bounded in number, checked against the box around them. */
import { type ByteReader, textAt } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';

export type Box = {
  readonly type: string;
  /** Where the content begins and where the box ends. */
  readonly start: number;
  readonly end: number;
};

/** Counts the boxes of one file, however deep they lie. */
export type BoxBudget = { left: number };

export const createBoxBudget = (): BoxBudget => ({ left: 10_000 });

/** The boxes between two offsets, in order. Throws `truncated` when one reaches beyond the end of the file. */
export async function* readBoxes(
  reader: ByteReader,
  start: number,
  end: number,
  budget: BoxBudget,
): AsyncGenerator<Box, void, undefined> {
  for (let offset = start; offset < end; ) {
    // QuickTime ends some lists with four zero bytes, and writers pad files with a few.
    if (end - offset < 8) return;
    budget.left -= 1;
    if (budget.left < 0) throw corrupt('it has too many boxes');
    const head = await reader.view(offset, 8);
    const type = textAt(head, 4, 4);
    const { length, headBytes } = await readLength(reader, offset, head.getUint32(0), end);
    if (length < headBytes) throw corrupt('a box is shorter than its own header');
    if (offset + length > end) {
      throw end === reader.sizeBytes
        ? truncated(`the box ${show(type)} is not whole`)
        : corrupt('a box outgrows its parent');
    }
    yield { type, start: offset + headBytes, end: offset + length };
    offset += length;
  }
}

async function readLength(reader: ByteReader, offset: number, short: number, end: number) {
  // Zero: to the end of the file, which only the last box at the top may say.
  if (short === 0 && end === reader.sizeBytes) return { length: end - offset, headBytes: 8 };
  if (short !== 1) return { length: short, headBytes: 8 };
  const long = (await reader.view(offset + 8, 8)).getBigUint64(0);
  if (long > BigInt(Number.MAX_SAFE_INTEGER)) throw corrupt('a box has an impossible size');
  return { length: Number(long), headBytes: 16 };
}

function show(type: string): string {
  return JSON.stringify(type.replace(/[^ -~]/g, '?'));
}

/** The whole content of a box. */
export async function readContent(reader: ByteReader, { start, end }: Box, leastBytes: number): Promise<DataView> {
  if (end - start < leastBytes) throw corrupt('a box is too short for what it holds');
  return await reader.view(start, end - start);
}

/** The number of entries that a table claims, checked against the bytes it has. `bytesEach` may be 0. */
export function readCount(view: DataView, offset: number, bytesEach: number): number {
  const count = view.getUint32(offset);
  if (count * bytesEach > view.byteLength - offset - 4) throw corrupt('a table claims more entries than it has');
  return count;
}

/** A sum or product that must stay exact. */
export function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw corrupt('its times are impossibly large');
  return value;
}
