/**
 * Many who want the same thing at once, against the real store with its writer thread: a task ends once, its price is
 * taken once or not at all, and no balance ever falls below zero.
 */
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { GatewayError } from '../../src/core/errors.ts';
import { createGateway, type Gateway } from '../../src/core/gateway.ts';
import type { TenantId } from '../../src/core/ids.ts';
import type { LedgerKind } from '../../src/core/ledger.ts';
import { micros } from '../../src/core/money.ts';
import { wholeCharge } from '../../src/core/price.ts';
import type { Store } from '../../src/core/store-port.ts';
import { isFinal, type Task, type TaskState } from '../../src/core/task.ts';
import * as moves from '../../src/core/task-moves.ts';
import type { Caller } from '../../src/core/tenant.ts';
import type { World } from '../../src/core/world.ts';
import { openFileBlobs } from '../../src/media/blobs/fs.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { holdTask, LeaseLostError } from '../../src/worker/held-task.ts';
import { sweep } from '../../src/worker/index.ts';
import { createPatience } from '../../src/worker/patience.ts';
import { sleep } from '../../src/worker/sleep.ts';
import { createFixtures, type Fixtures } from '../support/store-fixtures.ts';
import { testWorld } from '../support/world.ts';

const second = 1_000;
const price = 40_000;

