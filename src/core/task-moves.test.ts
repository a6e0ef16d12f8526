import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GatewayError } from './errors.ts';
import type { AttemptKey, KeyId, TaskId, TenantId } from './ids.ts';
import { balanceEffect } from './ledger.ts';
import { micros } from './money.ts';
import { wholeCharge } from './price.ts';
import { type Attempt, isFinal, type Task, type TaskMedia } from './task.ts';
import * as moves from './task-moves.ts';

const url: TaskMedia = { field: 'images', index: 0, source: { url: 'https://example.org/a.png' } };

function submitted(price = 40_000, media: readonly TaskMedia[] = []) {
  const submission = moves.submit({
    id: 'task_1' as TaskId,
    tenantId: 'tenant_1' as TenantId,
    keyId: 'key_1' as KeyId,
    dialect: 'native',
    wireId: null,
    model: 'some/model',
    operation: 'reference-to-image',
    engine: 'some-engine',
    priority: 0,
    input: { prompt: 'a' },
    media,
    seed: 7,
    webhook: null,
    idempotency: null,
    isOffPeak: false,
    metadata: null,
    call: {},
    warnings: [],
    marks: null,
    quote: {
      listMicros: micros(price),
      totalMicros: micros(price),
      lines: [{ kind: 'price', of: 'task', units: 1, unitMicros: micros(price), amountMicros: micros(price) }],
      source: { listDate: '2026-11-21', exchange: null },
    },
    now: 1_000,
    startLimitMs: 500,
    artifacts: [],
  });
  return { ...submission, task: { ...submission.task, sequence: 1 } satisfies Task };
}

const key = (number: number) => `att_${number}` as AttemptKey;

function begun(): { task: Task; attempt: Attempt } {
  const change = moves.begin(submitted().task, key(1), 1_100, 5_000);
  const [attempt] = change.attempts;
  assert.ok(attempt);
  return { task: change.task, attempt };
}

test('a submit reserves the price and owes one event', () => {
  const { task, events, ledger } = submitted();
  assert.equal(task.state, 'queued');
  assert.equal(task.areInputsReady, true);
  assert.equal(task.startDeadlineAt, 1_500);
  assert.deepEqual(events, ['task.queued']);
  assert.deepEqual(
    ledger.map(({ kind, amountMicros }) => [kind, amountMicros]),
    [['reserve', 40_000]],
  );
});

test('a task with a URL among its media waits for its inputs', () => {
  const { task } = submitted(0, [url]);
  assert.equal(task.areInputsReady, false);
  assert.throws(() => moves.begin(task, key(1), 0, 1), { code: 'conflict' });
  const ready = moves.inputsFetched(task, [], []);
  assert.equal(ready.task.areInputsReady, true);
  assert.equal(moves.begin(ready.task, key(1), 0, 1).task.state, 'running');
});

test('an attempt is intended before it is started, and its handle is kept', () => {
  const { task, attempt } = begun();
  assert.equal(attempt.state, 'intended');
  assert.equal(attempt.handle, null);
  const [started] = moves.attemptStarted(task, attempt, { job: 5 }, 1_200).attempts;
  assert.deepEqual([started?.state, started?.handle, started?.startedAt], ['started', { job: 5 }, 1_200]);
});

test('success captures the reserve, every other end releases it', () => {
  const { task, attempt } = begun();
  const output = { artifactIds: [], metadata: {} };
  const lines = (change: moves.Change) => change.ledger.map(({ kind, amountMicros }) => [kind, amountMicros]);
  assert.deepEqual(lines(moves.succeed(task, attempt, output, [], wholeCharge(task), 2_000)), [['capture', 40_000]]);
  const error = { code: 'engine_failed', message: 'no' } as const;
  assert.deepEqual(lines(moves.fail(task, error, 2_000, attempt)), [['release', 40_000]]);
  const asked = moves.cancel(task, 1_900);
  assert.ok(asked);
  assert.deepEqual([asked.task.state, asked.task.cancelRequestedAt, asked.ledger], ['running', 1_900, []]);
  assert.deepEqual(lines(moves.canceled(asked.task, attempt, 2_000)), [['release', 40_000]]);
  const atOnce = moves.cancel(submitted().task, 1_900);
  assert.deepEqual([atOnce?.task.state, atOnce && lines(atOnce)], ['canceled', [['release', 40_000]]]);
});

test('a running task is not canceled unless that was asked for, and nothing moves once it is final', () => {
  const { task, attempt } = begun();
  assert.throws(() => moves.canceled(task, attempt, 1), GatewayError);
  const failed = moves.fail(task, { code: 'internal', message: '' }, 2_000, attempt).task;
  assert.throws(() => moves.fail(failed, { code: 'internal', message: '' }, 2_000), { code: 'conflict' });
  assert.throws(() => moves.succeed(failed, attempt, { artifactIds: [], metadata: {} }, [], wholeCharge(failed), 1), {
    code: 'conflict',
  });
  assert.equal(moves.cancel(failed, 3_000), undefined);
});

