/** Where real clients of RunningHub put the key, what else they do to a request, and how each family of calls refuses. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';
import { readPhoto } from '../support/photos.ts';
import { textToVideo, textToVideoBody } from '../support/runninghub-client.ts';

let gateway: GatewayProcess;
before(async () => {
  gateway = await startGatewayProcess({
    environment: { FRAMEGATE_PUBLIC_URL: 'https://media.example.org/', FRAMEGATE_WORKER_ENABLED: 'false' },
  });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

const json = { 'content-type': 'application/json' };
const wrongKey = '0123456789abcdef0123456789abcdef';

type Sent = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: unknown };
type Answer = { readonly status: number; readonly body: Record<string, unknown>; readonly text: string };

/** Without a key of its own. */
async function send(path: string, { method = 'POST', headers = {}, body }: Sent = {}): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof FormData;
  const response = await fetch(gateway.url + path, {
    method,
    headers: { ...(body instanceof FormData ? {} : json), ...headers },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Record<string, unknown> };
}

async function submit(): Promise<string> {
  const headers = { authorization: `Bearer ${testKey}` };
  return String((await send(`/openapi/v2/${textToVideo}`, { headers, body: textToVideoBody })).body.taskId);
}

type Part = readonly [name: string, value: string | Blob, fileName?: string];
function form(...parts: readonly Part[]): FormData {
  const data = new FormData();
  for (const [name, value, fileName] of parts) {
    if (typeof value === 'string') data.append(name, value);
    else data.append(name, value, fileName);
  }
  return data;
}
const picture = () => new Blob([new Uint8Array(readPhoto('coffee.png'))], { type: 'image/png' });

test('every place that a client uses opens every family of calls', async () => {
  const taskId = await submit();
  const places: [string, Sent, string][] = [
    ['Bearer', { headers: { authorization: `Bearer ${testKey}` }, body: { taskId } }, ''],
    ['bearer', { headers: { authorization: `bearer ${testKey}` }, body: { taskId } }, ''],
    ['the bare header', { headers: { authorization: testKey }, body: { taskId } }, ''],
    ['apiKey', { body: { taskId, apiKey: testKey } }, ''],
    ['apikey', { body: { taskId, apikey: testKey } }, ''],
    ['the query', { body: { taskId } }, `?apiKey=${testKey}`],
    ['header and body, the same', { headers: { authorization: testKey }, body: { taskId, apiKey: testKey } }, ''],
  ];
  for (const [place, sent, query] of places) {
    const v2 = await send(`/openapi/v2/query${query}`, sent);
    assert.deepEqual([v2.status, v2.body.status], [200, 'QUEUED'], place);
    const legacy = await send(`/task/openapi/status${query}`, sent);
    assert.deepEqual([legacy.status, legacy.body.data], [200, 'QUEUED'], place);
    const account = await send(`/uc/openapi/accountStatus${query}`, sent);
    assert.equal(account.body.msg, 'success', place);
  }
  const listed = await send(`/openapi/v2/api-key/list?apiKey=${testKey}`, { method: 'GET' });
  assert.equal(listed.body.code, 0);
});

test('a form carries the key before or after its file', async () => {
  for (const parts of [
    [
      ['file', picture(), 'a.png'],
      ['apiKey', testKey],
      ['fileType', 'image'],
    ],
    [
      ['apiKey', testKey],
      ['fileType', 'image'],
      ['file', picture(), 'a.png'],
    ],
  ] as const) {
    const { status, body } = await send('/task/openapi/upload', { body: form(...parts) });
    assert.equal(status, 200);
    const { fileName } = body.data as { fileName: string };
    assert.match(fileName, /^api\/[0-9a-f]{64}\.png$/);
    assert.deepEqual(body, { code: 0, msg: 'success', errorMessages: null, data: { fileName, fileType: 'image' } });
  }
  const bare = await send('/task/openapi/upload', { body: form(['apiKey', testKey], ['file', picture(), 'a.png']) });
  assert.equal((bare.body.data as { fileType: string }).fileType, 'input');
});

