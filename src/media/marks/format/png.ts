/** The chunks of a PNG file (PNG 3rd ed. 5). Bounded in number; none is decoded. */
import { crc32 } from 'node:zlib';
import { brokenFile, type FileReader } from './file-reader.ts';

export type Chunk = {
  readonly type: string;
  /** Where the chunk begins, and where the next one does. */
  readonly offset: number;
  readonly end: number;
  readonly contentStart: number;
  readonly contentBytes: number;
};

const signatureBytes = 8;
/** A picture written in small IDAT chunks has thousands; more is made to keep us busy. */
const maximumChunks = 200_000;

/** Up to and including IEND; what follows it belongs to nobody. */
export async function* readPngChunks(file: FileReader): AsyncGenerator<Chunk, void> {
  let offset = signatureBytes;
  for (let count = 0; count < maximumChunks; count += 1) {
    const head = await file.at(offset, 8);
    const contentBytes = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    const end = offset + 12 + contentBytes;
    if (end > file.sizeBytes) throw brokenFile('a chunk is not whole');
    if (count === 0 && type !== 'IHDR') throw brokenFile('its first chunk is not IHDR');
    yield { type, offset, end, contentStart: offset + 8, contentBytes };
    if (type === 'IEND') return;
    offset = end;
  }
  throw brokenFile('it has too many chunks');
}

export function makePngChunk(type: string, content: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(content.byteLength + 12);
  chunk.writeUInt32BE(content.byteLength, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(content, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.byteLength - 4);
  return chunk;
}
