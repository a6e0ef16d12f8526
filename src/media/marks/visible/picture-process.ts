/** Reads a picture from standard input and writes it with the mark to standard output, in its own format. */
import sharp, { type Sharp } from 'sharp';
import { drawMark } from './mark-raster.ts';

/** As many as any engine makes. */
const maximumPixels = 100_000_000;

sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] });

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

const input = await readInput(Number(process.argv[2]));
const options = { failOn: 'error', limitInputPixels: maximumPixels } as const;
const facts = await sharp(input, options).metadata();
if ((facts.pages ?? 1) > 1) throw new Error('an animation');
// Upright, so that the mark is too; the orientation is then no longer told.
const { autoOrient } = facts;
const mark = drawMark(autoOrient.width, autoOrient.height);
const raw = { width: mark.width, height: mark.height, channels: 4 } as const;
const space = Math.round(mark.letterHeight / 2);
const picture = sharp(input, options)
  .autoOrient()
  .keepMetadata()
  .composite([
    {
      input: Buffer.from(mark.rgba),
      raw,
      left: Math.max(0, autoOrient.width - mark.width - space),
      top: Math.max(0, autoOrient.height - mark.height - space),
    },
  ]);
const isLossless = input.includes('VP8L', 0, 'latin1');
const output = await encode(picture, facts.format, isLossless).toBuffer();
await new Promise((resolve) => process.stdout.write(output, resolve));
