/** Frames of a film from outside, one at a time, in the form that everything else here has: planar I420, BT.709. */
import { spawn } from 'node:child_process';
import type { PixelSize } from '../output-size.ts';
import type { Encoder, RenderMedium } from '../protocol.ts';
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
};

function decodeArguments({ medium, size, frameRate, mostFrames }: DecodeOptions): string[] {
  const { width, height } = size;
  const filters = [
    `fps=${rateText(frameRate)}`,
    // Covers the frame; a film of another shape is cut at its sides.
    `scale=${width}:${height}:force_original_aspect_ratio=increase:flags=lanczos:out_color_matrix=bt709:out_range=tv`,
    `crop=${width}:${height}`,
    'format=yuv420p',
  ];
  return [
    ...['-v', 'error', '-nostdin', ...inputArguments(medium.facts)],
    ...['-map', '0:v:0', '-vf', filters.join(','), '-frames:v', String(mostFrames)],
    ...['-f', 'rawvideo', 'pipe:1'],
  ];
}

/**
 * Decodes as slowly as it is read, in constant memory; each frame is valid until the next one is asked for. Throws
 * RenderError `invalid_input` naming the film when not one frame comes out of it.
 */
export async function* decodeFrames(options: DecodeOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { decoder, medium, size } = options;
  await using file = await openFilm(medium, decoder);
  const child = spawn(decoder.path, decodeArguments(options), { stdio: [file.fd, 'pipe', 'pipe'], env: {} });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, complaint }));
  });
  ended.catch(() => {});
  const frame = new Uint8Array(frameBytes(size.width, size.height));
  let filled = 0;
  let count = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) {
      let taken = 0;
      while (taken < chunk.length) {
        const part = chunk.subarray(taken, taken + frame.length - filled);
        frame.set(part, filled);
        filled += part.length;
        taken += part.length;
        if (filled < frame.length) continue;
        filled = 0;
        count++;
        yield frame;
      }
    }
    const ending = await ended;
    // A film that breaks off is shown as far as it goes: that its tables are whole was proved when it was accepted.
    if (count === 0 || ending.signal !== null) throw endingError(medium, ending);
  } finally {
    child.kill('SIGKILL');
    await ended.catch(() => {});
  }
}
