/** Writes finished stills. */
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import type { RgbImage } from '../raster/colour.ts';

/** For sharp. Level 3 without adaptive filters: level 6 with them takes four times as long for a third less. */
export const pngOptions = { compressionLevel: 3, adaptiveFiltering: false } as const;

/** Strips are compressed at the same time in Node's thread pool. Fixed, so that the bytes do not depend on the machine. */
const stripCount = 4;
/** Grain cannot be compressed, so more effort wins next to nothing. */
const level = 1;
const compress = promisify(deflateRaw);

/** Rows with the filter `Sub` (PNG 3, 9.2): each byte less the same one of the pixel before. */
function filterRows({ width, data }: RgbImage, from: number, to: number): Uint8Array {
  const length = 3 * width;
  const out = new Uint8Array((to - from) * (length + 1));
  for (let row = from; row < to; row++) {
    const start = row * length;
    let at = (row - from) * (length + 1);
    out[at++] = 1;
    out.set(data.subarray(start, start + 3), at);
    at += 3;
    for (let index = start + 3; index < start + length; index++)
      out[at++] = (data[index] ?? 0) - (data[index - 3] ?? 0);
  }
  return out;
}

const adlerModulus = 65521;
/** So many sums of bytes fit into 32 bits (RFC 1950). */
const adlerRun = 5552;

function adler32(parts: readonly Uint8Array[]): number {
  let low = 1;
  let high = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; start += adlerRun) {
      const end = Math.min(part.length, start + adlerRun);
      for (let index = start; index < end; index++) {
        low += part[index] ?? 0;
        high += low;
      }
      low %= adlerModulus;
      high %= adlerModulus;
    }
  }
  return ((high << 16) | low) >>> 0;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function chunk(type: string, parts: readonly Uint8Array[]): Uint8Array[] {
  const named = [Buffer.from(type, 'latin1'), ...parts];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const check = named.reduce((sum, part) => crc32(part, sum), 0);
  return [word(length), ...named, word(check)];
}

/** An 8-bit sRGB PNG. */
export async function writePng(image: RgbImage, path: string): Promise<void> {
  const { width, height } = image;
  const edges = Array.from({ length: stripCount + 1 }, (_, strip) => Math.round((strip * height) / stripCount));
  const filtered = edges.slice(1).map((to, strip) => filterRows(image, edges[strip] ?? 0, to));
  // A strip ends at a whole byte, so that the next one can follow; the last one ends the stream.
  const packed = await Promise.all(
    filtered.map((strip, index) => {
      const isLast = index === stripCount - 1;
      return compress(strip, { level, finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH });
    }),
  );
  const header = Buffer.concat([word(width), word(height), Buffer.from([8, 2, 0, 0, 0])]);
  const zlibHeader = Buffer.from([0x78, 0x01]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const file = await open(path, 'w');
  try {
    await file.writev([
      signature,
      ...chunk('IHDR', [header]),
      ...chunk('sRGB', [Buffer.from([0])]),
      ...chunk('IDAT', [zlibHeader, ...packed, word(adler32(filtered))]),
      ...chunk('IEND', []),
    ]);
  } finally {
    await file.close();
  }
}
