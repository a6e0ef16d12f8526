/** Random access to the bytes of a stored file, for parsers that need a few of them from many places. */
import { GatewayError } from '../../../core/errors.ts';

/** Gives the bytes from `start` up to and including `end`, as a blob store does. */
export type ReadRange = (start: number, end: number) => AsyncIterable<Uint8Array>;

export type FileReader = {
  readonly sizeBytes: number;
  /** Exactly `length` bytes. Throws `invalid_input` when the file ends before, or when too much is asked for at once. */
  at(offset: number, length: number): Promise<Buffer>;
  /** The bytes from `start` up to and without `end`, as they come. */
  stream(start: number, end: number): AsyncIterable<Uint8Array>;
};

/** One read of the disk costs about as much as copying this many bytes. */
const pageBytes = 64 * 1024;
/** The tables of hours of film fit. */
const maximumReadBytes = 16 * 1024 * 1024;

/** The file's structure is broken: `what` is a clause. The message is the predicate of a sentence, as a probe's is. */
export function brokenFile(what: string, cause?: unknown): GatewayError {
  return new GatewayError('invalid_input', `cannot be taken apart: ${what}`, { cause });
}

export function createFileReader(sizeBytes: number, read: ReadRange): FileReader {
  let page: Buffer = Buffer.alloc(0);
  let pageStart = 0;

  const load = async (start: number, end: number): Promise<Buffer> => {
    const bytes = Buffer.concat(await Array.fromAsync(read(start, end - 1)));
    if (bytes.byteLength !== end - start) throw brokenFile('its end is missing');
    return bytes;
  };

  return {
    sizeBytes,
    async at(offset, length) {
      if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > sizeBytes) {
        throw brokenFile('it ends before what it announces');
      }
      if (length > maximumReadBytes) throw brokenFile('one of its parts is too large');
      if (length === 0) return Buffer.alloc(0);
      if (length > pageBytes) return await load(offset, offset + length);
      if (offset < pageStart || offset + length > pageStart + page.byteLength) {
        page = await load(offset, Math.min(sizeBytes, offset + pageBytes));
        pageStart = offset;
      }
      return page.subarray(offset - pageStart, offset - pageStart + length);
    },
    async *stream(start, end) {
      if (end > start) yield* read(start, end - 1);
    },
  };
}

/** Reads a file that lies in memory. */
export function readMemory(bytes: Uint8Array): FileReader {
  return createFileReader(bytes.byteLength, async function* (start, end) {
    yield bytes.subarray(start, end + 1);
  });
}
