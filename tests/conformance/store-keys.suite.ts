/** What every store must do for keys, grants and the proof of its sums. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GatewayError } from '../../src/core/errors.ts';
import type { KeyId, TenantId } from '../../src/core/ids.ts';
import { micros } from '../../src/core/money.ts';
import { wholeCharge } from '../../src/core/price.ts';
import * as moves from '../../src/core/task-moves.ts';
import { createFixtures, type Fixtures, type OpenStore, seededBytes, startTime } from '../support/store-fixtures.ts';

type World = Awaited<ReturnType<OpenStore>> & { readonly fixtures: Fixtures };

const later = startTime + 1000;
const noTenant = 'tenant_0000000000000000000000' as TenantId;
const noKey = 'key_0000000000000000000000' as KeyId;
const price = (amount: number) => ({ reserveMicros: micros(amount), listMicros: micros(amount) });

export function storeKeysSuite(name: string, open: OpenStore): void {
  function storeTest(title: string, body: (world: World) => Promise<void>): void {
    test(title, async () => {
      const randomBytes = seededBytes(title.length * 104729);
      await using opened = await open({ now: () => later, randomBytes });
      await body({ ...opened, fixtures: createFixtures(randomBytes) });
    });
  }

  describe(`${name}: keys and grants`, () => {
    storeTest('keys are read, listed, revoked and touched, each only as its tenant', async ({ store, fixtures }) => {
      const one = await fixtures.tenant(store);
      const other = await fixtures.tenant(store);
      const made = fixtures.key(one.tenantId, { scopes: ['read'], spendCapMicros: micros(5), name: 'second' });
      await store.insertKey(made);
      const key = { ...made, spentMicros: 0, lastUsedAt: null };
      assert.deepEqual(await store.key(one.tenantId, made.id), key);
      assert.equal(await store.key(other.tenantId, made.id), undefined);
      assert.deepEqual(
        (await store.keys(one.tenantId)).map(({ id }) => id),
        [one.keyId, made.id],
      );
      await store.touchKey(made.id, later);
      await store.touchKey(made.id, startTime);
      assert.equal((await store.key(one.tenantId, made.id))?.lastUsedAt, later);
      assert.equal(await store.revokeKey(other.tenantId, made.id, later), false);
      assert.equal(await store.revokeKey(one.tenantId, noKey, later), false);
      assert.equal((await store.key(one.tenantId, made.id))?.revokedAt, null);
      assert.equal(await store.revokeKey(one.tenantId, made.id, later), true);
      assert.equal(await store.revokeKey(one.tenantId, made.id, later + 1), true);
      assert.equal((await store.keyByHash(made.hash))?.revokedAt, later);
    });

    storeTest('a tenant may have no key', async ({ store, fixtures }) => {
      const { tenantId } = await fixtures.tenant(store);
      const id = `${tenantId.slice(0, -1)}_` as TenantId;
      await store.insertTenant({
        id,
        name: 'keyless',
        balanceMicros: micros(0),
        discountBasisPoints: 0,
        createdAt: later,
      });
      assert.deepEqual(await store.keys(id), []);
    });

    storeTest('grants raise the balance; the ledger is paged, newest first', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store, 10);
      const other = await fixtures.tenant(store, 1);
      await store.grant(caller.tenantId, micros(32), 'for the autumn');
      assert.equal((await store.tenant(caller.tenantId))?.balanceMicros, 42);
      const task = await fixtures.task(store, caller, price(7));
      const entries = await store.ledger(caller.tenantId, undefined, 10);
      assert.deepEqual(
        entries.map(({ kind, amountMicros, note, taskId }) => ({ kind, amountMicros, note, taskId })),
        [
          { kind: 'reserve', amountMicros: 7, note: undefined, taskId: task.id },
          { kind: 'grant', amountMicros: 32, note: 'for the autumn', taskId: null },
          { kind: 'grant', amountMicros: 10, note: undefined, taskId: null },
        ],
      );
      const [newest, second] = entries;
      assert.equal(second?.createdAt, later);
      assert.deepEqual(await store.ledger(caller.tenantId, newest?.sequence, 1), [second]);
      assert.equal((await store.ledger(other.tenantId, undefined, 10)).length, 1);
      await assert.rejects(store.grant(noTenant, micros(1), ''), { code: 'not_found' });
    });

    storeTest('a spend cap holds against submits made at once, and gives room again', async ({ store, fixtures }) => {
      const { tenantId } = await fixtures.tenant(store, 1000);
      const key = fixtures.key(tenantId, { spendCapMicros: micros(10) });
      await store.insertKey(key);
      const caller = { tenantId, keyId: key.id };
      const results = await Promise.allSettled(
        Array.from({ length: 50 }, () => fixtures.task(store, caller, price(10))),
      );
      const accepted = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      assert.equal(accepted.length, 1);
      for (const result of results) {
        if (result.status === 'fulfilled') continue;
        assert.ok(result.reason instanceof GatewayError);
        assert.equal(result.reason.code, 'insufficient_credit');
        assert.match(result.reason.message, /^This key's spend cap/);
      }
      assert.equal((await store.tenant(tenantId))?.balanceMicros, 990);
      assert.equal((await store.key(tenantId, key.id))?.spentMicros, 10);
      const [task] = accepted;
      assert.ok(task);
      const change = moves.cancel(task, later);
      assert.ok(change && (await store.commit(change)));
      assert.equal((await store.key(tenantId, key.id))?.spentMicros, 0);
      const again = await fixtures.begun(store, await fixtures.task(store, caller, price(10)));
      const output = { artifactIds: [], metadata: {} };
      assert.ok(
        await store.commit(moves.succeed(again.task, again.attempt, output, [], wholeCharge(again.task), later)),
      );
      assert.equal((await store.key(tenantId, key.id))?.spentMicros, 10);
      await assert.rejects(fixtures.task(store, caller, price(1)), { code: 'insufficient_credit' });
      await fixtures.task(store, caller, price(0));
      const { differences, ...counts } = await store.reconcile();
      assert.deepEqual(differences, []);
      assert.deepEqual(counts, { tenants: 1, keys: 2, tasks: 3, entries: 5 });
    });

    storeTest('an owner lists the tasks of all, by state and model too', async ({ store, fixtures }) => {
      const one = await fixtures.tenant(store);
      const other = await fixtures.tenant(store);
      const first = await fixtures.task(store, one);
      const second = await fixtures.task(store, other, { model: 'vendor/other' });
      const third = await fixtures.task(store, one);
      const { task: running } = await fixtures.begun(store, first);
      assert.deepEqual(await store.anyTasks({ limit: 10 }), [third, second, running]);
      assert.deepEqual(await store.anyTasks({ limit: 1, beforeSequence: third.sequence }), [second]);
      assert.deepEqual(await store.anyTasks({ limit: 10, states: ['queued'] }), [third, second]);
      assert.deepEqual(await store.anyTasks({ limit: 10, model: 'vendor/other' }), [second]);
    });
  });
}
