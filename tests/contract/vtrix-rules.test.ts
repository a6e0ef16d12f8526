/** What Vtrix refuses and how, the switches between its pages, and what becomes of off-peak work and money. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { addMember, askAdmin, type Member, sendFrom } from '../support/admin-client.ts';
import { adminKey, makeDirectory, removeDirectory, startGatewayProcess } from '../support/gateway-process.ts';
import { finishTask, readTask } from '../support/native-client.ts';
import { photoDataUri } from '../support/photos.ts';
import { startReceiver } from '../support/receiver.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { decodeByCli, refusalByCli, refusalBySuccessor } from '../support/vtrix-clients.ts';
import { wideCatalog } from '../support/wide-catalog.ts';

const image = 'viduq2_reference2image';
const film = 'viduq2_pro_reference';
const path = '/model/v1/generation';
const json = { 'content-type': 'application/json' };
const picture = 'https://media.example.org/a.png';

type Body = Record<string, unknown> & { id: string; status: string };
type Answer = { readonly status: number; readonly body: Body; readonly text: string };

async function ask(member: Member, at: string, body?: unknown): Promise<Answer> {
  const init = body === undefined ? {} : { method: 'POST', headers: json, body: JSON.stringify(body) };
  const response = await member.send(at, init);
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Body, text };
}
const post = (member: Member, model: unknown, params: unknown) => ask(member, path, { model, input: [{ params }] });
const cancel = (member: Member, id: string) => ask(member, `${path}/task/${id}/cancel`, {});

/** The one form that all readers of a refusal understand; answers its message. */
function assertRefused({ status, body, text }: Answer, wanted: number, errorCode: number): string {
  assert.equal(status, wanted, text);
  const message = refusalByCli(body) ?? '';
  assert.deepEqual(body as unknown, { message, status: { code: wanted, message, error_code: errorCode }, data: null });
  assert.equal(refusalBySuccessor(body).message, message);
  return message;
}

async function openPaused(environment: Record<string, string> = {}, allowFetch: string[] = []): Promise<Stage> {
  const stage = await openStage({ environment, allowFetch, catalog: wideCatalog(({ output }) => output !== 'audio') });
  await askAdmin(stage, '/engines/preview/pause', {});
  return stage;
}

