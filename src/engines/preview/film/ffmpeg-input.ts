/** How ffmpeg is made to read a film from outside: from a pipe, by the demuxer its bytes asked for, and nothing else. */
import { type FileHandle, open } from 'node:fs/promises';
import type { MediaFacts } from '../../../core/media.ts';
import type { PixelSize } from '../output-size.ts';
import { type Encoder, RenderError, type RenderMedium } from '../protocol.ts';

/** ffmpeg's name of the demuxer of each extension that a probed film has. */
const demuxers: Readonly<Record<string, string>> = {
  mp4: 'mov',
  mov: 'mov',
  avi: 'avi',
  webm: 'matroska',
  mkv: 'matroska',
};

/** A frame of 50 megapixels, the most that is accepted, is half of it. */
const largestAllocationBytes = 256 * 1024 * 1024;
const decoderThreads = 2;

/**
 * Arguments that read the film from standard input. `cache` makes the pipe seekable through a file without a name, as
 * tables often stand at the end; no other protocol may be opened, whatever the film asks for.
 */
export function inputArguments({ extension }: MediaFacts): string[] {
  const demuxer = demuxers[extension] ?? '';
  return [
    ...['-max_alloc', String(largestAllocationBytes), '-threads', String(decoderThreads)],
    ...['-protocol_whitelist', 'cache,pipe', '-format_whitelist', demuxer, '-f', demuxer],
    ...['-read_ahead_limit', '-1', '-i', 'cache:pipe:0'],
  ];
}

/** How an ffmpeg ended that read a film from outside. */
export type Ending = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to its standard error. */
  readonly complaint: string;
};

/** Whose fault it was: ours when it was killed or had no room, else the film's. */
export function endingError(medium: RenderMedium, { code, signal, complaint }: Ending): Error {
  const cause = `ffmpeg ended with ${signal ?? code}: ${complaint}`;
  const isOurs = signal !== null || /No space left on device/.test(complaint);
  return isOurs ? new Error(cause) : filmError(medium, cause);
}

export function filmError({ field, index }: RenderMedium, cause: string): RenderError {
  return new RenderError('invalid_input', `${field}[${index}] could not be decoded: its data are damaged.`, {
    cause,
    details: { field, index },
  });
}

/** Opens the stored film as somebody's standard input. Throws RenderError when films may not, or cannot, be read here. */
export async function openFilm(medium: RenderMedium, { canDecode }: Encoder): Promise<FileHandle> {
  if (!canDecode) {
    const message = 'To read films, the preview engine needs a maintained ffmpeg (Debian: apt-get install ffmpeg).';
    throw new RenderError('engine_unavailable', message);
  }
  if (!Object.hasOwn(demuxers, medium.facts.extension)) throw filmError(medium, 'no demuxer');
  return open(medium.path);
}

/** Size of the film as it is looked at; ffmpeg turns its frames so before any filter. */
export function shownSize({ width = 0, height = 0, orientation = 1 }: MediaFacts): PixelSize {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}
