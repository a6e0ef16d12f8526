/** The visible mark on films, through the whole film, drawn by ffmpeg in a process of its own. Sound stays as it is. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MarkCorner } from '../../../core/marks.ts';
import type { MediaFacts } from '../../../core/media.ts';
import type { CallOptions } from '../../../core/ports.ts';
import { runProgram } from './child.ts';
import { drawMark, type Mark, type MarkRaster } from './mark-raster.ts';
import { rasterizePicture } from './picture.ts';

/** A minute of film takes about as long on a small machine. */
const wallMs = 15 * 60_000;
const largestAllocationBytes = 512 * 1024 * 1024;

export function isDrawableFilm({ extension }: MediaFacts): boolean {
  return extension === 'mp4' || extension === 'mov';
}

export type FilmOptions = { readonly ffmpegPath: string; readonly scratchDirectory: string };

/** Throws as Marker says. */
export async function* drawOnFilm(
  bytes: AsyncIterable<Uint8Array>,
  facts: MediaFacts,
  mark: Mark,
  { ffmpegPath, scratchDirectory }: FilmOptions,
  { signal }: CallOptions,
): AsyncGenerator<Uint8Array, void> {
  // Tables can be put in front only of a file that can be written twice.
  const directory = await mkdtemp(join(scratchDirectory, 'mark-'));
  try {
    const path = join(directory, `marked.${facts.extension}`);
    const raster = await rasterOf(mark, facts, { signal });
    const program = {
      path: ffmpegPath === '' ? 'ffmpeg' : ffmpegPath,
      args: argumentsFor(facts, raster, mark.corner, path),
      environment: { PATH: process.env.PATH ?? '', TMPDIR: directory },
      wallMs,
      extraInput: raster.rgba,
    };
    for await (const _ of runProgram(program, bytes, signal));
    yield* createReadStream(path, { signal, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function rasterOf(
  { picture }: Mark,
  { width = 0, height = 0 }: MediaFacts,
  call: CallOptions,
): Promise<MarkRaster> {
  return picture === undefined ? drawMark(width, height) : await rasterizePicture(picture, { width, height }, call);
}

function argumentsFor(
  { extension }: MediaFacts,
  { width, height, space }: MarkRaster,
  corner: MarkCorner,
  path: string,
): string[] {
  const x = corner.endsWith('left') ? space : `W-w-${space}`;
  const y = corner.startsWith('top') ? space : `H-h-${space}`;
  return [
    ...['-v', 'quiet', '-nostdin', '-y', '-max_alloc', String(largestAllocationBytes)],
    // `cache` makes a pipe seekable: the tables of many films stand at their end.
    ...['-protocol_whitelist', 'cache,pipe', '-format_whitelist', 'mov', '-f', 'mov', '-i', 'cache:pipe:0'],
    ...['-protocol_whitelist', 'pipe', '-f', 'rawvideo', '-pixel_format', 'rgba', '-video_size', `${width}x${height}`],
    ...['-i', 'pipe:3'],
    ...['-filter_complex', `[0:v:0][1:v]overlay=${x}:${y}:eof_action=repeat,format=yuv420p[v]`],
    ...['-map', '[v]', '-map', '0:a?', '-map_metadata', '0', '-c:v', 'libx264', '-crf', '16', '-preset', 'fast'],
    ...['-c:a', 'copy', '-fps_mode', 'passthrough', '-movflags', '+faststart+use_metadata_tags', '-f', extension, path],
  ];
}
