/** A server that has more to do than it can says so at once, in each API's own form, and goes on when that is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openStage } from '../support/stage.ts';

const limitMs = 150;

/** Holds this process's event loop, and with it the gateway's, in turns of `turnMs`. */
async function block(turnMs: number, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    const end = performance.now() + turnMs;
    while (performance.now() < end);
    await delay(0);
  }
}

test('late turns: 503 with Retry-After in the words of the API, liveness answers, and then all is well again', async () => {
  await using gateway = await openStage({
    environment: { FRAMEGATE_LIMITS_EVENT_LOOP_DELAY_MS: String(limitMs), FRAMEGATE_WORKER_ENABLED: 'false' },
  });
  const blocked = block(limitMs * 4, 12);
  const seen = { runcomfy: 0, native: 0 };
  for (let isOver = false; !isOver; ) {
    const [vendor, own, live] = await Promise.all([
      gateway.rich.send('/v1/models'),
      gateway.rich.send('/v1/tasks'),
      fetch(`${gateway.url}/healthz`),
    ]);
    assert.equal(live.status, 200);
    if (vendor.status === 503) {
      seen.runcomfy += 1;
      assert.match(vendor.headers.get('retry-after') ?? '', /^\d$/);
      assert.equal(((await vendor.json()) as { error_code: number }).error_code, 503001);
    }
    if (own.status === 503) {
      seen.native += 1;
      assert.equal(((await own.json()) as { error: { code: string } }).error.code, 'overloaded');
    }
    isOver = await Promise.race([blocked.then(() => true), delay(0).then(() => false)]);
  }
  assert.ok(seen.runcomfy > 0 && seen.native > 0, JSON.stringify(seen));
  const end = Date.now() + 60_000;
  while ((await gateway.rich.send('/v1/tasks')).status !== 200) {
    assert.ok(Date.now() < end, 'it never came back');
    await delay(200);
  }
});
