/** The boxes of ISO base media files (ISO/IEC 14496-12 4.2), bounded in number and held against the box around them. */
import { brokenFile, type FileReader } from './file-reader.ts';

export type Box = {
  readonly type: string;
  readonly offset: number;
  readonly contentStart: number;
  readonly end: number;
  /** Its size is not written down: it reaches to the end of the file. */
  readonly isOpen: boolean;
};

/** Counts the boxes of one file, however deep they lie. */
export type BoxBudget = { left: number };

export const createBoxBudget = (): BoxBudget => ({ left: 100_000 });

export async function readBoxes(file: FileReader, start: number, end: number, budget: BoxBudget): Promise<Box[]> {
  const boxes: Box[] = [];
  // QuickTime ends some lists with four zero bytes.
  for (let offset = start; offset + 8 <= end; ) {
    budget.left -= 1;
    if (budget.left < 0) throw brokenFile('it has too many boxes');
    const head = await file.at(offset, 8);
    const short = head.readUInt32BE(0);
    const isOpen = short === 0;
    if (isOpen && end !== file.sizeBytes) throw brokenFile('a box has no size');
    const headBytes = short === 1 ? 16 : 8;
    const length = isOpen ? end - offset : short === 1 ? await readLongSize(file, offset) : short;
    if (length < headBytes || offset + length > end) throw brokenFile('a box is not whole');
    boxes.push({
      type: head.toString('latin1', 4, 8),
      offset,
      contentStart: offset + headBytes,
      end: offset + length,
      isOpen,
    });
    offset += length;
  }
  return boxes;
}

async function readLongSize(file: FileReader, offset: number): Promise<number> {
  const size = (await file.at(offset + 8, 8)).readBigUInt64BE(0);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw brokenFile('a box has an impossible size');
  return Number(size);
}

export function makeBox(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.byteLength + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}
