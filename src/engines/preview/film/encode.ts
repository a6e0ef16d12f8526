/** Streams raw frames into ffmpeg, which writes the MP4. */
import { once } from 'node:events';
import type { FramePicture } from '../glimpse.ts';
import type { Encoder } from '../protocol.ts';
import { rateText } from './frame-rate.ts';
import { launch } from './launch.ts';

export type EncodeOptions = {
  readonly encoder: Encoder;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** A WAV file exactly as long as the film, when there is sound. */
  readonly soundPath?: string;
  readonly outputPath: string;
};

/** x264's output depends on its thread count, so it is fixed whatever the machine; two suit the two warp threads beside it. */
const encoderThreads = 2;

/**
 * What every film is coded with, measured on ten films (docs/decisions/0096): as like the drawn frames as `veryfast` at 17,
 * in half the time. The preset alone looks at no frame ahead, which made files up to three times as large.
 */
const preset = 'superfast';
const quality = 16.5;

/** BT.709, limited range: what the frames are, written into the stream so that every player shows the same colours. */
const colourTags = ['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];

/** Both threads work on one frame, and no further thread looks ahead: six frames less in memory, at the same speed. */
const threadParameters = 'sliced-threads=1:sync-lookahead=0';

/** With every frame known to be a moved one, choosing where B-frames go costs more than it saves. */
const usualParameters = 'rc-lookahead=10:mbtree=1:b-adapt=0';

/** Above this many pixels x264 keeps next to no frames back: 4K takes 0.3 GB instead of 0.6, for a quarter more bytes. */
const frugalFromPixels = 2_500_000;
const frugalParameters = 'rc-lookahead=2:mbtree=1:bframes=0';

/** How every film is coded: bit-exact, without metadata, playable from its first bytes. */
export function videoCodecArguments(encoder: Encoder, pixels: number): string[] {
  const parameters = [
    ...(encoder.cpuIndependent ? ['cpu-independent=1'] : []),
    threadParameters,
    pixels > frugalFromPixels ? frugalParameters : usualParameters,
  ];
  return [
    ...['-c:v', 'libx264', '-preset', preset, '-crf', String(quality), '-threads', String(encoderThreads)],
    ...['-x264-params', parameters.join(':'), '-pix_fmt', 'yuv420p'],
  ];
}

export const soundCodecArguments = ['-c:a', 'aac', '-b:a', '192k', '-flags:a', '+bitexact'];

export const containerArguments = [
  ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-map_metadata', '-1'],
  ...['-movflags', '+faststart', '-f', 'mp4'],
];

/** The argument array; nothing in it comes from outside. */
function encodeArguments(options: EncodeOptions): string[] {
  const { encoder, width, height, frameRate, soundPath, outputPath } = options;
  const sound = soundPath === undefined ? [] : ['-f', 'wav', '-i', soundPath];
  const soundCodec = soundPath === undefined ? ['-an'] : soundCodecArguments;
  return [
    ...['-v', 'error', '-nostdin', '-y'],
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-framerate', rateText(frameRate)],
    ...colourTags,
    ...['-i', 'pipe:0', ...sound],
    ...['-map', '0:v:0', ...(soundPath === undefined ? [] : ['-map', '1:a:0'])],
    ...videoCodecArguments(encoder, width * height),
    ...colourTags,
    ...soundCodec,
    ...containerArguments,
    outputPath,
  ];
}

export type RunningEncoder = Pick<EncodeOptions, 'width' | 'height'> & {
  /** Settles when the encoder took the frame; rejects when it is gone. */
  write(frame: Uint8Array): Promise<void>;
  /** Ends the stream and settles when the file is complete. */
  finish(): Promise<void>;
  /** Ends it whatever it does. */
  [Symbol.dispose](): void;
};

/** Starts the encoder. It takes a twentieth of a second to load, so who knows the size early starts it early. */
export function startEncoder(options: EncodeOptions): RunningEncoder {
  const { width, height } = options;
  const child = launch(options.encoder.path, encodeArguments(options));
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  const closed = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`ffmpeg ended with ${signal ?? code}: ${complaint}`));
    });
  });
  closed.catch(() => {});
  // A broken pipe is told by `closed`, with the reason.
  child.stdin.on('error', () => {});

  return {
    width,
    height,
    async write(frame) {
      // The memory behind the frame is reused once this settles, so wait until the pipe has taken all of it.
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      // The pipe breaks before the reason is known; `closed` has it.
      child.stdin.write(frame, (error) => (error ? closed.then(() => reject(error), reject) : resolve()));
      await Promise.race([promise, closed.then(() => Promise.reject(new Error('ffmpeg ended early')))]);
    },
    async finish() {
      child.stdin.end();
      await Promise.race([closed, once(child, 'error')]);
      await closed;
    },
    [Symbol.dispose]() {
      child.kill('SIGKILL');
    },
  };
}

type TellCount = (count: number, frame: FramePicture) => void;

/** Encodes frames as they come, telling of each and how many there were; answers how many there are. */
export async function encodeFilm(
  options: EncodeOptions,
  frames: AsyncIterable<Uint8Array>,
  tellCount: TellCount,
): Promise<number> {
  using running = startEncoder(options);
  return await encodeFrames(running, frames, tellCount);
}

/** As `encodeFilm`, with an encoder that runs already. */
export async function encodeFrames(
  running: RunningEncoder,
  frames: AsyncIterable<Uint8Array>,
  tellCount: TellCount,
): Promise<number> {
  const { width, height } = running;
  let count = 0;
  for await (const frame of frames) {
    await running.write(frame);
    // Afterwards: to tell takes time, and the encoder has work meanwhile.
    tellCount(++count, { pixels: frame, width, height });
  }
  await running.finish();
  return count;
}
