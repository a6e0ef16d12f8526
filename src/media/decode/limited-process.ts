/**
 * Runs one program over bytes from outside: by argument array, in a process group of its own, without our environment,
 * with limits of the kernel on memory, processor time, files and time on the wall. It may die; we do not.
 */
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type Limits = {
  readonly wallMs: number;
  readonly processorSeconds: number;
  /** Of private memory (RLIMIT_DATA): what is only reserved does not count, so that V8 can start. */
  readonly memoryBytes: number;
  /** The largest file it may write. */
  readonly fileBytes: number;
};

export type Program = {
  readonly path: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: Limits;
  /** More than this is no answer. Unless told, that of a few lines. */
  readonly maximumOutputBytes?: number;
};

export type Ending =
  | { readonly state: 'ended'; readonly exitCode: number; readonly output: string }
  | { readonly state: 'killed'; readonly by: NodeJS.Signals }
  | { readonly state: 'timed out' };

const fewLinesBytes = 64 * 1024;
const maximumOpenFiles = 64;

function withLimits(limiter: string | undefined, { path, args, limits }: Program): [string, readonly string[]] {
  // Only Linux has it; elsewhere the clock alone ends what runs away.
  if (limiter === undefined) return [path, args];
  const { processorSeconds, memoryBytes, fileBytes } = limits;
  const given = { data: memoryBytes, cpu: processorSeconds, fsize: fileBytes, nofile: maximumOpenFiles, core: 0 };
  return [limiter, [...Object.entries(given).map(([name, limit]) => `--${name}=${limit}`), '--', path, ...args]];
}

/**
 * Feeds `input` to the program and gives back how it ended. `limiter` is the path of util-linux' prlimit, if there is one.
 * Throws what reading the input throws, the signal's reason, and what the system says when the program cannot be started.
 */
export async function runLimited(
  program: Program,
  limiter: string | undefined,
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Ending> {
  signal.throwIfAborted();
  const [path, args] = withLimits(limiter, program);
  const child = spawn(path, args, {
    env: program.environment,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const kill = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // ESRCH: the group is empty already.
    }
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, program.limits.wallMs);
  signal.addEventListener('abort', kill);
  const ended = new Promise<Ending>((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      output += text;
      if (output.length > (program.maximumOutputBytes ?? fewLinesBytes)) kill();
    });
    child.once('error', reject);
    child.once('close', (exitCode, by) => {
      if (isLate) resolve({ state: 'timed out' });
      else if (by !== null) resolve({ state: 'killed', by });
      else resolve({ state: 'ended', exitCode: exitCode ?? 1, output });
    });
  });
  try {
    const [ending] = await Promise.all([ended, feed(input, child.stdin, kill)]);
    signal.throwIfAborted();
    return ending;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    kill();
  }
}

const closedCodes = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/** A program may close its input early: it has seen enough, or it is dead, and its ending tells which. */
async function feed(input: AsyncIterable<Uint8Array>, stdin: NodeJS.WritableStream, kill: () => void): Promise<void> {
  try {
    await pipeline(Readable.from(input), stdin);
  } catch (error) {
    // EPIPE, ECONNRESET or ECANCELED, as the end of the program and our writing meet.
    const { code = '', syscall } = error as NodeJS.ErrnoException;
    if (syscall === 'write' || closedCodes.has(code)) return;
    kill();
    throw error;
  }
}