test('a wrong key: each family refuses in its own shape, all but one with HTTP 200', async () => {
  const headers = { authorization: `Bearer ${wrongKey}` };
  const said = 'The key is unknown, expired or revoked.';
  const v2 = await send(`/openapi/v2/${textToVideo}`, { headers, body: textToVideoBody });
  assert.deepEqual([v2.status, v2.body.errorCode, v2.body.errorMessage], [200, '1002', `unauthorized: ${said}`]);
  assert.deepEqual((await send('/openapi/v2/query', { headers, body: { taskId: '1' } })).body, {
    code: 412,
    msg: 'TOKEN_INVALID',
    message: said,
    errorMessages: null,
    data: null,
  });
  const upload = await send('/openapi/v2/media/upload/binary', { headers, body: form(['file', picture(), 'a.png']) });
  assert.deepEqual([upload.status, upload.body.code], [200, 401]);
  assert.match(String(upload.body.message), /^ApiKey verification failed: /);
  const old = await send('/task/openapi/upload', { body: form(['file', picture(), 'a.png'], ['apiKey', wrongKey]) });
  assert.deepEqual([old.status, old.body.code, old.body.msg], [401, -1, 'ApiKey verification failed']);
  for (const path of ['status', 'outputs', 'cancel', 'create', 'ai-app/run', 'getWebhookDetail', 'retryWebhook']) {
    const { status, body } = await send(`/task/openapi/${path}`, { body: { apiKey: wrongKey, taskId: '1' } });
    assert.deepEqual([status, body.code, body.msg, body.data], [200, 802, 'APIKEY_UNAUTHORIZED', null], path);
  }
});

test('no key at all: a missing parameter in the legacy calls, TOKEN_INVALID in v2', async () => {
  assert.equal((await send('/openapi/v2/query', { body: { taskId: '1' } })).body.msg, 'TOKEN_INVALID');
  const status = (await send('/task/openapi/status', { body: { taskId: '1' } })).body;
  assert.deepEqual([status.code, status.msg], [301, 'apiKey must not be blank']);
  const account = (await send('/uc/openapi/accountStatus', { body: {} })).body;
  assert.deepEqual([account.code, account.msg], [1601, 'param apiKey is required']);
  const headers = { authorization: 'Bearer ' };
  assert.equal((await send('/openapi/v2/query', { headers, body: { taskId: '1' } })).body.msg, 'TOKEN_INVALID');
});

test('two different keys in one request are refused, wherever they stand', async () => {
  const taskId = await submit();
  const headers = { authorization: `Bearer ${testKey}` };
  const cases: [string, Sent][] = [
    ['/task/openapi/status', { headers, body: { taskId, apiKey: wrongKey } }],
    [`/task/openapi/status?apiKey=${wrongKey}`, { body: { taskId, apiKey: testKey } }],
    [`/openapi/v2/query?apiKey=${wrongKey}`, { headers, body: { taskId } }],
  ];
  for (const [path, sent] of cases) assert.match((await send(path, sent)).text, /two different credentials/, path);
});

test('a key in a large body is not looked for: nobody parses megabytes for a stranger', async () => {
  const body = { ...textToVideoBody, apiKey: testKey, extra: 'x'.repeat(1024 * 1024) };
  assert.equal((await send(`/openapi/v2/${textToVideo}`, { body })).body.errorCode, '1002');
});

