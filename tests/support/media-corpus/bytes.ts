/** Writers of the few structures that no encoder will write wrong for us. */
import { crc32, deflateSync } from 'node:zlib';

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function uint32Little(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** A box of ISO base media files; `length` lies about its size. */
export function box(type: string, content: Uint8Array = Buffer.alloc(0), length = 8 + content.byteLength): Buffer {
  return Buffer.concat([uint32(length), Buffer.from(type, 'latin1'), content]);
}

/** A chunk of a PNG, with its checksum. */
export function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  return Buffer.concat([uint32(content.byteLength), body, uint32(crc32(body))]);
}

/** A chunk of a RIFF file, padded. */
export function riffChunk(id: string, content: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(id, 'latin1'),
    uint32Little(content.byteLength),
    content,
    Buffer.alloc(content.byteLength % 2),
  ]);
}

type PngParts = {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly colourType?: number;
  readonly interlace?: number;
  /** What stands between header and data. */
  readonly notes?: Uint8Array;
  readonly data?: Uint8Array;
};

export const pngSignature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A PNG of our own making: grey, all rows black, unless `data` says otherwise. */
export function png({ width, height, depth = 8, colourType = 0, interlace = 0, notes, data }: PngParts): Buffer {
  const header = Buffer.concat([uint32(width), uint32(height), Buffer.from([depth, colourType, 0, 0, interlace])]);
  return Buffer.concat([
    pngSignature,
    chunk('IHDR', header),
    notes ?? Buffer.alloc(0),
    chunk('IDAT', data ?? deflateSync(Buffer.alloc((width + 1) * height))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A copy with `bytes` written over it at `offset`. */
export function patched(file: Uint8Array, offset: number, bytes: Uint8Array): Buffer {
  if (offset < 0 || offset + bytes.byteLength > file.byteLength) throw new RangeError('there is nothing to patch');
  const copy = Buffer.from(file);
  copy.set(bytes, offset);
  return copy;
}

/** Where the content of the first box, chunk or marker of this name begins. */
export function contentOf(file: Uint8Array, name: string): number {
  const at = Buffer.from(file).indexOf(name, 0, 'latin1');
  if (at < 0) throw new RangeError(`there is no ${name}`);
  return at + name.length;
}

/** An archive with one empty file. */
export function zip(): Buffer {
  const name = Buffer.from('a');
  const local = Buffer.concat([
    Buffer.from('PK\x03\x04\x14\0', 'latin1'),
    Buffer.alloc(20),
    Buffer.from([1, 0, 0, 0]),
    name,
  ]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0\x14\0', 'latin1'),
    Buffer.alloc(20),
    Buffer.from([1, 0]),
    Buffer.alloc(16),
    name,
  ]);
  const end = Buffer.concat([
    Buffer.from('PK\x05\x06\0\0\0\0\x01\0\x01\0', 'latin1'),
    uint32Little(central.byteLength),
    uint32Little(local.byteLength),
    Buffer.alloc(2),
  ]);
  return Buffer.concat([local, central, end]);
}
