import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns } from './turns.ts';

const signal = AbortSignal.timeout(60_000);

test('so many run, so many wait in order, and the rest are told to come back', async () => {
  const turns = createTurns(1, 2);
  const gate = Promise.withResolvers<void>();
  const done: number[] = [];
  const works = [1, 2, 3].map((number) =>
    turns.take(signal, async () => {
      await gate.promise;
      done.push(number);
    }),
  );
  await assert.rejects(
    turns.take(signal, async () => {}),
    { code: 'overloaded' },
  );
  gate.resolve();
  await Promise.all(works);
  assert.deepEqual(done, [1, 2, 3]);
  assert.equal(await turns.take(signal, async () => 'again'), 'again');
});

test('who no longer wants its turn leaves the row, and a failure gives its place on', async () => {
  const turns = createTurns(1, 2);
  const gate = Promise.withResolvers<void>();
  const first = turns.take(signal, async () => {
    await gate.promise;
    throw new Error('broken');
  });
  const leaving = new AbortController();
  const second = turns.take(leaving.signal, async () => 'never');
  const third = turns.take(signal, async () => 'third');
  leaving.abort(new Error('gone'));
  await assert.rejects(second, /gone/);
  gate.resolve();
  await assert.rejects(first, /broken/);
  assert.equal(await third, 'third');
});
