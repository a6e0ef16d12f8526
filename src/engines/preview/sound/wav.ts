// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A stereo 16-bit PCM WAV file from two channels of -1..1. */
import { sampleRate } from './loudness.ts';

export function encodeWav(left: Float32Array, right: Float32Array): Buffer {
  const bytes = Buffer.alloc(44 + left.length * 4);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + left.length * 4, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * 4, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(left.length * 4, 40);
  for (let index = 0; index < left.length; index++) {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, left[index]!)) * 32767), 44 + index * 4);
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, right[index]!)) * 32767), 46 + index * 4);
  }
  return bytes;
}
