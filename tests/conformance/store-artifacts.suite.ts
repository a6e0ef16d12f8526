/** What every store owes artifacts beyond keeping them: uploads once and within a quota, previews, lost files. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeArtifactId, makeFileToken, makeUploadId, type TenantId } from '../../src/core/ids.ts';
import type { Artifact } from '../../src/core/media.ts';
import type { UploadSession } from '../../src/core/upload-session.ts';
import { createFixtures, type OpenStore, seededBytes, startTime } from '../support/store-fixtures.ts';

const quotaBytes = 100;

export function storeArtifactsSuite(name: string, open: OpenStore): void {
  const storeTest = (title: string, body: (world: Awaited<ReturnType<typeof prepare>>) => Promise<void>) =>
    test(title, async () => {
      const world = await prepare(title);
      await using _store = world.opened;
      await body(world);
    });

  async function prepare(title: string) {
    const randomBytes = seededBytes(title.length * 15_485_863);
    const opened = await open({ now: () => startTime, randomBytes });
    const { store } = opened;
    const fixtures = createFixtures(randomBytes);
    const tenants = await Promise.all([1, 2].map(async () => (await fixtures.tenant(store, 0)).tenantId));
    const artifact = (tenantId: TenantId, content: string, given: Partial<Artifact> = {}): Artifact => ({
      id: makeArtifactId(randomBytes),
      tenantId,
      role: 'upload',
      token: makeFileToken(randomBytes),
      blobKey: `a/${content}` as Artifact['blobKey'],
      fileName: 'image.png',
      sizeBytes: 60,
      sha256: content,
      facts: { kind: 'image', mediaType: 'image/png', extension: 'png', width: 1, height: 1 },
      createdAt: startTime,
      expiresAt: startTime + 10,
      ...given,
    });
    const session = (tenantId: TenantId, sizeBytes: number): UploadSession => ({
      id: makeUploadId(randomBytes),
      tenantId,
      sizeBytes,
      receivedBytes: 0,
      fileStem: 'photo',
      artifactId: null,
      expiresAt: startTime + 10,
    });
    return { opened, store, artifact, session, tenants: tenants as [TenantId, TenantId] };
  }

  describe(`${name}: artifacts`, () => {
    storeTest('the same upload is kept once for a tenant, and lives longer', async ({ store, artifact, tenants }) => {
      const [one, other] = tenants;
      const first = artifact(one, 'a');
      assert.equal(await store.insertUpload(first, quotaBytes), undefined);
      const later = artifact(one, 'a', { expiresAt: startTime + 20 });
      const earlier = artifact(one, 'a', { expiresAt: startTime + 5 });
      const answers = [later, earlier].map((upload) => store.insertUpload(upload, quotaBytes));
      assert.deepEqual(await Promise.all(answers), [first.id, first.id]);
      assert.equal((await store.artifact(one, first.id))?.expiresAt, startTime + 20);
      assert.equal(await store.artifact(one, later.id), undefined);
      assert.equal(await store.insertUpload(artifact(other, 'a'), quotaBytes), undefined);
      assert.equal((await store.artifactsAfter(0, 10)).length, 2);
    });

    storeTest(
      'uploads beyond the quota are refused until others go',
      async ({ store, artifact, tenants: [one, other] }) => {
        const first = artifact(one, 'a');
        await store.insertUpload(first, quotaBytes);
        await assert.rejects(store.insertUpload(artifact(one, 'b'), quotaBytes), { code: 'storage_full' });
        await store.insertUpload(artifact(other, 'b'), quotaBytes);
        await store.insertArtifact(artifact(one, 'c', { role: 'output' }));
        await store.deleteArtifact(first.id);
        await store.insertUpload(artifact(one, 'b', { sizeBytes: quotaBytes }), quotaBytes);
      },
    );

    storeTest(
      'an open upload reserves its size, and what it becomes counts once',
      async ({ store, artifact, session, tenants: [one, other] }) => {
        const open = session(one, 60);
        await store.insertUploadSession(open, quotaBytes, 10);
        await assert.rejects(store.insertUploadSession(session(one, 41), quotaBytes, 10), { code: 'storage_full' });
        await assert.rejects(store.insertUpload(artifact(one, 'a'), quotaBytes), { code: 'storage_full' });
        await store.insertUploadSession(session(other, 100), quotaBytes, 10);
        await assert.rejects(store.insertUploadSession(session(one, 1), quotaBytes, 1), { code: 'rate_limited' });
        const made = artifact(one, 'a');
        await assert.rejects(store.insertUpload(artifact(other, 'a'), 1_000, open.id), { code: 'not_found' });
        assert.equal(await store.insertUpload(made, quotaBytes, open.id), undefined);
        const complete = await store.uploadSession(one, open.id);
        assert.deepEqual(complete, { ...open, fileStem: '', artifactId: made.id });
        await assert.rejects(store.insertUpload(artifact(one, 'b'), 1_000, open.id), { code: 'not_found' });
        const same = session(one, 40);
        await store.insertUploadSession(same, quotaBytes, 1);
        assert.equal(await store.insertUpload(artifact(one, 'a'), quotaBytes, same.id), made.id);
        assert.equal((await store.uploadSession(one, same.id))?.artifactId, made.id);
        for (const { id } of [open, same]) await store.deleteUploadSession(id);
        // 60 bytes are held by the artifact, and nothing by anything else.
        await store.insertUploadSession(session(one, 40), quotaBytes, 1);
        await assert.rejects(store.insertUploadSession(session(one, 1), quotaBytes, 2), { code: 'storage_full' });
      },
    );

    storeTest(
      'what has arrived of an upload only grows, and a foreign one is none',
      async ({ store, session, tenants: [one, other] }) => {
        const open = session(one, 60);
        await store.insertUploadSession(open, quotaBytes, 10);
        assert.equal(await store.advanceUploadSession(open.id, 20), true);
        assert.equal(await store.advanceUploadSession(open.id, 10), false);
        await assert.rejects(store.advanceUploadSession(open.id, 61));
        assert.equal((await store.uploadSession(one, open.id))?.receivedBytes, 20);
        assert.equal(await store.uploadSession(other, open.id), undefined);
        assert.deepEqual(await store.uploadSessionsOfTenant(other, 10), []);
        assert.deepEqual(await store.expiredUploadSessions(startTime + 9, 10), []);
        const [expired] = await store.expiredUploadSessions(startTime + 10, 10);
        assert.deepEqual(expired, { ...open, receivedBytes: 20 });
        for (let round = 0; round < 2; round += 1) await store.deleteUploadSession(open.id);
        assert.equal(await store.advanceUploadSession(open.id, 30), false);
        assert.equal(await store.uploadSession(undefined, open.id), undefined);
      },
    );

    storeTest('results wait for their previews, others do not', async ({ store, artifact, tenants: [one] }) => {
      const results = ['a', 'b'].map((content) => artifact(one, content, { role: 'output' }));
      for (const result of results) await store.insertArtifact(result);
      await store.insertArtifact(artifact(one, 'c', { role: 'input' }));
      const due = async () => (await store.artifactsToPreview(10)).map(({ id }) => id);
      assert.deepEqual(
        await due(),
        results.map(({ id }) => id),
      );
      const [first, second] = results as [Artifact, Artifact];
      const thumbnail = { sizeBytes: 1, sha256: 'd', mediaType: 'image/webp', width: 1, height: 1 };
      await store.keepPreviews(first.id, { thumbnail, blurhash: 'e' });
      await store.keepPreviews(second.id, null);
      assert.deepEqual(await due(), []);
      assert.deepEqual((await store.artifact(one, first.id))?.previews, { thumbnail, blurhash: 'e' });
      assert.equal((await store.artifact(one, second.id))?.previews, undefined);
    });

    storeTest('lost files are counted until they are found', async ({ store, artifact, tenants: [one] }) => {
      const lost = artifact(one, 'a');
      await store.insertUpload(lost, quotaBytes);
      await store.markArtifact(lost.id, null);
      assert.equal(await store.missingArtifacts(), 0);
      await store.markArtifact(lost.id, startTime);
      assert.equal(await store.missingArtifacts(), 1);
      // Whoever has the bytes may bring them again.
      assert.equal(await store.insertUpload(artifact(one, 'a'), 1_000), undefined);
      await store.markArtifact(lost.id, null);
      assert.equal(await store.missingArtifacts(), 0);
      const pages = await store.artifactsAfter(0, 1);
      const rest = await store.artifactsAfter(pages[0]?.sequence ?? 0, 10);
      assert.deepEqual([...pages, ...rest].length, 2);
    });
  });
}
