/**
 * Reads format, coded size and orientation of PNG, JPEG and WebP from their first bytes. Bounded: every loop advances and
 * every offset is checked against the bytes at hand. Sources: PNG 3rd ed. 11.2.1, ITU-T T.81 B.2, EXIF 2.32 4.6, RFC 9649.
 */
import type { MediaFacts } from '../../core/media.ts';

/** As many leading bytes as are looked at: a JPEG may carry several 64 KiB segments before its frame header. */
export const imageHeaderBytes = 512 * 1024;

/** Undefined when the bytes are none of the three; throws RangeError when they end before the size is known. */
export function readImageHeader(bytes: Uint8Array): MediaFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return readPng(view);
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return readJpeg(view);
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return readWebp(bytes, view);
  return undefined;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function ascii(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

function image(format: 'png' | 'jpeg' | 'webp', width: number, height: number, orientation?: number): MediaFacts {
  if (width === 0 || height === 0) throw new RangeError('the header says that the picture is empty');
  return {
    kind: 'image',
    mediaType: `image/${format}`,
    extension: format === 'jpeg' ? 'jpg' : format,
    width,
    height,
    ...(orientation === undefined ? {} : { orientation }),
  };
}

function readPng(view: DataView): MediaFacts {
  if (view.getUint32(12) !== 0x49484452) throw new RangeError('the first chunk is not IHDR');
  return image('png', view.getUint32(16), view.getUint32(20));
}

function readJpeg(view: DataView): MediaFacts {
  let orientation: number | undefined;
  for (let offset = 2; ; ) {
    if (view.getUint8(offset) !== 0xff) throw new RangeError('a marker is missing');
    const marker = view.getUint8(offset + 1);
    // Fill bytes and markers without a length.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      offset += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = view.getUint16(offset + 2);
    if (length < 2) throw new RangeError('a segment has no length');
    // SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC).
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return image('jpeg', view.getUint16(offset + 7), view.getUint16(offset + 5), orientation);
    }
    if (marker === 0xda || marker === 0xd9) throw new RangeError('the picture data begin before a frame header');
    if (marker === 0xe1 && orientation === undefined) orientation = readOrientation(view, offset + 4, length - 2);
    offset += 2 + length;
  }
}

/** The EXIF orientation 1..8 of an APP1 segment, or undefined when it is not EXIF or says nothing sensible. */
function readOrientation(view: DataView, start: number, length: number): number | undefined {
  if (length < 14 || start + length > view.byteLength || view.getUint32(start) !== 0x45786966) return undefined;
  const tiff = start + 6;
  const end = start + length;
  const isLittle = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, isLittle);
  if (directory + 2 > end) return undefined;
  const count = view.getUint16(directory, isLittle);
  for (let entry = 0; entry < count; entry += 1) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > end) return undefined;
    if (view.getUint16(at, isLittle) !== 0x0112) continue;
    const value = view.getUint16(at + 8, isLittle);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

function readWebp(bytes: Uint8Array, view: DataView): MediaFacts {
  const chunk = ascii(bytes, 12, 4);
  if (chunk === 'VP8 ') return image('webp', view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return image('webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  if (chunk === 'VP8X') {
    const at = (offset: number) => (view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16)) + 1;
    return image('webp', at(24), at(27));
  }
  throw new RangeError('the first chunk is not a picture');
}
