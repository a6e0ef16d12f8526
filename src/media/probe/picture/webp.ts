/** WebP, still and animated. Source: RFC 9649. */
import type { MediaFacts } from '../../../core/media.ts';
import { type ByteReader, textAt } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';
import { imageFacts, readExifOrientation } from './image-facts.ts';

const maximumChunks = 10_000;
const maximumExifBytes = 1024 * 1024;
const flags = { animation: 0x02, alpha: 0x10 } as const;

type Size = { readonly width: number; readonly height: number };

export async function probeWebp(reader: ByteReader): Promise<MediaFacts> {
  const riff = await reader.view(0, 20);
  const end = 8 + riff.getUint32(4, true);
  if (end > reader.sizeBytes) throw truncated(`its header announces ${end} bytes, it has ${reader.sizeBytes}`);
  const type = textAt(riff, 12, 4);
  if (type === 'VP8X') return await readExtended(reader, end);
  const { width, height, hasAlpha } = await readBitstream(reader, type, 12, end);
  return imageFacts('webp', width, height, { hasAlpha });
}

/** `offset` is that of the chunk. */
async function readBitstream(reader: ByteReader, type: string, offset: number, end: number) {
  if (type !== 'VP8 ' && type !== 'VP8L') throw corrupt('its first WebP chunk is not a picture');
  const view = await reader.view(offset, 18);
  if (offset + 8 + view.getUint32(4, true) > end) throw truncated('the WebP picture data are not whole');
  if (type === 'VP8L') {
    const bits = view.getUint32(9, true);
    if (view.getUint8(8) !== 0x2f || bits >>> 29 !== 0) throw corrupt('its lossless WebP header is wrong');
    const [width, height] = [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    return { width, height, hasAlpha: ((bits >>> 28) & 1) === 1 };
  }
  const isKeyFrame = (view.getUint8(8) & 1) === 0;
  const startCode = textAt(view, 11, 3);
  if (!isKeyFrame || startCode !== '\x9d\x01\x2a') throw corrupt('its WebP picture header is wrong');
  return { width: view.getUint16(14, true) & 0x3fff, height: view.getUint16(16, true) & 0x3fff, hasAlpha: false };
}

async function readExtended(reader: ByteReader, end: number): Promise<MediaFacts> {
  const head = await reader.view(12, 18);
  const field = head.getUint8(8);
  const canvas: Size = { width: readUint24(head, 12) + 1, height: readUint24(head, 15) + 1 };
  const isAnimated = (field & flags.animation) !== 0;
  let orientation: number | undefined;
  let frames = 0;
  let offset = 12 + 8 + evenLength(head.getUint32(4, true));
  for (let chunk = 0; offset + 8 <= end; chunk += 1) {
    if (chunk === maximumChunks) throw corrupt(`it has more than ${maximumChunks} WebP chunks`);
    const view = await reader.view(offset, 8);
    const type = textAt(view, 0, 4);
    const length = view.getUint32(4, true);
    if (offset + 8 + length > end) throw truncated('a WebP chunk is not whole');
    if (type === 'ANMF' && isAnimated) {
      await checkFrame(reader, offset, length, canvas);
      frames += 1;
    } else if ((type === 'VP8 ' || type === 'VP8L') && !isAnimated) {
      const { width, height } = await readBitstream(reader, type, offset, end);
      if (width !== canvas.width || height !== canvas.height)
        throw corrupt('its canvas has another size than its picture');
      frames += 1;
    } else if (type === 'EXIF' && length <= maximumExifBytes) {
      orientation = readExifOrientation(await reader.view(offset + 8, length));
    }
    offset += 8 + evenLength(length);
  }
  if (frames === 0) throw truncated('it has no picture data');
  return imageFacts('webp', canvas.width, canvas.height, {
    hasAlpha: (field & flags.alpha) !== 0,
    frames,
    orientation,
  });
}

async function checkFrame(reader: ByteReader, offset: number, length: number, canvas: Size): Promise<void> {
  if (length < 24) throw corrupt('a frame of the animation has no picture');
  const view = await reader.view(offset + 8, 12);
  const [left, top] = [readUint24(view, 0) * 2, readUint24(view, 3) * 2];
  const [width, height] = [readUint24(view, 6) + 1, readUint24(view, 9) + 1];
  if (left + width > canvas.width || top + height > canvas.height) {
    throw corrupt('a frame of the animation stands outside of its canvas');
  }
}

function readUint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}

/** Chunks are padded to an even number of bytes. */
function evenLength(length: number): number {
  return length + (length % 2);
}
