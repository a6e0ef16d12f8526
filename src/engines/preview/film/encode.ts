/** Streams raw frames into ffmpeg, which writes the MP4. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Encoder } from '../protocol.ts';

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

/** One step finer than visually lossless at 24 fps: frame 0 of a textured photograph then reaches SSIM 0.985. */
const quality = 17;

/** BT.709, limited range: what the frames are, written into the stream so that every player shows the same colours. */
const colourTags = ['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];

/** The argument array; nothing in it comes from outside. */
export function encodeArguments(options: EncodeOptions): string[] {
  const { encoder, width, height, frameRate, soundPath, outputPath } = options;
  const sound = soundPath === undefined ? [] : ['-f', 'wav', '-i', soundPath];
  const soundCodec = soundPath === undefined ? ['-an'] : ['-c:a', 'aac', '-b:a', '192k', '-flags:a', '+bitexact'];
  const pinned = encoder.cpuIndependent ? ['-x264-params', 'cpu-independent=1'] : [];
  return [
    ...['-v', 'error', '-nostdin', '-y'],
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-framerate', String(frameRate)],
    ...colourTags,
    ...['-i', 'pipe:0', ...sound],
    ...['-map', '0:v:0', ...(soundPath === undefined ? [] : ['-map', '1:a:0'])],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-crf',
      String(quality),
      '-threads',
      String(encoderThreads),
      ...pinned,
    ],
    ...['-pix_fmt', 'yuv420p', ...colourTags, ...soundCodec],
    // Bit-exact and without metadata: the same film is the same file.
    ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-map_metadata', '-1'],
    ...['-movflags', '+faststart', '-f', 'mp4', outputPath],
  ];
}

export type RunningEncoder = {
  /** Settles when the encoder took the frame; rejects when it is gone. */
  write(frame: Uint8Array): Promise<void>;
  /** Ends the stream and settles when the file is complete. */
  finish(): Promise<void>;
};

export function startEncoder(options: EncodeOptions): RunningEncoder {
  const child = spawn(options.encoder.path, encodeArguments(options), { stdio: ['pipe', 'ignore', 'pipe'], env: {} });
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
  };
}
