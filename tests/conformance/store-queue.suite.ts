/** What every store owes those who wait: turns between tenants, limits of keys, off-peak work, paused engines. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Store } from '../../src/core/store-port.ts';
import type { Task } from '../../src/core/task.ts';
import * as moves from '../../src/core/task-moves.ts';
import type { Caller } from '../../src/core/tenant.ts';
import { createFixtures, type Fixtures, type OpenStore, seededBytes, startTime } from '../support/store-fixtures.ts';

type World = { readonly store: Store; readonly fixtures: Fixtures };

export function storeQueueSuite(name: string, open: OpenStore): void {
  async function withStore<Result>(seed: number, body: (world: World) => Promise<Result>): Promise<Result> {
    const randomBytes = seededBytes(seed);
    const opened = await open({ now: () => startTime, randomBytes });
    await using _store = opened;
    return await body({ store: opened.store, fixtures: createFixtures(randomBytes) });
  }
  const storeTest = (title: string, body: (world: World) => Promise<void>) =>
    test(title, () => withStore(title.length * 7_919, body));

  const claim = (store: Store, limit: number, now = startTime) =>
    store.claim({ work: { kind: 'run', engine: 'preview' }, limit, now, leaseUntil: now + 30_000 });
  const ids = (tasks: readonly Task[]) => tasks.map(({ id }) => id);
  const cancel = async (store: Store, task: Task) => {
    assert.ok(await store.commit(moves.cancel(task, startTime) as moves.Change));
  };

  /** A second key of the same tenant. */
  async function addKey({ store, fixtures }: World, { tenantId }: Caller, concurrency: number | null): Promise<Caller> {
    const key = fixtures.key(tenantId, { concurrency });
    await store.insertKey(key);
    return { tenantId, keyId: key.id };
  }

  describe(`${name}: who is next`, () => {
    storeTest('one task of a tenant does not wait for the hundred of another', async ({ store, fixtures }) => {
      const [many, one] = [await fixtures.tenant(store), await fixtures.tenant(store)];
      for (let count = 0; count < 100; count += 1) await fixtures.task(store, many);
      const single = await fixtures.task(store, one);
      assert.ok((await store.queuePosition(single)) <= 2);
      assert.ok(ids(await claim(store, 2)).includes(single.id));
    });

    storeTest('turns go on where they ended, one claim after another', async ({ store, fixtures }) => {
      const tenants = [await fixtures.tenant(store), await fixtures.tenant(store), await fixtures.tenant(store)];
      for (const tenant of tenants) for (let count = 0; count < 4; count += 1) await fixtures.task(store, tenant);
      const order: string[] = [];
      for (let count = 0; count < 12; count += 1)
        order.push(...(await claim(store, 1)).map(({ tenantId }) => tenantId));
      for (let round = 0; round < 4; round += 1) {
        assert.equal(new Set(order.slice(round * 3, round * 3 + 3)).size, 3, order.join(' '));
      }
    });

    storeTest('within a tenant the priority counts, then age, whatever key', async ({ store, fixtures }) => {
      const first = await fixtures.tenant(store);
      const second = await addKey({ store, fixtures }, first, null);
      const low = await fixtures.task(store, first, { priority: -1 });
      const early = await fixtures.task(store, second);
      const late = await fixtures.task(store, first);
      const high = await fixtures.task(store, second, { priority: 5 });
      assert.deepEqual(ids(await claim(store, 10)), ids([high, early, late, low]));
    });

    storeTest('inputs are fetched in turns as well', async ({ store, fixtures }) => {
      const media = [{ field: 'images', index: 0, source: { url: 'https://example.org/a.png' } }] as const;
      const [many, one] = [await fixtures.tenant(store), await fixtures.tenant(store)];
      for (let count = 0; count < 20; count += 1) await fixtures.task(store, many, { media });
      const single = await fixtures.task(store, one, { media });
      const work = { kind: 'fetch' } as const;
      const claimed = await store.claim({ work, limit: 2, now: startTime, leaseUntil: startTime + 1_000 });
      assert.ok(ids(claimed).includes(single.id));
    });

    storeTest('a key at its limit waits, and its tenant goes on with another', async (world) => {
      const { store, fixtures } = world;
      const free = await fixtures.tenant(store);
      const limited = await addKey(world, free, 2);
      const held: Task[] = [];
      for (let count = 0; count < 5; count += 1) held.push(await fixtures.task(store, limited));
      const other = await fixtures.task(store, free);
      const claimed = await claim(store, 10);
      assert.deepEqual(new Set(ids(claimed)), new Set(ids([...held.slice(0, 2), other])));
      assert.deepEqual(await claim(store, 10), []);
      const [first, second] = claimed.filter(({ keyId }) => keyId === limited.keyId) as [Task, Task];
      const begun = await fixtures.begun(store, first);
      assert.deepEqual(await claim(store, 10), [], 'a running task counts as much as a claimed one');
      assert.ok(
        await store.commit(moves.fail(begun.task, { code: 'internal', message: '' }, startTime, begun.attempt)),
      );
      assert.deepEqual(ids(await claim(store, 10)), ids(held.slice(2, 3)));
      await cancel(store, second);
      assert.deepEqual(ids(await claim(store, 10)), ids(held.slice(3, 4)));
    });

    storeTest('off-peak tasks run when no other can', async ({ store, fixtures }) => {
      const [one, two] = [await fixtures.tenant(store), await fixtures.tenant(store)];
      const cheap = await fixtures.task(store, one, { isOffPeak: true, priority: 10 });
      const ordinary = await fixtures.task(store, two);
      assert.deepEqual([await store.queuePosition(ordinary), await store.queuePosition(cheap)], [1, 2]);
      assert.deepEqual(ids(await claim(store, 1)), ids([ordinary]));
      assert.deepEqual(ids(await claim(store, 1)), ids([cheap]));
    });

    storeTest('a paused engine begins nothing, and goes on with what it had begun', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      await fixtures.begun(store, await fixtures.task(store, caller));
      const waiting = await fixtures.task(store, caller);
      await store.pauseEngine('preview', 7);
      await store.pauseEngine('preview', 8);
      assert.deepEqual(await store.pausedEngines(), [['preview', 7]]);
      const [running, ...rest] = await claim(store, 10);
      assert.equal(running?.state, 'running');
      assert.deepEqual(rest, []);
      await store.resumeEngine('preview');
      assert.deepEqual(await store.pausedEngines(), []);
      assert.deepEqual(ids(await claim(store, 10)), ids([waiting]));
    });

    storeTest('a refused task is claimed again when its time has come', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const { task, attempt } = await fixtures.begun(store, await fixtures.task(store, caller));
      const error = { code: 'overloaded', message: 'full' } as const;
      assert.ok(await store.commit(moves.putBack(task, attempt, error, startTime, startTime + 5_000)));
      const back = await store.anyTask(task.id);
      assert.deepEqual([back?.state, back?.startedAt], ['queued', null]);
      assert.deepEqual(await claim(store, 10, startTime + 4_999), []);
      assert.deepEqual(ids(await claim(store, 10, startTime + 5_000)), [task.id]);
    });

    test('nobody is passed over: between two of a tenant at most one of each other is begun', async () => {
      const submits = fc.array(
        fc.record({ tenant: fc.integer({ min: 0, max: 3 }), priority: fc.integer({ min: 0, max: 2 }) }),
        {
          minLength: 1,
          maxLength: 30,
        },
      );
      await fc.assert(
        fc.asyncProperty(submits, fc.integer({ min: 1, max: 4 }), (wishes, limit) =>
          withStore(wishes.length * 31 + limit, async ({ store, fixtures }) => {
            const tenants: Caller[] = [];
            for (let count = 0; count < 4; count += 1) tenants.push(await fixtures.tenant(store));
            for (const { tenant, priority } of wishes)
              await fixtures.task(store, tenants[tenant] as Caller, { priority });
            const order: Task[] = [];
            for (let claimed = await claim(store, limit); claimed.length > 0; claimed = await claim(store, limit)) {
              order.push(...claimed);
            }
            assert.equal(order.length, wishes.length);
            for (const { tenantId } of tenants) {
              const own = order.filter((task) => task.tenantId === tenantId);
              assert.deepEqual(
                own,
                own.toSorted((a, b) => b.priority - a.priority || a.sequence - b.sequence),
              );
              for (const [index, task] of own.slice(1).entries()) {
                const between = order.slice(order.indexOf(own[index] as Task) + 1, order.indexOf(task));
                assert.equal(new Set(between.map((other) => other.tenantId)).size, between.length);
              }
            }
          }),
        ),
        { numRuns: 25 },
      );
    });
  });
}