test('Host: www.runninghub.cn changes nothing, and no link is made from it', async () => {
  const answer = await new Promise<string>((done, failed) => {
    const data = form(['file', picture(), 'a.png']);
    void new Response(data).arrayBuffer().then((bytes) => {
      const type = new Response(data).headers.get('content-type') ?? '';
      const boundary = Buffer.from(bytes).toString('latin1').split('\r\n')[0]?.slice(2);
      const headers = {
        host: 'www.runninghub.cn',
        authorization: `Bearer ${testKey}`,
        'content-type': `${type.split(';')[0]}; boundary=${boundary}`,
        'content-length': bytes.byteLength,
        // curl says this before large bodies, and waits for the answer.
        expect: '100-continue',
      };
      const call = request(
        `${gateway.url}//openapi/v2/media/upload/binary`,
        { method: 'POST', headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => done(text));
        },
      );
      call.on('error', failed);
      call.once('continue', () => call.end(Buffer.from(bytes)));
      call.flushHeaders();
    });
  });
  const { data } = JSON.parse(answer) as {
    data: { download_url: string; type: string; size: string; fileName: string };
  };
  assert.ok(data.download_url.startsWith('https://media.example.org/files/signed/'), answer);
  assert.deepEqual([data.type, data.size], ['image', String(readPhoto('coffee.png').byteLength)]);
  assert.match(data.fileName, /^openapi\/[0-9a-f]{64}\.png$/);
  const file = await fetch(data.download_url.replace('https://media.example.org', gateway.url));
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), readPhoto('coffee.png'));
});

test('slashes may be doubled, the prefix may stand before everything, and what is nowhere is TOKEN_INVALID', async () => {
  const headers = { authorization: `Bearer ${testKey}` };
  const taskId = await submit();
  for (const path of [
    '//openapi/v2/query',
    '/openapi//v2///query',
    '/runninghub/openapi/v2/query',
    '//runninghub//openapi/v2/query',
  ]) {
    assert.equal((await send(path, { headers, body: { taskId } })).body.status, 'QUEUED', path);
  }
  for (const [method, path] of [
    ['POST', '/task/openapi/nothing'],
    ['GET', '/task/openapi/status'],
    ['GET', '/openapi/v2/query'],
    ['POST', '/api/webapp/list'],
    ['POST', '/runninghub/anything'],
  ] as const) {
    const { status, body } = await send(path, { method, headers, ...(method === 'POST' ? { body: {} } : {}) });
    assert.deepEqual([status, body.code, body.msg, body.data], [200, 412, 'TOKEN_INVALID', null], path);
  }
});

test('the native proxy takes its key from the path; without a ComfyUI it says which machine is missing', async () => {
  for (const place of ['proxy', 'proxy-plus']) {
    const prompt = await send(`/${place}/${testKey}/prompt`, { body: { prompt: {} } });
    assert.deepEqual(
      [prompt.status, prompt.body.code, prompt.body.msg],
      [503, 435, 'TASK_USER_EXCLAPI_INSTANCE_NOT_FOUND'],
    );
    assert.equal((await send(`/${place}/${testKey}/history/1`, { method: 'GET' })).status, 503);
    assert.equal((await send(`/${place}/${wrongKey}/queue`, { method: 'GET' })).status, 401);
  }
});

test('bad uploads: no file, no media, too large, two files, no form; nothing is left on the disk', async () => {
  const bearer = { authorization: `Bearer ${testKey}` };
  const text = new Blob(['just words']);
  const large = new Blob([new Uint8Array(31 * 1024 * 1024)]);
  const v2 = (body: unknown) => send('/openapi/v2/media/upload/binary', { headers: bearer, body });
  const legacy = (...parts: readonly Part[]) =>
    send('/task/openapi/upload', { body: form(['apiKey', testKey], ...parts) });
  const cases: [Answer, number, RegExp][] = [
    [await v2(form(['other', 'x'])), 1013, /field 'file' is required/],
    [await v2(form(['file', text, 'a.png'])), 1013, /is not a PNG/],
    [await v2(form(['file', picture(), 'a.png'], ['file', picture(), 'b.png'])), 1007, /more than one file/],
    [await v2({ file: 'x' }), 1007, /multipart\/form-data/],
    [await legacy(['file', text, 'a.png']), 808, /APIKEY_UPLOAD_FAILED/],
    [await legacy(['file', large, 'a.zip']), 809, /APIKEY_FILE_SIZE_EXCEEDED/],
  ];
  for (const [{ status, body, text: whole }, code, says] of cases) {
    assert.deepEqual([status, body.code], [200, code], whole);
    assert.match(whole, says);
  }
  assert.deepEqual(
    (await readdir(join(gateway.directory, 'scratch'))).filter((name) => name.startsWith('form-')),
    [],
  );
});

