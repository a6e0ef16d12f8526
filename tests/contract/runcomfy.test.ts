/**
 * RunComfy's Model API, as its page of vidu/q2/reference-to-image tells a reader to use it: the page's own requests with
 * only the host and the key changed, and a photograph as data URI or as URL of a file server that the owner allowed.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Value } from 'typebox/value';
import { modelEntrySchema } from '../../src/wires/runcomfy/model-api.ts';
import { type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';
import { pngSize } from '../support/media-facts.ts';
import { photoDataUri, readPhoto } from '../support/photos.ts';

const model = 'vidu/q2/reference-to-image';
let gateway: GatewayProcess;
const files = createServer((request, response) => {
  if (request.url === '/astronaut.png')
    response.setHeader('content-type', 'text/plain').end(readPhoto('astronaut.png'));
  else if (request.url === '/moved.png') response.writeHead(302, { location: '/astronaut.png' }).end();
  else if (request.url === '/text.png') response.end('just words');
  else response.writeHead(404).end();
});
let filesUrl: string;

before(async () => {
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  const { port } = files.address() as AddressInfo;
  filesUrl = `http://127.0.0.1:${port}`;
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_ALLOW_FETCH: `127.0.0.1:${port}` } });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  files.close();
});

type Body = Record<string, unknown> & { request_id: string; status: string };

/** The shell lines of the page, character by character. */
const pageLines = {
  submit: `curl --request POST \\
--url https://model-api.runcomfy.net/v1/models/vidu/q2/reference-to-image \\
--header "Content-Type: application/json" \\
--header "Authorization: Bearer <token>" \\
--data '{
"prompt": "This person is lying in the dersert"
}'`,
  status: `curl --request GET \\
--url https://model-api.runcomfy.net/v1/requests/{request_id}/status \\
--header "Authorization: Bearer <token>"`,
  result: `curl --request GET \\
--url https://model-api.runcomfy.net/v1/requests/{request_id}/result \\
--header "Authorization: Bearer <token>"`,
  cancel: `curl --request POST \\
--url https://model-api.runcomfy.net/v1/requests/{request_id}/cancel \\
--header "Authorization: Bearer <token>"`,
} as const;

/** Runs a line of the page as a reader would, with host and key changed and nothing else. */
function runLine(name: keyof typeof pageLines, requestId = ''): Body {
  const line = pageLines[name]
    .replace('https://model-api.runcomfy.net', gateway.url)
    .replace('<token>', testKey)
    .replace('{request_id}', requestId);
  return JSON.parse(execFileSync('sh', ['-c', `${line} --silent --show-error`], { encoding: 'utf8' })) as Body;
}

function curl(...args: string[]): Body {
  return JSON.parse(execFileSync('curl', ['--silent', '--show-error', ...args], { encoding: 'utf8' })) as Body;
}

function submit(body: unknown): Body {
  return curl(
    ...['--request', 'POST', '--url', `${gateway.url}/v1/models/${model}`],
    ...['--header', 'Content-Type: application/json', '--header', `Authorization: Bearer ${testKey}`],
    ...['--data', JSON.stringify(body)],
  );
}

const call = (method: string, path: string) =>
  curl('--request', method, '--url', gateway.url + path, '--header', `Authorization: Bearer ${testKey}`);

async function finish(id: string): Promise<Body> {
  for (;;) {
    const { status } = runLine('status', id);
    if (status === 'completed' || status === 'cancelled') return runLine('result', id);
    assert.ok(status === 'in_queue' || status === 'in_progress', status);
    await delay(100);
  }
}

async function download(result: Body): Promise<Uint8Array> {
  const { image } = result.output as { image: string };
  assert.ok(image.startsWith(`${gateway.url}/files/`), image);
  const response = await fetch(image);
  assert.equal(response.headers.get('content-type'), 'image/png');
  return new Uint8Array(await response.arrayBuffer());
}

