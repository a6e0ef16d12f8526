/** Films as ffmpeg writes them, and those at the edges of what is taken. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { contentOf, patched, uint32 } from './bytes.ts';
import { bad, good, type MediaCase } from './media-case.ts';

const run = promisify(execFile);
const encodeMs = 60_000;

/** Runs ffmpeg and gives back the file it wrote; `name` chooses the container. */
export async function encode(name: string, ...args: readonly string[]): Promise<Buffer> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'framegate-corpus-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, name);
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args, path], { timeout: encodeMs });
  return await readFile(path);
}

type Look = { readonly size?: string; readonly rate?: number; readonly seconds?: number; readonly hasSound?: boolean };

function source({ size = '128x128', rate = 8, seconds = 1, hasSound = false }: Look): string[] {
  const sound = hasSound ? ['-f', 'lavfi', '-i', `sine=duration=${seconds}`] : [];
  return ['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=${rate}:duration=${seconds}`, ...sound];
}

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const fragmented = ['-movflags', 'frag_keyframe+empty_moov', '-g', '4'];

export const plainMp4 = (look: Look = {}) => encode('a.mp4', ...source(look), ...h264);
export const fastMp4 = (look: Look = {}) => encode('a.mp4', ...source(look), ...h264, '-movflags', '+faststart');
export const fragmentedMp4 = (look: Look = {}) => encode('a.mp4', ...source(look), ...h264, ...fragmented);
export const plainMov = (look: Look = {}) => encode('a.mov', ...source(look), '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p');
export const plainAvi = (look: Look = {}) => encode('a.avi', ...source(look), '-c:v', 'mpeg4');

/** A film of exactly 64000 ticks, of which `ticksPerSecond` are a second. */
export async function measuredMp4(ticksPerSecond: number): Promise<Buffer> {
  const scale = ['-video_track_timescale', '8000', '-use_editlist', '0'];
  const film = await encode('a.mp4', ...source({ seconds: 8 }), ...h264, ...scale);
  return patched(film, contentOf(film, 'mdhd') + 12, uint32(ticksPerSecond));
}

function lengths(): MediaCase[] {
  const two = (one: MediaCase): MediaCase => ({ ...one, itemCount: 2 });
  return [
    good('video', 'mp4 of 7.999 s', () => measuredMp4(8001), { durationMs: 8000 }),
    good('video', 'mp4 of 8 s', () => measuredMp4(8000), { durationMs: 8000 }),
    bad('video', 'mp4 of 8.001 s', () => measuredMp4(7999), 'tooLong'),
    bad('video', 'mp4 of 8.1 s', () => measuredMp4(7901), 'tooLong'),
    two(good('video', 'one of two, 5 s', () => measuredMp4(12800), { durationMs: 5000 })),
    two(bad('video', 'one of two, 5.0004 s', () => measuredMp4(12799), 'tooLong')),
    bad('video', 'fragmented mp4 of 9 s', () => fragmentedMp4({ seconds: 9 }), 'tooLong'),
    bad('video', 'avi of 9 s', () => plainAvi({ seconds: 9 }), 'tooLong'),
    bad('video', 'mov of 9 s', () => plainMov({ seconds: 9 }), 'tooLong'),
    good('video', 'avi of 8 s', () => plainAvi({ seconds: 8 }), { durationMs: 8000 }),
    good('video', 'mov of 8 s', () => plainMov({ seconds: 8 }), { durationMs: 8000 }),
    good('video', 'fragmented mp4 of 8 s', () => fragmentedMp4({ seconds: 8 }), { durationMs: 8000 }),
  ];
}

function sizes(): MediaCase[] {
  return ['128x128', '128x512', '512x128', '130x520'].flatMap((size) => {
    const [width = 0, height = 0] = size.split('x').map(Number);
    return [
      good('video', `mp4 ${size}`, () => plainMp4({ size }), { width, height, videoCodec: 'avc' }),
      good('video', `mov ${size}`, () => plainMov({ size }), { width, height, videoCodec: 'mjpeg', extension: 'mov' }),
      good('video', `avi ${size}`, () => plainAvi({ size }), { width, height, videoCodec: 'mpeg4', extension: 'avi' }),
    ];
  });
}

/** Turned without being encoded again. */
async function turned(degrees: number): Promise<Buffer> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'framegate-corpus-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'a.mp4');
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...source({ size: '128x256' }), ...h264, path], {
    timeout: encodeMs,
  });
  return await encode('b.mp4', '-i', path, '-c', 'copy', '-metadata:s:v', `rotate=${degrees}`);
}

