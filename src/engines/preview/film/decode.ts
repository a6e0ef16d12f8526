/** Frames of a film from outside, one at a time, in the form that everything else here has: planar I420, BT.709; and its sound. */
import { spawn } from 'node:child_process';
import type { PixelSize } from '../output-size.ts';
import type { Encoder, RenderMedium } from '../protocol.ts';
import { sampleRate } from '../sound/loudness.ts';
import { type Ending, endingError, inputArguments, openFilm } from './ffmpeg-input.ts';
import { rateText } from './frame-rate.ts';
import { frameBytes } from './frame-worker.ts';

export type DecodeOptions = {
  readonly decoder: Encoder;
  readonly medium: RenderMedium;
  readonly size: PixelSize;
  readonly frameRate: number;
  /** No more are decoded than these. */
  readonly mostFrames: number;
  /** What of a film of another shape stays in the frame: shares of what is cut off, 0.5 at each side by default. */
  readonly keep?: { readonly x: number; readonly y: number };
};

function decodeArguments({ size, frameRate, mostFrames, keep = { x: 0.5, y: 0.5 } }: DecodeOptions): string[] {
  const { width, height } = size;
  const filters = [
    `fps=${rateText(frameRate)}`,
    // Covers the frame; a film of another shape is cut at its sides.
    `scale=${width}:${height}:force_original_aspect_ratio=increase:flags=lanczos:out_color_matrix=bt709:out_range=tv`,
    `crop=${width}:${height}:(iw-ow)*${keep.x.toFixed(4)}:(ih-oh)*${keep.y.toFixed(4)}`,
    'format=yuv420p',
  ];
  return ['-map', '0:v:0', '-vf', filters.join(','), '-frames:v', String(mostFrames), '-f', 'rawvideo'];
}

type Decoding = { readonly decoder: Encoder; readonly medium: RenderMedium };

/** What ffmpeg writes of a film, as slowly as it is read. Throws when it is less than `leastBytes`. */
async function* decodeBytes(
  { decoder, medium }: Decoding,
  args: readonly string[],
  leastBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  await using file = await openFilm(medium, decoder);
  const all = ['-v', 'error', '-nostdin', ...inputArguments(medium.facts), ...args, 'pipe:1'];
  const child = spawn(decoder.path, all, { stdio: [file.fd, 'pipe', 'pipe'], env: {} });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, complaint }));
  });
  ended.catch(() => {});
  let count = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) {
      count += chunk.length;
      yield chunk;
    }
    const ending = await ended;
    // A film that breaks off is shown as far as it goes: that its tables are whole was proved when it was accepted.
    if (count < leastBytes || ending.signal !== null) throw endingError(medium, ending);
  } finally {
    child.kill('SIGKILL');
    await ended.catch(() => {});
  }
}

/**
 * Decodes as slowly as it is read, in constant memory; each frame is valid until the next one is asked for. Throws
 * RenderError `invalid_input` naming the film when not one frame comes out of it.
 */
export async function* decodeFrames(options: DecodeOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const frame = new Uint8Array(frameBytes(options.size.width, options.size.height));
  let filled = 0;
  for await (const chunk of decodeBytes(options, decodeArguments(options), frame.length)) {
    let taken = 0;
    while (taken < chunk.length) {
      const part = chunk.subarray(taken, taken + frame.length - filled);
      frame.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < frame.length) continue;
      filled = 0;
      yield frame;
    }
  }
}

/** The beginning of a film's sound: 16-bit samples of two channels at our rate, fewer when it ends before. */
export async function decodeSound(decoder: Encoder, medium: RenderMedium, samples: number): Promise<Int16Array> {
  const sound = new Int16Array(2 * samples);
  const bytes = Buffer.from(sound.buffer);
  const args = ['-map', '0:a:0', '-af', 'aresample=48000:first_pts=0', '-ac', '2', '-ar', String(sampleRate)];
  const seconds = (samples / sampleRate + 0.1).toFixed(3);
  let filled = 0;
  for await (const chunk of decodeBytes({ decoder, medium }, [...args, '-t', seconds, '-f', 's16le'], 0)) {
    const part = chunk.subarray(0, bytes.length - filled);
    bytes.set(part, filled);
    filled += part.length;
  }
  return sound.subarray(0, filled >> 1);
}