test("the page's own curl lines, from submit to the file", async () => {
  const submitted = runLine('submit');
  const id = submitted.request_id;
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.deepEqual(submitted as Record<string, unknown>, {
    request_id: id,
    status_url: `${gateway.url}/v1/requests/${id}/status`,
    result_url: `${gateway.url}/v1/requests/${id}/result`,
    cancel_url: `${gateway.url}/v1/requests/${id}/cancel`,
  });
  const result = await finish(id);
  assert.deepEqual(Object.keys(result), ['request_id', 'status', 'output', 'created_at', 'finished_at']);
  assert.equal(result.status, 'succeeded');
  for (const key of ['created_at', 'finished_at']) {
    assert.match(String(result[key]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
  }
  const file = join(gateway.directory, 'result.png');
  const { image } = result.output as { image: string };
  execFileSync('curl', ['--silent', '--show-error', '--output', file, image]);
  assert.deepEqual(pngSize(await readFile(file)), { width: 1920, height: 1080 });
  assert.equal(call('GET', `/v1/requests/${id}/result?include_cost=true`).cost, 0);
  const late = runLine('cancel', id);
  assert.deepEqual(late as unknown, { request_id: id, status: 'completed', outcome: 'not_cancellable' });
});

test('a photograph as data URI and as URL, in every resolution, gives exactly that size', async () => {
  const cases = [
    { resolution: '1080p', aspect_ratio: '16:9', image: photoDataUri('astronaut.png'), size: [1920, 1080] },
    { resolution: '2k', aspect_ratio: '16:9', image: `${filesUrl}/astronaut.png`, size: [2560, 1440] },
    { resolution: '4k', aspect_ratio: '16:9', image: `${filesUrl}/moved.png`, size: [3840, 2160] },
    { resolution: '1080p', aspect_ratio: '9:16', image: photoDataUri('chelsea.png'), size: [1080, 1920] },
    { resolution: '1080p', aspect_ratio: '1:1', image: photoDataUri('coffee.png'), size: [1080, 1080] },
  ];
  for (const { resolution, aspect_ratio, image, size } of cases) {
    const body = { prompt: 'This person is lying in the desert', images: [image], aspect_ratio, resolution, seed: 3 };
    const response = await gateway.send(`/v1/models/${model}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200);
    const { request_id: id } = (await response.json()) as Body;
    const result = await finish(id);
    assert.equal(result.status, 'succeeded', JSON.stringify(result));
    assert.deepEqual(Object.values(pngSize(await download(result))), size);
  }
});

test('the seed that was really used is drawn for 0 and for none, kept for others, and readable natively', async () => {
  const seeds: number[] = [];
  for (const seed of [undefined, 0, 0, 1234]) {
    const { request_id: id } = submit({ prompt: 'a hill', ...(seed === undefined ? {} : { seed }) });
    const task = (await (await gateway.send(`/v1/tasks/${id}`)).json()) as {
      id: string;
      wire_id: string;
      seed: number;
    };
    assert.equal(task.wire_id, id);
    assert.match(task.id, /^task_/);
    seeds.push(task.seed);
    call('POST', `/v1/requests/${id}/cancel`);
  }
  assert.equal(seeds[3], 1234);
  assert.equal(new Set(seeds).size, 4);
});

test('a failed run has completed on the status route, and its result says how it failed', async () => {
  const { request_id: id } = submit({ prompt: 'a hill', images: [`${filesUrl}/missing.png`] });
  const result = await finish(id);
  assert.equal(call('GET', `/v1/requests/${id}/status`).status, 'completed');
  assert.equal(result.status, 'failed');
  assert.equal('output' in result, false);
  assert.equal('error_code' in result, false, 'a good body has no error code at its top level');
  assert.deepEqual(result.error, { error_code: 422002, error_message: 'images[0] could not be fetched.' });
  const { request_id: other } = submit({ prompt: 'a hill', images: [`${filesUrl}/text.png`] });
  const error = (await finish(other)).error as { error_code: number; error_message: string };
  assert.equal(error.error_code, 422001);
  assert.match(error.error_message, /^images\[0\] is not a PNG/);
});

test('a queued request is cancelled, once; its status and result say so', async () => {
  // Enough work before it that the last one waits.
  const ids = Array.from({ length: 6 }, () => submit({ prompt: 'a hill', resolution: '4k' }).request_id);
  const last = ids.at(-1) ?? '';
  const waiting = call('GET', `/v1/requests/${last}/status`);
  assert.equal(waiting.status, 'in_queue');
  assert.ok(Number(waiting.queue_position) >= 1);
  assert.equal(call('GET', `/v1/requests/${last}/result`).status, 'in_queue');
  const cancelled = call('POST', `/v1/requests/${last}/cancel`);
  assert.deepEqual(cancelled as unknown, { request_id: last, status: 'cancelled', outcome: 'cancelled' });
  assert.equal(call('POST', `/v1/requests/${last}/cancel`).outcome, 'not_cancellable');
  assert.equal(call('GET', `/v1/requests/${last}/status`).status, 'cancelled');
  assert.equal(call('GET', `/v1/requests/${last}/result`).status, 'cancelled');
  for (const id of ids) call('POST', `/v1/requests/${id}/cancel`);
});

test('the catalogue: the page’s input schema, its demo values shown as defaults', async () => {
  const page = call('GET', '/v1/models?limit=10');
  assert.equal(page.total, 2);
  const one = call('GET', `/v1/models/${model}`);
  assert.deepEqual([one.model_id, one.base_price_usd, one.price_unit], [model, 0.03, 'output']);
  const schema = one.input_schema as { required: string[]; properties: Record<string, Record<string, unknown>> };
  assert.deepEqual(schema.required, ['prompt']);
  assert.deepEqual(Object.keys(schema.properties), ['prompt', 'images', 'aspect_ratio', 'resolution', 'seed']);
  const { images, aspect_ratio: ratio, resolution, seed, prompt } = schema.properties;
  assert.deepEqual(images?.items, { type: 'string', format: 'image_uri' });
  assert.deepEqual([images?.minItems, images?.maxItems], [1, 7]);
  assert.match(JSON.stringify(images?.default), /^\["https:[^,]*","https:[^,]*"\]$/);
  assert.deepEqual([ratio?.enum, ratio?.default], [['16:9', '9:16', '1:1'], '16:9']);
  assert.deepEqual([resolution?.enum, resolution?.default], [['1080p', '2k', '4k'], '1080p']);
  assert.deepEqual([seed?.type, seed?.default], ['integer', 0]);
  assert.equal(prompt?.maxLength, 1500);
  const [size, width, height, least, most] = (images?.validations ?? []) as Record<string, unknown>[];
  assert.deepEqual(size, {
    validation_rule: 'file_size_mb<',
    validation_value: 50,
    validation_error: 'The file may have at most 50 MB.',
  });
  assert.deepEqual(
    [width, height, least, most].map((one) => [one?.validation_rule, one?.validation_value]),
    [
      ['width_pixels>', 128],
      ['height_pixels>', 128],
      ['width/height>', 0.25],
      ['width/height<', 4],
    ],
  );
  assert.deepEqual(call('GET', '/v1/models/categories') as unknown, {
    categories: ['image-to-image', 'text-to-image'],
  });
});

test('the catalogue narrowed down as clients narrow it, and described for tools without a key', async () => {
  type Page = { readonly models: readonly Record<string, unknown>[]; readonly total: number } & Record<string, unknown>;
  const page = (query: string) => call('GET', `/v1/models?${query}`) as unknown as Page;
  const ids = (query: string) => page(query).models.map(({ model_id: id }) => id);
  assert.deepEqual(ids('search=TEXT-to'), ['vidu/q2/text-to-image']);
  assert.deepEqual(ids('category=image-to-image'), [model]);
  assert.deepEqual(ids('kind=workflow'), []);
  assert.deepEqual(ids('kind=model&limit=1&offset=1'), ['vidu/q2/text-to-image']);
  const { models, total, limit, offset } = page('limit=1&offset=0&include_schema=true');
  assert.deepEqual([total, limit, offset], [2, 1, 0]);
  assert.ok(models.every((entry) => Value.Check(modelEntrySchema, entry) && 'input_schema' in entry));
  assert.ok(page('').models.every((entry) => Value.Check(modelEntrySchema, entry) && !('input_schema' in entry)));
  assert.equal(models[0]?.pricing_note, '0.03 to 0.15 USD per output, by resolution, images.');
  const described = await fetch(`${gateway.url}/runcomfy/openapi.json`);
  const { openapi, paths } = (await described.json()) as { openapi: string; paths: Record<string, object> };
  assert.equal(openapi, '3.1.0');
  assert.deepEqual(Object.keys(paths['/prod/v1/deployments/{deployment}/requests/{request}/status'] ?? {}), ['get']);
  assert.deepEqual(Object.keys(paths['/v1/models/{model}'] ?? {}), ['get', 'post']);
});
