/** Runs one program over bytes from outside, in a process group of its own and without our environment. */
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GatewayError } from '../../../core/errors.ts';

export type Program = {
  readonly path: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly wallMs: number;
  /** What it is given at descriptor 3, beside the file at its standard input. */
  readonly extraInput?: Uint8Array;
};

/**
 * What the program writes, as it comes. Throws GatewayError `invalid_input` with the predicate of a sentence when it ends
 * badly or late, `engine_unavailable` when there is no such program, and what reading the input throws.
 */
export async function* runProgram(
  { path, args, environment, wallMs, extraInput }: Program,
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  signal.throwIfAborted();
  const child = spawn(path, args, {
    env: environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
  });
  const kill = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // ESRCH: the group is empty already.
    }
  };
  const timer = setTimeout(kill, wallMs);
  signal.addEventListener('abort', kill);
  const ending = Promise.withResolvers<number | null>();
  child.once('error', ending.reject);
  child.once('close', ending.resolve);
  const extra = child.stdio[3] as NodeJS.WritableStream;
  // A program that ends before it has read everything resets its pipes, maybe after the feeding is over.
  for (const pipe of [child.stdin, extra]) pipe?.on('error', () => undefined);
  const feeding = Promise.allSettled([
    feed(input, child.stdin as NodeJS.WritableStream),
    feed([extraInput ?? new Uint8Array()], extra),
  ]);
  try {
    // The rejection is met below; until then it must not count as unhandled.
    ending.promise.catch(() => undefined);
    yield* child.stdout as AsyncIterable<Buffer>;
    const exitCode = await ending.promise;
    for (const fed of await feeding) if (fed.status === 'rejected') throw fed.reason;
    signal.throwIfAborted();
    if (exitCode !== 0) throw new GatewayError('invalid_input', 'cannot be drawn on: encoding it anew broke off');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new GatewayError('engine_unavailable', 'The program that draws visible marks is not installed here.', {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** A program may close its input early: it has seen enough, or it is dead, and its ending tells which. */
async function feed(
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  target: NodeJS.WritableStream,
): Promise<void> {
  try {
    await pipeline(Readable.from(input), target);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) throw error;
  }
}
