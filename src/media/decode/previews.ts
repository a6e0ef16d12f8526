/** Makes posters, thumbnails and blurhashes of results: one at a time, in processes that may die. */
import type { MediaFacts } from '../../core/media.ts';
import type { Blobs, Previewer } from '../../core/media-ports.ts';
import { findProgram } from '../../util/find-program.ts';
import { isFilm, posterProgram } from './film.ts';
import type { VerifierOptions } from './index.ts';
import { type Program, runLimited } from './limited-process.ts';
import { previewProgram } from './picture.ts';

/** As for the verifying decode, but that nobody waits for it. */
const limits = { wallMs: 30_000, processorSeconds: 10, memoryBytes: 288 * 1024 * 1024 };
const longestSide = 512;

/** What the process says of a thumbnail, in the line before its bytes. */
export type ThumbnailFacts = { readonly width: number; readonly height: number; readonly blurhash: string };

export function createPreviewer(blobs: Blobs, { ffmpegPath, searchPath, log }: VerifierOptions): Previewer {
  const limiter = findProgram('prlimit', searchPath);
  const ffmpeg = ffmpegPath === undefined ? findProgram('ffmpeg', searchPath) : ffmpegPath;

  /** Undefined when the process broke off. */
  async function run(program: Program, input: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    const ending = await runLimited(program, await limiter, input, signal);
    if (ending.state === 'ended' && ending.exitCode === 0) return Buffer.from(ending.output, 'latin1');
    const { state } = ending;
    log('media.preview.broke_off', ending.state === 'ended' ? { state, exitCode: ending.exitCode } : { ...ending });
    return undefined;
  }

  async function thumbnailOf(
    facts: MediaFacts,
    sizeBytes: number,
    input: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ) {
    const { width = 0, height = 0, frames = 1 } = facts;
    const pixels = width * height * (facts.kind === 'image' ? frames : 1);
    const output = await run(previewProgram(pixels, sizeBytes, longestSide, limits), input, signal);
    const end = output?.indexOf('\n') ?? -1;
    if (output === undefined || end === -1) return undefined;
    const { blurhash, ...size } = JSON.parse(output.toString('utf8', 0, end)) as ThumbnailFacts;
    return { blurhash, thumbnail: { ...size, mediaType: 'image/webp', bytes: output.subarray(end + 1) } };
  }

  return {
    async preview(key, sizeBytes, facts, { signal }) {
      if (!isFilm(facts)) return await thumbnailOf(facts, sizeBytes, blobs.read(key, { signal }), signal);
      const path = await ffmpeg;
      if (path === undefined) return undefined;
      const bytes = await run(posterProgram(path, facts, sizeBytes, limits), blobs.read(key, { signal }), signal);
      if (bytes === undefined || bytes.length === 0) return undefined;
      const made = await thumbnailOf(facts, bytes.length, once(bytes), signal);
      const { width = 0, height = 0 } = facts;
      return made && { ...made, poster: { width, height, mediaType: 'image/jpeg', bytes } };
    },
  };
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
