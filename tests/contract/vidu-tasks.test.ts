/** Vidu's list of tasks, cancel, credits, keys and paths. Facts: its pages tasks-list, cancel-generation, get-account-info. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addMember, askAdmin, type Member } from '../support/admin-client.ts';
import { createTask } from '../support/native-client.ts';
import { photoDataUri } from '../support/photos.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { createViduClient, type ViduAnswer, type ViduClient } from '../support/vidu-client.ts';

let stage: Stage;
let vidu: ViduClient;
const picture = photoDataUri('chelsea.png');
before(async () => {
  stage = await openStage();
  vidu = createViduClient(stage, stage.rich.key);
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

async function newClient(): Promise<{ member: Member; client: ViduClient }> {
  const member = await addMember(stage);
  await askAdmin(stage, `/tenants/${member.tenant}/grants`, { amount_micros: 1e9 });
  return { member, client: createViduClient(stage, member.key) };
}

const idsOf = ({ body }: ViduAnswer) => body.tasks.map(({ id }) => id);

test('the list: newest first, by page, by token, under both spellings of the paging keys', async () => {
  const { member, client } = await newClient();
  const made: string[] = [];
  for (let count = 0; count < 12; count += 1) {
    made.unshift((await client.create('reference2image', { model: 'viduq2', prompt: `number ${count}` })).task_id);
  }
  // What came in by another API is not of this list.
  await createTask(member, 'preview/text-to-image', { prompt: 'a' });
  const first = await client.get('/ent/v2/tasks');
  assert.deepEqual(idsOf(first), made.slice(0, 10));
  assert.notEqual(first.body.next_page_token, '');
  for (const beginning of ['pager', 'paper']) {
    const token = `${beginning}.page_token=${first.body.next_page_token}`;
    const last = await client.get(`/ent/v2/tasks?${token}`);
    assert.deepEqual([idsOf(last), last.body.next_page_token], [made.slice(10), '']);
    const page = await client.get(`/ent/v2/tasks?${beginning}.page=2&${beginning}.pagesz=5`);
    assert.deepEqual([idsOf(page), page.body.next_page_token], [made.slice(10), '']);
  }
  assert.deepEqual(idsOf(await client.get('/ent/v2/tasks?pager.pagesz=100')), made);
  assert.deepEqual(idsOf(await vidu.get('/ent/v2/tasks')), []);
  const foreign = await vidu.get(`/ent/v2/tasks?task_ids=${made.join(',')}`);
  assert.deepEqual(idsOf(foreign), []);
});

test('the list: every filter, alone and together', async () => {
  const { client } = await newClient();
  stage.engine.outcome = 'succeed';
  const small = (await client.create('reference2image', { model: 'viduq2', prompt: 'a' })).task_id;
  const large = (await client.create('reference2image', { model: 'viduq2', prompt: 'a', resolution: '4K' })).task_id;
  const film = (await client.create('img2video', { model: 'viduq2-pro', images: [picture] })).task_id;
  for (const id of [small, large, film]) await client.finish(id);
  await askAdmin(stage, '/engines/preview/pause', {});
  const waiting = (await client.create('img2video', { model: 'viduq2-pro', images: [picture], duration: 4 })).task_id;
  const canceled = (await client.create('text2video', { model: 'viduq2', prompt: 'a' })).task_id;
  await client.post(`/ent/v2/tasks/${canceled}/cancel`);
  const cases: [string, string[]][] = [
    ['states=success', [film, large, small]],
    ['states=failed', [canceled]],
    ['states=failed,success&pager.pagesz=2', [canceled, film]],
    ['resolutions=4K', [large]],
    ['resolutions=4K&states=failed', []],
    ['model_versions=q2&states=success,failed', [canceled, large, small]],
    ['model_versions=q2&model_versions=q2-pro&states=success', [film, large, small]],
    ['model_versions=no-such', []],
    ['templates=hug', []],
    [`task_ids=${small},${film},123456789012345678,nonsense`, [film, small]],
    [`task_ids=${small}&task_ids=${film}&states=success&resolutions=720p`, [film]],
    ['created_at.to=2020-01-01T00:00:00Z', []],
    [`created_at.from=${encodeURIComponent(new Date(Date.now() - 60_000).toISOString())}&states=failed`, [canceled]],
    [`created_at.from=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`, []],
  ];
  for (const [query, wanted] of cases)
    assert.deepEqual(idsOf(await client.get(`/ent/v2/tasks?${query}`)), wanted, query);
  const seen = idsOf(await client.get('/ent/v2/tasks?states=created,queueing,processing'));
  assert.deepEqual(seen, [waiting]);
  const { body } = await client.get(`/ent/v2/tasks?task_ids=${film}`);
  const [task] = body.tasks;
  assert.ok(task);
  const { creations, created_at, images, key_id, seed, ...listed } = task;
  assert.equal(creations.length, 1);
  assert.match(created_at, /Z$/);
  assert.match(key_id, /^key_/);
  assert.match(images[0] ?? '', /\/files\/signed\//);
  assert.ok(Number.isInteger(seed));
  assert.deepEqual(listed, {
    id: film,
    state: 'success',
    err_code: '',
    credits: 55,
    template: '',
    model: 'viduq2-pro',
    prompt: '',
    duration: 5,
    resolution: '720p',
    aspect_ratio: '',
    bgm: false,
    off_peak: false,
    watermark: false,
  });
  await askAdmin(stage, '/engines/preview/resume', {});
});

test('the list refuses what it cannot read, and names it', async () => {
  const cases: [string, RegExp][] = [
    ['created_at.from=yesterday', /^invalid field: created_at\.from .*RFC 3339/],
    ['states=done', /^invalid field: states .*queueing.*"done"/],
    ['pager.pagesz=0', /pager\.pagesz/],
    ['paper.pagesz=101', /paper\.pagesz must be a whole number from 1 to 100; it is "101"/],
    ['pager.page=-1', /pager\.page/],
    ['pager.page_token=123456789012345678', /not a token of this list/],
  ];
  for (const [query, message] of cases) {
    const { status, body } = await vidu.get(`/ent/v2/tasks?${query}`);
    const reason = query.includes('pagesz') ? 'PageSizeOutOfRange' : 'FieldInvalid';
    assert.deepEqual([status, body.reason], [400, reason], query);
    assert.match(body.message, message);
  }
});

test('cancel: what waits ends as failed with UserCancelled, costs nothing and is not cancelled twice', async () => {
  await askAdmin(stage, '/engines/preview/pause', {});
  const { task_id } = await vidu.create('text2video', { model: 'viduq2', prompt: 'a' });
  // The body may be there, be another id's, or be missing.
  const canceled = await vidu.post(`/ent/v2/tasks/${task_id}/cancel`);
  assert.deepEqual([canceled.status, canceled.body], [200, {}]);
  const result = await vidu.poll(task_id);
  assert.deepEqual(
    [result.state, result.err_code, result.credits, result.creations],
    ['failed', 'UserCancelled', 0, []],
  );
  const again = await vidu.post(`/ent/v2/tasks/${task_id}/cancel`, { id: task_id });
  assert.deepEqual([again.status, again.body.reason], [400, 'BadRequest']);
  assert.match(again.body.message, /already scheduled/);
  await askAdmin(stage, '/engines/preview/resume', {});
});

test('unknown ids of any form, and unknown paths, are 404 in its own body', async () => {
  for (const id of ['123456789012345678', '1', 'abc', '916205061116293120', '9'.repeat(40)]) {
    for (const answer of [
      await vidu.get(`/ent/v2/tasks/${id}/creations`),
      await vidu.post(`/ent/v2/tasks/${id}/cancel`, {}),
    ]) {
      assert.deepEqual([answer.status, answer.body.code, answer.body.reason], [404, 404, 'TaskNotFound'], id);
    }
  }
  for (const path of ['/ent/v2/motion-sync', '/ent/v2/task/1/creations', '/proxy/vidu/nothing', '/tools/v2/files/x']) {
    const answer = await vidu.get(path);
    assert.deepEqual([answer.status, answer.body.reason], [404, 'NotFound'], path);
  }
});

test('credits: what the balance still pays for, what runs and waits, under both names of the key', async () => {
  const { member, client } = await newClient();
  await askAdmin(stage, '/engines/preview/pause', {});
  await client.create('reference2image', { model: 'viduq2', prompt: 'a' });
  const remains = [
    { type: 'metered', credit_remain: 200_000 - 6, concurrency_limit: 0, current_concurrency: 0, queue_count: 1 },
  ];
  for (const query of ['', '?show_detail=true', '?show_detail=false']) {
    const { body } = await client.get(`/ent/v2/credits${query}`);
    assert.deepEqual(body, { remains, remaining_credits: remains, packages: [] });
  }
  const limited = await addMember(stage, { concurrency: 5 }, member.tenant);
  const { body } = await createViduClient(stage, limited.key).get('/ent/v2/credits');
  assert.equal(body.remains[0]?.concurrency_limit, 5);
  await askAdmin(stage, '/engines/preview/resume', {});
});

test('the key: Token and Bearer in any case; ComfyUI sends it in a header of its own, on the paths of its nodes alone', async () => {
  for (const scheme of ['Token', 'token', 'Bearer']) {
    assert.equal((await createViduClient(stage, vidu.key, scheme).get('/ent/v2/credits')).status, 200);
  }
  for (const scheme of ['Basic', 'Tokens']) {
    const { status, body } = await createViduClient(stage, vidu.key, scheme).get('/ent/v2/credits');
    assert.deepEqual([status, body.reason], [401, 'Unauthorized']);
  }
  const send = async (path: string) => (await fetch(stage.url + path, { headers: { 'x-api-key': vidu.key } })).status;
  assert.deepEqual([await send('/proxy/vidu/credits'), await send('/ent/v2/credits')], [200, 401]);
});

test('the same calls below /vidu and below /proxy/vidu; links are ours whatever Host says', async () => {
  const body = { model: 'viduq2', prompt: 'a', images: [picture] };
  const { body: created } = await vidu.post('/proxy/vidu/reference2image', body);
  for (const base of ['/ent/v2', '/vidu/ent/v2', '/proxy/vidu', '/vidu/proxy/vidu']) {
    const { status, body: result } = await vidu.get(`${base}/tasks/${created.task_id}/creations`);
    assert.deepEqual([status, result.id], [200, created.task_id]);
  }
  const answer = await stage.send({
    method: 'POST',
    path: '/ent/v2/reference2image',
    headers: { authorization: `Token ${vidu.key}`, host: 'api.vidu.com', 'content-type': 'application/json' },
    body,
  });
  const { images } = answer.body as { images: string[] };
  assert.ok(images[0]?.startsWith(`${stage.url}/files/signed/`), images[0]);
});
