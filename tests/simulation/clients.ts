/** Those who ask: they submit, repeat, cancel, look and send again, and remember what they were told. */
import type { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../../src/core/errors.ts';
import { type DeliveryId, makeKeyId, makeTenantId, type TaskId } from '../../src/core/ids.ts';
import { nativeDialect } from '../../src/core/model.ts';
import { micros } from '../../src/core/money.ts';
import type { Store } from '../../src/core/store-port.ts';
import type { InlineMedia } from '../../src/core/submit.ts';
import { type Task, type Webhook, webhookEvents } from '../../src/core/task.ts';
import { type Caller, keyScopes } from '../../src/core/tenant.ts';
import { rowsOf } from './memory-store.ts';
import { engineKinds } from './outside.ts';
import { type GatewayProcess, isExpectedCode, priceMicros } from './process.ts';
import type { Referee } from './referee.ts';
import type { Scheduler } from './scheduler.ts';

/** One thing a client wants, however often it asks for it. Its name is the prompt, so that its tasks can be counted. */
type Wish = {
  readonly name: string;
  readonly caller: Caller;
  readonly key: string | null;
  readonly engine: string;
  readonly images: readonly string[];
  readonly webhook: Webhook | null;
  /** Every answer that reached the client. */
  readonly answers: string[];
};

export type Clients = {
  readonly wishes: readonly Wish[];
  /** Grants that were confirmed, by tenant. */
  readonly granted: ReadonlyMap<string, number>;
  readonly acknowledged: ReadonlySet<string>;
  /** One of them does something. */
  act(process: GatewayProcess): void;
  /** Everybody asks once more for what they wanted under a key. */
  repeatAll(process: GatewayProcess): void;
};

export type ClientOptions = {
  readonly scheduler: Scheduler;
  readonly referee: Referee;
  readonly database: DatabaseSync;
  readonly store: Store;
  readonly startTime: number;
  readonly count: (what: string) => void;
};

/** Enough for a few tasks each, so that money runs out now and then. */
const creditMicros = 5 * priceMicros;
const capMicros = 3 * priceMicros;
const mostWishes = 10;
const route = 'POST /v1/tasks';
const inline = new Map<string, InlineMedia>([['picture', { bytes: Buffer.from('image'), head: '' }]]);
const receivers = ['good', 'good', 'moody', 'moody', 'gone'] as const;
const imageChoices = [[], [], [], ['https://in.example/image'], ['https://in.example/missing'], ['picture']] as const;
const refusals = new Set(['insufficient_credit', 'idempotency_in_progress', 'not_found']);

export async function createClients(options: ClientOptions): Promise<Clients> {
  const { scheduler, referee, database, store, startTime, count } = options;
  const { random } = scheduler;
  const wishes: Wish[] = [];
  const acknowledged = new Set<string>();
  const granted = new Map<string, number>();
  const callers: Caller[] = [];
  for (const name of ['one', 'other']) {
    const tenantId = makeTenantId(random.bytes);
    await store.insertTenant({
      id: tenantId,
      name,
      balanceMicros: micros(creditMicros),
      discountBasisPoints: 0,
      createdAt: startTime,
    });
    granted.set(tenantId, creditMicros);
    for (const spendCapMicros of [null, micros(capMicros)]) {
      const keyId = makeKeyId(random.bytes);
      const common = { name: 'key', hint: '', hash: keyId, createdAt: startTime, expiresAt: null, revokedAt: null };
      await store.insertKey({
        id: keyId,
        tenantId,
        ...common,
        scopes: keyScopes,
        spendCapMicros,
        concurrency: spendCapMicros === null ? null : 2,
      });
      callers.push({ tenantId, keyId });
    }
  }

  /** What a request may meet: its answer, a refusal, or nothing when the process dies. */
  function request(process: GatewayProcess, what: string, work: () => Promise<void>): void {
    scheduler.note(what);
    work().catch((error: unknown) => {
      const code = error instanceof GatewayError ? error.code : undefined;
      scheduler.note(`${what}: ${code ?? error}`);
      if (code === 'insufficient_credit') count('refusals for money');
      const isRefusal = code !== undefined && (refusals.has(code) || isExpectedCode(code));
      const isExpected = isRefusal || process.isStoreBroken();
      referee.expect(isExpected, 'no surprise', () => `${what}: ${error instanceof Error ? error.stack : error}`);
    });
  }

  function submit(process: GatewayProcess, wish: Wish): void {
    const { gateway, once, server } = process;
    const { name, caller, key, engine, images, webhook } = wish;
    const value = { prompt: name, images };
    request(process, `${name} is asked for`, async () => {
      const response = await once(
        { tenantId: caller.tenantId, route, key },
        { value, inline: new Map(), sizeBytes: 0 },
        {
          accept: (idempotency) =>
            gateway.submit(
              {
                caller,
                view: view(gateway, engine),
                wireId: null,
                value,
                inline,
                root: ['input'],
                isSeedZeroRandom: false,
                priority: random.below(2),
                isOffPeak: random.chance(0.2),
                metadata: null,
                marks: null,
                webhook,
                idempotency,
              },
              { signal: new AbortController().signal },
            ),
          answer: async (task: Task) =>
            Response.json({ id: task.id, state: task.state, position: await gateway.queuePosition(task) }),
        },
      );
      if (response.headers.get('idempotency-replayed') !== null) count('replayed answers');
      const text = await response.text();
      await scheduler.park(server, `answer for ${name}`);
      wish.answers.push(text);
      const { id, state } = JSON.parse(text) as { id: string; state: string };
      acknowledged.add(id);
      // A kept answer may be old, so only a final state says something of now.
      referee.observe(id, state);
      referee.expect(new Set(wish.answers).size === 1, 'one answer for one key', () => wish.answers.join(' '));
    });
  }

  function newWish(): Wish {
    const key = random.chance(0.5) ? `key ${wishes.length}` : null;
    const events = random.chance(0.3) ? webhookEvents : webhookEvents.slice(2);
    const wish: Wish = {
      name: `wish ${wishes.length}`,
      caller: random.pick(callers),
      key,
      engine: random.pick(engineKinds).name,
      images: random.pick(imageChoices),
      webhook: random.chance(0.5) ? { url: `https://hook.example/${random.pick(receivers)}`, events } : null,
      answers: [],
    };
    wishes.push(wish);
    return wish;
  }

  function anyTask(): { id: TaskId; caller: Caller } | undefined {
    const known = [...acknowledged];
    if (known.length === 0) return undefined;
    const id = random.pick(known) as TaskId;
    const wish = wishes.find(({ answers }) => answers[0]?.includes(id));
    return wish && { id, caller: wish.caller };
  }

  function look(process: GatewayProcess): void {
    const found = anyTask();
    if (found === undefined) return;
    request(process, `${found.id} is looked at`, async () => {
      const task = await process.gateway.task(found.caller, found.id);
      referee.observe(task.id, task.state);
    });
  }

  function cancel(process: GatewayProcess): void {
    const found = anyTask();
    if (found === undefined) return;
    const how = random.chance(0.7) ? 'cancel' : 'cancelQueued';
    request(process, `${how} of ${found.id}`, async () => {
      const { task } = await process.gateway[how](found.caller, found.id);
      referee.observe(task.id, task.state);
    });
  }

  function resend(process: GatewayProcess): void {
    const sql = `SELECT delivery.public_id AS id, tenant.public_id AS tenant FROM delivery
      JOIN tenant ON tenant.sequence = delivery.tenant ORDER BY delivery.sequence`;
    const known = rowsOf<{ id: DeliveryId; tenant: string }>(database, sql);
    if (known.length === 0) return;
    const { id, tenant } = random.pick(known);
    const caller = callers.find(({ tenantId }) => tenantId === tenant);
    if (caller === undefined) return;
    request(process, `${id} is wanted again`, async () => {
      await process.gateway.webhooks.resend(caller, id);
    });
  }

  function grant(process: GatewayProcess): void {
    const { tenantId } = random.pick(callers);
    const amount = micros(priceMicros);
    request(process, `grant to ${tenantId}`, async () => {
      await process.store.grant(tenantId, amount, 'more');
      granted.set(tenantId, (granted.get(tenantId) ?? 0) + amount);
    });
  }

  return {
    wishes,
    granted,
    acknowledged,
    act(process) {
      const kind = random.below(20);
      if (kind < 8 && wishes.length < mostWishes) {
        const wish = newWish();
        submit(process, wish);
        // An impatient client asks twice at once.
        if (wish.key !== null && random.chance(0.3)) submit(process, wish);
      } else if (kind < 11) {
        const keyed = wishes.filter(({ key }) => key !== null);
        if (keyed.length > 0) submit(process, random.pick(keyed));
      } else if (kind < 15) cancel(process);
      else if (kind < 17) look(process);
      else if (kind < 19) resend(process);
      else grant(process);
    },
    repeatAll(process) {
      for (const wish of wishes) if (wish.key !== null) submit(process, wish);
    },
  };
}

const view = (gateway: GatewayProcess['gateway'], engine: string) =>
  gateway.catalog.view(nativeDialect, `sim/${engine}`);
