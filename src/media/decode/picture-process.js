// @ts-check
/**
 * Decodes one picture from its standard input, whole and once, and writes what it was as a line of JSON (PictureVerdict in
 * picture.ts). Runs under the limits of limited-process.ts; libvips is narrowed to three loaders before the first byte is
 * looked at. Plain JavaScript: the runtime that strips types needs WebAssembly, which --jitless switches off.
 */
import sharp from 'sharp';

/** Bytes of the picture, and its pixels over all frames: both known before, so nothing needs to grow. */
const [sizeBytes = 0, maximumPixels = 0] = process.argv.slice(2).map(Number);

/** As few pixels as show that all of them were read. */
const shownSide = 16;

async function readInput() {
  const bytes = Buffer.alloc(sizeBytes);
  let length = 0;
  for await (const chunk of process.stdin) length += chunk.copy(bytes, length);
  return bytes.subarray(0, length);
}

/** @param {Buffer} bytes */
async function decode(bytes) {
  try {
    const picture = sharp(bytes, {
      // `error` lets a JPEG pass whose data end early, if only an end marker follows.
      failOn: 'warning',
      limitInputPixels: maximumPixels,
      sequentialRead: true,
      pages: -1,
    });
    const { width, height, pages = 1, pageHeight = height } = await picture.metadata();
    await picture.resize(shownSide, shownSide, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer();
    return { isSound: true, width, height: pageHeight, frames: pages };
  } catch (error) {
    return { isSound: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
});
sharp.cache(false);
sharp.concurrency(1);
process.stdout.write(JSON.stringify(await decode(await readInput())));
