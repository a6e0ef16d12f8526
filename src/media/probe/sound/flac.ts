/** FLAC: the stream information, and that frames follow the notes. Source: RFC 9639, 8. */
import type { MediaFacts } from '../../../core/media.ts';
import type { ByteReader } from '../byte-reader.ts';
import { corrupt } from '../problems.ts';

const maximumBlocks = 1000;

export async function probeFlac(reader: ByteReader): Promise<MediaFacts> {
  const info = await reader.view(4, 38);
  const isStreamInfo = (info.getUint8(0) & 0x7f) === 0 && (info.getUint32(0) & 0xff_ffff) === 34;
  if (!isStreamInfo) throw corrupt('its first block is not the stream information');
  const sampleRate = info.getUint32(14) >>> 12;
  const samples = (info.getUint8(17) & 0x0f) * 2 ** 32 + info.getUint32(18);
  if (sampleRate === 0) throw corrupt('it counts no time');
  let offset = 4;
  for (let block = 0; ; block += 1) {
    if (block === maximumBlocks) throw corrupt('it has too many blocks of notes');
    const head = await reader.view(offset, 4);
    offset += 4 + (head.getUint32(0) & 0xff_ffff);
    if ((head.getUint8(0) & 0x80) !== 0) break;
  }
  const sync = (await reader.view(offset, 2)).getUint16(0);
  if ((sync & 0xfffc) !== 0xfff8) throw corrupt('its frames do not begin where its notes end');
  const durationMs = Math.ceil((samples * 1000) / sampleRate);
  return { kind: 'audio', mediaType: 'audio/flac', extension: 'flac', durationMs, audioCodec: 'flac' };
}
