/**
 * The frames that the engine draws for a film, kept on their way into the encoder. Frames decoded from the finished film are
 * no stand-in: what the encoder dropped once is not there to be coded again, so x264 alone is up to a seventh quicker on them.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineJob } from '../../src/core/engine-port.ts';
import { type FilmFacts, probeFilm } from '../../tests/support/media-facts.ts';
import { openPreviewWorld } from '../../tests/support/preview-engine.ts';

/** An ffmpeg that also writes into `path` whatever it is given as raw frames; returns the program's path. */
function writeRecorder(directory: string, ffmpegPath: string, path: string): string {
  const program = join(directory, 'recording-ffmpeg');
  const script = `#!/bin/sh
case "$*" in
  *rawvideo*pipe:0*) tee '${path}' | '${ffmpegPath}' "$@" ;;
  *) exec '${ffmpegPath}' "$@" ;;
esac
`;
  writeFileSync(program, script);
  chmodSync(program, 0o700);
  return program;
}

/** Renders a film and leaves its frames, yuv420p one after the other, in the file `path`; answers what the film is like. */
export async function recordFrames(
  job: EngineJob,
  directory: string,
  ffmpegPath: string,
  path: string,
): Promise<FilmFacts> {
  await using world = openPreviewWorld({ ffmpegPath: writeRecorder(directory, ffmpegPath, path) });
  const film = await world.render(job);
  const facts = probeFilm(film.path);
  await film.release();
  return facts;
}