let directory: string;
let store: Store;
let world: World;
let gateway: Gateway;
let fixtures: Fixtures;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-races-'));
  store = await openSqliteStore({ directory, randomBytes });
  fixtures = createFixtures(randomBytes);
  const blobs = await openFileBlobs(directory, randomBytes);
  world = testWorld({ store, blobs });
  gateway = createGateway(world);
});
after(async () => {
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const patience = createPatience(new AbortController().signal, sleep);

const output = { artifactIds: [], metadata: {} };

/** A worker's move, made anew until it is written. False when somebody else was faster. */
async function moveAsWorker(task: Task, move: (task: Task) => moves.Change): Promise<boolean> {
  try {
    await holdTask(store, task, patience).commit(move);
    return true;
  } catch (error) {
    const isBeaten = error instanceof LeaseLostError || (error instanceof GatewayError && error.code === 'conflict');
    if (!isBeaten) throw error;
    return false;
  }
}

const begin = (task: Task) =>
  moveAsWorker(task, (newest) => moves.begin(newest, fixtures.attemptKey(), Date.now(), 60 * second));

async function finish(task: Task, how: 'succeed' | 'fail' | 'stop'): Promise<boolean> {
  const attempt = await store.lastAttempt(task.id);
  if (attempt === undefined) return false;
  return await moveAsWorker(task, (newest) => {
    const now = Date.now();
    if (how === 'succeed') return moves.succeed(newest, attempt, output, [], wholeCharge(newest), now);
    if (how === 'stop') return moves.canceled(newest, attempt, now);
    return moves.fail(newest, { code: 'engine_failed', message: 'It failed.' }, now, attempt);
  });
}

const signal = new AbortController().signal;
const sweepOnce = () =>
  sweep(
    {
      world,
      eventLifetimeMs: 3600 * second,
      idempotencyLifetimeMs: 3600 * second,
      payloadLifetimeMs: undefined,
      deliveryLifetimeMs: 3600 * second,
      answerLifetimeMs: 3600 * second,
    },
    signal,
    patience,
  );

// ------------------------------------------------------------------------------------------------------- cancel races

/** What a cancel meets. Each gets ready, then tries to be faster; `ends` are the states that its win may lead to. */
const rivals = {
  begin: { isRunning: false, startLimitMs: 60 * second, act: begin },
  succeed: { isRunning: true, startLimitMs: 60 * second, act: (task: Task) => finish(task, 'succeed') },
  fail: { isRunning: true, startLimitMs: 60 * second, act: (task: Task) => finish(task, 'fail') },
  cancel: {
    isRunning: false,
    startLimitMs: 60 * second,
    act: async ({ tenantId, keyId, id }: Task) => (await gateway.cancel({ tenantId, keyId }, id)).isAccepted,
  },
  'the sweep of deadlines': {
    isRunning: false,
    // Late from the first moment on.
    startLimitMs: 0,
    async act({ id }: Task) {
      await sweepOnce();
      return (await store.anyTask(id))?.state === 'failed';
    },
  },
} as const;

const races = 2_000;
const atOnce = 100;

type Race = { readonly rival: keyof typeof rivals; readonly cancelWon: boolean; readonly rivalWon: boolean };

async function raceOnce(caller: Caller, rival: keyof typeof rivals): Promise<Race> {
  const { isRunning, startLimitMs, act } = rivals[rival];
  const facts = { startLimitMs, now: Date.now(), listMicros: micros(price), reserveMicros: micros(price) };
  const task = await fixtures.task(store, caller, facts);
  if (isRunning) await fixtures.begun(store, task);
  const cancel = () => gateway.cancel(caller, task.id);
  const isCancelFirst = randomInt(2) === 0;
  const early = isCancelFirst ? cancel() : act(task);
  const late = isCancelFirst ? act(task) : cancel();
  const [canceled, rivalWon] = isCancelFirst ? await Promise.all([early, late]) : await Promise.all([late, early]);
  const answer = canceled as Awaited<ReturnType<typeof cancel>>;
  let ended = await gateway.task(caller, task.id);
  if (!isFinal(ended.state)) {
    assert.ok(await finish(ended, ended.cancelRequestedAt === null ? 'succeed' : 'stop'));
    ended = await gateway.task(caller, task.id);
  }
  await checkRace(caller, ended, answer.task.state);
  return { rival, cancelWon: answer.isAccepted, rivalWon: rivalWon === true };
}

async function checkRace(caller: Caller, { id, state, price: paid }: Task, told: TaskState): Promise<void> {
  assert.ok(!isFinal(told) || told === state, `${id}: told ${told}, ended ${state}`);
  const events = await store.events(caller.tenantId, id, 0);
  const ends = events.filter(({ type }) => /(succeeded|failed|canceled)$/.test(type));
  assert.deepEqual(
    ends.map(({ type }) => type),
    [`task.${state}`],
  );
  assert.equal(paid.capturedMicros, state === 'succeeded' ? price : 0);
}

test(`${races} cancel races: each ends once, and is paid only when it succeeded`, async () => {
  const caller = await fixtures.tenant(store, races * price);
  const names = Object.keys(rivals) as (keyof typeof rivals)[];
  const outcomes: Race[] = [];
  for (let done = 0; done < races; done += atOnce) {
    const round = Array.from({ length: atOnce }, (_, number) => names[number % names.length] ?? 'begin');
    outcomes.push(...(await Promise.all(round.map((rival) => raceOnce(caller, rival)))));
  }
  for (const rival of names) {
    const own = outcomes.filter((outcome) => outcome.rival === rival);
    assert.ok(own.filter(({ cancelWon }) => cancelWon).length > 0, `a cancel wins against ${rival}`);
    assert.ok(own.filter(({ rivalWon }) => rivalWon).length > 0, `${rival} wins against a cancel`);
  }
  const cancels = outcomes.filter(({ rival }) => rival === 'cancel');
  assert.ok(
    cancels.every(({ cancelWon, rivalWon }) => cancelWon !== rivalWon),
    'of two cancels one is accepted',
  );
  const { entries, sum } = await accountsOf(caller.tenantId);
  assert.equal(entries.filter(({ kind }) => kind === 'reserve').length, races);
  assert.equal(entries.filter(({ kind }) => kind === 'capture' || kind === 'release').length, races, 'one end each');
  assert.equal(sum('capture') + sum('release'), sum('reserve'));
  assert.equal((await store.tenant(caller.tenantId))?.balanceMicros, races * price - sum('capture'));
  assert.deepEqual((await store.reconcile()).differences, []);
});

async function accountsOf(tenantId: TenantId) {
  const entries = await store.ledger(tenantId, undefined, Number.MAX_SAFE_INTEGER);
  const sum = (kind: LedgerKind) =>
    entries.filter((entry) => entry.kind === kind).reduce((total, { amountMicros }) => total + amountMicros, 0);
  return { entries, sum };
}

// -------------------------------------------------------------------------------------------------------- ledger moves

const moveCount = 100_000;
const actors = 50;
const tenantCount = 4;
/** Ten tasks or so, among fifty who want them: most of the time there is not enough. */
const creditMicros = 10 * price;

type Books = { readonly caller: Caller; granted: number; captured: number };

test(`${moveCount} random moves by ${actors} actors: sums are exact, nothing is overdrawn`, async () => {
  const books: Books[] = [];
  for (let number = 0; number < tenantCount; number += 1) {
    books.push({ caller: await fixtures.tenant(store, creditMicros), granted: creditMicros, captured: 0 });
  }
  const open: { readonly task: Task; readonly book: Books }[] = [];
  const tally = { submitted: 0, refused: 0, won: 0, lost: 0, granted: 0 };
  let left = moveCount;

  const pick = <Value>(values: readonly Value[]): Value => values[randomInt(values.length)] as Value;

  async function submit(book: Books): Promise<void> {
    const cost = micros(price * (1 + randomInt(3)));
    try {
      const task = await fixtures.task(store, book.caller, { listMicros: cost, reserveMicros: cost });
      tally.submitted += 1;
      open.push({ task, book });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'insufficient_credit') throw error;
      tally.refused += 1;
    }
  }

  /** Whoever is asked may have been asked of others in the same moment; only one of them may win. */
  async function settle({ task, book }: (typeof open)[number]): Promise<void> {
    const isRunning = (await store.anyTask(task.id))?.state === 'running';
    const how = pick(
      isRunning ? (['succeed', 'succeed', 'fail', 'cancel'] as const) : (['begin', 'begin', 'cancel'] as const),
    );
    let hasWon: boolean;
    if (how === 'cancel') hasWon = (await gateway.cancel(book.caller, task.id)).isAccepted;
    else hasWon = await (how === 'begin' ? begin(task) : finish(task, how));
    if (hasWon && how === 'succeed') book.captured += task.price.reservedMicros;
    tally[hasWon ? 'won' : 'lost'] += 1;
    const newest = await store.anyTask(task.id);
    const place = open.findIndex((one) => one.task === task);
    if (newest !== undefined && isFinal(newest.state) && place !== -1) open.splice(place, 1);
  }

  async function act(): Promise<void> {
    while (left > 0) {
      left -= 1;
      const dice = randomInt(100);
      const book = pick(books);
      if (dice < 6) {
        await store.grant(book.caller.tenantId, micros(price), 'more');
        book.granted += price;
        tally.granted += 1;
      } else if (dice < 40 || open.length === 0) await submit(book);
      else await settle(pick(open));
      const tenant = await store.tenant(book.caller.tenantId);
      assert.ok(tenant && tenant.balanceMicros >= 0, 'never overdrawn');
    }
  }
  await Promise.all(Array.from({ length: actors }, act));

  assert.ok(
    Object.values(tally).every((times) => times > moveCount / 200),
    `all of it happens: ${JSON.stringify(tally)}`,
  );
  for (const { caller, granted, captured } of books) {
    const { entries, sum } = await accountsOf(caller.tenantId);
    assert.equal(sum('grant'), granted);
    assert.equal(sum('capture'), captured, 'what was told to have succeeded is what was taken');
    assert.equal(
      (await store.tenant(caller.tenantId))?.balanceMicros,
      granted + sum('release') - sum('reserve'),
      'the balance is the sum of its entries',
    );
    const ends = entries.flatMap(({ kind, taskId }) => (kind === 'capture' || kind === 'release' ? [taskId] : []));
    assert.equal(new Set(ends).size, ends.length, 'one capture or one release');
  }
  assert.deepEqual((await store.reconcile()).differences, []);
});
