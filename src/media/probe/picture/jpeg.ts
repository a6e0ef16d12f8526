/** JPEG: the segments up to the frame header, and the end marker. Sources: ITU-T T.81 B.2, EXIF 2.32 4.6. */
import type { MediaFacts } from '../../../core/media.ts';
import type { ByteReader } from '../byte-reader.ts';
import { corrupt, truncated, unsupported } from '../problems.ts';
import { imageFacts, isTag, readExifOrientation } from './image-facts.ts';

const maximumSegments = 10_000;
/** Baseline, extended and progressive, with Huffman or arithmetic coding; the others no decoder here reads. */
const knownFrames = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);

export async function probeJpeg(reader: ByteReader): Promise<MediaFacts> {
  let orientation: number | undefined;
  let offset = 2;
  for (let segment = 0; segment < maximumSegments; segment += 1) {
    const head = await reader.view(offset, 4);
    if (head.getUint8(0) !== 0xff) throw corrupt('a JPEG marker is missing');
    const marker = head.getUint8(1);
    // Fill bytes and markers without a length.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      offset += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = head.getUint16(2);
    if (length < 2) throw corrupt('a JPEG segment has no length');
    if (isFrameHeader(marker)) {
      const { width, height } = await readFrameHeader(reader, offset, marker, length);
      await requireEnd(reader);
      return imageFacts('jpeg', width, height, { hasAlpha: false, orientation });
    }
    if (marker === 0xda || marker === 0xd9) throw corrupt('its picture data begin before a frame header');
    if (marker === 0xe1 && orientation === undefined) {
      const view = await reader.view(offset + 4, length - 2);
      if (isTag(view, 0, 'Exif\0')) orientation = readExifOrientation(view);
    }
    offset += 2 + length;
  }
  throw corrupt(`it has more than ${maximumSegments} JPEG segments before the picture`);
}

/** SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

async function readFrameHeader(reader: ByteReader, offset: number, marker: number, length: number) {
  if (!knownFrames.has(marker)) throw unsupported('it is a JPEG of a lossless or hierarchical kind');
  const view = await reader.view(offset, 10);
  const components = view.getUint8(9);
  if (view.getUint8(4) !== 8) throw unsupported('it is a JPEG with other than 8 bits a sample');
  if (components < 1 || components > 4 || length !== 8 + 3 * components)
    throw corrupt('its frame header is impossible');
  return { height: view.getUint16(5), width: view.getUint16(7) };
}

/** Telephones put further pictures behind the first, and each ends as it does. */
async function requireEnd(reader: ByteReader): Promise<void> {
  const length = Math.min(reader.sizeBytes, 64 * 1024);
  const tail = await reader.view(reader.sizeBytes - length, length);
  if (Buffer.from(tail.buffer, tail.byteOffset, length).lastIndexOf('\xff\xd9', undefined, 'latin1') < 0) {
    throw truncated('the end of the JPEG is missing');
  }
}
