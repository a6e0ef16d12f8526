/** Many films asked for at once: all come, no more at a time than the engine says, in flat memory, and the API answers meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askForMany } from '../support/preview-many.ts';

/** The bench asks for a hundred, which takes minutes; a render gives way to everything else that the machine does. */
const count = Number(process.env.PREVIEW_TASKS ?? 12);
/** Ten times the figure that is wanted of a quiet machine. */
const slowestPollMs = 10 * 50;
const slackBytes = 150e6;

test(`${count} films asked for at once`, async (t) => {
  const figures = await askForMany(count);
  const { ends, mostAtOnce, allowedAtOnce, treeBytes, serverBytes, poll } = figures;
  t.diagnostic(JSON.stringify(figures));
  assert.deepEqual(ends, { succeeded: count });
  assert.ok(mostAtOnce >= 1 && mostAtOnce <= allowedAtOnce, `${mostAtOnce} at once`);
  assert.ok(treeBytes[2] <= treeBytes[0] + slackBytes, `the tree grows: ${treeBytes}`);
  assert.ok(serverBytes[2] <= serverBytes[0] + slackBytes / 3, `the server grows: ${serverBytes}`);
  assert.ok(poll.count > count && poll.p99 <= slowestPollMs, JSON.stringify(poll));
});
