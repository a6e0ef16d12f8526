// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Writes finished stills. */
import { open } from 'node:fs/promises';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { RgbImage } from '../raster/colour.ts';

/** For sharp. Level 3 without adaptive filters: level 6 with them takes four times as long for a third less. */
export const pngOptions = { compressionLevel: 3, adaptiveFiltering: false } as const;

/** Fixed, so that the bytes do not depend on the number of threads. */
const stripCount = 8;
/**
 * Grain has no repetitions, and looking for them takes two fifths longer; what shorter codes of frequent differences win
 * is the same.
 */
const deflateOptions = {
  level: 1,
  strategy: constants.Z_HUFFMAN_ONLY,
  // A strip ends at a whole byte, so that the next one can follow.
  finishFlush: constants.Z_SYNC_FLUSH,
} as const;

const adlerModulus = 65521;
/** So many sums of bytes fit into 32 bits (RFC 1950). */
const adlerRun = 5552;

/** Rows of a picture, filtered and deflated, and the Adler-32 sum of what was deflated. */
export type PackedStrip = { readonly packed: Uint8Array; readonly adler: number; readonly length: number };

/** Rows `from` to `to` (not in) with the filter `Sub` (PNG 3, 9.2): each byte less the same one of the pixel before. */
export function packRows({ width, data }: RgbImage, from: number, to: number): PackedStrip {
  const rowLength = 3 * width;
  const out = new Uint8Array((to - from) * (rowLength + 1));
  for (let row = from; row < to; row++)
    filterRow(data, row * rowLength, rowLength, out, (row - from) * (rowLength + 1));
  return { packed: deflateRawSync(out, deflateOptions), adler: adler32(out), length: out.length };
}

/** Writes the number of the filter and `length` bytes to `at`. */
function filterRow(data: Uint8Array, start: number, length: number, out: Uint8Array, at: number): void {
  out[at] = 1;
  for (let index = 0; index < 3; index++) out[at + 1 + index] = data[start + index]!;
  for (let index = 3; index < length; index++) out[at + 1 + index] = data[start + index]! - data[start + index - 3]!;
}

function adler32(bytes: Uint8Array): number {
  let sum = 1;
  for (let start = 0; start < bytes.length; start += adlerRun) {
    sum = addToAdler(sum, bytes, start, Math.min(bytes.length, start + adlerRun));
  }
  return sum;
}

/** At most `adlerRun` bytes. */
function addToAdler(sum: number, bytes: Uint8Array, start: number, end: number): number {
  let low = sum & 0xffff;
  let high = sum >>> 16;
  for (let index = start; index < end; index++) {
    low += bytes[index]!;
    high += low;
  }
  return (((high % adlerModulus) << 16) | (low % adlerModulus)) >>> 0;
}

/** The sum of two pieces, one after the other, from the sums of each. */
function joinAdler(one: number, other: number, otherLength: number): number {
  const low = ((one & 0xffff) + (other & 0xffff) + adlerModulus - 1) % adlerModulus;
  const before = ((one & 0xffff) + adlerModulus - 1) % adlerModulus;
  const high = ((one >>> 16) + (other >>> 16) + before * (otherLength % adlerModulus)) % adlerModulus;
  return ((high << 16) | low) >>> 0;
}

/** The rows of each strip, the first and the one behind the last. */
export function stripsOfRows(height: number): (readonly [from: number, to: number])[] {
  const edge = (strip: number) => Math.round((strip * height) / stripCount);
  return Array.from({ length: stripCount }, (_, strip) => [edge(strip), edge(strip + 1)] as const);
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

/** An empty last block (RFC 1951, 3.2.6): ends a stream whose strips did not know which of them is the last. */
const streamEnd = Buffer.from([0x03, 0x00]);

/** An 8-bit sRGB PNG, packed in this thread. */
export async function writePng(image: RgbImage, path: string): Promise<void> {
  const strips = stripsOfRows(image.height).map(([from, to]) => packRows(image, from, to));
  await writeStrips(image, strips, path);
}

/** An 8-bit sRGB PNG of strips that were packed already. */
export async function writeStrips(
  { width, height }: Pick<RgbImage, 'width' | 'height'>,
  strips: readonly PackedStrip[],
  path: string,
): Promise<void> {
  const header = Buffer.concat([word(width), word(height), Buffer.from([8, 2, 0, 0, 0])]);
  const zlibHeader = Buffer.from([0x78, 0x01]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const sum = strips.reduce((adler, strip) => joinAdler(adler, strip.adler, strip.length), 1);
  const packed = strips.map((strip) => strip.packed);
  const file = await open(path, 'w');
  try {
    await file.writev([
      signature,
      ...chunk('IHDR', [header]),
      ...chunk('sRGB', [Buffer.from([0])]),
      ...chunk('IDAT', [zlibHeader, ...packed, streamEnd, word(sum)]),
      ...chunk('IEND', []),
    ]);
  } finally {
    await file.close();
  }
}
