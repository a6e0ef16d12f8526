/** What waits in one turn of the event loop is let go together. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createTurnEnd } from './turn-end.ts';

it('ends a turn once for all who wait in it, and the next one anew', async () => {
  const turnEnd = createTurnEnd();
  const first = turnEnd();
  assert.equal(turnEnd(), first);
  await first;
  const second = turnEnd();
  assert.notEqual(second, first);
  await second;
});
