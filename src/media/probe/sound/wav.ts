/** WAV: the format and the bytes of sound that are really there. Source: RIFF WAVE of the Windows documentation. */
import type { MediaFacts } from '../../../core/media.ts';
import { type ByteReader, textAt } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';

const maximumChunks = 1000;
/** Written by programs that could not know the length when they began. */
const unknownLength = 0xffff_ffff;

export async function probeWav(reader: ByteReader): Promise<MediaFacts> {
  let bytesPerSecond = 0;
  for (let offset = 12, count = 0; offset + 8 <= reader.sizeBytes; count += 1) {
    if (count === maximumChunks) throw corrupt('it has too many chunks');
    const head = await reader.view(offset, 8);
    const id = textAt(head, 0, 4);
    const length = head.getUint32(4, true);
    if (id === 'fmt ') {
      if (length < 16) throw corrupt('its format is too short');
      bytesPerSecond = (await reader.view(offset + 8, 16)).getUint32(8, true);
    }
    if (id === 'data') {
      if (bytesPerSecond === 0) throw corrupt('its sound has no format');
      const left = reader.sizeBytes - offset - 8;
      if (length !== unknownLength && length > left) throw truncated('its sound is not whole');
      const durationMs = Math.ceil((Math.min(length, left) * 1000) / bytesPerSecond);
      return { kind: 'audio', mediaType: 'audio/wav', extension: 'wav', durationMs, audioCodec: 'pcm' };
    }
    offset += 8 + length + (length % 2);
  }
  throw truncated('it has no sound');
}
