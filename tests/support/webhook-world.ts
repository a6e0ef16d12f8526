/** The real store, guard and delivery loop, without a server, for tests that stand in the place of receivers. */
import assert from 'node:assert/strict';
import { randomBytes as systemRandomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery, DeliveryAttempt } from '../../src/core/delivery.ts';
import type { TenantId } from '../../src/core/ids.ts';
import type { Store } from '../../src/core/store-port.ts';
import type { WebhookEvent } from '../../src/core/task.ts';
import type { Caller } from '../../src/core/tenant.ts';
import type { WebhookDialect } from '../../src/core/webhook-dialect.ts';
import { createWebhooks, signingKeys, type Webhooks, type WebhookWorld } from '../../src/core/webhooks.ts';
import { createNativeWebhooks } from '../../src/dialects/native/webhooks.ts';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { parseAllowList } from '../../src/media/fetch/address.ts';
import { createFetcher } from '../../src/media/fetch/index.ts';
import { createSealer } from '../../src/sealer.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { deliverLoop } from '../../src/worker/deliver.ts';
import { assertGenuine, type Received } from './receiver.ts';
import { createFixtures, type Fixtures } from './store-fixtures.ts';

/** What a receiver is to this world; one that is not HTTP has nothing in `received`. */
export type Endpoint = { readonly url: string; readonly door: string; readonly received: readonly Received[] };

export type WebhookWorldOptions = {
  /** Kept when it is given; otherwise one of its own, which goes with the world. */
  readonly directory?: string;
  /** How long an attempt may take; unless given, what the schedules say. */
  readonly attemptMs?: number;
  readonly dialects?: Readonly<Record<string, WebhookDialect>>;
  /** Added to the system's clock. */
  readonly clock?: { offsetMs: number };
};

export type OpenedWorld = AsyncDisposable & {
  readonly store: Store;
  readonly world: WebhookWorld;
  readonly fixtures: Fixtures;
  readonly caller: Caller;
  readonly webhooks: Webhooks;
  /** What the loop logged. */
  readonly errors: readonly unknown[];
  start(): void;
  /** Commits a task whose webhook is owed word of it. */
  owe(endpoint: Pick<Endpoint, 'url'>, options?: { caller?: Caller; dialect?: string }): Promise<Delivery>;
  /** Waits until so many attempts are on record. */
  attempted(
    delivery: Pick<Delivery, 'id'>,
    wanted: number,
  ): Promise<{ readonly delivery: Delivery; readonly attempts: readonly DeliveryAttempt[] }>;
};

const wireTask = async (task: unknown) => task as WireTask;
const waitMs = 20_000;

/** Disposing holds every delivery that any of the endpoints got from the native dialect against its secrets. */
export async function openWebhookWorld(
  endpoints: readonly Endpoint[],
  { directory, attemptMs, dialects = {}, clock: shift = { offsetMs: 0 } }: WebhookWorldOptions = {},
): Promise<OpenedWorld> {
  const place = directory ?? (await mkdtemp(join(tmpdir(), 'framegate-webhooks-')));
  const randomBytes = (length: number) => new Uint8Array(systemRandomBytes(length));
  const clock = { now: () => Date.now() + shift.offsetMs };
  const store = await openSqliteStore({ directory: place, randomBytes, now: clock.now });
  await store.expireLeases();
  const fetcher = createFetcher({
    allowList: parseAllowList(endpoints.map(({ door }) => door)),
    userAgent: 'Framegate/test',
  });
  const world = { store, fetcher, clock, randomBytes, sealer: createSealer('secret', 'test') };
  const errors: unknown[] = [];
  const stop = new AbortController();
  let loop: Promise<void> | undefined;
  const fixtures = createFixtures(randomBytes);
  const caller = await fixtures.tenant(store);
  const owners = new Map<string, TenantId>();
  const secrets = new Map<string, string[]>();
  const webhooks = createWebhooks(world);

  async function verify({ url, received }: Endpoint): Promise<void> {
    const owner = owners.get(url);
    if (owner === undefined || received.length === 0) return;
    const keys = await signingKeys(world, owner, url);
    const current = keys.map((key) => `whsec_${Buffer.from(key).toString('base64')}`);
    assertGenuine(
      received.filter(({ headers }) => 'webhook-id' in headers),
      [...(secrets.get(url) ?? []), ...current],
    );
  }

  return {
    store,
    world,
    fixtures,
    caller,
    webhooks: {
      ...webhooks,
      async renewSecret(asker, url) {
        const renewed = await webhooks.renewSecret(asker, url);
        secrets.set(url, [...(secrets.get(url) ?? []), renewed.secret]);
        return renewed;
      },
    },
    errors,
    start() {
      const known = new Map(Object.entries({ native: createNativeWebhooks(wireTask), ...dialects }));
      const log = { error: (entry: unknown) => errors.push(entry) };
      const limit = attemptMs === undefined ? {} : { attemptMs };
      loop = deliverLoop({ world, dialects: known, log, ...limit }, stop.signal);
    },
    async owe({ url }, { caller: owner = caller, dialect = 'native' } = {}) {
      owners.set(url, owner.tenantId);
      const events: WebhookEvent[] = ['task.queued'];
      const task = await fixtures.task(store, owner, { now: clock.now(), dialect, webhook: { url, events } });
      const [delivery] = await store.deliveries({ tenantId: owner.tenantId, taskId: task.id, limit: 2 });
      assert.ok(delivery);
      return delivery;
    },
    async attempted({ id }, wanted) {
      const end = Date.now() + waitMs;
      for (;;) {
        const delivery = await store.anyDelivery(id);
        assert.ok(delivery);
        const attempts = await store.deliveryAttempts(delivery.tenantId, id);
        // They are two reads: an attempt that is recorded between them is in one of them only.
        const isOneMoment = attempts.length === delivery.attemptCount;
        if (isOneMoment && attempts.length >= wanted) return { attempts, delivery };
        assert.ok(Date.now() < end, `${attempts.length} of ${wanted} attempts`);
        await delay(10);
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the test ends'));
      await loop;
      try {
        for (const endpoint of endpoints) await verify(endpoint);
      } finally {
        await store[Symbol.asyncDispose]();
        if (directory === undefined) await rm(place, { recursive: true });
      }
    },
  };
}
