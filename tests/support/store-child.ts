/**
 * A process that holds a store until it is killed: `node store-child.ts <directory> hold|submit`. It prints `open` once
 * it has the store, then, when it submits, the id of each task that was acknowledged.
 */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { micros } from '../../src/core/money.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createFixtures } from './store-fixtures.ts';

const [directory = '', mode = 'hold'] = process.argv.slice(2);
const store = await openSqliteStore({ directory, randomBytes });
// Written at once, so that what the parent reads was acknowledged, and nothing that was stays in a buffer.
const say = (line: string) => writeSync(1, `${line}\n`);
say('open');
if (mode === 'submit') {
  const fixtures = createFixtures(randomBytes);
  const caller = await fixtures.tenant(store, 1_000_000_000);
  const price = { reserveMicros: micros(7), listMicros: micros(7) };
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (;;) say((await fixtures.task(store, caller, price)).id);
    }),
  );
}
