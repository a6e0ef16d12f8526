/** Starts a server that is measured, as a process of its own, and stops it again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { UpstreamOptions } from './in-flight/upstream-engine.ts';

export type Server = AsyncDisposable & {
  readonly url: string;
  /** The largest resident set of the process so far, in bytes; undefined where the system does not tell. */
  peakRssBytes(): number | undefined;
};

export type Gateway = Server & { readonly storeDirectory: string };

/** Long enough for a cold start on a busy machine. */
const startMs = 30_000;
const root = join(import.meta.dirname, '..');
/** Those that bin/framegate.js starts the gateway with; a test compares them. */
export const heapFlags = ['--max-semi-space-size=8', '--initial-old-space-size=64', '--heap-growing-percent=50'];
export const benchKey = 'bench-key-0123456789abcdef';

/** `gateway` is the running gateway whose store the floor reads. */
export async function startFloor(directory: string, gateway: Gateway): Promise<Server> {
  return await startServer([join(root, 'bench/floor.ts'), directory, gateway.storeDirectory], directory, {});
}

/** As an owner would start it, but it only queues: no worker takes the tasks. */
export async function startGateway(directory: string): Promise<Gateway> {
  return await startGatewayProcess([join(root, 'bin/framegate.js'), 'start'], directory, {
    FRAMEGATE_WORKER_ENABLED: 'false',
  });
}

/** With workers, and the bench's upstream as their engine. `door` is the one `host:port` that it may reach. */
export async function startUpstreamGateway(
  directory: string,
  upstream: UpstreamOptions,
  door: string,
): Promise<Gateway> {
  const command = [...heapFlags, join(root, 'bench/in-flight/gateway.ts'), JSON.stringify(upstream)];
  return await startGatewayProcess(command, directory, { FRAMEGATE_ALLOW_FETCH: door });
}

/** `directory` may hold the store of an earlier start. */
async function startGatewayProcess(
  command: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<Gateway> {
  const storeDirectory = join(directory, 'data');
  const server = await startServer(command, directory, {
    PORT: '0',
    FRAMEGATE_DATA: storeDirectory,
    FRAMEGATE_KEY: benchKey,
    FRAMEGATE_LIMITS_REQUESTS_PER_MINUTE: '0',
    ...environment,
  });
  return { ...server, storeDirectory };
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
