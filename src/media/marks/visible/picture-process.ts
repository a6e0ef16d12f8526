/**
 * Reads a picture from standard input and writes it with the mark to standard output, in its own format. Descriptor 3 has
 * the picture that is the mark, or nothing: then it is the letters.
 */
import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import type { MarkCorner } from '../../../core/marks.ts';
import { drawMark, placeMark } from './mark-raster.ts';
import { limitReaders, rasterize, readOptions } from './rasterize.ts';

limitReaders();

async function readInput(sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(sizeBytes);
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) length += chunk.copy(bytes, length);
  return bytes.subarray(0, length);
}

/** As close to what it was as the format allows: the picture has lost once already. */
function encode(picture: Sharp, format: string | undefined, isLossless: boolean): Sharp {
  if (format === 'jpeg') return picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
  if (format === 'webp') return picture.webp(isLossless ? { lossless: true } : { quality: 95 });
  return picture.png();
}

const [, , sizeBytes, corner] = process.argv;
const input = await readInput(Number(sizeBytes));
const facts = await sharp(input, readOptions).metadata();
if ((facts.pages ?? 1) > 1) throw new Error('an animation');
// Upright, so that the mark is too; the orientation is then no longer told.
const { autoOrient: size } = facts;
const markPicture = readFileSync(3);
const mark =
  markPicture.byteLength === 0
    ? drawMark(size.width, size.height)
    : await rasterize(markPicture, size.width, size.height);
const raw = { width: mark.width, height: mark.height, channels: 4 } as const;
const picture = sharp(input, readOptions)
  .autoOrient()
  .keepMetadata()
  .composite([{ input: Buffer.from(mark.rgba), raw, ...placeMark(mark, corner as MarkCorner, size) }]);
const isLossless = input.includes('VP8L', 0, 'latin1');
const output = await encode(picture, facts.format, isLossless).toBuffer();
await new Promise((resolve) => process.stdout.write(output, resolve));