test('pictures, films, sound and archives are taken, each under its word', async () => {
  const lavfi = (source: string, ...rest: string[]) =>
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', source, ...rest, '-']);
  const emptyZip = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);
  const cases: [Uint8Array, string, string][] = [
    [readPhoto('chelsea.png'), 'image', 'png'],
    [lavfi('color=size=128x128:duration=1', '-pix_fmt', 'yuv420p', '-f', 'matroska'), 'video', 'mkv'],
    [lavfi('sine=duration=1', '-f', 'mp3'), 'audio', 'mp3'],
    [lavfi('sine=duration=1', '-f', 'flac'), 'audio', 'flac'],
    [emptyZip, 'zip', 'zip'],
  ];
  for (const [bytes, type, extension] of cases) {
    const body = form(['file', new Blob([new Uint8Array(bytes)]), `x.${extension}`]);
    const headers = { authorization: `Bearer ${testKey}` };
    const answer = await send('/openapi/v2/media/upload/binary', { headers, body });
    assert.equal(answer.body.code, 0, answer.text);
    const data = answer.body.data as Record<string, string>;
    assert.deepEqual([data.type, data.size], [type, String(bytes.byteLength)]);
    assert.match(data.fileName ?? '', new RegExp(`^openapi/[0-9a-f]{64}\\.${extension}$`));
  }
});

test('an upload that breaks off leaves nothing on the disk', async () => {
  const scratch = join(gateway.directory, 'scratch');
  const spooled = async () => (await readdir(scratch)).filter((name) => name.startsWith('form-')).length;
  const until = async (wanted: number) => {
    const end = Date.now() + 20_000;
    while ((await spooled()) !== wanted) {
      assert.ok(Date.now() < end, `${await spooled()} files, not ${wanted}`);
      await delay(20);
    }
  };
  const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '1000000' };
  const call = request(`${gateway.url}/task/openapi/upload`, { method: 'POST', headers });
  const broken = new Promise((done) => call.on('error', done));
  call.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n');
  call.write('x'.repeat(200_000));
  await until(1);
  call.destroy(new Error('the line broke'));
  await broken;
  await until(0);
});

test('a model that takes any field keeps neither the key nor the webhook among its input', async () => {
  const input = { prompt: 'a', webhookUrl: 'https://example.org/hook', anything: 5 };
  const dryRun = await send('/v1/tasks?dry_run=1', {
    headers: { authorization: `Bearer ${testKey}` },
    body: { model: 'kling-v3.0-4k/motion-control', dialect: 'runninghub', input },
  });
  assert.deepEqual(dryRun.body.input, { prompt: 'a', anything: 5 }, dryRun.text);
});

test('what a ComfyUI would do is refused by the vendor’s own codes, after a look at what was sent', async () => {
  const webappId = '1987654321098765433';
  const ask = (path: string, body: string) => send(path, { body: `{"apiKey": "${testKey}", ${body}}` });
  const cases: [Answer, number, RegExp][] = [
    [await ask('/task/openapi/create', `"workflowId": ${webappId}`), 380, /WORKFLOW_NOT_EXISTS.*1987654321098765433/],
    [await ask('/task/openapi/create', '"nodeInfoList": []'), 301, /workflowId must not be blank/],
    [await ask('/task/openapi/create', '"workflowId": "1", "nodeInfoList": {}'), 301, /nodeInfoList must be an array/],
    [await ask('/task/openapi/create', '"workflowId": "1", "nodeInfoList": [5]'), 301, /nodeInfoList\[0\]/],
    [await ask('/task/openapi/ai-app/run', `"webappId": ${webappId}`), 901, /WEBAPP_NOT_EXISTS.*1987654321098765433/],
    [await ask('/task/openapi/quick-ai-app/run', `"webappId": "${webappId}", "quickCreateCode": "002"`), 901, /WEBAPP/],
    [await ask('/api/openapi/getJsonApiFormat', `"workflowId": "${webappId}"`), 380, /WORKFLOW_NOT_EXISTS/],
    [await ask('/api/openapi/getLoraUploadUrl', `"loraName": "a", "md5Hex": "${'0'.repeat(32)}"`), 808, /ComfyUI/],
    [await ask('/api/openapi/getLoraUploadUrl', '"loraName": "a", "md5Hex": "x"'), 301, /md5Hex/],
    [await ask('/api/fast/creation/model/params', '"type": 2, "webappId": "1"'), 0, /"data":\[\]/],
  ];
  for (const [{ status, body, text }, code, says] of cases) {
    assert.deepEqual([status, body.code], [200, code], text);
    assert.match(text, says);
  }
  const demo = await send(`/api/webapp/apiCallDemo?apiKey=${testKey}&webappId=${webappId}`, { method: 'GET' });
  assert.deepEqual([demo.status, demo.body.code], [200, 901]);
  const headers = { authorization: `Bearer ${testKey}` };
  for (const [path, code] of [
    [`/openapi/v2/run/workflow/${webappId}`, '380'],
    [`/openapi/v2/run/ai-app/${webappId}`, '901'],
  ] as const) {
    const { body } = await send(path, { headers, body: { nodeInfoList: [] } });
    assert.deepEqual([body.taskId, body.status, body.errorCode], ['', '', code]);
  }
});

