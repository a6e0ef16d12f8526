/** The chunks of a WebP file (RFC 9649). Bounded in number; no picture is decoded. */
import { type Edit, growthOf, overwrite } from './edits.ts';
import { brokenFile, type FileReader } from './file-reader.ts';

export type RiffChunk = {
  readonly type: string;
  /** Where the chunk begins, and where the next one does: an odd content is followed by one byte of padding. */
  readonly offset: number;
  readonly end: number;
  readonly contentStart: number;
  readonly contentBytes: number;
};

export type Webp = {
  readonly chunks: readonly RiffChunk[];
  /** Where the RIFF form ends; what follows belongs to nobody. */
  readonly end: number;
};

const firstChunk = 12;
/** An animation has one for each frame. */
const maximumChunks = 100_000;
/** Bits of the first byte of VP8X. */
export const webpFlags = { xmp: 0x04, exif: 0x08, alpha: 0x10 } as const;

export async function readWebp(file: FileReader): Promise<Webp> {
  const end = (await file.at(0, firstChunk)).readUInt32LE(4) + 8;
  if (end > file.sizeBytes) throw brokenFile('its end is missing');
  const chunks: RiffChunk[] = [];
  for (let offset = firstChunk; offset + 8 <= end; ) {
    if (chunks.length === maximumChunks) throw brokenFile('it has too many chunks');
    const head = await file.at(offset, 8);
    const contentBytes = head.readUInt32LE(4);
    const next = offset + 8 + contentBytes + (contentBytes % 2);
    if (next > end) throw brokenFile('a chunk is not whole');
    chunks.push({ type: head.toString('latin1', 0, 4), offset, end: next, contentStart: offset + 8, contentBytes });
    offset = next;
  }
  if (chunks.length === 0) throw brokenFile('it has no chunks');
  return { chunks, end };
}

export function makeRiffChunk(type: string, content: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(8 + content.byteLength + (content.byteLength % 2));
  chunk.write(type, 0, 'latin1');
  chunk.writeUInt32LE(content.byteLength, 4);
  chunk.set(content, 8);
  return chunk;
}

/** The VP8X chunk that a file of one plain picture needs before it may carry metadata. */
export async function makeExtendedHeader(file: FileReader, [picture]: readonly RiffChunk[]): Promise<Uint8Array> {
  if (picture === undefined) throw brokenFile('it has no chunks');
  const content = Buffer.alloc(10);
  const [width, height] = await readSize(file, picture, content);
  content.writeUIntLE(width - 1, 4, 3);
  content.writeUIntLE(height - 1, 7, 3);
  return makeRiffChunk('VP8X', content);
}

async function readSize(file: FileReader, { type, contentStart }: RiffChunk, flags: Buffer): Promise<[number, number]> {
  if (type === 'VP8 ') {
    const head = await file.at(contentStart, 10);
    return [head.readUInt16LE(6) & 0x3fff, head.readUInt16LE(8) & 0x3fff];
  }
  if (type !== 'VP8L') throw brokenFile('its first chunk is not a picture');
  const bits = (await file.at(contentStart, 5)).readUInt32LE(1);
  if ((bits & 0x1000_0000) !== 0) flags[0] = webpFlags.alpha;
  return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
}

/** Writes the size of the RIFF form as it will be. Throws `invalid_input` when it passes what 32 bits hold. */
export function resizeRiff(end: number, edits: readonly Edit[]): Edit {
  const size = Buffer.alloc(4);
  const bytes = end - 8 + growthOf(edits);
  if (bytes > 0xffff_fffe) throw brokenFile('it is too large already');
  size.writeUInt32LE(bytes);
  return overwrite(4, size);
}