test('a lost attempt fails in the change that intends the next one', () => {
  const { task, attempt } = begun();
  const change = moves.tryAgain({ ...task, progress: 0.4 }, attempt, key(2), 9_000, 5_000);
  assert.deepEqual(
    change.attempts.map(({ number, state }) => [number, state]),
    [
      [1, 'failed'],
      [2, 'intended'],
    ],
  );
  assert.deepEqual([change.task.attemptCount, change.task.progress, change.task.runDeadlineAt], [2, 0, 14_000]);
});

test('a refused task waits again as if it had not begun, with its time to start running on', () => {
  const { task, attempt } = begun();
  const change = moves.putBack(task, attempt, { code: 'overloaded', message: 'full' }, 1_200, 3_000);
  const { state, startedAt, startDeadlineAt, leaseUntil, attemptCount } = change.task;
  assert.deepEqual([state, startedAt, startDeadlineAt, leaseUntil, attemptCount], ['queued', null, 1_500, 3_000, 1]);
  assert.equal(change.attempts[0]?.state, 'refused');
  assert.deepEqual(change.ledger, []);
  assert.equal(moves.begin(change.task, key(2), 3_000, 5_000).attempts[0]?.number, 2);
});

test('what was really made is charged, and the rest of the reserve released', () => {
  const { task, attempt } = begun();
  const charge = { capturedMicros: micros(15_000), lines: [] };
  const change = moves.succeed(task, attempt, { artifactIds: [], metadata: {} }, [], charge, 2_000);
  assert.deepEqual(
    change.ledger.map(({ kind, amountMicros }) => [kind, amountMicros]),
    [
      ['capture', 15_000],
      ['release', 25_000],
    ],
  );
  assert.throws(
    () =>
      moves.succeed(
        task,
        attempt,
        { artifactIds: [], metadata: {} },
        [],
        { ...charge, capturedMicros: micros(40_001) },
        2_000,
      ),
    RangeError,
  );
});

test('an off-peak task whose time ran out is canceled without charge', () => {
  const { task } = submitted();
  assert.throws(() => moves.lapse(task, 2_000), { code: 'conflict' });
  const change = moves.lapse({ ...task, isOffPeak: true }, 2_000);
  assert.deepEqual(
    [change.task.state, change.task.error?.code, change.events],
    ['canceled', 'canceled', ['task.canceled']],
  );
  assert.deepEqual(
    change.ledger.map(({ kind, amountMicros }) => [kind, amountMicros]),
    [['release', 40_000]],
  );
});

test('any sequence of moves ends at most once, and the ledger ends at what was captured', () => {
  const wishes = fc.array(
    fc.constantFrom('begin', 'start', 'again', 'refuse', 'succeed', 'fail', 'cancel', 'canceled'),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(wishes, fc.integer({ min: 0, max: 100_000 }), (sequence, price) => {
      const first = submitted(price);
      let { task } = first;
      let attempt: Attempt | undefined;
      const entries = [...first.ledger];
      let ends = 0;
      for (const [index, wish] of sequence.entries()) {
        let change: moves.Change | undefined;
        try {
          change = applyWish(wish, task, attempt, index);
        } catch (error) {
          assert.ok(error instanceof GatewayError && error.code === 'conflict');
          continue;
        }
        if (change === undefined) continue;
        assert.equal(change.task.version, task.version + 1);
        if (!isFinal(task.state) && isFinal(change.task.state)) ends += 1;
        assert.ok(!isFinal(task.state), 'a final task moved');
        entries.push(...change.ledger);
        task = change.task;
        attempt = change.attempts.at(-1) ?? attempt;
      }
      assert.ok(ends <= 1);
      const spent = 0 - entries.reduce((sum, entry) => sum + balanceEffect(entry), 0);
      assert.equal(spent, isFinal(task.state) ? task.price.capturedMicros : price);
    }),
    { numRuns: 2_000 },
  );
});

function applyWish(wish: string, task: Task, attempt: Attempt | undefined, index: number): moves.Change | undefined {
  const now = 2_000 + index;
  switch (wish) {
    case 'begin':
      return moves.begin(task, key(index), now, 1_000);
    case 'cancel':
      return moves.cancel(task, now);
    case 'fail':
      return moves.fail(task, { code: 'engine_failed', message: '' }, now, attempt);
    default:
      if (attempt === undefined) return undefined;
  }
  if (wish === 'start') return moves.attemptStarted(task, attempt, {}, now);
  if (wish === 'again') return moves.tryAgain(task, attempt, key(index), now, 1_000);
  if (wish === 'refuse') return moves.putBack(task, attempt, { code: 'overloaded', message: '' }, now, now + 1_000);
  if (wish === 'succeed')
    return moves.succeed(task, attempt, { artifactIds: [], metadata: {} }, [], wholeCharge(task), now);
  return moves.canceled(task, attempt, now);
}
