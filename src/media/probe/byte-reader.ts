/** Random access to the bytes of a stored file, for parsers that need a few of them from many places. */
import { tooLarge, truncated } from './problems.ts';

/** Gives the bytes from `start` up to and without `end`. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array>;

export type ByteReader = {
  readonly sizeBytes: number;
  /** Exactly `length` bytes. Throws `truncated` when the file ends before, `tooLarge` when a limit of reading is reached. */
  view(offset: number, length: number): Promise<DataView>;
};

/** One read of the disk costs about as much as copying this many bytes. */
const pageBytes = 64 * 1024;
/** The head, the tail and where a parser is between them. */
const keptPages = 4;
/** Sample tables of hours of film fit; one read never asks for more. */
const maximumViewBytes = 16 * 1024 * 1024;
/** In all: a file that needs more to be understood is made to keep us busy. */
const maximumReadBytes = 48 * 1024 * 1024;

export function createByteReader(sizeBytes: number, read: ReadRange): ByteReader {
  const pages = new Map<number, Uint8Array>();
  let bytesRead = 0;

  const readBounded = async (start: number, end: number) => {
    bytesRead += end - start;
    if (bytesRead > maximumReadBytes) throw tooLarge('its structure is spread over too many bytes');
    const bytes = await read(start, end);
    if (bytes.byteLength !== end - start) throw truncated('its end is missing');
    return bytes;
  };

  const page = async (index: number) => {
    const known = pages.get(index);
    if (known !== undefined) return known;
    const start = index * pageBytes;
    const bytes = await readBounded(start, Math.min(sizeBytes, start + pageBytes));
    const [oldest] = pages.keys();
    if (pages.size >= keptPages && oldest !== undefined) pages.delete(oldest);
    pages.set(index, bytes);
    return bytes;
  };

  return {
    sizeBytes,
    async view(offset, length) {
      if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > sizeBytes) {
        throw truncated(`it has ${sizeBytes} bytes and announces more`);
      }
      if (length > maximumViewBytes) throw tooLarge(`one of its tables has ${length} bytes`);
      const first = Math.floor(offset / pageBytes);
      const isWithinPage = offset + length <= (first + 1) * pageBytes;
      const bytes = isWithinPage ? await page(first) : await readBounded(offset, offset + length);
      return new DataView(bytes.buffer, bytes.byteOffset + (isWithinPage ? offset - first * pageBytes : 0), length);
    },
  };
}

/** `length` bytes as Latin-1 text. */
export function textAt(view: DataView, offset: number, length: number): string {
  return Buffer.from(view.buffer, view.byteOffset + offset, length).toString('latin1');
}
