/** What every store owes to endpoints that fail, to word of progress, and to the lifetime of deliveries. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Delivery, DeliveryAttempt } from '../../src/core/delivery.ts';
import type { Store } from '../../src/core/store-port.ts';
import type { Task, WebhookEvent } from '../../src/core/task.ts';
import * as moves from '../../src/core/task-moves.ts';
import type { Caller } from '../../src/core/tenant.ts';
import { createFixtures, type Fixtures, type OpenStore, seededBytes, startTime } from '../support/store-fixtures.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const url = 'https://a.example/';
const all: readonly WebhookEvent[] = ['task.running', 'task.progress', 'task.failed'];

type World = { readonly store: Store; readonly fixtures: Fixtures; readonly clock: { now: number } };

const claim = ({ store, clock }: World, limit = 100) =>
  store.claimDeliveries({ now: clock.now, limit, perEndpoint: 100, leaseUntil: clock.now + minute });

async function claimOne(world: World): Promise<Delivery> {
  const [delivery, ...more] = await claim(world);
  assert.ok(delivery);
  assert.equal(more.length, 0, 'one at a time');
  return delivery;
}

const met = (delivery: Delivery, at: number, set: Partial<DeliveryAttempt> = {}): DeliveryAttempt => ({
  number: delivery.attemptCount + 1,
  startedAt: at,
  finishedAt: at,
  status: 500,
  error: null,
  answer: 'no',
  ...set,
});

async function fail({ store, clock }: World, held: Delivery, set: Partial<DeliveryAttempt> = {}): Promise<void> {
  const verdict = { state: 'pending', nextAttemptAt: clock.now + 10 * hour } as const;
  assert.ok(await store.finishDelivery(held, met(held, clock.now, set), verdict));
}

async function succeed({ store, clock }: World, held: Delivery): Promise<void> {
  assert.ok(await store.finishDelivery(held, met(held, clock.now, { status: 200 }), { state: 'delivered' }));
}

async function owe(world: World, caller: Caller, count = 1): Promise<Delivery[]> {
  const owed: Delivery[] = [];
  for (let index = 0; index < count; index += 1) {
    const webhook = { url, events: ['task.queued'] as const };
    const { id } = await world.fixtures.task(world.store, caller, { webhook });
    owed.push(...(await world.store.deliveries({ tenantId: caller.tenantId, taskId: id, limit: 9 })));
  }
  return owed;
}

/** Lets the one delivery that is owed fail every ten hours for five days. */
async function disable(world: World): Promise<void> {
  for (let failures = 0; failures < 13; failures += 1) {
    await fail(world, await claimOne(world));
    world.clock.now += 10 * hour;
  }
}