const forms: readonly MediaCase[] = [
  good('video', 'mp4 whose tables come first', () => fastMp4({ hasSound: true }), {
    audioCodec: 'aac',
    durationMs: 1000,
    frames: 8,
  }),
  good('video', 'mp4 whose tables come last', () => plainMp4({ hasSound: true }), {
    audioCodec: 'aac',
    durationMs: 1000,
    frames: 8,
  }),
  good('video', 'fragmented mp4', () => fragmentedMp4({ hasSound: false }), { durationMs: 1000, frames: 8 }),
  good(
    'video',
    'fragmented mp4 with bases',
    () => encode('a.mp4', ...source({}), ...h264, '-movflags', 'frag_every_frame+default_base_moof+empty_moov'),
    { frames: 8 },
  ),
  good(
    'video',
    'fragmented mp4 with b-frames',
    () => encode('a.mp4', ...source({}), '-c:v', 'libx264', '-bf', '3', ...fragmented),
    { durationMs: 1000 },
  ),
  good('video', 'mp4 with b-frames', () => encode('a.mp4', ...source({}), '-c:v', 'libx264', '-bf', '3'), {
    durationMs: 1000,
    frames: 8,
  }),
  good('video', 'mov with b-frames', () => encode('a.mov', ...source({}), '-c:v', 'libx264', '-bf', '3'), {
    durationMs: 1000,
    extension: 'mov',
  }),
  good('video', 'mp4 turned by 90', () => turned(90), { orientation: 8, width: 128, height: 256 }),
  good('video', 'mp4 turned by 180', () => turned(180), { orientation: 3 }),
  good('video', 'mp4 turned by 270', () => turned(270), { orientation: 6 }),
  good(
    'video',
    'mp4 of frames of many lengths',
    () => encode('a.mp4', ...source({ seconds: 3 }), '-vf', "select='not(mod(n,3))+lt(n,5)'", '-vsync', 'vfr', ...h264),
    { width: 128 },
  ),
  good(
    'video',
    'mp4 that begins in the middle',
    () => encode('a.mp4', '-ss', '0.5', ...source({ seconds: 2 }), ...h264),
    { durationMs: 1500 },
  ),
  good('video', 'mp4 of MPEG-4', () => encode('a.mp4', ...source({}), '-c:v', 'mpeg4'), { videoCodec: 'mpeg4' }),
  good(
    'video',
    'mp4 of HEVC',
    () => encode('a.mp4', ...source({}), '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=0'),
    { videoCodec: 'hevc' },
  ),
  good(
    'video',
    'mp4 of VP9',
    () => encode('a.mp4', ...source({}), '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'),
    { videoCodec: 'vp9' },
  ),
  good('video', 'mov of PNGs', () => encode('a.mov', ...source({}), '-c:v', 'png'), { videoCodec: 'png' }),
  good(
    'video',
    'mov with a time code',
    () => encode('a.mov', ...source({ rate: 25 }), ...h264, '-timecode', '00:00:01:00'),
    { frames: 25 },
  ),
  good(
    'video',
    'mov with plain sound',
    () => encode('a.mov', ...source({ hasSound: true }), ...h264, '-c:a', 'pcm_s16le'),
    { extension: 'mov' },
  ),
  good('video', 'avi of JPEGs', () => encode('a.avi', ...source({}), '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'), {
    videoCodec: 'mjpeg',
    frames: 8,
  }),
  good(
    'video',
    'avi without compression',
    () => encode('a.avi', ...source({}), '-c:v', 'rawvideo', '-pix_fmt', 'bgr24'),
    { videoCodec: 'raw' },
  ),
  good('video', 'avi of H.264', () => encode('a.avi', ...source({}), ...h264), { videoCodec: 'avc' }),
  good('video', 'avi with MP3', () => encode('a.avi', ...source({ hasSound: true }), '-c:v', 'mpeg4', '-c:a', 'mp3'), {
    audioCodec: 'mp3',
  }),
  good(
    'video',
    'avi with plain sound',
    () => encode('a.avi', ...source({ hasSound: true }), '-c:v', 'mpeg4', '-c:a', 'pcm_s16le'),
    { audioCodec: 'pcm' },
  ),
  good('video', 'mp4 of 60 frames a second', () => plainMp4({ rate: 60 }), { frameRate: 60 }),
  good(
    'video',
    'mp4 of 23.976 frames a second',
    () => encode('a.mp4', '-f', 'lavfi', '-i', 'testsrc=size=128x128:rate=24000/1001:duration=2', ...h264),
    { frameRate: 23.976 },
  ),
];

export const goodAndLongFilms: readonly MediaCase[] = [...lengths(), ...sizes(), ...forms];
