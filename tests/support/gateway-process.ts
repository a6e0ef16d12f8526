/** Starts the real gateway as a process of its own, on a free port and a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const testKey = 'test-key-0123456789abcdef';
export const adminKey = 'admin-key-0123456789abcdef';

const root = join(import.meta.dirname, '../..');
const startMs = 30_000;

export type GatewayProcess = AsyncDisposable & {
  readonly url: string;
  readonly directory: string;
  readonly process: ChildProcess;
  /** What it wrote so far. */
  readonly output: { stdout: string; stderr: string };
  /** Sends the signal and resolves with the exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
  /** A request with the test key; `path` begins with a slash. */
  send(path: string, init?: RequestInit): Promise<Response>;
};

export type GatewayProcessOptions = {
  readonly environment?: Readonly<Record<string, string>>;
  /** Reuses a data directory; without it, one is made and removed at the end. */
  readonly directory?: string;
  /** A module that starts it in another way; it says `ready <url>` as `framegate start` does. */
  readonly entry?: string;
};

/** Also one that a process of a server which was just killed still writes into, for a moment. */
export const removeDirectory = (directory: string): Promise<void> =>
  rm(directory, { recursive: true, force: true, maxRetries: 20 });

export async function makeDirectory(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'framegate-test-'));
}

/** Runs `framegate <argv>` with nothing of this process's own FRAMEGATE_ settings. */
export function spawnFramegate(argv: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  return spawnNode([join(root, 'bin/framegate.js'), ...argv], environment);
}

function spawnNode(argv: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(FRAMEGATE_|PORT$|HOST$|NODE_TEST)/.test(name));
  return spawn(process.execPath, argv, {
    cwd: environment.FRAMEGATE_DATA ?? tmpdir(),
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function startGatewayProcess(options: GatewayProcessOptions = {}): Promise<GatewayProcess> {
  const directory = options.directory ?? (await makeDirectory());
  const child = spawnNode([options.entry ?? join(root, 'bin/framegate.js'), 'start'], {
    PORT: '0',
    FRAMEGATE_DATA: directory,
    FRAMEGATE_KEY: testKey,
    FRAMEGATE_ADMIN_KEY: adminKey,
    // Tests ask as fast as they can.
    FRAMEGATE_LIMITS_REQUESTS_PER_MINUTE: '0',
    FRAMEGATE_LIMITS_EVENT_LOOP_DELAY_MS: '0',
    // Each would cost more than most tests do; those about them ask for them.
    FRAMEGATE_PREVIEW_SPARES: '0',
    ...options.environment,
  });
  const output = { stdout: '', stderr: '' };
  const exited = new Promise<number | NodeJS.Signals | null>((done) => {
    child.once('exit', (code, signal) => done(code ?? signal));
  });
  const ready = Promise.withResolvers<string>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    const url = /^ready (\S+)$/m.exec(output.stdout)?.[1];
    if (url !== undefined) ready.resolve(url);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const timer = setTimeout(() => ready.reject(new Error(`not ready in time: ${output.stderr}`)), startMs);
  void exited.then((code) => ready.reject(new Error(`ended with ${code} before it was ready: ${output.stderr}`)));
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return await exited;
  };
  let url: string;
  try {
    url = await ready.promise;
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    url,
    directory,
    process: child,
    output,
    stop,
    send: (path, init = {}) =>
      fetch(url + path, { ...init, headers: { authorization: `Bearer ${testKey}`, ...init.headers } }),
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
      if (options.directory === undefined) await removeDirectory(directory);
    },
  };
}