test('account, queue, keys and the lists of what there is none of', async () => {
  const headers = { authorization: testKey };
  const account = (await send('/uc/openapi/accountStatus', { body: { apikey: testKey } })).body.data;
  const { currentTaskCounts, remainMoney } = account as { currentTaskCounts: string; remainMoney: string };
  assert.match(currentTaskCounts, /^\d+$/);
  assert.match(remainMoney, /^\d+\.\d{3}$/);
  assert.deepEqual(account, { remainCoins: '0', currentTaskCounts, remainMoney, currency: 'USD', apiType: 'SHARED' });
  const queue = (await send('/openapi/v2/queue/status', { method: 'GET', headers })).body;
  assert.deepEqual(queue, {
    code: 0,
    msg: 'success',
    message: 'success',
    errorMessages: null,
    data: {
      apiKeyType: 'SHARED',
      concurrentLimit: 50,
      runningCount: '0',
      queuedCount: currentTaskCounts,
      totalCurrentTasks: currentTaskCounts,
      instanceCount: 0,
    },
  });
  const keys = (await send('/openapi/v2/api-key/list', { method: 'GET', headers })).body.data as Record<
    string,
    unknown
  >[];
  assert.deepEqual(
    keys.map(({ key, status, quotaLimit, expireAt }) => [key, status, quotaLimit, expireAt]),
    [['test-k****', 'ACTIVE', null, null]],
  );
  const page = { records: [], current: 1, size: 20, total: 0, pages: 0, hasNext: false };
  const apps = await send('/openapi/v2/aiapp/list', {
    headers,
    body: { current: 1, size: 20, sort: 'RECOMMEND', days: 7 },
  });
  assert.deepEqual(apps.body.data, page);
  const resources = await send('/openapi/v2/resource/list', { headers, body: { resourceType: 'LORA', size: '20' } });
  assert.deepEqual(resources.body.data, { ...page, hasPrevious: false });
  const tooMany = await send('/openapi/v2/aiapp/list', { headers, body: { size: 51 } });
  assert.deepEqual(
    [tooMany.body.code, tooMany.body.msg],
    [1007, 'invalid parameter: size must be a whole number from 1 to 50.'],
  );
  for (const path of ['assets/list', 'assets/groups/list']) {
    assert.deepEqual((await send(`/openapi/v2/${path}`, { headers, body: {} })).body.data, {
      items: [],
      totalCount: 0,
    });
  }
  const create = await send('/openapi/v2/assets/create', { headers, body: { groupId: '1', url: 'https://x/y.png' } });
  assert.deepEqual([create.body.code, create.body.msg], [1009, create.body.message]);
});

test('no key is in the log, wherever it stood in a request', () => {
  const { stdout, stderr } = gateway.output;
  for (const key of [testKey, wrongKey]) assert.equal((stdout + stderr).includes(key), false);
});
