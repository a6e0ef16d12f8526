/** The segments of a JPEG file before its picture data (ITU-T T.81 B.1). Bounded in number; none is decoded. */
import { brokenFile, type FileReader } from './file-reader.ts';

export type Segment = {
  /** The second byte of its marker, such as 0xe1 for APP1. */
  readonly marker: number;
  /** Where its marker begins, and where what follows does. */
  readonly offset: number;
  readonly end: number;
  readonly contentStart: number;
  readonly contentBytes: number;
};

export const startOfScan = 0xda;
const endOfImage = 0xd9;
const maximumSegments = 10_000;
/** The length field counts itself. */
export const maximumContentBytes = 0xffff - 2;

/** Up to and including the first start of scan. */
export async function* readJpegSegments(file: FileReader): AsyncGenerator<Segment, void> {
  let offset = 2;
  for (let count = 0; count < maximumSegments; count += 1) {
    const head = await file.at(offset, 2);
    const marker = head.readUInt8(1);
    if (head.readUInt8(0) !== 0xff) throw brokenFile('a marker is missing');
    // Fill bytes, and markers without a length.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      offset += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === endOfImage) throw brokenFile('it ends before its picture data');
    const length = (await file.at(offset + 2, 2)).readUInt16BE(0);
    const end = offset + 2 + length;
    if (length < 2 || end > file.sizeBytes) throw brokenFile('a segment is not whole');
    yield { marker, offset, end, contentStart: offset + 4, contentBytes: length - 2 };
    if (marker === startOfScan) return;
    offset = end;
  }
  throw brokenFile('it has too many segments');
}

/** Throws `invalid_input` when the content does not fit one segment. */
export function makeJpegSegment(marker: number, content: Uint8Array): Uint8Array {
  if (content.byteLength > maximumContentBytes) throw brokenFile('its metadata fill a whole segment already');
  const segment = Buffer.alloc(content.byteLength + 4);
  segment.writeUInt16BE(0xff00 | marker, 0);
  segment.writeUInt16BE(content.byteLength + 2, 2);
  segment.set(content, 4);
  return segment;
}

/** Just behind the end-of-image marker of a picture whose first scan's data begin at `offset`, or the end of the file. */
export async function findJpegEnd(file: FileReader, offset: number): Promise<number> {
  let position = offset;
  for (let count = 0; count < maximumSegments; count += 1) {
    const found = await findMarker(file, position);
    if (found === undefined) return file.sizeBytes;
    if (found.marker === endOfImage) return found.end;
    // A table or the head of the next scan: its bytes may look like markers, so they are stepped over.
    position = found.end + (await file.at(found.end, 2)).readUInt16BE(0);
  }
  throw brokenFile('it has too many segments');
}

/** The next marker within picture data, where 0xff is followed by 0x00, by a restart or by one more 0xff. */
async function findMarker(file: FileReader, offset: number): Promise<{ marker: number; end: number } | undefined> {
  let start = offset;
  let isMarker = false;
  for await (const bytes of file.stream(offset, file.sizeBytes)) {
    for (let index = 0; index < bytes.byteLength; index += 1) {
      if (!isMarker) {
        index = bytes.indexOf(0xff, index);
        if (index === -1) break;
        isMarker = true;
        continue;
      }
      const marker = bytes[index] ?? 0;
      if (marker === 0xff) continue;
      if (marker !== 0 && (marker < 0xd0 || marker > 0xd7)) return { marker, end: start + index + 1 };
      isMarker = false;
    }
    start += bytes.byteLength;
  }
  return undefined;
}
