/** What every store owes to deliveries: leases, turns, attempts, rounds, lists and endpoint secrets. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Delivery, DeliveryAttempt } from '../../src/core/delivery.ts';
import { type DeliveryId, makeTenantId, type TenantId } from '../../src/core/ids.ts';
import type { Store } from '../../src/core/store-port.ts';
import type { Caller } from '../../src/core/tenant.ts';
import { createFixtures, type Fixtures, type OpenStore, seededBytes, startTime } from '../support/store-fixtures.ts';

const minute = 60_000;
const notAnId = 'msg_0000000000000000000000' as DeliveryId;
const claimAt = (now: number, limit = 100, perEndpoint = 100) => ({
  now,
  limit,
  perEndpoint,
  leaseUntil: now + minute,
});
const met = (number: number, status: number | null, finishedAt: number): DeliveryAttempt => ({
  number,
  startedAt: finishedAt - 10,
  finishedAt,
  status,
  error: status === null ? 'not_reached' : null,
  answer: status === null ? '' : 'ä "quoted"',
});
const ids = (deliveries: readonly Delivery[]) => deliveries.map(({ id }) => id);

type World = { readonly store: Store; readonly fixtures: Fixtures; readonly clock: { now: number } };

export function storeDeliveriesSuite(name: string, open: OpenStore): void {
  function storeTest(title: string, body: (world: World) => Promise<void>): void {
    test(title, async () => {
      const randomBytes = seededBytes(title.length * 104_729);
      const clock = { now: startTime };
      await using opened = await open({ now: () => clock.now, randomBytes });
      await body({ store: opened.store, fixtures: createFixtures(randomBytes), clock });
    });
  }

  async function owe({ store, fixtures }: World, caller: Caller, url: string, count = 1): Promise<Delivery[]> {
    const owed: Delivery[] = [];
    for (let index = 0; index < count; index += 1) {
      const { id } = await fixtures.task(store, caller, { webhook: { url, events: ['task.queued'] } });
      owed.push(...(await store.deliveries({ tenantId: caller.tenantId, taskId: id, limit: 9 })));
    }
    return owed;
  }
  const claimOne = async (store: Store, now: number): Promise<Delivery> => {
    const [delivery] = await store.claimDeliveries(claimAt(now));
    assert.ok(delivery);
    return delivery;
  };

  describe(`${name}: deliveries`, () => {
    storeTest('one is leased once, until its lease ends', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      const [owed] = await owe(world, caller, 'https://a.example/');
      assert.ok(owed);
      assert.deepEqual(await store.claimDeliveries(claimAt(startTime - minute)), []);
      const claims = await Promise.all([
        store.claimDeliveries(claimAt(startTime)),
        store.claimDeliveries(claimAt(startTime)),
      ]);
      assert.deepEqual(claims.flat(), [{ ...owed, fence: 1 }]);
      assert.deepEqual(await store.claimDeliveries(claimAt(startTime + minute / 2)), []);
      assert.equal((await claimOne(store, startTime + minute)).fence, 2);
      await store.expireLeases();
      assert.equal((await claimOne(store, startTime + minute)).fence, 3);
    });

    storeTest('only the holder finishes it, and once', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      await owe(world, caller, 'https://a.example/');
      const stale = await claimOne(store, startTime);
      const held = await claimOne(store, startTime + minute);
      const now = startTime + minute + 10;
      assert.equal(await store.finishDelivery(stale, met(1, 200, now), { state: 'delivered' }), false);
      assert.deepEqual(await store.deliveryAttempts(caller.tenantId, held.id), []);
      const nextAttemptAt = now + 5000;
      assert.equal(await store.finishDelivery(held, met(1, 500, now), { state: 'pending', nextAttemptAt }), true);
      assert.equal(await store.finishDelivery(held, met(1, 200, now), { state: 'delivered' }), false);
      const waiting = await store.delivery(caller.tenantId, held.id);
      assert.deepEqual(waiting, {
        ...held,
        attemptCount: 1,
        round: { startedAt: startTime, attemptCount: 1 },
        nextAttemptAt,
      });
      assert.deepEqual(await store.claimDeliveries(claimAt(nextAttemptAt - 2000)), []);
      const again = await claimOne(store, nextAttemptAt);
      const last = met(2, null, nextAttemptAt + 20);
      assert.equal(await store.finishDelivery(again, last, { state: 'failed' }), true);
      const failed = await store.delivery(caller.tenantId, held.id);
      assert.deepEqual(
        [failed?.state, failed?.attemptCount, failed?.nextAttemptAt, failed?.finishedAt],
        ['failed', 2, null, nextAttemptAt + 20],
      );
      assert.deepEqual(await store.deliveryAttempts(caller.tenantId, held.id), [met(1, 500, now), last]);
      assert.deepEqual(await store.claimDeliveries(claimAt(nextAttemptAt + 100 * minute)), []);
    });

    storeTest('endpoints take turns, and none gets more than its share', async (world) => {
      const { store, fixtures } = world;
      const [one, two] = [await fixtures.tenant(store), await fixtures.tenant(store)];
      await owe(world, one, 'https://a.example/', 10);
      await owe(world, one, 'https://b.example/', 2);
      await owe(world, two, 'https://a.example/', 3);
      const endpoint = ({ tenantId, url }: Delivery) => `${tenantId} ${url}`;
      const count = (claimed: readonly Delivery[]) =>
        Object.values(Object.groupBy(claimed, endpoint)).map((of) => of?.length);
      const first = await store.claimDeliveries(claimAt(startTime, 100, 2));
      assert.deepEqual(count(first), [2, 2, 2]);
      assert.deepEqual(await store.claimDeliveries(claimAt(startTime, 100, 2)), []);
      for (const held of first) await store.finishDelivery(held, met(1, 200, startTime), { state: 'delivered' });
      const second = await store.claimDeliveries(claimAt(startTime, 2, 2));
      const third = await store.claimDeliveries(claimAt(startTime, 2, 2));
      assert.deepEqual([count(second), count(third)], [[2], [1]]);
      assert.notEqual(endpoint(second[0] as Delivery), endpoint(third[0] as Delivery));
    });

    storeTest('sending again begins a new round under the same id', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      const other = await fixtures.tenant(store);
      await owe(world, caller, 'https://a.example/');
      const held = await claimOne(store, startTime);
      await store.finishDelivery(held, met(1, 410, startTime), { state: 'failed' });
      const later = startTime + minute;
      assert.equal(await store.resendDelivery(other.tenantId, held.id, later), false);
      assert.equal(await store.resendDelivery(caller.tenantId, notAnId, later), false);
      assert.equal(await store.resendDelivery(caller.tenantId, held.id, later), true);
      assert.deepEqual(await store.delivery(caller.tenantId, held.id), {
        ...held,
        attemptCount: 1,
        round: { startedAt: later, attemptCount: 0 },
        nextAttemptAt: later,
      });
      assert.equal((await claimOne(store, later)).id, held.id);
    });

    storeTest('sending again may lead to another URL, for good', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      await owe(world, caller, 'https://a.example/');
      const held = await claimOne(store, startTime);
      await store.finishDelivery(held, met(1, 410, startTime), { state: 'failed' });
      const later = startTime + minute;
      assert.equal(await store.resendDelivery(caller.tenantId, held.id, later, 'https://b.example/'), true);
      const again = await claimOne(store, later);
      assert.deepEqual([again.id, again.url], [held.id, 'https://b.example/']);
    });

    storeTest('a span of time is sent again, its state and its tenant only', async (world) => {
      const { store, fixtures, clock } = world;
      const caller = await fixtures.tenant(store);
      const other = await fixtures.tenant(store);
      await owe(world, other, 'https://a.example/');
      await owe(world, caller, 'https://a.example/', 1100);
      clock.now += minute;
      await owe(world, caller, 'https://a.example/', 2);
      const all = await store.claimDeliveries(claimAt(clock.now, 2000, 2000));
      assert.equal(all.length, 1103);
      for (const [index, held] of all.entries()) {
        await store.finishDelivery(held, met(1, 410, clock.now), { state: index % 2 === 0 ? 'failed' : 'delivered' });
      }
      const own = all.filter(({ tenantId, createdAt }) => tenantId === caller.tenantId && createdAt === startTime);
      const failed = await store.deliveries({ tenantId: caller.tenantId, states: ['failed'], limit: 2000 });
      const wanted = failed.filter(({ createdAt }) => createdAt === startTime).length;
      const range = { tenantId: caller.tenantId, state: 'failed', since: startTime, now: clock.now } as const;
      assert.equal(await store.resendDeliveries({ ...range, until: startTime }), 0);
      assert.equal(await store.resendDeliveries({ ...range, until: startTime + 1 }), wanted);
      assert.equal(await store.resendDeliveries({ ...range, until: startTime + 1 }), 0);
      assert.equal(own.length, 1100);
      await store.enableEndpoint(caller.tenantId, 'https://a.example/');
      assert.equal((await store.claimDeliveries(claimAt(clock.now, 2000, 2000))).length, wanted);
    });

    storeTest('lists go page by page, newest first, by state and by task', async (world) => {
      const { store, fixtures, clock } = world;
      const caller = await fixtures.tenant(store);
      const { tenantId } = caller;
      const owed: Delivery[] = [];
      for (let index = 0; index < 7; index += 1) {
        // Some at the same time, and the clock set back once.
        clock.now += [0, 5, 0, -3, 0, 9, 0][index] ?? 0;
        owed.push(...(await owe(world, caller, `https://${index % 2}.example/`)));
      }
      for (const held of await store.claimDeliveries(claimAt(startTime + 5, 3))) {
        await store.finishDelivery(held, met(1, 200, clock.now), { state: 'delivered' });
      }
      const order = ids(owed.toSorted((one, two) => two.createdAt - one.createdAt || two.sequence - one.sequence));
      const pages: DeliveryId[] = [];
      let before: Delivery | undefined;
      for (;;) {
        const page = await store.deliveries({ tenantId, limit: 2, ...(before === undefined ? {} : { before }) });
        if (page.length === 0) break;
        pages.push(...ids(page));
        before = page.at(-1);
      }
      assert.deepEqual(pages, order);
      const delivered = await store.deliveries({ tenantId, states: ['delivered'], limit: 9 });
      const others = await store.deliveries({ tenantId, states: ['pending', 'failed'], limit: 9 });
      assert.deepEqual([delivered.length, others.length], [3, 4]);
      const [first] = owed;
      assert.ok(first);
      assert.deepEqual(ids(await store.deliveries({ tenantId, taskId: first.taskId, limit: 9 })), [first.id]);
      const foreign = (await fixtures.tenant(store)).tenantId;
      assert.deepEqual(await store.deliveries({ tenantId: foreign, limit: 9 }), []);
      assert.deepEqual(await store.deliveries({ tenantId: foreign, taskId: first.taskId, limit: 9 }), []);
      assert.equal(await store.delivery(foreign, first.id), undefined);
      assert.deepEqual(await store.deliveryAttempts(foreign, (delivered[0] as Delivery).id), []);
    });

    storeTest('an endpoint has one secret, and while it is rotated the one before', async ({ store, fixtures }) => {
      const { tenantId } = await fixtures.tenant(store);
      const url = 'https://a.example/';
      const secret = (sealed: string, createdAt: number) => ({ tenantId, url, sealed, createdAt });
      assert.equal(await store.endpointSecret(tenantId, url), undefined);
      const inserts = ['one', 'two'].map((sealed) => store.insertEndpointSecret(secret(sealed, 1)));
      assert.deepEqual(await Promise.all(inserts), [true, false]);
      assert.deepEqual(await store.endpointSecret(tenantId, url), { ...secret('one', 1), previous: null });
      await store.rotateEndpointSecret(secret('three', 2), 50);
      await store.rotateEndpointSecret(secret('four', 3), 60);
      const previous = { sealed: 'three', until: 60 };
      assert.deepEqual(await store.endpointSecret(tenantId, url), { ...secret('four', 3), previous });
      assert.equal(await store.endpointSecret(tenantId, 'https://b.example/'), undefined);
      const nobody: TenantId = makeTenantId(fixtures.randomBytes);
      assert.equal(await store.endpointSecret(nobody, url), undefined);
      await assert.rejects(store.insertEndpointSecret({ ...secret('five', 4), tenantId: nobody }));
    });
  });
}
