/**
 * Runs inside a test process: writes what happens to each test as one JSON line to file descriptor 3, for scripts/test.ts.
 *
 * A channel of its own, because standard output belongs to the tests. When every test has ended and the process is still
 * there after `leakGraceMs`, it says what keeps it alive and ends it.
 */
import { AssertionError } from 'node:assert/strict';
import { writeSync } from 'node:fs';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

const eventChannel = 3;
/** Long enough for an `after` hook that closes servers, and for work between two top-level awaits. */
const leakGraceMs = Number(process.env.TEST_LEAK_GRACE_MS ?? 30_000);

export type TestRecord =
  | { readonly type: 'begun' | 'ended'; readonly name: string }
  | {
      readonly type: 'passed' | 'failed';
      readonly name: string;
      /** Titles from the outermost suite inwards, the test's own last. */
      readonly path: readonly string[];
      readonly isSuite: boolean;
      readonly line: number;
      /** A reason, `true` when none was written, absent when the test was really run. */
      readonly skip?: string | true;
      readonly todo?: string | true;
      /** What was thrown, as node prints it, with the diff of an assertion. */
      readonly error?: string;
      /** The failure is only that a test inside failed, which has a record of its own. */
      readonly isEcho?: boolean;
    }
  | { readonly type: 'leak'; readonly resources: readonly string[] }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'summary' };

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<never, void> {
  const path: string[] = [];
  let open = 0;
  let leakTimer: NodeJS.Timeout | undefined;
  for await (const event of source) {
    clearTimeout(leakTimer);
    switch (event.type) {
      case 'test:enqueue':
        open += 1;
        break;
      case 'test:dequeue':
        send({ type: 'begun', name: event.data.name });
        break;
      case 'test:complete':
        open -= 1;
        send({ type: 'ended', name: event.data.name });
        break;
      case 'test:start':
        path[event.data.nesting] = event.data.name;
        break;
      case 'test:pass':
      case 'test:fail':
        sendResult(event, path);
        break;
      case 'test:diagnostic':
        if (/^(Warning|Error):/.test(event.data.message)) send({ type: 'warning', message: event.data.message });
        break;
      case 'test:summary':
        send({ type: 'summary' });
        break;
    }
    if (open === 0) {
      leakTimer = setTimeout(() => {
        send({ type: 'leak', resources: process.getActiveResourcesInfo() });
        process.exit(1);
      }, leakGraceMs).unref();
    }
  }
  clearTimeout(leakTimer);
}

function sendResult(event: Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>, path: string[]): void {
  const { name, nesting, skip, todo, line } = event.data;
  const error = event.type === 'test:fail' ? (event.data.details.error as TestFailure) : undefined;
  send({
    type: event.type === 'test:pass' ? 'passed' : 'failed',
    name,
    path: [...path.slice(0, nesting), name],
    isSuite: event.data.details.type === 'suite',
    line: line ?? 0,
    ...(skip === undefined ? {} : { skip: skip === true || skip === '' ? true : String(skip) }),
    ...(todo === undefined ? {} : { todo: todo === true || todo === '' ? true : String(todo) }),
    ...(error === undefined ? {} : { error: describe(error), isEcho: error.failureType === 'subtestsFailed' }),
  });
}

type TestFailure = Error & { readonly failureType?: string };

function describe(error: TestFailure): string {
  // Node wraps what a test threw; the wrapper says nothing more, except where there is no cause (a timeout, a bad plan).
  const thrown = typeof error.cause === 'object' && error.cause !== null ? error.cause : error.message;
  return print(thrown)
    .split('\n')
    .filter((line) => !/^\s+at .*node:(internal\/|async_hooks)/.test(line))
    .join('\n');
}

function print(thrown: object | string): string {
  if (typeof thrown === 'string') return thrown;
  // An assertion's own message is the diff; its fields would only say the same again.
  if (thrown instanceof AssertionError && thrown.generatedMessage && thrown.stack !== undefined) return thrown.stack;
  return inspect(thrown, { depth: 6, maxStringLength: 4000 });
}

function send(record: TestRecord): void {
  writeSync(eventChannel, `${JSON.stringify(record)}\n`);
}
