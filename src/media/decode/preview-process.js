// @ts-check
/**
 * Makes a thumbnail and a blurhash of one picture from its standard input: writes a line of JSON (ThumbnailFacts in
 * previews.ts) and then the WebP. Runs under the limits of limited-process.ts and as narrowed as picture-process.js.
 */
import { encode } from 'blurhash';
import sharp from 'sharp';

/** Bytes of the picture, its pixels over all frames, and the longest side of the thumbnail. */
const [sizeBytes = 0, maximumPixels = 0, longestSide = 0] = process.argv.slice(2).map(Number);

/** A blurhash keeps a few waves: more pixels change nothing but the time. */
const hashedSide = 32;
const waves = { x: 4, y: 3 };
const quality = 80;

async function readInput() {
  const bytes = Buffer.alloc(sizeBytes);
  let length = 0;
  for await (const chunk of process.stdin) length += chunk.copy(bytes, length);
  return bytes.subarray(0, length);
}

/** @param {Buffer} bytes */
async function shrink(bytes) {
  const picture = sharp(bytes, { limitInputPixels: maximumPixels, sequentialRead: true }).autoOrient();
  const inside = /** @type {const} */ ({ fit: 'inside', withoutEnlargement: true });
  const { data, info } = await picture
    .resize(longestSide, longestSide, inside)
    .webp({ quality })
    .toBuffer({ resolveWithObject: true });
  const small = await sharp(data)
    .resize(hashedSide, hashedSide, inside)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8ClampedArray(small.data);
  const blurhash = encode(pixels, small.info.width, small.info.height, waves.x, waves.y);
  return { facts: { width: info.width, height: info.height, blurhash }, data };
}

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
});
sharp.cache(false);
sharp.concurrency(1);
const { facts, data } = await shrink(await readInput());
process.stdout.write(`${JSON.stringify(facts)}\n`);
process.stdout.write(data);
