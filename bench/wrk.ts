/** Drives one load with wrk, from outside the process that is measured. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Load } from './scenarios/scenario.ts';

export type Measurement = { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };

type WrkResult = {
  readonly requests: number;
  readonly durationUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly badStatus: number;
  readonly socketErrors: number;
};

const script = join(import.meta.dirname, 'load.lua');

/** Throws when any answer was not a 2xx, or a connection broke: such a figure would measure something else. */
export async function drive(
  url: string,
  { method, paths, headers, body }: Load,
  options: { readonly seconds: number; readonly connections: number },
): Promise<Measurement> {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-load-'));
  try {
    const pathsFile = join(directory, 'paths');
    const bodyFile = body === undefined ? '-' : join(directory, 'body');
    await writeFile(pathsFile, `${paths.join('\n')}\n`);
    if (body !== undefined) await writeFile(bodyFile, body);
    const flags = ['--threads', '1', '--connections', `${options.connections}`, '--duration', `${options.seconds}s`];
    const headerFlags = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
    const { stdout } = await promisify(execFile)('wrk', [
      ...[...flags, '--timeout', '10s', ...headerFlags, '--script', script, url],
      ...['--', method, pathsFile, bodyFile],
    ]);
    const line = /^RESULT (.*)$/m.exec(stdout)?.[1];
    if (line === undefined) throw new Error(`wrk gave no result:\n${stdout}`);
    const result = JSON.parse(line) as WrkResult;
    if (result.requests === 0 || result.badStatus + result.socketErrors > 0) {
      throw new Error(
        `${method} ${url}: ${result.badStatus} refused, ${result.socketErrors} broken of ${result.requests}`,
      );
    }
    return {
      perSecond: (result.requests / result.durationUs) * 1e6,
      p50Ms: result.p50Us / 1000,
      p99Ms: result.p99Us / 1000,
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}
