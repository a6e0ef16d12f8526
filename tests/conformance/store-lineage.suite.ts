/** What every store knows of where things came from: tasks made from the results of others. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ArtifactId } from '../../src/core/ids.ts';
import { wholeCharge } from '../../src/core/price.ts';
import type { Store, TaskFilter } from '../../src/core/store-port.ts';
import type { Task } from '../../src/core/task.ts';
import * as moves from '../../src/core/task-moves.ts';
import type { Caller } from '../../src/core/tenant.ts';
import { createFixtures, type Fixtures, type OpenStore, seededBytes, startTime } from '../support/store-fixtures.ts';

type World = { readonly store: Store; readonly fixtures: Fixtures };
type Made = { readonly task: Task; readonly files: readonly ArtifactId[] };

export function storeLineageSuite(name: string, open: OpenStore): void {
  const storeTest = (title: string, body: (world: World) => Promise<void>) =>
    test(title, async () => {
      const randomBytes = seededBytes(title.length * 32_452_843);
      const opened = await open({ now: () => startTime, randomBytes });
      await using _store = opened;
      await body({ store: opened.store, fixtures: createFixtures(randomBytes) });
    });

  const mediaOf = (files: readonly ArtifactId[]) =>
    files.map((artifactId, index) => ({ field: 'images', index, source: { artifactId } }));

  /** A task that was given these files and has made as many as asked. */
  async function make(
    { store, fixtures }: World,
    caller: Caller,
    given: readonly ArtifactId[],
    count = 1,
  ): Promise<Made> {
    const queued = await fixtures.task(store, caller, { media: mediaOf(given) });
    const { task, attempt } = await fixtures.begun(store, queued);
    const artifacts = Array.from({ length: count }, () => fixtures.artifact(caller.tenantId));
    const output = { artifactIds: artifacts.map(({ id }) => id), metadata: {} };
    const end = moves.succeed(task, attempt, output, artifacts, wholeCharge(task), startTime);
    assert.ok(await store.commit(end));
    return { task: end.task, files: output.artifactIds };
  }

  const lister =
    (store: Store, { tenantId }: Caller) =>
    async (kind: 'madeFrom' | 'usedIn', { id: of }: Task, filter: Partial<TaskFilter> = {}) =>
      (await store.tasks({ tenantId, limit: 10, ...filter, kin: { kind, of } })).map(({ id }) => id);

  describe(`${name}: lineage`, () => {
    storeTest('a task knows what was made from it, and from what it was made', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      const list = lister(store, caller);
      const first = await make(world, caller, [], 2);
      const alone = await make(world, caller, []);
      const second = await make(world, caller, first.files);
      const third = await make(world, caller, [...alone.files, ...first.files.slice(1)]);
      const last = await make(world, caller, second.files);
      assert.deepEqual(await list('madeFrom', first.task), [third.task.id, second.task.id]);
      assert.deepEqual(await list('madeFrom', last.task), []);
      assert.deepEqual(await list('usedIn', third.task), [alone.task.id, first.task.id]);
      assert.deepEqual(await list('usedIn', first.task), []);
    });

    storeTest('uploads and files of the request itself are from nowhere', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      const list = lister(store, caller);
      const upload = fixtures.artifact(caller.tenantId, { role: 'upload' });
      await store.insertArtifact(upload);
      const inline = fixtures.artifact(caller.tenantId, { role: 'input' });
      const source = await fixtures.task(store, caller, { media: mediaOf([inline.id]), artifacts: [inline] });
      const again = await make(world, caller, [upload.id, inline.id]);
      assert.deepEqual(await list('usedIn', again.task), []);
      assert.deepEqual(await list('madeFrom', source), []);
    });

    storeTest('the list is paged and filtered as any other', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      const list = lister(store, caller);
      const { task, files } = await make(world, caller, []);
      const media = mediaOf(files);
      const users: Task[] = [];
      for (let count = 0; count < 6; count += 1) {
        users.push(await fixtures.task(store, caller, { media, model: count % 2 === 0 ? 'a/even' : 'a/odd' }));
      }
      await store.commit(moves.cancel(users[4] as Task, startTime) as moves.Change);
      const at = (...positions: number[]) => positions.map((position) => users[position]?.id);
      assert.deepEqual(await list('madeFrom', task, { limit: 4 }), at(5, 4, 3, 2));
      const beforeSequence = users[2]?.sequence ?? 0;
      assert.deepEqual(await list('madeFrom', task, { limit: 4, beforeSequence }), at(1, 0));
      assert.deepEqual(await list('madeFrom', task, { model: 'a/even' }), at(4, 2, 0));
      assert.deepEqual(await list('madeFrom', task, { states: ['queued'], model: 'a/even' }), at(2, 0));
      assert.deepEqual(await list('madeFrom', task, { createdFrom: startTime + 1 }), []);
    });

    storeTest('nobody is told of the tasks of others', async (world) => {
      const { store, fixtures } = world;
      const [one, other] = [await fixtures.tenant(store), await fixtures.tenant(store)];
      const first = await make(world, one, []);
      const second = await make(world, one, first.files);
      // No dialect lets this through; the store does not rely on that.
      await make(world, other, first.files);
      assert.deepEqual(await lister(store, other)('madeFrom', first.task), []);
      assert.deepEqual(await lister(store, one)('madeFrom', first.task), [second.task.id]);
    });

    storeTest('it goes with what is erased, and with inputs that outlived their time', async (world) => {
      const { store, fixtures } = world;
      const caller = await fixtures.tenant(store);
      const list = lister(store, caller);
      const first = await make(world, caller, []);
      const second = await make(world, caller, first.files);
      const third = await make(world, caller, first.files);
      const fourth = await make(world, caller, second.files);
      assert.equal(await store.eraseTask(caller.tenantId, second.task.id, startTime), 'erased');
      assert.deepEqual(await list('madeFrom', first.task), [third.task.id]);
      assert.deepEqual(await list('usedIn', fourth.task), []);
      await store.expirePayloads(startTime + 1, 10);
      assert.deepEqual(await list('madeFrom', first.task), []);
    });
  });
}