describe('as it is set by default', () => {
  let stage: Stage;
  before(async () => {
    stage = await openPaused();
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('broken rules answer 400 before anything is made, with the code that the rule has', async () => {
    const eight = Array.from({ length: 8 }, () => picture);
    const root = 'input\\[0\\]\\.params\\.';
    const cases: [string, object, RegExp][] = [
      [image, {}, new RegExp(`^008023003: ${root}prompt is required\\.$`)],
      [image, { prompt: '' }, /^008023003: /],
      [image, { prompt: null }, /^008023003: /],
      [image, { prompt: 'a', images: eight }, /^008023002: .*at most 7 items; it has 8/],
      [image, { prompt: 'x'.repeat(2001) }, new RegExp(`^${root}prompt may have at most 2000 characters; it has 2001`)],
      [image, { prompt: 'a', resolution: '2k' }, /resolution must be one of 1080p, 2K, 4K; it is "2k"/],
      [film, { prompt: 'a' }, /^008000001: /],
      [film, { prompt: 'a', images: eight }, /^008000002: /],
      [film, { prompt: 'a', images: eight.slice(3), videos: [picture] }, /^008000002: /],
      [film, { prompt: '😀'.repeat(5001), images: [picture] }, /5000 characters; it has 5001/],
      [film, { prompt: 'a', images: [picture], duration: 11 }, /duration must be at most 10/],
      [film, { prompt: 'a', images: [picture], wm_position: 5 }, /wm_position must be one of 1, 2, 3, 4; it is 5/],
      ['viduq2_i2v_reference', { prompt: 'a', images: [picture], duration: 0 }, /duration must be at least 1/],
      ['viduq2_pro_start_end2video', { images: [picture] }, /^008000002: /],
      [image, { prompt: 'a', callback_url: 'no url' }, new RegExp(`^${root}callback_url must be`)],
      [image, { prompt: 'a', payload: 'x'.repeat(1_048_577) }, /payload may have at most 1048576 characters/],
    ];
    for (const [model, params, wanted] of cases) {
      assert.match(assertRefused(await post(stage.rich, model, params), 400, 40001), wanted);
    }
    // The limits themselves are allowed: 2000 and 5000 code points, 1,048,576 characters.
    const atLimit = [
      await post(stage.rich, image, { prompt: '😀'.repeat(2000), payload: 'x'.repeat(1_048_576) }),
      await post(stage.rich, film, { prompt: '😀'.repeat(5000), images: [picture], duration: 0 }),
    ];
    for (const { status, body } of atLimit) {
      assert.equal(status, 200);
      await cancel(stage.rich, body.id);
    }
  });

  test('an envelope that is none is refused, one that says a thing twice is read', async () => {
    const params = { prompt: 'a hill', seed: 3 };
    const bad: [unknown, RegExp][] = [
      [[], /must be an object/],
      [{}, /model is required/],
      [{ model: 5 }, /model is required/],
      [{ model: image, input: [] }, /input must be an array of one/],
      [{ model: image, input: { params } }, /input must be an array of one/],
      [{ model: image, input: [{ params }, { params }] }, /input must be an array of one/],
      [{ model: image, input: [{}] }, /input\[0\]\.params must be an object/],
      [{ model: image, input: [{ params }], seed: 4 }, /seed stands beside input/],
      [{ model: image, input: [{ params }], payload: 'x' }, /payload stands beside input/],
    ];
    for (const [body, wanted] of bad) {
      assert.match(assertRefused(await ask(stage.rich, path, body), 400, 40001), wanted);
    }
    const good = [
      { model: image, input: [{ params }], seed: 3 },
      { model: image, input: [{ params }], moderation: true, stream: false },
      { model: image, ...params, moderation: false },
    ];
    for (const body of good) {
      const { status, text, body: task } = await ask(stage.rich, path, body);
      assert.equal(status, 200, text);
      const native = await readTask(stage.rich, task.id);
      assert.deepEqual([native.seed, native.input.prompt], [3, 'a hill']);
      await cancel(stage.rich, task.id);
    }
    assertRefused(await post(stage.rich, 'viduq9', params), 404, 40401);
    const broken = await stage.rich.send(path, { method: 'POST', headers: json, body: '{"model": ' });
    assert.equal(broken.status, 400);
  });

  test('unknown keys and nulls are nothing; the name that was asked for comes back', async () => {
    const params = { prompt: 'a hill', aspect_ratio: null, nobody: 1 };
    for (const model of ['vidu_q2', 'viduq2_text2video']) {
      const { body } = await post(stage.rich, model, params);
      assert.equal(body.model, model);
      const native = await readTask(stage.rich, body.id);
      assert.equal(native.input.aspect_ratio, '16:9');
      await cancel(stage.rich, body.id);
    }
    const inner = { model: 'vidu2.0', prompt: 'a hill', images: [picture] };
    const { body } = await post(stage.rich, 'vidu-cn-reference2video-vidu2.0', inner);
    assert.equal(body.model, 'vidu-cn-reference2video-vidu2.0');
    await cancel(stage.rich, body.id);
  });

  test('a cancelled task has failed with one code and no usage, whoever cancelled it', async () => {
    const wanted = {
      code: '008023095',
      message: 'The task was cancelled.',
      error_message: 'The task was cancelled.',
    };
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push((await post(stage.rich, image, { prompt: 'a' })).body.id);
    const [first = '', second = '', third = ''] = ids;
    assert.deepEqual((await cancel(stage.rich, first)).body.error, wanted);
    assert.equal(
      (await stage.rich.send(`/v1/tasks/${(await readTask(stage.rich, second)).id}/cancel`, { method: 'POST' })).status,
      200,
    );
    await cancel(stage.rich, third);
    for (const id of ids) {
      const { status, body } = await ask(stage.rich, `${path}/task/${id}`);
      assert.deepEqual([status, body.status, body.error], [200, 'failed', wanted]);
      assert.equal('usage' in body || 'output' in body || 'progress' in body, false);
      assert.equal(decodeByCli(body).error, 'The task was cancelled.');
    }
    assert.equal((await cancel(stage.rich, first)).body.status, 'failed', 'again is the same');
    assertRefused(await cancel(stage.other, first), 404, 40400);
    assertRefused(await cancel(stage.rich, 'no-id'), 404, 40400);
  });

  test('off-peak work waits at a lower price', async () => {
    const { body } = await post(stage.rich, film, { prompt: 'a', images: [picture], off_peak: true, duration: 1 });
    const task = await readTask(stage.rich, body.id);
    assert.equal(task.off_peak, true);
    assert.equal(task.cost.reserved_micros * 2, task.cost.list_micros);
    await cancel(stage.rich, body.id);
  });

  test('a film with its own sound is not made off-peak, unless the model is of the third generation', async () => {
    const params = { prompt: 'a', images: [picture], audio: true, off_peak: true };
    const refused = await post(stage.rich, 'viduq2_i2v_reference', params);
    assert.match(assertRefused(refused, 400, 40001), /off_peak may not be true with audio/);
    const { status, body } = await post(stage.rich, 'viduq3_i2v_reference', params);
    assert.equal(status, 200);
    await cancel(stage.rich, body.id);
  });

  test('what a body may weigh: 20 MiB, 28 with a film in it', async () => {
    const filler = 'A'.repeat(22 * 1024 * 1024);
    const withFilm = { prompt: 'a', videos: [`data:video/mp4;base64,${filler}`] };
    const refused = await post(stage.rich, image, { prompt: 'a', images: [`data:image/png;base64,${filler}`] });
    assert.match(assertRefused(refused, 413, 41300), /20971520 bytes.*without a film/);
    // Taken as far as its bytes, which are no film.
    assert.match(assertRefused(await post(stage.rich, film, withFilm), 400, 40001), /videos\[0\]/);
    const huge = { prompt: 'a', videos: [`data:video/mp4;base64,${filler}${'A'.repeat(8 * 1024 * 1024)}`] };
    assertRefused(await post(stage.rich, film, huge), 413, 41300);
  });

  test('links are made from the public URL, whatever Host says; no other place opens the door', async () => {
    const spec = await sendFrom(stage, `/api/v1/skill/models/${film}/spec`, { headers: { host: 'cloud.vtrix.ai' } });
    const { data } = JSON.parse(spec.body) as { data: { api: { endpoint: string } } };
    assert.equal(data.api.endpoint, `${stage.url}${path}`);
    const key = { headers: { authorization: `Key ${stage.rich.key}` } };
    assert.equal((await sendFrom(stage, `${path}/task/00000000000000000000`, key)).status, 401);
  });

  test('no engine: a sentence that tells what is missing', async () => {
    const answer = await post(stage.rich, 'vidu-cn-audio-tts', { text: 'hello', voice_id: 'one' });
    assert.match(assertRefused(answer, 503, 50301), /needs the engine vidu/);
  });

  test('the template takes one picture as a text, as its page has it, and as a list', async () => {
    for (const images of [picture, [picture]]) {
      // Read without a complaint: what is missing is the price of its work here.
      const answer = await post(stage.rich, 'vidu_template', { template: 'wednesdays_vibe', images });
      assertRefused(answer, 503, 50300);
    }
    assertRefused(await post(stage.rich, film, { prompt: 'a', images: picture }), 400, 40001);
  });

  test('an Idempotency-Key makes one task of two submits', async () => {
    const init = {
      method: 'POST',
      headers: { ...json, 'idempotency-key': 'one' },
      body: JSON.stringify({ model: image, prompt: 'a' }),
    };
    const [first, second] = [await stage.rich.send(path, init), await stage.rich.send(path, init)];
    const [one, two] = [(await first.json()) as Body, (await second.json()) as Body];
    assert.equal(one.id, two.id);
    await cancel(stage.rich, one.id);
  });
});

test('strict_required reads the pages literally, in the spec as well, and for the model or the key it is set for', async () => {
  await using stage = await openPaused({
    FRAMEGATE_VTRIX_OVERRIDES: `${film}:strict_required=true,${image}:strict_required=true`,
  });
  assert.match(
    assertRefused(await post(stage.rich, film, { prompt: 'a', images: [picture] }), 400, 40001),
    /^008000001: .*videos is required/,
  );
  assert.match(
    assertRefused(await post(stage.rich, image, { prompt: 'a' }), 400, 40001),
    /^008023001: .*images is required/,
  );
  assert.match(assertRefused(await post(stage.rich, image, { prompt: 'a', images: [] }), 400, 40001), /^008023001: /);
  const { body } = await ask(stage.rich, `/api/v1/skill/models/${film}/spec`);
  const { parameters } = body.data as { parameters: { name: string; required: boolean }[] };
  const required = parameters.filter((one) => one.required).map(({ name }) => name);
  assert.deepEqual(required, ['prompt', 'images', 'videos']);
});

test('late_validation takes what breaks a rule and fails it at once: the code, the payload, the callback, no money', async () => {
  await using receiver = await startReceiver((response) => response.writeHead(200).end());
  await using stage = await openStage({
    allowFetch: [receiver.door],
    environment: { FRAMEGATE_VTRIX_LATE_VALIDATION: 'true' },
  });
  const balance = async () => (await ask(stage.rich, '/api/v1/user/balance')).body.data as { balance: string };
  const before = await balance();
  const cases: [string, object, string, RegExp][] = [
    [image, { images: [photoDataUri('coffee.png')] }, '008023003', /prompt is required/],
    [image, { prompt: 'a', images: Array.from({ length: 8 }, () => picture) }, '008023002', /at most 7/],
    [film, { prompt: 'a' }, '008000001', /images is required, unless there is videos/],
    // A rule that has no code of its own.
    [image, { prompt: 'a', resolution: '8K' }, '008023099', /resolution must be one of/],
    [image, { prompt: 'a', images: ['data:image/png;base64,AAAA'] }, '008023099', /images\[0\]/],
  ];
  for (const [index, [model, params, code, sentence]] of cases.entries()) {
    const { status, body, text } = await post(stage.rich, model, {
      ...params,
      payload: 'kept',
      callback_url: receiver.url,
    });
    assert.equal(status, 200, text);
    const error = body.error as { code: string; message: string };
    assert.deepEqual([body.status, body.payload, body.model, error.code], ['failed', 'kept', model, code], text);
    assert.match(error.message, sentence);
    assert.equal('usage' in body || 'output' in body, false);
    assert.deepEqual((await ask(stage.rich, `${path}/task/${body.id}`)).body, body, 'it polls as it was answered');
    await receiver.count(index + 1);
    assert.deepEqual(JSON.parse(receiver.received.at(-1)?.body ?? ''), body);
  }
  assert.deepEqual(await balance(), before);
  const { differences } = await askAdmin<{ differences: unknown[] }>(stage, '/reconcile', {});
  assert.deepEqual(differences, []);
  // What is wrong with the callback itself could be told to nobody later.
  assertRefused(await post(stage.rich, image, { callback_url: 'no url' }), 400, 40001);
  // Neither is what no task can be made of.
  assertRefused(await post(stage.rich, 'viduq9', {}), 404, 40401);
});

test('off_peak: reject refuses it, and names it; ignore runs it now', async () => {
  const params = { prompt: 'a', images: [picture], off_peak: true };
  await using rejecting = await openPaused({ FRAMEGATE_VTRIX_OFF_PEAK: 'reject' });
  assert.match(assertRefused(await post(rejecting.rich, film, params), 400, 40001), /off_peak may not be true/);
  assert.equal((await post(rejecting.rich, film, { ...params, off_peak: false })).status, 200);
  await using ignoring = await openPaused({ FRAMEGATE_VTRIX_OFF_PEAK: 'ignore' });
  const { body } = await post(ignoring.rich, film, params);
  assert.equal((await readTask(ignoring.rich, body.id)).off_peak, false);
});

test('money: cost and what was taken off; 402 as on the sister host; the slot of codes that are not published', async () => {
  const environment = { FRAMEGATE_VTRIX_INSUFFICIENT_CREDIT_STATUS: '402', FRAMEGATE_VTRIX_ERROR_SLOT: '031' };
  await using stage = await openStage({ environment });
  const poor = await post(stage.poor, image, { prompt: 'a' });
  assertRefused(poor, 402, 40201);
  assert.equal(refusalBySuccessor(poor.body).isBalanceLow, true);
  assert.match(assertRefused(await post(stage.rich, film, { prompt: 'a' }), 400, 40001), /^008031001: /);
  assert.match(assertRefused(await post(stage.rich, image, {}), 400, 40001), /^008023003: /, 'published codes stay');
  const headers = { ...json, authorization: `Bearer ${adminKey}` };
  const tenant = `${stage.url}/v1/admin/tenants/${stage.rich.tenant}`;
  const changed = await fetch(tenant, { method: 'PATCH', headers, body: '{"discount_percent": 25}' });
  assert.equal(changed.status, 200);
  stage.engine.outcome = 'succeed';
  const { body } = await post(stage.rich, image, { prompt: 'a', resolution: '4K' });
  await finishTask(stage.rich, body.id);
  const done = (await ask(stage.rich, `${path}/task/${body.id}`)).body;
  assert.deepEqual(done.usage, { cost: '0.0375', discount: 0.0125 });
});

test("an engine's own id of the work is the jobId", async () => {
  await using stage = await openStage();
  stage.engine.outcome = 'succeed';
  const { check } = stage.engine;
  stage.engine.check = async (handle, options) => {
    const report = await check(handle, options);
    return report.state === 'succeeded' ? { ...report, metadata: { ...report.metadata, jobId: '9123' } } : report;
  };
  const { body } = await post(stage.rich, image, { prompt: 'a' });
  await finishTask(stage.rich, body.id);
  const [group] = (await ask(stage.rich, `${path}/task/${body.id}`)).body.output as { content: { jobId: string }[] }[];
  assert.equal(group?.content[0]?.jobId, '9123');
});

test('a model whose create call answers with its result waits for it, and can be polled', async () => {
  await using stage = await openStage({ catalog: wideCatalog() });
  stage.engine.outcome = 'succeed';
  const { status, body } = await post(stage.rich, 'vidu-cn-audio-tts', { text: 'hello', voice_id: 'one' });
  assert.equal(status, 200);
  assert.equal(body.status, 'completed', JSON.stringify(body));
  assert.equal(decodeByCli(body).urls.length, 1);
  assert.deepEqual((await ask(stage.rich, `${path}/task/${body.id}`)).body, body);
});

test("a key's switches win over a model's and the server's; what is wiped is not shown", async () => {
  const directory = await makeDirectory();
  const asked = { directory, environment: { FRAMEGATE_WORKER_ENABLED: 'false' } };
  try {
    let first: Member;
    let second: Member;
    let id: string;
    {
      await using gateway = await startGatewayProcess(asked);
      [first, second] = [await addMember(gateway), await addMember(gateway)];
      const kept = { model: 'vidu_q2', prompt: 'a', payload: 'kept' };
      await askAdmin(gateway, `/tenants/${first.tenant}/grants`, { amount_micros: 1e6 });
      ({ id } = (await ask(first, path, kept)).body);
      await gateway.stop();
    }
    // As the sweep of payloads leaves a task.
    using database = new DatabaseSync(join(directory, 'framegate.db'));
    database.exec("UPDATE task SET call = '{}'");
    database.close();
    const overrides = [`${image}:output_style=object`, `${first.keyId}:output_style=array`];
    const environment = { ...asked.environment, FRAMEGATE_VTRIX_OVERRIDES: overrides.join(',') };
    await using gateway = await startGatewayProcess({ directory, environment });
    const send = async ({ key }: Member) => {
      const headers = { ...json, authorization: `Bearer ${key}` };
      const response = await gateway.send(path, {
        method: 'POST',
        headers,
        body: JSON.stringify({ model: image, prompt: 'a' }),
      });
      return (await response.json()) as Body;
    };
    assert.equal('output' in (await send(first)), false);
    assert.deepEqual((await send(second)).output, { status: 'in_queue', content: [] });
    const wiped = await gateway.send(`${path}/task/${id}`, { headers: { authorization: `Bearer ${first.key}` } });
    const { model, payload } = (await wiped.json()) as { model: string; payload?: string };
    assert.equal(payload, undefined);
    assert.ok(['vidu_q2', 'viduq2_text2video', 'viduq2_pro_fast_text2video'].includes(model), model);
  } finally {
    await removeDirectory(directory);
  }
});
