/** Starts a server that is measured, as a process of its own, and stops it again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type Server = AsyncDisposable & {
  readonly url: string;
  /** The largest resident set of the process so far, in bytes; undefined where the system does not tell. */
  peakRssBytes(): number | undefined;
};

/** Long enough for a cold start on a busy machine. */
const startMs = 30_000;
const root = join(import.meta.dirname, '..');
export const benchKey = 'bench-key-0123456789abcdef';

export async function startFloor(directory: string): Promise<Server> {
  return await startServer([join(root, 'bench/floor.ts'), directory], directory, {});
}

/** As an owner would start it, but it only queues: no worker takes the tasks. */
export async function startGateway(directory: string): Promise<Server> {
  return await startServer([join(root, 'bin/framegate.js'), 'start'], directory, {
    PORT: '0',
    FRAMEGATE_DATA: join(directory, 'data'),
    FRAMEGATE_KEY: benchKey,
    FRAMEGATE_WORKER_ENABLED: 'false',
  });
}

async function startServer(
  command: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<Server> {
  await mkdir(directory, { recursive: true });
  const logPath = join(directory, 'stderr.log');
  const child = spawn(process.execPath, command, {
    cwd: directory,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', openSync(logPath, 'a')],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    const url = await waitUntilReady(child);
    return {
      url,
      peakRssBytes: () => readPeakRss(child.pid),
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM');
        await ended;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${command.join(' ')} did not start:\n${readFileSync(logPath, 'utf8')}`, { cause: error });
  }
}

async function waitUntilReady(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout as Readable, signal: AbortSignal.timeout(startMs) });
  for await (const line of lines) {
    const url = /^ready (http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('it printed no line `ready http://HOST:PORT`');
}

function readPeakRss(pid: number | undefined): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}