export function storeEndpointsSuite(name: string, open: OpenStore): void {
  function storeTest(title: string, body: (world: World) => Promise<void>): void {
    test(title, async () => {
      const randomBytes = seededBytes(title.length * 15_485_863);
      const clock = { now: startTime };
      await using opened = await open({ now: () => clock.now, randomBytes });
      await body({ store: opened.store, fixtures: createFixtures(randomBytes), clock });
    });
  }

  describe(`${name}: endpoints that fail`, () => {
    storeTest('one that fails is tried by one delivery at a time, until it takes one', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      const other = await fixtures.tenant(store);
      await owe(world, caller, 8);
      const [first, second, ...rest] = await claim(world, 4);
      assert.ok(first && second);
      assert.equal(rest.length, 2);
      await fail(world, first);
      const failing = {
        tenantId: caller.tenantId,
        url,
        failingSince: startTime,
        failedAt: startTime,
        disabledAt: null,
      };
      assert.deepEqual(await store.failingEndpoints(caller.tenantId, '', 9), [failing]);
      assert.deepEqual(await store.failingEndpoints(caller.tenantId, url, 9), []);
      assert.deepEqual(await store.failingEndpoints(other.tenantId, '', 9), []);
      assert.deepEqual(await claim(world), []);
      for (const held of rest) await fail(world, held);
      await fail(world, second);
      const probe = await claimOne(world);
      // What is ours to blame says nothing of it.
      await fail(world, probe, { status: null, error: 'no_payload' });
      assert.equal((await store.failingEndpoints(caller.tenantId, '', 9)).length, 1);
      await succeed(world, await claimOne(world));
      assert.deepEqual(await store.failingEndpoints(caller.tenantId, '', 9), []);
      assert.equal((await claim(world)).length, 2);
    });

    storeTest(
      'after five days it is disabled: what falls due fails unsent, what is sent again is tried',
      async (world) => {
        const { store, fixtures, clock } = world;
        const caller = await fixtures.tenant(store);
        const { tenantId } = caller;
        const [old] = await owe(world, caller);
        assert.ok(old);
        await disable(world);
        const [health] = await store.failingEndpoints(tenantId, '', 9);
        assert.deepEqual([health?.failingSince, health?.disabledAt], [startTime, startTime + 120 * hour]);
        const ended = await store.delivery(tenantId, old.id);
        assert.deepEqual([ended?.state, ended?.attemptCount, ended?.nextAttemptAt], ['failed', 13, null]);
        const late = await owe(world, caller, 3);
        assert.deepEqual(await claim(world), []);
        for (const { id } of late) {
          const unsent = await store.delivery(tenantId, id);
          assert.deepEqual([unsent?.state, unsent?.attemptCount, unsent?.finishedAt], ['failed', 0, clock.now]);
        }
        const [one, two] = late;
        assert.ok(one && two);
        clock.now += 5;
        await store.resendDelivery(tenantId, one.id, clock.now);
        await fail(world, await claimOne(world));
        assert.equal((await store.delivery(tenantId, one.id))?.state, 'failed', 'no round while it is disabled');
        await store.resendDelivery(tenantId, two.id, clock.now);
        await succeed(world, await claimOne(world));
        assert.deepEqual(await store.failingEndpoints(tenantId, '', 9), []);
        await owe(world, caller, 2);
        assert.equal((await claim(world)).length, 2);
      },
    );

    storeTest('it is enabled on request, by its tenant', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      await owe(world, caller);
      await disable(world);
      const other = await fixtures.tenant(store);
      assert.equal(await store.enableEndpoint(other.tenantId, url), false);
      assert.equal(await store.enableEndpoint(caller.tenantId, 'https://b.example/'), false);
      assert.equal(await store.enableEndpoint(caller.tenantId, url), true);
      assert.equal(await store.enableEndpoint(caller.tenantId, url), false);
      await owe(world, caller, 2);
      assert.equal((await claim(world)).length, 2);
    });
  });

  describe(`${name}: word of progress`, () => {
    async function running(world: World, events: readonly WebhookEvent[]): Promise<Task> {
      const { store, fixtures } = world;
      const task = await fixtures.task(store, await fixtures.tenant(store), { webhook: { url, events } });
      const [claimed] = await store.claim({
        work: { kind: 'run', engine: 'preview' },
        limit: 1,
        now: startTime,
        leaseUntil: startTime + hour,
      });
      assert.equal(claimed?.id, task.id);
      return (await fixtures.begun(store, claimed)).task;
    }
    const beat = ({ store }: World, { sequence, fence }: Task, progress: number) =>
      store.heartbeat({ sequence, fence, leaseUntil: startTime + hour, progress });
    const told = async ({ store }: World, { tenantId, id }: Task) =>
      (await store.deliveries({ tenantId, taskId: id, limit: 99 })).filter(({ event }) => event === 'task.progress');

    storeTest('it is owed twice a second at most, and one that waits stands for what follows', async (world) => {
      const { store, clock } = world;
      const task = await running(world, all);
      const notes: boolean[] = [];
      store.onNote(({ hasDelivery }) => notes.push(hasDelivery));
      await beat(world, task, 0.1);
      clock.now += 600;
      await beat(world, task, 0.2);
      assert.equal((await told(world, task)).length, 1, 'one waits');
      const sent = (await claim(world)).find(({ event }) => event === 'task.progress');
      assert.ok(sent);
      await beat(world, task, 0.2);
      assert.equal((await told(world, task)).length, 1, 'nothing new');
      await beat(world, task, 0.3);
      clock.now += 100;
      await beat(world, task, 0.4);
      assert.equal((await told(world, task)).length, 2);
      await store.finishDelivery(sent, met(sent, clock.now, { status: 200 }), { state: 'delivered' });
      const second = (await claim(world)).find(({ event }) => event === 'task.progress');
      assert.ok(second);
      clock.now += 300;
      await beat(world, task, 0.5);
      assert.equal((await told(world, task)).length, 2, 'too soon');
      clock.now += 100;
      await beat(world, task, 0.6);
      assert.equal((await told(world, task)).length, 3);
      assert.deepEqual(notes, [true, false, true, false, false, true]);
    });

    storeTest('the end of a task drops what waits unsent', async (world) => {
      const { store, clock } = world;
      const task = await running(world, all);
      await beat(world, task, 0.1);
      clock.now += 1000;
      await store.commit(moves.fail(task, { code: 'internal', message: '' }, clock.now));
      assert.deepEqual(await told(world, task), []);
      assert.deepEqual((await claim(world)).map(({ event }) => event).sort(), ['task.failed', 'task.running']);
    });

    storeTest('none is owed to a webhook that did not ask, or to an endpoint that fails', async (world) => {
      const { store, fixtures } = world;
      const task = await running(world, ['task.running', 'task.failed']);
      await beat(world, task, 0.1);
      assert.deepEqual(await told(world, task), []);
      const other = await running(world, all);
      const [held] = (await claim(world)).filter(({ taskId }) => taskId === other.id);
      assert.ok(held);
      await fail(world, held);
      await beat(world, other, 0.1);
      assert.deepEqual(await told(world, other), []);
      const plain = await fixtures.task(store, await fixtures.tenant(store));
      assert.equal(plain.webhook, null);
    });
  });

  describe(`${name}: the lifetime of deliveries`, () => {
    storeTest('what is final goes when its time has come, and its answers before', async (world) => {
      const { store, fixtures, clock } = world;
      const caller = await fixtures.tenant(store);
      const { tenantId } = caller;
      const owed = await owe(world, caller, 5);
      const [waiting, ...held] = await claim(world);
      assert.ok(waiting);
      for (const one of held) await succeed(world, one);
      await fail(world, waiting);
      clock.now += day;
      assert.equal(await store.clearAnswersBefore(clock.now - day, 99), 0);
      assert.equal(await store.clearAnswersBefore(clock.now, 3), 3);
      assert.equal(await store.clearAnswersBefore(clock.now, 99), 1);
      assert.equal(await store.clearAnswersBefore(clock.now, 99), 0);
      for (const { id } of held) {
        const [attempt] = await store.deliveryAttempts(tenantId, id);
        assert.deepEqual([attempt?.status, attempt?.answer], [200, '']);
      }
      assert.equal((await store.deliveryAttempts(tenantId, waiting.id))[0]?.answer, 'no');
      assert.equal(await store.deleteDeliveriesBefore(clock.now - day, 99), 0);
      assert.equal(await store.deleteDeliveriesBefore(clock.now, 3), 3);
      assert.equal(await store.deleteDeliveriesBefore(clock.now, 99), 1);
      assert.equal(owed.length, 5);
      const left = await store.deliveries({ tenantId, limit: 9 });
      assert.deepEqual(
        left.map(({ id }) => id),
        [waiting.id],
      );
      assert.equal(await store.deleteHealthBefore(startTime, 99), 0);
      assert.equal(await store.deleteHealthBefore(startTime + 1, 99), 1);
    });

    storeTest('the owner sees those of every tenant', async (world) => {
      const { store, fixtures, clock } = world;
      const [one, two] = [await fixtures.tenant(store), await fixtures.tenant(store)];
      const owed = [...(await owe(world, one, 2)), ...(await owe(world, two, 2))];
      clock.now += 1;
      owed.push(...(await owe(world, one, 1)));
      const newest = owed.toReversed();
      assert.deepEqual(await store.anyDeliveries({ limit: 9 }), newest);
      const [, second] = newest;
      assert.ok(second);
      assert.deepEqual(await store.anyDeliveries({ limit: 2, before: second }), newest.slice(2, 4));
      assert.deepEqual(await store.anyDeliveries({ limit: 9, states: ['failed'] }), []);
      assert.deepEqual(await store.anyDelivery(second.id), second);
    });
  });
}
