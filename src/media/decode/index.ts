/** Decodes what came from outside once, in a process that may die, before an engine meets it. */
import { GatewayError } from '../../core/errors.ts';
import type { MediaFacts } from '../../core/media.ts';
import type { Blobs, Verifier } from '../../core/media-ports.ts';
import { mediaError } from '../../core/media-rules.ts';
import { findProgram } from '../../util/find-program.ts';
import { filmProgram, isFilm, judgeFilm } from './film.ts';
import { type Ending, type Program, runLimited } from './limited-process.ts';
import { judgePicture, pictureProgram } from './picture.ts';
import { createTurns } from './turns.ts';

/**
 * A large photograph takes a tenth of a second and half of the memory (docs/decisions/0053-verifying-decode.md). The wall
 * is for one that stands still: on a busy machine a sound file must not be refused for having waited.
 */
const limits = { wallMs: 15_000, processorSeconds: 4, memoryBytes: 288 * 1024 * 1024 };
const maximumRunning = 2;
const maximumWaiting = 64;

const pictureExtensions = new Set(['png', 'jpg', 'webp']);

export type VerifierOptions = {
  /** The ffmpeg for films; undefined looks on the search path. */
  readonly ffmpegPath: string | undefined;
  readonly searchPath: string;
  /** Told of every process that did not end by itself. */
  readonly log: (event: string, fields: Record<string, unknown>) => void;
};

type Decoder = { readonly program: Program; readonly judge: (output: string) => string | undefined };

export function createVerifier(blobs: Blobs, options: VerifierOptions): Verifier {
  const { searchPath, log } = options;
  const turns = createTurns(maximumRunning, maximumWaiting);
  const limiter = findProgram('prlimit', searchPath);
  const ffmpeg = options.ffmpegPath === undefined ? findProgram('ffmpeg', searchPath) : options.ffmpegPath;

  const decoderOf = async (facts: MediaFacts, sizeBytes: number): Promise<Decoder | undefined> => {
    if (pictureExtensions.has(facts.extension)) {
      return { program: pictureProgram(facts, sizeBytes, limits), judge: (output) => judgePicture(output, facts) };
    }
    if (!isFilm(facts)) return undefined;
    const path = await ffmpeg;
    if (path === undefined) {
      throw new GatewayError('engine_unavailable', 'Films and sounds cannot be checked here: there is no ffmpeg.');
    }
    return { program: filmProgram(path, facts, sizeBytes, limits), judge: (output) => judgeFilm(output, facts) };
  };

  return {
    async verify(key, sizeBytes, facts, { signal }) {
      const decoder = await decoderOf(facts, sizeBytes);
      if (decoder === undefined) return;
      const run = async () => runLimited(decoder.program, await limiter, blobs.read(key, { signal }), signal);
      const ending = await turns.take(signal, async () => {
        const first = await run();
        if (first.state === 'ended') return first;
        log('media.decoder.broke_off', { ...first, extension: facts.extension });
        // It may have been killed for what others did: a second death is its own.
        return first.state === 'killed' ? await run() : first;
      });
      judgeEnding(ending, decoder.judge);
    },
  };
}

/** Throws GatewayError as Verifier says. */
function judgeEnding(ending: Ending, judge: Decoder['judge']): void {
  if (ending.state === 'timed out') {
    throw new GatewayError('overloaded', 'A file could not be checked in time.', { retryAfterMs: 5_000 });
  }
  const clause = ending.state === 'ended' && ending.exitCode === 0 ? judge(ending.output) : 'decoding it broke off';
  // How it ended goes along as the cause: the caller is told no more than the clause.
  if (clause !== undefined) throw mediaError({ rule: 'corrupt', predicate: `is damaged: ${clause}` }, ending);
}
