/** Runs one test file in a process of its own and tells what came of it. Used by scripts/test.ts. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { TestRecord } from './test-reporter.ts';

export type Failure = {
  readonly title: string;
  readonly detail: string;
  /** Not a failure of its own: what the failing file printed. */
  readonly isOutput?: true;
};

export type FileResult = {
  readonly file: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** Tests that were skipped or are still to do, each with its written reason. */
  readonly excused: readonly string[];
  readonly durationMs: number;
};

export type FileOptions = {
  readonly root: string;
  /** After this long the whole process group is killed and the file has failed. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/** How much of a failing file's own output is shown. */
const outputLimitChars = 8_000;
/** How long a process that a test started may outlive it: closing pipes and reaping take a moment. */
const straysGraceMs = 2_000;

/** Never rejects for a reason that lies in the test file. */
export async function runTestFile(file: string, options: FileOptions): Promise<FileResult> {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    ['--test-reporter', join(import.meta.dirname, 'test-reporter.ts'), '--enable-source-maps', file],
    {
      cwd: options.root,
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // A process group of its own: whatever a test starts can be seen, and ended, as one.
      detached: true,
    },
  );
  const group = child.pid;
  let isTimedOut = false;
  const end = () => killGroup(group, 'SIGKILL');
  const timer = setTimeout(() => {
    isTimedOut = true;
    end();
  }, options.timeoutMs);
  options.signal.addEventListener('abort', end);

  const output = [1, 2].map((channel) => collect(child.stdio[channel] as Readable));
  const records: TestRecord[] = [];
  const lines = createInterface({ input: child.stdio[3] as Readable });
  lines.on('line', (line) => records.push(JSON.parse(line) as TestRecord));
  const read = new Promise<void>((resolve) => lines.once('close', resolve));
  const exit = await new Promise<Exit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(timer);
  options.signal.removeEventListener('abort', end);
  const hasStrays = await outlives(group);
  if (hasStrays) end();
  // A stray that left the group may still hold the channel; what was written has long arrived.
  await Promise.race([read, sleep(straysGraceMs, undefined, { ref: false })]);

  const judged = judge(records, exit, { isTimedOut, hasStrays, timeoutMs: options.timeoutMs });
  const text = stripVTControlCharacters(output.map((part) => part()).join('')).trim();
  const failures =
    judged.failures.length === 0 || text === ''
      ? judged.failures
      : [
          ...judged.failures,
          { title: 'what the file printed', detail: text.slice(-outputLimitChars), isOutput: true as const },
        ];
  return { file, ...judged, failures, durationMs: performance.now() - begun };
}

type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly error?: Error };
type Circumstances = { readonly isTimedOut: boolean; readonly hasStrays: boolean; readonly timeoutMs: number };

function judge(
  records: readonly TestRecord[],
  exit: Exit,
  { isTimedOut, hasStrays, timeoutMs }: Circumstances,
): Pick<FileResult, 'passed' | 'failures' | 'excused'> {
  const failures: Failure[] = [];
  const excused: string[] = [];
  let passed = 0;
  for (const record of records) {
    if (record.type === 'leak') {
      failures.push({
        title: 'its tests have ended but the process goes on',
        detail: `Still open: ${record.resources.join(', ')}. Close what a test opens.`,
      });
    }
    if (record.type !== 'passed' && record.type !== 'failed') continue;
    const title = `${record.path.join(' > ')} (line ${record.line})`;
    const reason = record.skip ?? record.todo;
    if (reason === true) {
      failures.push({ title, detail: `${record.skip ? 'skipped' : 'todo'} without a written reason` });
    } else if (reason !== undefined) {
      excused.push(`${title}: ${record.skip ? 'skipped' : 'todo'}, ${reason}`);
    } else if (record.type === 'passed') {
      if (!record.isSuite) passed += 1;
    } else if (!record.isEcho) {
      failures.push({ title, detail: record.error ?? '' });
    } else if (!record.isSuite) {
      failures.push({ title, detail: 'a test inside it failed' });
    }
  }
  const isComplete = records.some(({ type }) => type === 'summary');
  const hasLeak = records.some(({ type }) => type === 'leak');
  const warnings = records.flatMap((record) => (record.type === 'warning' ? [record.message] : []));
  if (isTimedOut) {
    failures.push({
      title: `ran longer than ${timeoutMs / 1000} s and was killed`,
      detail: `Still running: ${stillRunning(records)}`,
    });
  } else if (exit.error) {
    failures.push({ title: 'could not be started', detail: String(exit.error) });
  } else if (records.length === 0 && exit.code === 0) {
    failures.push({ title: 'holds no test', detail: '' });
  } else if (!isComplete && !hasLeak) {
    const how = exit.signal === null ? `exited with code ${exit.code}` : `was ended by ${exit.signal}`;
    failures.push({ title: `${how} before its tests were done`, detail: `Still running: ${stillRunning(records)}` });
  } else if (isComplete && exit.code !== 0 && failures.length === 0) {
    failures.push({ title: `exited with code ${exit.code} although no test failed`, detail: warnings.join('\n') });
  }
  if (hasStrays) failures.push({ title: 'left a process running', detail: 'End every process that a test starts.' });
  return { passed, failures, excused };
}

function stillRunning(records: readonly TestRecord[]): string {
  const open = new Map<string, number>();
  for (const record of records) {
    if (record.type === 'begun') open.set(record.name, (open.get(record.name) ?? 0) + 1);
    if (record.type === 'ended') open.set(record.name, (open.get(record.name) ?? 0) - 1);
  }
  const names = [...open].filter(([, count]) => count > 0).map(([name]) => name);
  return names.length === 0 ? 'not known' : names.join(', ');
}

/** The caller's own settings must not decide how a test ends. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('FRAMEGATE_') && !['PORT', 'HOST', 'NODE_TEST_CONTEXT', 'NODE_OPTIONS'].includes(name),
  );
  return Object.fromEntries(kept);
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-4 * outputLimitChars);
  });
  return () => text;
}

async function outlives(group: number | undefined): Promise<boolean> {
  const deadline = performance.now() + straysGraceMs;
  while (killGroup(group, 0)) {
    if (performance.now() > deadline) return true;
    await sleep(25);
  }
  return false;
}

/** Signal 0 only asks; false when no process of the group is left. */
function killGroup(group: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (group === undefined) return false;
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}
