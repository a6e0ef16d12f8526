/** Runs request samples as a reader would: saved to a file, by the language's own interpreter or compiler. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keyVariable } from '../../web/src/api/sample-call.ts';

const run = promisify(execFile);
/** A compiler and an interpreter on a machine that has much else to do. */
const limitMs = 120_000;

type Runner = { readonly file: string; readonly commands: readonly (readonly [string, ...string[]])[] };

export const runners = {
  shell: { file: 'sample.sh', commands: [['sh', 'sample.sh']] },
  javascript: { file: 'sample.mjs', commands: [[process.execPath, 'sample.mjs']] },
  python: { file: 'sample.py', commands: [['/usr/bin/python3', 'sample.py']] },
  php: { file: 'sample.php', commands: [['php', 'sample.php']] },
  ruby: { file: 'sample.rb', commands: [['ruby', 'sample.rb']] },
  c: { file: 'sample.c', commands: [['gcc', '-Wall', '-Werror', 'sample.c', '-lcurl', '-o', 'sample'], ['./sample']] },
} as const satisfies Record<string, Runner>;

export type Runnable = keyof typeof runners;
export const runnable = Object.keys(runners) as Runnable[];

export type SampleRun = AsyncDisposable & {
  /** What was saved lies here. */
  readonly directory: string;
  /** What the sample printed. Throws when it ends with anything but 0. */
  run(language: Runnable, code: string): Promise<string>;
};

export async function openSampleRun(key: string): Promise<SampleRun> {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-sample-'));
  return {
    directory,
    async run(language, code) {
      const { file, commands }: Runner = runners[language];
      await writeFile(join(directory, file), code);
      let printed = '';
      for (const [command, ...args] of commands) {
        const environment = { PATH: process.env.PATH, LANG: 'C.UTF-8', [keyVariable]: key };
        ({ stdout: printed } = await run(command, args, { cwd: directory, env: environment, timeout: limitMs }));
      }
      return printed;
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
