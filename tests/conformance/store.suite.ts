/** What every store must do, whatever keeps its rows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeTaskId, type TaskId, type TenantId } from '../../src/core/ids.ts';
import { micros } from '../../src/core/money.ts';
import { wholeCharge } from '../../src/core/price.ts';
import type { ClaimRequest, Store, StoreNote } from '../../src/core/store-port.ts';
import type { Task } from '../../src/core/task.ts';
import * as moves from '../../src/core/task-moves.ts';
import {
  createFixtures,
  type Fixtures,
  type OpenStore,
  type StoreUnderTest,
  seededBytes,
  startTime,
} from '../support/store-fixtures.ts';

type World = StoreUnderTest & { readonly fixtures: Fixtures };

const later = startTime + 1000;
const run = (now: number, limit = 10, engine = 'preview'): ClaimRequest => ({
  work: { kind: 'run', engine },
  limit,
  now,
  leaseUntil: now + 30_000,
});
const ids = (tasks: readonly Task[]) => tasks.map(({ id }) => id);
const notAnId = 'task_0000000000000000000000' as TaskId;

async function balance(store: Store, tenantId: TenantId): Promise<number | undefined> {
  return (await store.tenant(tenantId))?.balanceMicros;
}

export function storeSuite(name: string, open: OpenStore): void {
  /** A fresh store for each test, with a clock that stands at `later`. */
  function storeTest(title: string, body: (world: World) => Promise<void>): void {
    test(title, async () => {
      const randomBytes = seededBytes(title.length * 7919);
      await using opened = await open({ now: () => later, randomBytes });
      await body({ ...opened, fixtures: createFixtures(randomBytes) });
    });
  }

  describe(`${name}: tasks`, () => {
    storeTest('a submitted task is read as it was written', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store, 100);
      const image = fixtures.artifact(caller.tenantId, { role: 'input', expiresAt: later });
      const written = await fixtures.task(store, caller, {
        dialect: 'runcomfy',
        wireId: '0b6ee3b8-7c2c-4f0e-9f4f-1df7a1f0b6aa',
        input: { prompt: 'ä "quoted" 沙漠 \u0000', list: [1, 2.5, null, true], nested: { a: {} } },
        media: [{ field: 'images', index: 0, source: { artifactId: image.id } }],
        webhook: { url: 'https://example.com/hook', events: ['task.succeeded'] },
        listMicros: micros(70),
        reserveMicros: micros(60),
        priority: -3,
        seed: 2 ** 31 - 1,
        artifacts: [image],
      });
      assert.deepEqual(await store.task(caller.tenantId, written.id), written);
      assert.deepEqual(await store.anyTask(written.id), written);
      assert.deepEqual(await store.artifact(caller.tenantId, image.id), image);
    });

    storeTest('a change is read as it was written', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store, 100);
      const queued = await fixtures.task(store, caller, { reserveMicros: micros(60), listMicros: micros(60) });
      const { task, attempt } = await fixtures.begun(store, queued);
      assert.deepEqual(await store.task(caller.tenantId, task.id), task);
      assert.deepEqual(await store.attempts(caller.tenantId, task.id), [attempt]);
      const started = moves.attemptStarted(task, attempt, { job: 7, parts: ['a'] }, later);
      assert.equal(await store.commit(started), true);
      const [running] = started.attempts;
      assert.ok(running);
      assert.deepEqual(await store.lastAttempt(task.id), running);
      const output = fixtures.artifact(caller.tenantId);
      const end = moves.succeed(
        started.task,
        running,
        { artifactIds: [output.id], metadata: { seed: 1 } },
        [output],
        wholeCharge(started.task),
        later,
      );
      assert.equal(await store.commit(end), true);
      assert.deepEqual(await store.task(caller.tenantId, task.id), end.task);
      assert.deepEqual(await store.artifact(caller.tenantId, output.id), output);
      assert.deepEqual(await store.attempts(caller.tenantId, task.id), end.attempts);
      const failing = await fixtures.begun(store, await fixtures.task(store, caller));
      const error = { code: 'engine_failed', message: 'no', details: { why: ['x'] } } as const;
      const failed = moves.fail(failing.task, error, later, failing.attempt);
      await store.commit(failed);
      assert.deepEqual(await store.task(caller.tenantId, failing.task.id), failed.task);
      assert.deepEqual((await store.lastAttempt(failing.task.id))?.error, error);
    });

    storeTest('a second attempt stands beside the first', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const { task, attempt } = await fixtures.begun(store, await fixtures.task(store, caller));
      const again = moves.tryAgain(task, attempt, fixtures.attemptKey(), later, 60_000);
      assert.equal(await store.commit(again), true);
      assert.deepEqual(await store.attempts(caller.tenantId, task.id), again.attempts);
      assert.deepEqual(await store.lastAttempt(task.id), again.attempts[1]);
    });

    storeTest('a wire id is read in its own dialect, or in none named', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const task = await fixtures.task(store, caller, { dialect: 'runcomfy', wireId: 'wire-1' });
      await fixtures.task(store, caller);
      await fixtures.task(store, caller);
      assert.deepEqual(await store.taskByWireId(caller.tenantId, 'runcomfy', 'wire-1'), task);
      assert.deepEqual(await store.taskByWireId(caller.tenantId, undefined, 'wire-1'), task);
      assert.equal(await store.taskByWireId(caller.tenantId, 'vidu', 'wire-1'), undefined);
      assert.equal(await store.taskByWireId(caller.tenantId, undefined, 'wire-2'), undefined);
      const twin = moves.submit(fixtures.facts(caller, { dialect: 'runcomfy', wireId: 'wire-1' }));
      await assert.rejects(store.submit(twin), { code: 'conflict' });
      assert.equal(await store.anyTask(twin.task.id), undefined);
    });

    storeTest('nothing of another tenant is read', async ({ store, fixtures }) => {
      const owner = await fixtures.tenant(store);
      const { tenantId: other } = await fixtures.tenant(store);
      const artifact = fixtures.artifact(owner.tenantId);
      await store.insertArtifact(artifact);
      const queued = await fixtures.task(store, owner, { wireId: 'wire', dialect: 'vidu' });
      const { task } = await fixtures.begun(store, queued);
      assert.ok(await store.task(owner.tenantId, task.id));
      assert.equal(await store.task(other, task.id), undefined);
      assert.equal(await store.taskByWireId(other, 'vidu', 'wire'), undefined);
      assert.deepEqual(await store.tasks({ tenantId: other, limit: 10 }), []);
      assert.deepEqual(await store.attempts(other, task.id), []);
      assert.deepEqual(await store.events(other, task.id, 0), []);
      assert.equal(await store.artifact(other, artifact.id), undefined);
      assert.deepEqual(await store.artifacts(other, [artifact.id]), []);
      assert.equal(await store.task(owner.tenantId, notAnId), undefined);
    });

    storeTest('lists of a dialect go by the time of creation, and are filtered', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const stranger = await fixtures.tenant(store);
      const { tenantId } = caller;
      const tasks: Task[] = [];
      for (let index = 0; index < 8; index += 1) {
        const facts = { dialect: 'one', wireId: `wire ${index}`, model: index < 4 ? 'a/one' : 'a/two' };
        // Two at a time are of one moment, and what is written later may be older.
        const now = later + (index === 7 ? 0 : Math.floor(index / 2));
        tasks.push(await fixtures.task(store, caller, { ...facts, now, input: { size: index % 2, word: 'x' } }));
      }
      await fixtures.task(store, caller, { dialect: 'other', wireId: 'a wire', now: later });
      await fixtures.task(store, caller, { now: later });
      await fixtures.task(store, stranger, { dialect: 'one', wireId: 'another wire', now: later });
      await store.commit(moves.fail(tasks[2] as Task, { code: 'internal', message: '' }, later));
      const whole = { tenantId, dialect: 'one', createdFrom: 0, createdBefore: later + 9, limit: 20 };
      const list = async (filter: object) => {
        const found = await store.tasksOfDialect({ ...whole, ...filter });
        return found.map(({ wireId }) => Number(wireId?.slice(5)));
      };
      assert.deepEqual(await list({}), [6, 5, 4, 3, 2, 7, 1, 0]);
      assert.deepEqual(await list({ limit: 3, offset: 2 }), [4, 3, 2]);
      const [, , , third] = await store.tasksOfDialect(whole);
      assert.ok(third);
      assert.deepEqual(await list({ before: third }), [2, 7, 1, 0]);
      assert.deepEqual(await list({ createdFrom: later + 1, createdBefore: later + 2 }), [3, 2]);
      assert.deepEqual(await list({ states: ['failed'] }), [2]);
      assert.deepEqual(await list({ states: ['failed', 'queued'], models: ['a/one'] }), [3, 2, 1, 0]);
      assert.deepEqual(await list({ models: [] }), []);
      assert.deepEqual(await list({ inputs: { size: [1], word: ['x', 'y'] } }), [5, 3, 7, 1]);
      assert.deepEqual(await list({ inputs: { word: ['y'] } }), []);
      assert.deepEqual(await list({ inputs: { nothing: ['y'] } }), []);
      assert.deepEqual(await list({ dialect: 'none' }), []);
    });

    storeTest('lists are paged, newest first, and filtered', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const { tenantId } = caller;
      const tasks: Task[] = [];
      for (let index = 0; index < 12; index += 1) {
        tasks.push(await fixtures.task(store, caller, { model: index % 3 === 0 ? 'a/one' : 'a/two' }));
        if (index % 4 === 1)
          await store.commit(moves.fail(tasks[index] as Task, { code: 'internal', message: '' }, later));
        if (index % 4 === 2) await fixtures.begun(store, tasks[index] as Task);
      }
      const newest = tasks.map(({ id }) => id).reverse();
      const seen: TaskId[] = [];
      for (let beforeSequence: number | undefined; ; ) {
        const page = await store.tasks({
          tenantId,
          limit: 5,
          ...(beforeSequence === undefined ? {} : { beforeSequence }),
        });
        if (page.length === 0) break;
        seen.push(...ids(page));
        beforeSequence = page.at(-1)?.sequence;
      }
      assert.deepEqual(seen, newest);
      const at = (positions: number[]) => positions.map((position) => tasks[position]?.id);
      assert.deepEqual(ids(await store.tasks({ tenantId, states: ['failed'], limit: 10 })), at([9, 5, 1]));
      assert.deepEqual(ids(await store.tasks({ tenantId, states: ['failed', 'running'], limit: 3 })), at([10, 9, 6]));
      assert.deepEqual(ids(await store.tasks({ tenantId, model: 'a/one', limit: 10 })), at([9, 6, 3, 0]));
      assert.deepEqual(ids(await store.tasks({ tenantId, model: 'a/one', states: ['failed'], limit: 9 })), at([9]));
      assert.deepEqual(ids(await store.tasks({ tenantId, model: 'a/none', limit: 9 })), []);
      const counts = await store.counts();
      assert.deepEqual({ ...counts }, { queued: 6, running: 3, succeeded: 0, failed: 3, canceled: 0 });
    });

    storeTest(
      'a change computed from an older version writes nothing at all',
      async ({ store, fixtures, ...world }) => {
        const caller = await fixtures.tenant(store, 100);
        const queued = await fixtures.task(store, caller, { reserveMicros: micros(40), listMicros: micros(40) });
        const { task, attempt } = await fixtures.begun(store, queued);
        const before = {
          events: await store.events(caller.tenantId, task.id, 0),
          ledger: await world.ledger(caller.tenantId),
          attempts: await store.attempts(caller.tenantId, task.id),
        };
        const output = fixtures.artifact(caller.tenantId);
        const stale = moves.succeed(
          { ...task, version: 1 },
          attempt,
          { artifactIds: [], metadata: {} },
          [output],
          wholeCharge(task),
          later,
        );
        assert.equal(await store.commit(stale), false);
        assert.equal(await store.commit(moves.cancel(queued, later) as moves.Change), false);
        const events = await store.events(caller.tenantId, task.id, 0);
        const after = { events, ledger: await world.ledger(caller.tenantId) };
        assert.deepEqual({ ...after, attempts: await store.attempts(caller.tenantId, task.id) }, before);
        assert.equal(await store.artifact(caller.tenantId, output.id), undefined);
        assert.equal(await balance(store, caller.tenantId), 60);
        assert.deepEqual(await store.task(caller.tenantId, task.id), task);
      },
    );

    storeTest('of many changes made at once from one version, one is written', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const queued = await fixtures.task(store, caller);
      const change = () => moves.begin(queued, fixtures.attemptKey(), later, 1000);
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.commit(change())));
      assert.equal(answers.filter(Boolean).length, 1);
      assert.equal((await store.attempts(caller.tenantId, queued.id)).length, 1);
    });

    storeTest(
      'a read shows every write that was acknowledged, also of what was read before',
      async ({ store, fixtures }) => {
        const caller = await fixtures.tenant(store);
        const { id, sequence } = await fixtures.task(store, caller);
        const read = () => store.task(caller.tenantId, id);
        assert.equal((await read())?.fence, 0);
        const [claimed] = await store.claim(run(later));
        assert.deepEqual(await read(), claimed);
        const { task } = await fixtures.begun(store, claimed as Task);
        assert.deepEqual(await read(), task);
        await store.heartbeat({ sequence, fence: 1, leaseUntil: later + 50_000, progress: 0.5 });
        assert.deepEqual(await read(), { ...task, progress: 0.5, leaseUntil: later + 50_000 });
        await store.expireLeases();
        assert.equal((await read())?.leaseUntil, null);
        await store.commit(moves.fail(task, { code: 'internal', message: '' }, later));
        assert.equal((await read())?.state, 'failed');
      },
    );

    storeTest('events are read in order, after the one seen last', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const queued = await fixtures.task(store, caller);
      await fixtures.task(store, caller);
      const { task, attempt } = await fixtures.begun(store, queued);
      await store.commit(moves.fail(task, { code: 'internal', message: 'x' }, later, attempt));
      const events = await store.events(caller.tenantId, task.id, 0);
      assert.deepEqual(
        events.map(({ type, taskId, createdAt }) => [type, taskId, createdAt]),
        ['task.queued', 'task.running', 'task.failed'].map((type) => [type, task.id, later]),
      );
      const [first, second, third] = events.map(({ sequence }) => sequence);
      assert.ok(first !== undefined && second !== undefined && third !== undefined && first < second && second < third);
      assert.deepEqual(await store.events(caller.tenantId, task.id, second), events.slice(2));
      assert.equal(await store.deleteEventsBefore(later, 100), 0);
      assert.equal(await store.deleteEventsBefore(later + 1, 3), 3);
      assert.deepEqual(await store.events(caller.tenantId, task.id, 0), events.slice(2));
      assert.equal(await store.deleteEventsBefore(later + 1, 100), 1);
      const next = await fixtures.task(store, caller);
      const [after] = await store.events(caller.tenantId, next.id, 0);
      assert.ok(after && after.sequence > third, 'an event number is never given twice');
    });
  });

  describe(`${name}: money`, () => {
    storeTest('without credit nothing is written', async ({ store, fixtures, ...world }) => {
      const caller = await fixtures.tenant(store, 100);
      const artifact = fixtures.artifact(caller.tenantId);
      const webhook = { url: 'https://example.com', events: ['task.queued'] as const };
      const facts = fixtures.facts(caller, { reserveMicros: micros(101), artifacts: [artifact], webhook });
      await assert.rejects(store.submit(moves.submit(facts)), { code: 'insufficient_credit' });
      assert.equal(await store.anyTask(facts.id), undefined);
      assert.equal(await store.artifact(caller.tenantId, artifact.id), undefined);
      assert.deepEqual(await world.deliveries(facts.id), []);
      assert.deepEqual(await world.ledger(caller.tenantId), [{ kind: 'grant', amountMicros: 100, taskId: null }]);
      assert.equal(await balance(store, caller.tenantId), 100);
      assert.equal((await store.counts()).queued, 0);
    });

    storeTest('of many submits at once on a balance for one, one is accepted', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store, 10);
      const submits = Array.from({ length: 50 }, () => fixtures.task(store, caller, { reserveMicros: micros(10) }));
      const answers = await Promise.allSettled(submits);
      assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const answer of answers)
        if (answer.status === 'rejected') assert.equal(answer.reason.code, 'insufficient_credit');
      assert.equal(await balance(store, caller.tenantId), 0);
    });

    storeTest('a reserve is captured, or given back', async ({ store, fixtures, ...world }) => {
      const caller = await fixtures.tenant(store, 100);
      const price = { reserveMicros: micros(30), listMicros: micros(30) };
      const { task, attempt } = await fixtures.begun(store, await fixtures.task(store, caller, price));
      const canceled = await fixtures.task(store, caller, price);
      assert.equal(await balance(store, caller.tenantId), 40);
      await store.commit(moves.succeed(task, attempt, { artifactIds: [], metadata: {} }, [], wholeCharge(task), later));
      assert.equal(await balance(store, caller.tenantId), 40);
      await store.commit(moves.cancel(canceled, later) as moves.Change);
      assert.equal(await balance(store, caller.tenantId), 70);
      assert.deepEqual(
        (await world.ledger(caller.tenantId)).map(({ kind, amountMicros }) => [kind, amountMicros]),
        [
          ['grant', 100],
          ['reserve', 30],
          ['reserve', 30],
          ['capture', 30],
          ['release', 30],
        ],
      );
    });

    storeTest('the ledger refuses update and delete', async ({ store, fixtures, ...world }) => {
      const { tenantId } = await fixtures.tenant(store, 5);
      assert.match((await world.tamperWithLedger('update')) ?? '', /never changed/);
      assert.match((await world.tamperWithLedger('delete')) ?? '', /never removed/);
      assert.equal((await world.ledger(tenantId)).length, 1);
    });

    storeTest('a task of an unknown tenant is refused', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const stranger = { ...caller, tenantId: 'tenant_0000000000000000000000' as TenantId };
      await assert.rejects(fixtures.task(store, stranger), { code: 'not_found' });
      await assert.rejects(fixtures.task(store, stranger, { reserveMicros: micros(1) }), { code: 'not_found' });
    });

    storeTest('deliveries are committed with the change that owes them', async ({ store, fixtures, ...world }) => {
      const caller = await fixtures.tenant(store);
      const webhook = { url: 'https://example.com/hook', events: ['task.queued', 'task.failed'] } as const;
      const queued = await fixtures.task(store, caller, { webhook });
      const { task } = await fixtures.begun(store, queued);
      const owed = (event: string) => ({ event, url: webhook.url, state: 'pending', nextAttemptAt: later });
      assert.deepEqual(await world.deliveries(task.id), [owed('task.queued')]);
      await store.commit(moves.fail({ ...task, version: 1 }, { code: 'internal', message: '' }, later));
      assert.equal((await world.deliveries(task.id)).length, 1);
      await store.commit(moves.fail(task, { code: 'internal', message: '' }, later));
      assert.deepEqual(await world.deliveries(task.id), [owed('task.queued'), owed('task.failed')]);
    });
  });

  describe(`${name}: claims`, () => {
    storeTest('tasks are claimed by priority, then age, and once', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const [low, first, second, high] = [
        await fixtures.task(store, caller, { priority: -1 }),
        await fixtures.task(store, caller),
        await fixtures.task(store, caller),
        await fixtures.task(store, caller, { priority: 5 }),
      ];
      await fixtures.task(store, caller, { engine: 'another' });
      const position = async (task: Task) => await store.queuePosition(task);
      assert.deepEqual(await Promise.all([high, first, second, low].map(position)), [1, 2, 3, 4]);
      const claimed = await store.claim(run(later, 2));
      assert.deepEqual(ids(claimed), [high.id, first.id]);
      assert.deepEqual(claimed[0], { ...high, fence: 1, leaseUntil: later + 30_000, version: 2 });
      assert.deepEqual(await store.task(caller.tenantId, high.id), claimed[0]);
      assert.deepEqual(await Promise.all([high, first, second, low].map(position)), [1, 1, 1, 2], 'claimed ones go');
      assert.deepEqual(ids(await store.claim(run(later))), [second.id, low.id]);
      assert.deepEqual(await store.claim(run(later)), []);
      const { task } = await fixtures.begun(store, claimed[0] as Task);
      assert.equal(await position(task), 0);
      await store.expireLeases();
      assert.deepEqual(await Promise.all([first, second, low].map(position)), [1, 2, 3]);
      assert.equal(await position(high), 0, 'what runs has no place, whatever form of it is asked about');
    });

    storeTest('claims made at once never give a task twice', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      for (let index = 0; index < 30; index += 1) await fixtures.task(store, caller);
      const claims = await Promise.all(Array.from({ length: 10 }, () => store.claim(run(later, 3))));
      assert.equal(new Set(ids(claims.flat())).size, 30);
      assert.equal(claims.flat().length, 30);
    });

    storeTest('a lease that ran out is claimed first, with a higher fence', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      await fixtures.task(store, caller);
      const [claimed] = await store.claim(run(later, 1));
      assert.ok(claimed);
      const { task } = await fixtures.begun(store, claimed);
      const waiting = await fixtures.task(store, caller, { priority: 9 });
      assert.deepEqual(ids(await store.claim(run(later + 29_999, 0))), []);
      const both = await store.claim(run(later + 30_000));
      assert.deepEqual(ids(both), [task.id, waiting.id]);
      assert.equal(both[0]?.fence, 2);
      const stale = { sequence: task.sequence, fence: 1, leaseUntil: later + 90_000, progress: 0.9 };
      assert.deepEqual(await store.heartbeat(stale), { isHeld: false, isCancelRequested: false });
      assert.equal((await store.anyTask(task.id))?.progress, 0);
      assert.equal(await store.commit(moves.fail(task, { code: 'internal', message: '' }, later)), false);
    });

    storeTest(
      'a claimed task that did not begin is claimed again when its lease ran out',
      async ({ store, fixtures }) => {
        const caller = await fixtures.tenant(store);
        const task = await fixtures.task(store, caller);
        await store.claim(run(later));
        assert.deepEqual(await store.claim(run(later + 29_999)), []);
        assert.deepEqual(ids(await store.claim(run(later + 30_000))), [task.id]);
        await store.expireLeases();
        assert.equal((await store.anyTask(task.id))?.leaseUntil, null);
        assert.deepEqual(ids(await store.claim(run(later))), [task.id]);
      },
    );

    storeTest('ending all leases frees what is running and what is being fetched', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const media = [{ field: 'images', index: 0, source: { url: 'https://example.com/a.png' } }];
      await fixtures.task(store, caller);
      const unfetched = await fixtures.task(store, caller, { media });
      const [claimed] = await store.claim(run(later));
      const { task } = await fixtures.begun(store, claimed as Task);
      const fetching: ClaimRequest = { ...run(later), work: { kind: 'fetch' } };
      assert.deepEqual(ids(await store.claim(fetching)), [unfetched.id]);
      await store.expireLeases();
      assert.deepEqual(ids(await store.claim(run(later))), [task.id]);
      assert.deepEqual(ids(await store.claim(fetching)), [unfetched.id]);
    });

    storeTest('inputs are fetched before a task may run', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const media = [{ field: 'images', index: 0, source: { url: 'https://example.com/a.png' } }];
      const waiting = await fixtures.task(store, caller, { media });
      assert.deepEqual(await store.claim(run(later)), []);
      assert.equal(await store.queuePosition(waiting), 1);
      const fetching: ClaimRequest = { ...run(later), work: { kind: 'fetch' } };
      const [claimed] = await store.claim(fetching);
      assert.equal(claimed?.id, waiting.id);
      assert.deepEqual(await store.claim(fetching), []);
      const beat = { sequence: waiting.sequence, fence: 1, leaseUntil: later + 60_000, progress: 0 };
      assert.deepEqual(await store.heartbeat(beat), { isHeld: true, isCancelRequested: false });
      assert.deepEqual(await store.claim({ ...fetching, now: later + 31_000 }), []);
      const image = fixtures.artifact(caller.tenantId, { role: 'input' });
      const fetched = [{ field: 'images', index: 0, source: { artifactId: image.id } }];
      assert.equal(await store.commit(moves.inputsFetched(claimed as Task, fetched, [image])), true);
      assert.deepEqual(await store.heartbeat(beat), { isHeld: false, isCancelRequested: false });
      const [ready] = await store.claim(run(later));
      assert.deepEqual(ready?.media, fetched);
      assert.equal(ready?.fence, 2);
    });

    storeTest('heartbeats raise progress and lease, never lower them', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      await fixtures.task(store, caller);
      const [claimed] = await store.claim(run(later));
      const { task, attempt } = await fixtures.begun(store, claimed as Task);
      const beat = { sequence: task.sequence, fence: 1, leaseUntil: later + 90_000, progress: 0.5 };
      assert.deepEqual(await store.heartbeat(beat), { isHeld: true, isCancelRequested: false });
      assert.deepEqual(await store.heartbeat({ ...beat, leaseUntil: later + 40_000, progress: 0.2 }), {
        isHeld: true,
        isCancelRequested: false,
      });
      const beaten = { ...task, progress: 0.5, leaseUntil: later + 90_000 };
      assert.deepEqual(await store.anyTask(task.id), beaten, 'no new version');
      const cancel = moves.cancel(task, later) as moves.Change;
      assert.equal(await store.commit(cancel), true);
      assert.deepEqual(await store.anyTask(task.id), { ...cancel.task, progress: 0.5, leaseUntil: later + 90_000 });
      assert.deepEqual(await store.heartbeat(beat), { isHeld: true, isCancelRequested: true });
      const again = moves.tryAgain(cancel.task, attempt, fixtures.attemptKey(), later, 60_000);
      await store.commit(again);
      assert.equal((await store.anyTask(task.id))?.progress, 0, 'a new attempt begins at nothing');
      await store.commit(moves.canceled(again.task, again.attempts[1] as never, later));
      assert.deepEqual(await store.heartbeat(beat), { isHeld: false, isCancelRequested: true });
      const unknown = { ...beat, sequence: 999_999 };
      assert.deepEqual(await store.heartbeat(unknown), { isHeld: false, isCancelRequested: false });
    });

    storeTest('overdue tasks are those past a deadline that nobody holds', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const queued = await fixtures.task(store, caller, { startLimitMs: 5000 });
      await fixtures.task(store, caller, { startLimitMs: 500_000 });
      assert.deepEqual(await store.overdue(startTime + 4999, 10), []);
      assert.deepEqual(ids(await store.overdue(startTime + 5000, 10)), [queued.id]);
      const [claimed] = await store.claim(run(later, 1));
      const { task } = await fixtures.begun(store, claimed as Task);
      assert.deepEqual(await store.overdue(startTime + 5000, 10), []);
      await store.heartbeat({ sequence: task.sequence, fence: 1, leaseUntil: startTime + 70_000, progress: 0 });
      assert.deepEqual(await store.overdue(startTime + 69_999, 10), []);
      assert.deepEqual(ids(await store.overdue(startTime + 70_000, 10)), [task.id]);
      assert.deepEqual(ids(await store.overdue(startTime + 500_000, 10)).length, 2);
      assert.deepEqual(ids(await store.overdue(startTime + 500_000, 1)), [task.id]);
    });
  });

  describe(`${name}: artifacts, tenants, keys`, () => {
    storeTest('artifacts are found by id and token, expire, and go', async ({ store, fixtures }) => {
      const { tenantId } = await fixtures.tenant(store);
      const forever = fixtures.artifact(tenantId);
      const soon = fixtures.artifact(tenantId, { role: 'upload', expiresAt: later });
      const sooner = fixtures.artifact(tenantId, { role: 'input', expiresAt: later - 1 });
      for (const artifact of [forever, soon, sooner]) await store.insertArtifact(artifact);
      assert.deepEqual(await store.artifactByToken(soon.token), soon);
      assert.deepEqual(await store.artifact(undefined, forever.id), forever);
      assert.deepEqual(await store.artifacts(tenantId, [soon.id, forever.id]), [soon, forever]);
      assert.deepEqual(await store.expiredArtifacts(later - 2, 10), []);
      assert.deepEqual(await store.expiredArtifacts(later, 10), [sooner, soon]);
      assert.deepEqual(await store.expiredArtifacts(later, 1), [sooner]);
      await store.deleteArtifact(sooner.id);
      await store.deleteArtifact(sooner.id);
      assert.equal(await store.artifact(tenantId, sooner.id), undefined);
      await assert.rejects(store.insertArtifact({ ...forever, token: soon.token }), { code: 'conflict' });
    });

    storeTest('tenants and keys are read as they were written', async ({ store, fixtures }) => {
      assert.deepEqual(await store.tenants(), []);
      const caller = await fixtures.tenant(store, 250);
      const { tenantId } = caller;
      const tenant = {
        id: tenantId,
        name: 'somebody',
        balanceMicros: micros(250),
        discountBasisPoints: 0,
        createdAt: startTime,
      };
      assert.deepEqual(await store.tenant(tenantId), tenant);
      const poor = await fixtures.tenant(store);
      assert.deepEqual(
        (await store.tenants()).map(({ id }) => id),
        [tenantId, poor.tenantId],
      );
      const key = fixtures.key(tenantId, { expiresAt: later, revokedAt: later, name: 'second' });
      await store.insertKey(key);
      assert.deepEqual(await store.keyByHash(key.hash), { ...key, spentMicros: 0, lastUsedAt: null });
      assert.equal(await store.keyByHash('0'.repeat(64)), undefined);
      await assert.rejects(store.insertKey({ ...fixtures.key(tenantId), hash: key.hash }), { code: 'conflict' });
      await assert.rejects(store.insertTenant(tenant, fixtures.key(tenantId)), { code: 'conflict' });
      assert.equal(await store.tenant('tenant_0000000000000000000000' as TenantId), undefined);
    });
  });

  describe(`${name}: notes`, () => {
    storeTest('each committed event is told once, and so is new progress', async ({ store, fixtures }) => {
      const notes: StoreNote[] = [];
      const unsubscribe = store.onNote((note) => notes.push(note));
      const caller = await fixtures.tenant(store);
      await fixtures.task(store, caller);
      const [claimed] = await store.claim(run(later));
      const { task } = await fixtures.begun(store, claimed as Task);
      const beat = { sequence: task.sequence, fence: 1, leaseUntil: later + 60_000, progress: 0.25 };
      await store.heartbeat(beat);
      await store.heartbeat(beat);
      await store.heartbeat({ ...beat, fence: 0, progress: 0.5 });
      await store.commit(moves.fail({ ...task, version: 7 }, { code: 'internal', message: '' }, later));
      await assert.rejects(fixtures.task(store, caller, { reserveMicros: micros(1) }));
      const about = { taskId: task.id, tenantId: caller.tenantId };
      assert.deepEqual(notes, [
        { ...about, event: 'task.queued', progress: 0, hasDelivery: false },
        { ...about, event: 'task.running', progress: 0, hasDelivery: false },
        { ...about, event: undefined, progress: 0.25, hasDelivery: false },
      ]);
      unsubscribe();
      await store.commit(moves.fail(task, { code: 'internal', message: '' }, later));
      assert.equal(notes.length, 3);
    });

    storeTest('a note comes when the store already shows what it tells of', async ({ store, fixtures }) => {
      const caller = await fixtures.tenant(store);
      const seen: Promise<Task | undefined>[] = [];
      store.onNote(({ tenantId, taskId }) => seen.push(store.task(tenantId, taskId)));
      const submits = Array.from({ length: 20 }, () => fixtures.task(store, caller));
      const tasks = await Promise.all(submits);
      assert.deepEqual(await Promise.all(seen), tasks);
      assert.notEqual(makeTaskId(fixtures.randomBytes), tasks[0]?.id);
    });
  });
}
