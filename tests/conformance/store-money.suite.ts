/** Random histories of several tenants, with races and stale writers: money and states must come out right every time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GatewayError } from '../../src/core/errors.ts';
import { balanceEffect } from '../../src/core/ledger.ts';
import { micros } from '../../src/core/money.ts';
import { wholeCharge } from '../../src/core/price.ts';
import { isFinal, type Task } from '../../src/core/task.ts';
import * as moves from '../../src/core/task-moves.ts';
import type { Caller } from '../../src/core/tenant.ts';
import {
  createFixtures,
  type Fixtures,
  type OpenStore,
  type StoreUnderTest,
  seededBytes,
  startTime,
} from '../support/store-fixtures.ts';

const histories = 1000;

const actionArbitrary = fc.record({
  tenant: fc.nat(2),
  move: fc.constantFrom('submit', 'submit', 'begin', 'begin', 'succeed', 'fail', 'cancel', 'canceled', 'try-again'),
  /** Which of the tenant's tasks, and how many versions behind its newest form the actor is. */
  task: fc.nat(3),
  stale: fc.constantFrom(0, 0, 0, 1, 2),
  price: fc.nat(40),
});
type Action = typeof actionArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** A tenant, its grant, and every form its tasks have had. */
type Actor = { readonly caller: Caller; readonly grant: number; readonly tasks: Task[][] };

async function computeMove(
  { store }: StoreUnderTest,
  fixtures: Fixtures,
  { move }: Action,
  task: Task,
): Promise<moves.Change | undefined> {
  const attempt = await store.lastAttempt(task.id);
  if (move === 'begin') return moves.begin(task, fixtures.attemptKey(), startTime, 1000);
  if (move === 'fail') return moves.fail(task, { code: 'internal', message: '' }, startTime, attempt);
  if (move === 'cancel') return moves.cancel(task, startTime);
  if (attempt === undefined) return undefined;
  if (move === 'succeed')
    return moves.succeed(task, attempt, { artifactIds: [], metadata: {} }, [], wholeCharge(task), startTime);
  if (move === 'canceled') return moves.canceled(task, attempt, startTime);
  return moves.tryAgain(task, attempt, fixtures.attemptKey(), startTime, 1000);
}

async function act(world: StoreUnderTest, fixtures: Fixtures, actor: Actor, action: Action): Promise<void> {
  try {
    if (action.move === 'submit') {
      const price = { reserveMicros: micros(action.price), listMicros: micros(action.price) };
      actor.tasks.push([await fixtures.task(world.store, actor.caller, price)]);
      return;
    }
    const forms = actor.tasks[action.task];
    const task = forms?.[Math.max(0, forms.length - 1 - action.stale)];
    if (forms === undefined || task === undefined) return;
    const change = await computeMove(world, fixtures, action, task);
    if (change !== undefined && (await world.store.commit(change))) forms.push(change.task);
  } catch (error) {
    const isRefusal = error instanceof GatewayError && ['conflict', 'insufficient_credit'].includes(error.code);
    if (!isRefusal) throw error;
  }
}

async function check({ store, ...world }: StoreUnderTest, { caller, tasks }: Actor): Promise<void> {
  const { tenantId } = caller;
  const ledger = await world.ledger(tenantId);
  const sum = ledger.reduce((total, entry) => total + balanceEffect(entry), 0);
  assert.equal((await store.tenant(tenantId))?.balanceMicros, sum);
  assert.ok(sum >= 0);
  for (const forms of tasks) {
    const newest = forms.at(-1) as Task;
    const task = await store.task(tenantId, newest.id);
    assert.deepEqual(task, newest);
    const events = await store.events(tenantId, newest.id, 0);
    const ends = events.filter(({ type }) => isFinal(type.slice('task.'.length) as Task['state']));
    assert.equal(ends.length, isFinal(newest.state) ? 1 : 0);
    const amount = (kind: string) =>
      ledger
        .filter((entry) => entry.taskId === newest.id && entry.kind === kind)
        .reduce((total, entry) => total + entry.amountMicros, 0);
    const { reservedMicros, capturedMicros } = newest.price;
    assert.equal(amount('reserve'), reservedMicros);
    assert.equal(amount('capture'), capturedMicros ?? 0);
    assert.equal(amount('release'), isFinal(newest.state) ? reservedMicros - (capturedMicros ?? 0) : 0);
  }
}

export function storeMoneySuite(name: string, open: OpenStore): void {
  test(`${name}: ${histories} random histories keep every balance and end every task once`, async () => {
    const randomBytes = seededBytes(1);
    const fixtures = createFixtures(randomBytes);
    await using world = await open({ now: () => startTime, randomBytes });
    // What stands in one round happens at once.
    const rounds = fc.array(fc.array(actionArbitrary, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });
    const grants = fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100));
    await fc.assert(
      fc.asyncProperty(grants, rounds, async (given, history) => {
        const actors: Actor[] = await Promise.all(
          given.map(async (grant) => ({ caller: await fixtures.tenant(world.store, grant), grant, tasks: [] })),
        );
        for (const round of history) {
          await Promise.all(round.map((action) => act(world, fixtures, actors[action.tenant] as Actor, action)));
        }
        for (const actor of actors) await check(world, actor);
      }),
      { numRuns: histories, seed: 20, endOnFailure: true },
    );
    assert.deepEqual((await world.store.reconcile()).differences, []);
  });
}
