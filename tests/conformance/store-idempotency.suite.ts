/** What every store owes a claimed Idempotency-Key. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { micros } from '../../src/core/money.ts';
import { createFixtures, type OpenStore, seededBytes, startTime } from '../support/store-fixtures.ts';

const claim = { route: 'POST /v1/tasks', key: 'one', fingerprint: 'f1' };
const answer = { status: 201, headers: { location: 'here' }, body: '{"id":1}' };

export function storeIdempotencySuite(name: string, open: OpenStore): void {
  const storeTest = (title: string, body: (world: Awaited<ReturnType<typeof prepare>>) => Promise<void>) =>
    test(title, async () => {
      const world = await prepare(title);
      await using _store = world.opened;
      await body(world);
    });

  async function prepare(title: string) {
    const randomBytes = seededBytes(title.length * 104_729);
    const opened = await open({ now: () => startTime, randomBytes });
    const fixtures = createFixtures(randomBytes);
    return { opened, store: opened.store, fixtures, caller: await fixtures.tenant(opened.store, 100) };
  }

  describe(`${name}: idempotency records`, () => {
    storeTest('a claim is written with its task, an answer kept once', async ({ store, fixtures, caller }) => {
      const task = await fixtures.task(store, caller, { idempotency: claim });
      const read = () => store.idempotencyRecord(caller.tenantId, claim.route, claim.key);
      assert.deepEqual(await read(), { taskId: task.id, fingerprint: 'f1', answer: null });
      await store.keepAnswer(caller.tenantId, claim, answer);
      await store.keepAnswer(caller.tenantId, claim, { ...answer, body: 'another' });
      assert.deepEqual((await read())?.answer, answer);
    });

    storeTest('a claimed key is refused and nothing else is written', async ({ store, fixtures, caller }) => {
      const reserveMicros = micros(30);
      await fixtures.task(store, caller, { idempotency: claim, reserveMicros });
      const second = fixtures.task(store, caller, { idempotency: { ...claim, fingerprint: 'f2' }, reserveMicros });
      await assert.rejects(second, { code: 'idempotency_in_progress' });
      assert.equal((await store.tasks({ tenantId: caller.tenantId, limit: 10 })).length, 1);
      assert.equal((await store.tenant(caller.tenantId))?.balanceMicros, 70);
    });

    storeTest('keys are scoped by tenant and route', async ({ store, fixtures, caller }) => {
      const other = await fixtures.tenant(store);
      await fixtures.task(store, caller, { idempotency: claim });
      await fixtures.task(store, other, { idempotency: claim });
      await fixtures.task(store, caller, { idempotency: { ...claim, route: 'POST /v1/other' } });
      assert.equal(await store.idempotencyRecord(other.tenantId, 'POST /v1/other', claim.key), undefined);
    });

    storeTest('a refused submission claims nothing', async ({ store, fixtures, caller }) => {
      const dear = fixtures.task(store, caller, { idempotency: claim, reserveMicros: micros(101) });
      await assert.rejects(dear, { code: 'insufficient_credit' });
      assert.equal(await store.idempotencyRecord(caller.tenantId, claim.route, claim.key), undefined);
    });

    storeTest('fifty claims of one key at once make one task', async ({ store, fixtures, caller }) => {
      const all = Array.from({ length: 50 }, () => fixtures.task(store, caller, { idempotency: claim }));
      const settled = await Promise.allSettled(all);
      assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    });

    storeTest('old records are removed, a batch at a time', async ({ store, fixtures, caller }) => {
      for (const key of ['a', 'b', 'c']) await fixtures.task(store, caller, { idempotency: { ...claim, key } });
      assert.equal(await store.deleteIdempotencyBefore(startTime, 10), 0);
      assert.equal(await store.deleteIdempotencyBefore(startTime + 1, 2), 2);
      assert.equal(await store.deleteIdempotencyBefore(startTime + 1, 2), 1);
    });
  });
}
