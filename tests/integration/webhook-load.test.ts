/**
 * Half of all receivers hang, and the other half must not notice: 50 events a second, the real time-outs.
 * HOOK_LOAD_SECONDS=60 measures for longer (docs/performance.md).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openWebhookWorld } from '../support/webhook-world.ts';

const seconds = Number(process.env.HOOK_LOAD_SECONDS ?? 5);
const eventsPerSecond = 50;
const receiversOfAKind = 20;
const endpointsPerTenant = 8;
/** Ten times what is wanted. */
const limitMs = 20_000;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** From the commit of the event to its arrival, the shortest first. */
function latencies(receivers: readonly Receiver[]): number[] {
  const taken = receivers.flatMap(({ received }) =>
    received.map(({ at, body }) => at - Date.parse((JSON.parse(body) as { timestamp: string }).timestamp)),
  );
  return taken.sort((one, other) => one - other);
}

test('with half of all receivers hanging, the others hear in time', async (context) => {
  await using stack = new AsyncDisposableStack();
  const open = async (answer: Parameters<typeof startReceiver>[0]) => stack.use(await startReceiver(answer));
  const healthy: Receiver[] = [];
  const hanging: Receiver[] = [];
  for (let index = 0; index < receiversOfAKind; index += 1) {
    healthy.push(await open((response) => response.writeHead(200).end()));
    hanging.push(await open(() => undefined));
  }
  const all = healthy.flatMap((receiver, index) => [receiver, hanging[index] as Receiver]);
  const world = stack.use(await openWebhookWorld(all));
  const tenants = [];
  for (let count = 0; count < all.length / endpointsPerTenant; count += 1) {
    tenants.push(await world.fixtures.tenant(world.store));
  }
  world.start();
  const started = Date.now();
  const submits: Promise<unknown>[] = [];
  for (let index = 0; index < seconds * eventsPerSecond; index += 1) {
    const place = index % all.length;
    const caller = tenants[Math.floor(place / endpointsPerTenant)];
    const receiver = all[place];
    assert.ok(caller && receiver);
    submits.push(world.owe(receiver, { caller }));
    await delay(Math.max(0, started + ((index + 1) * 1000) / eventsPerSecond - Date.now()));
  }
  await Promise.all(submits);
  const owed = Math.ceil(submits.length / 2);
  const end = Date.now() + limitMs;
  const arrived = () => healthy.reduce((sum, { received }) => sum + received.length, 0);
  while (arrived() < owed) {
    assert.ok(Date.now() < end, `${arrived()} of ${owed} came`);
    await delay(10);
  }
  const sorted = latencies(healthy);
  const [median, p95, longest] = [percentile(sorted, 0.5), percentile(sorted, 0.95), sorted.at(-1) ?? 0];
  context.diagnostic(`${sorted.length} heard: p50 ${median} ms, p95 ${p95} ms, longest ${longest} ms`);
  assert.ok(p95 < limitMs, `p95 is ${p95} ms`);
  // Four at a time at first, and one at a time once the first of them has failed.
  const most = 4 + Math.ceil(seconds / 15);
  for (const { received } of hanging) assert.ok(received.length <= most, `${received.length} at a hanging one`);
  assert.deepEqual(world.errors, []);
});
