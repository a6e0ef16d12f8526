/** A gateway of one's own for as long as a program runs: free port, random key, a data folder that goes away. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export type PrivateGateway = AsyncDisposable & { readonly url: string; readonly key: string };

const command = join(import.meta.dirname, '../../bin/framegate.js');
const startMs = 30_000;
/** The gateway promises to be gone 10 s after SIGTERM. */
const stopMs = 12_000;

/** `settings` are of its environment. Throws what the gateway said if it does not come up. */
export async function startPrivateGateway(settings: Readonly<Record<string, string>> = {}): Promise<PrivateGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-demo-'));
  const key = randomBytes(24).toString('hex');
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('FRAMEGATE_') && name !== 'HOST');
  const child = spawn(process.execPath, [command, 'start'], {
    cwd: directory,
    env: {
      ...Object.fromEntries(inherited),
      PORT: '0',
      FRAMEGATE_DATA: join(directory, 'data'),
      FRAMEGATE_KEY: key,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const logPath = join(directory, 'gateway.log');
  const log = child.stderr.pipe(createWriteStream(logPath));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(timer);
    await rm(directory, { recursive: true, force: true });
  };
  const url = await Promise.race([readUrl(child.stdout), sleep(startMs, undefined, { ref: false })]);
  if (url === undefined) {
    if (child.exitCode === null) child.kill('SIGKILL');
    await new Promise<void>((resolve) => log.once('close', () => resolve()));
    const said = await readFile(logPath, 'utf8');
    await stop();
    throw new Error(`The gateway did not start. It said:\n${said}`);
  }
  return { url, key, [Symbol.asyncDispose]: stop };
}

async function readUrl(stdout: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stdout })) {
    const url = /^ready (http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  return undefined;
}
