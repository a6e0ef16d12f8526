/** Four public clients, in the shapes in which they send and with the strictness with which they read. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { loadConfig } from '../../src/config.ts';
import { type RunningGateway, startGateway } from '../../src/main.ts';
import { createAllKindsEngine, madeText } from '../support/all-kinds-engine.ts';
import { makeDirectory, removeDirectory, testKey } from '../support/gateway-process.ts';
import { photoDataUri, readPhoto } from '../support/photos.ts';
import {
  createLegacyClient,
  createOfficialClient,
  createSkillClient,
  type Result,
} from '../support/runninghub-clients.ts';

let directory: string;
let gateway: RunningGateway;
let v2: string;
before(async () => {
  directory = await makeDirectory();
  const environment = { PORT: '0', FRAMEGATE_DATA: directory, FRAMEGATE_KEY: testKey };
  const config = await loadConfig([], environment, directory);
  gateway = await startGateway(config, pino({ level: 'silent' }), {
    engines: [{ create: () => createAllKindsEngine(directory, 'runninghub'), isFree: () => true }],
  });
  v2 = `${gateway.url}/openapi/v2`;
});
after(async () => {
  await gateway.close(1_000);
  await removeDirectory(directory);
});

async function fileOf({ url }: Result): Promise<Buffer> {
  assert.ok(url);
  // No credential, redirects followed.
  const response = await fetch(url);
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

const beginnings: Readonly<Record<string, string>> = { png: '\x89PNG', mp4: 'ftyp', wav: 'RIFF', glb: 'glTF' };

test('A and B: a model of each kind of output, until the file', async () => {
  const client = createOfficialClient(v2, testKey);
  const picture = await client.upload(readPhoto('chelsea.png'), 'chelsea.png');
  const models: [string, object, string][] = [
    ['rhart-image-g-3/text-to-image', { prompt: 'a quiet lake' }, 'png'],
    ['rhart-image-g-3/image-to-image', { prompt: 'a quiet lake', imageUrls: [picture] }, 'png'],
    ['vidu/text-to-video', { prompt: 'a quiet lake', style: 'general', duration: '5', resolution: '720p' }, 'mp4'],
    ['vidu/image-to-video-q2-pro', { prompt: 'dolly in', imageUrl: picture, duration: '5', bgm: true }, 'mp4'],
    ['rhart-audio/suno-v5/single', { title: 'Lake', description: 'a quiet lake' }, 'wav'],
    ['hunyuan3d-v3.1/text-to-3d', { prompt: 'a boat' }, 'glb'],
  ];
  for (const [model, payload, extension] of models) {
    const results = await client.run(model, payload);
    assert.equal(results.length, 1, model);
    const [first] = results;
    assert.ok(first);
    assert.equal(first.outputType, extension, model);
    assert.ok(
      (await fileOf(first))
        .subarray(0, 12)
        .toString('latin1')
        .includes(beginnings[extension] ?? '?'),
      model,
    );
  }
  const text = await client.run('rhart-text-g-25-flash/text-to-text', { prompt: 'a quiet lake' });
  assert.deepEqual(text, [{ url: null, nodeId: '1', outputType: 'txt', text: madeText }]);
});

test('A and B: a picture inside the body, of a megabyte and more', async () => {
  const client = createOfficialClient(v2, testKey);
  const large = photoDataUri('astronaut.png');
  const imageUrls = [large, large, large];
  assert.ok(JSON.stringify(imageUrls).length > 2 * 1024 * 1024);
  const [first] = await client.run('rhart-image-n-pro/edit', { prompt: 'x', resolution: '1k', imageUrls });
  assert.ok(first);
  await fileOf(first);
});

test('B submits a refused body once: every refusal that stays says one of its stop words', async () => {
  const refused: [string, string, object][] = [
    ['a missing parameter', 'vidu/text-to-video', { style: 'general' }],
    ['a wrong option', 'vidu/text-to-video', { prompt: 'a', style: 'general', duration: '11' }],
    ['a bad picture', 'rhart-image-g-3/image-to-image', { prompt: 'a', imageUrls: ['data:image/png;base64,AAAA'] }],
    ['a private URL', 'rhart-image-g-3/image-to-image', { prompt: 'a', imageUrls: ['http://127.0.0.1/a.png'] }],
  ];
  for (const [what, model, payload] of refused) {
    const client = createOfficialClient(v2, testKey);
    await assert.rejects(client.run(model, payload), /1007 invalid parameter/, what);
    assert.equal(client.submits(), 1, what);
  }
  const stranger = createOfficialClient(v2, 'nobodys-key-0123456789abcdef0123');
  await assert.rejects(stranger.run('vidu/text-to-video', { prompt: 'a' }), /1002 unauthorized/);
  assert.equal(stranger.submits(), 1);
});

test('A and B: a run that failed throws its message; envelopes of other calls are read by code', async () => {
  const client = createOfficialClient(v2, testKey);
  const payload = { prompt: 'fail', style: 'general', duration: '5', resolution: '720p' };
  await assert.rejects(client.run('vidu/text-to-video', payload), /1015 The engine was told to fail/);
  assert.equal(client.submits(), 3, 'another try may succeed, and this client makes it');
  assert.deepEqual(await client.rest('assets/list', { pageNumber: 1, pageSize: 10 }), { items: [], totalCount: 0 });
  await assert.rejects(
    client.rest('assets/create', { groupId: '1', url: 'https://x.example/y.png' }),
    /assets are not kept/,
  );
});

test('C: account, a run with a picture as data URI, the app calls, and a failure that ends its loop', async () => {
  const client = createSkillClient(gateway.url, testKey);
  const { remainMoney, currency, remainCoins, tasks, apiType } = await client.account();
  assert.match(remainMoney ?? '', /^\d+\.\d{3}$/);
  assert.deepEqual([currency, remainCoins, apiType], ['USD', '0', 'SHARED']);
  assert.ok(Number.isInteger(tasks));
  const body = { prompt: 'x', imageUrls: [photoDataUri('coffee.png')] };
  const { url, outputType, cost, taskCostTime } = await client.run('rhart-image-g-3/image-to-image', body);
  assert.deepEqual([outputType, cost, taskCostTime], ['png', '0.000', '0']);
  assert.ok(url?.endsWith('.png'));
  const failing = { prompt: 'fail', style: 'general', duration: '5', resolution: '720p' };
  await assert.rejects(client.run('vidu/text-to-video', failing), /"errorCode":"1015"/);
  const webappId = '1987654321098765433';
  assert.deepEqual((await client.listApps()).records, []);
  assert.equal((await client.demo(webappId)).code, 901);
  const { code, errorMessages } = await client.runApp(webappId);
  assert.equal(code, 901);
  assert.match(JSON.stringify(errorMessages), /1987654321098765433/);
  assert.match(await client.uploadLegacy(readPhoto('coffee.png')), /^api\/[0-9a-f]{64}\.png$/);
});

test('D: account, upload with its file first, outputs of a task, and the create that there is no ComfyUI for', async () => {
  const client = createLegacyClient(gateway.url, testKey);
  const { code, msg, data } = await client.account();
  assert.deepEqual([code, msg, (data as { apiType: string }).apiType], [0, 'success', 'SHARED']);
  const upload = await client.uploadImage(readPhoto('coffee.png'));
  assert.match((upload.data as { fileName: string }).fileName, /^api\//);
  assert.deepEqual(await client.uploadImage(readPhoto('coffee.png')), upload, 'the same file has the same name');
  const create = await client.create('1987654321098765433');
  assert.deepEqual([create.code, create.msg, create.data], [380, 'WORKFLOW_NOT_EXISTS', null]);
  const response = await fetch(`${v2}/rhart-image-g-3/text-to-image`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
    body: '{"prompt": "a quiet lake"}',
  });
  const { taskId } = (await response.json()) as { taskId: string };
  const [output] = await client.outputs(taskId);
  assert.ok(output);
  assert.ok(output.fileUrl.startsWith(gateway.url), 'no link is made from its Host');
  assert.deepEqual([output.consumeMoney, output.taskCostTime], [null, '0']);
});
