/** MP3: every frame header from the first to the last. Source: ISO/IEC 11172-3 2.4.2.3 and 13818-3, id3.org for the tags. */
import type { MediaFacts } from '../../../core/media.ts';
import { type ByteReader, textAt } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';

/** Kilobits a second of layer III by index; the second row is of MPEG 2 and 2.5. */
const bitRates = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;
const sampleRates = [44_100, 48_000, 32_000] as const;
const maximumFrames = 1_000_000;

type Frame = { readonly bytes: number; readonly samples: number; readonly sampleRate: number };

/** Undefined when these four bytes are no header of a layer III frame. */
export function readMp3Frame(head: number): Frame | undefined {
  const version = (head >>> 19) & 3;
  const isLayer3 = ((head >>> 17) & 3) === 1;
  if (head >>> 21 !== 0x7ff || version === 1 || !isLayer3) return undefined;
  const isFirst = version === 3;
  const kilobits = bitRates[isFirst ? 0 : 1][(head >>> 12) & 15] ?? 0;
  const baseRate = sampleRates[(head >>> 10) & 3];
  if (kilobits === 0 || baseRate === undefined) return undefined;
  const sampleRate = isFirst ? baseRate : version === 2 ? baseRate / 2 : baseRate / 4;
  const samples = isFirst ? 1152 : 576;
  const padding = (head >>> 9) & 1;
  return { bytes: Math.floor((samples * 125 * kilobits) / sampleRate) + padding, samples, sampleRate };
}

export async function probeMp3(reader: ByteReader): Promise<MediaFacts> {
  let offset = await skipId3(reader);
  const end = await skipId3v1(reader);
  let samples = 0;
  let frames = 0;
  let sampleRate = 0;
  while (offset + 4 <= end) {
    const frame = readMp3Frame((await reader.view(offset, 4)).getUint32(0));
    if (frame === undefined || frames === maximumFrames) break;
    if (offset + frame.bytes > end) throw truncated('its last frame is not whole');
    if (frames === 0) sampleRate = frame.sampleRate;
    if (frames > 0 || !(await isNoteFrame(reader, offset, frame.bytes))) samples += frame.samples;
    frames += 1;
    offset += frame.bytes;
  }
  // What follows the frames may be tags of other kinds; a file that is mostly something else is no MP3.
  if (frames === 0 || offset < end / 2) throw corrupt('its MP3 frames break off');
  const durationMs = Math.ceil((samples * 1000) / sampleRate);
  return { kind: 'audio', mediaType: 'audio/mpeg', extension: 'mp3', durationMs, audioCodec: 'mp3' };
}

/** The first frame may hold a table for seeking instead of sound. */
async function isNoteFrame(reader: ByteReader, offset: number, length: number): Promise<boolean> {
  const bytes = Math.min(length, 64);
  return /Xing|Info|VBRI/.test(textAt(await reader.view(offset, bytes), 0, bytes));
}

async function skipId3(reader: ByteReader): Promise<number> {
  const head = await reader.view(0, Math.min(10, reader.sizeBytes));
  if (head.byteLength < 10 || textAt(head, 0, 3) !== 'ID3') return 0;
  const bytes = [6, 7, 8, 9].map((place) => head.getUint8(place));
  if (bytes.some((byte) => byte > 0x7f)) throw corrupt('its ID3 tag has an impossible size');
  return bytes.reduce((sum, byte) => sum * 128 + byte, 0) + 10;
}

async function skipId3v1(reader: ByteReader): Promise<number> {
  const { sizeBytes } = reader;
  if (sizeBytes < 128) return sizeBytes;
  return textAt(await reader.view(sizeBytes - 128, 3), 0, 3) === 'TAG' ? sizeBytes - 128 : sizeBytes;
}
