/** PNG and APNG: the chunks before the picture data, and the end. Source: PNG 3rd edition, 5 and 11. */
import { crc32 } from 'node:zlib';
import type { MediaFacts } from '../../../core/media.ts';
import { type ByteReader, textAt } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';
import { imageFacts, readExifOrientation } from './image-facts.ts';

/** Bits per sample that each colour type may have (table 11.1). */
const depths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const maximumChunks = 10_000;
const maximumExifBytes = 1024 * 1024;
const signatureBytes = 8;
const chunkFrameBytes = 12;

export async function probePng(reader: ByteReader): Promise<MediaFacts> {
  const { width, height, colourType } = await readHeader(reader);
  let hasAlpha = colourType === 4 || colourType === 6;
  let frames = 1;
  let orientation: number | undefined;
  let offset = signatureBytes + chunkFrameBytes + 13;
  for (let chunk = 0; ; chunk += 1) {
    if (chunk === maximumChunks) throw corrupt(`it has more than ${maximumChunks} chunks before the picture`);
    const head = await reader.view(offset, 8);
    const length = head.getUint32(0);
    const type = textAt(head, 4, 4);
    if (type === 'IDAT') break;
    if (type === 'IEND') throw corrupt('it has no picture data');
    if (type === 'tRNS') hasAlpha = true;
    if (type === 'acTL' && length === 8) frames = (await reader.view(offset + 8, 4)).getUint32(0);
    if (type === 'eXIf' && length <= maximumExifBytes) {
      orientation = readExifOrientation(await reader.view(offset + 8, length));
    }
    offset += chunkFrameBytes + length;
  }
  await requireEnd(reader);
  return imageFacts('png', width, height, { hasAlpha, frames, orientation });
}

async function readHeader(reader: ByteReader) {
  const view = await reader.view(0, signatureBytes + chunkFrameBytes + 13);
  if (view.getUint32(8) !== 13 || textAt(view, 12, 4) !== 'IHDR') throw corrupt('its first chunk is not a PNG header');
  if (crc32(new Uint8Array(view.buffer, view.byteOffset + 12, 17)) !== view.getUint32(29)) {
    throw corrupt('the checksum of its PNG header is wrong');
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const colourType = view.getUint8(25);
  const isKnown = depths[colourType]?.includes(view.getUint8(24)) && view.getUint16(26) === 0 && view.getUint8(28) <= 1;
  if (!isKnown || width > 0x7fff_ffff || height > 0x7fff_ffff) throw corrupt('its PNG header has impossible values');
  return { width, height, colourType };
}

/** The chunk IEND stands near the end; some programs leave a few bytes behind it. */
async function requireEnd(reader: ByteReader): Promise<void> {
  const length = Math.min(reader.sizeBytes, 64 * 1024);
  const tail = await reader.view(reader.sizeBytes - length, length);
  if (!textAt(tail, 0, length).includes('\0\0\0\0IEND\xaeB`\x82')) throw truncated('the end of the PNG is missing');
}
