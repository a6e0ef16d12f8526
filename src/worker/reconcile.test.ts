import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createFixtures, seededBytes } from '../../tests/support/store-fixtures.ts';
import { databaseFile } from '../store/connection.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { startReconciler } from './reconcile.ts';

test('the money is proved soon after the start, without being asked, and what differs is an error in the log', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'framegate-reconcile-'));
  const randomBytes = seededBytes(5);
  const lines: { event: string }[] = [];
  const log = { info: (line: never) => lines.push(line), error: (line: never) => lines.push(line) };
  try {
    await using store = await openSqliteStore({ directory, randomBytes });
    await createFixtures(randomBytes).tenant(store, 1_000);
    const proved = async () => {
      await using reconciler = startReconciler({ store, clock: { now: Date.now }, log: log as never, firstMs: 1 });
      while (reconciler.last() === undefined) await delay(5);
      return reconciler.last();
    };
    const right = await proved();
    assert.deepEqual([right?.tenants, right?.entries, right?.differences], [1, 1, []]);
    using side = new DatabaseSync(join(directory, databaseFile), { timeout: 5000 });
    side.exec('UPDATE tenant SET balance_micros = balance_micros + 1');
    const wrong = await proved();
    assert.equal(wrong?.differences.length, 1);
    assert.deepEqual(
      lines.map(({ event }) => event),
      ['reconcile.right', 'reconcile.differs'],
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
