/**
 * Vtrix's generation API on the real engine: the tables of its pages viduq2_reference2image and viduq2_pro_reference with
 * every parameter present, wrapped and flat, in both output styles, from submit to the file on disk (captured pages 003, 004).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { pngSize } from '../support/media-facts.ts';
import { photoDataUri, readPhoto } from '../support/photos.ts';
import { startReceiver } from '../support/receiver.ts';
import { decodeByCli, readByBrowser } from '../support/vtrix-clients.ts';

const image = 'viduq2_reference2image';
const film = 'viduq2_pro_reference';
const path = '/model/v1/generation';

/** One second of a plain colour. */
const film128 = makeFilm();

function makeFilm(): Buffer {
  const source = ['-f', 'lavfi', '-i', 'color=c=teal:size=128x128:rate=24:duration=1', '-pix_fmt', 'yuv420p'];
  const directory = mkdtempSync(join(tmpdir(), 'framegate-test-'));
  try {
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...source, join(directory, 'film.mp4')]);
    return readFileSync(join(directory, 'film.mp4'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const files = createServer((request, response) => {
  if (request.url === '/astronaut.png') response.end(readPhoto('astronaut.png'));
  else response.writeHead(404).end();
});
let filesUrl: string;
let gateway: GatewayProcess;
before(async () => {
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  const { port } = files.address() as AddressInfo;
  filesUrl = `http://127.0.0.1:${port}`;
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_ALLOW_FETCH: '127.0.0.0/8' } });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  files.close();
});

type Body = Record<string, unknown> & { id: string; status: string };

async function post(body: unknown, at = gateway): Promise<Response> {
  return await at.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function submit(body: unknown, at = gateway): Promise<Body> {
  const response = await post(body, at);
  const text = await response.text();
  // The browser client compares with exactly 200.
  assert.equal(response.status, 200, text);
  return JSON.parse(text) as Body;
}

async function poll(id: string, at = gateway): Promise<Body> {
  return (await (await at.send(`${path}/task/${id}`)).json()) as Body;
}

async function finish(id: string, at = gateway): Promise<Body> {
  for (;;) {
    const body = await poll(id, at);
    if (body.status !== 'in_progress') return body;
    await delay(100);
  }
}

const wrapped = (model: string, params: object) => ({ model, input: [{ params }] });
const flat = (model: string, params: object) => ({ model, ...params });
const forms = { wrapped, flat } as const;

/** Every parameter of page 003. */
const imageParameters = (callbackUrl: string) => ({
  images: [photoDataUri('astronaut.png'), `${filesUrl}/astronaut.png`],
  prompt: 'This person is standing in a desert',
  resolution: '1080p',
  aspect_ratio: '1:1',
  seed: 7,
  payload: 'order 7',
  callback_url: callbackUrl,
});

/** Every parameter of page 004. */
const filmParameters = (callbackUrl: string) => ({
  images: [`${filesUrl}/astronaut.png`],
  videos: [`data:video/mp4;base64,${film128.toString('base64')}`],
  prompt: 'The camera moves closer',
  bgm: false,
  duration: 1,
  seed: 0,
  aspect_ratio: '1:1',
  resolution: '540p',
  payload: '{"order": 8}',
  off_peak: false,
  watermark: true,
  wm_position: 1,
  wm_url: `${filesUrl}/astronaut.png`,
  meta_data: '{"Label":"1","ContentProducer":"somebody"}',
  callback_url: callbackUrl,
});

for (const [name, form] of Object.entries(forms)) {
  test(`page 003, ${name}: every parameter, to the file and its callback`, async () => {
    await using receiver = await startReceiver((response) => response.writeHead(200).end());
    const submitted = await submit(form(image, imageParameters(receiver.url)));
    assert.match(submitted.id, /^[0-9a-z]{20}$/);
    const now = Math.floor(Date.now() / 1000);
    assert.ok(Math.abs(Number(submitted.created_at) - now) < 60 && Number.isInteger(submitted.created_at));
    assert.deepEqual(
      { ...submitted, id: '', created_at: 0 } as unknown,
      {
        id: '',
        created_at: 0,
        status: 'in_progress',
        model: image,
        progress: 0,
        metadata: { engine: 'preview', seed: 7 },
        payload: 'order 7',
      },
      'golden: vtrix.md 3',
    );
    const body = await finish(submitted.id);
    const decoded = decodeByCli(body);
    assert.equal(decoded.status, 'completed', decoded.error);
    const [url = ''] = decoded.urls;
    assert.ok(url.startsWith(`${gateway.url}/files/`), 'made from the public URL');
    const file = new Uint8Array(await (await fetch(url)).arrayBuffer());
    assert.deepEqual(pngSize(file), { width: 1080, height: 1080 });
    const [group] = body.output as { content: { jobId: string }[] }[];
    assert.deepEqual(
      body as unknown,
      {
        id: submitted.id,
        created_at: submitted.created_at,
        status: 'completed',
        model: image,
        output: [{ content: [{ type: 'image', url, jobId: group?.content[0]?.jobId }] }],
        usage: { cost: '0', discount: 0.04 },
        metadata: { engine: 'preview', seed: 7, width: 1080, height: 1080 },
        payload: 'order 7',
      },
      'golden: vtrix.md 4',
    );
    await receiver.count(1);
    const [told] = receiver.received;
    assert.deepEqual(JSON.parse(told?.body ?? ''), body, 'the callback is the poll object');
    assert.equal(told?.headers['content-type'], 'application/json');
  });
}

/** Follows a page's film to its bytes, the clean ones and those with the mark. */
async function assertFilm(content: unknown): Promise<void> {
  const { type, url, watermarked_url: marked, jobId } = content as Record<string, string>;
  assert.equal(type, 'video');
  assert.match(jobId ?? '', /^att_/);
  const [clean, other] = await Promise.all(
    [url, marked].map(async (link) => {
      const response = await fetch(link ?? '');
      assert.equal(response.headers.get('content-type'), 'video/mp4');
      return Buffer.from(await response.arrayBuffer());
    }),
  );
  for (const file of [clean, other]) assert.equal(file?.toString('latin1', 4, 8), 'ftyp');
  assert.notDeepEqual(clean, other);
  // The producer of `meta_data` stands in both.
  for (const file of [clean, other]) assert.ok(file?.includes('somebody'));
}

for (const [name, form] of Object.entries(forms)) {
  test(`page 004, ${name}: every parameter, to the film, its mark and its callback`, async () => {
    await using receiver = await startReceiver((response) => response.writeHead(200).end());
    const { id } = await submit(form(film, filmParameters(receiver.url)));
    const body = await finish(id);
    assert.ok(typeof readByBrowser(200, body) === 'object', JSON.stringify(body));
    decodeByCli(body);
    const [group] = body.output as { content: unknown[] }[];
    assert.equal(group?.content.length, 1);
    await assertFilm(group?.content[0]);
    const { metadata, usage, payload } = body as {
      metadata?: Record<string, number>;
      usage?: unknown;
      payload?: string;
    };
    assert.equal(payload, '{"order": 8}');
    assert.equal(metadata?.durationMs, 1000);
    assert.notEqual(metadata?.seed, 0, 'zero asks for a random one');
    assert.deepEqual(usage, { cost: '0', discount: 0.1 });
    await receiver.count(1);
    assert.deepEqual(JSON.parse(receiver.received[0]?.body ?? ''), body);
  });
}

describe('the object form of page 003 and the error form of page 004, by overrides', () => {
  let styled: GatewayProcess;
  before(async () => {
    const overrides = [`${image}:output_style=object`, `${film}:error_style=integer`, `${film}:output_style=object`];
    styled = await startGatewayProcess({
      environment: { FRAMEGATE_ALLOW_FETCH: '127.0.0.0/8', FRAMEGATE_VTRIX_OVERRIDES: overrides.join(',') },
    });
  });
  after(async () => {
    await styled[Symbol.asyncDispose]();
  });

  for (const [name, form] of Object.entries(forms)) {
    test(`page 003, ${name}: output is an object with a status of its own`, async () => {
      const { callback_url: _, ...params } = imageParameters('');
      const submitted = await submit(form(image, params), styled);
      const before = submitted.output as { status: string; content: unknown[] };
      assert.ok(['in_queue', 'processing'].includes(before.status), before.status);
      assert.deepEqual(before.content, []);
      const body = await finish(submitted.id, styled);
      const output = body.output as { status: string; content: { type: string; url: string; jobId: string }[] };
      assert.deepEqual([body.status, output.status], ['completed', 'success']);
      assert.deepEqual(Object.keys(output.content[0] ?? {}), ['type', 'url', 'jobId']);
      assert.equal((await fetch(output.content[0]?.url ?? '')).status, 200);
    });
  }

  for (const [name, form] of Object.entries(forms)) {
    test(`page 004, ${name}: the film stands in an object as well`, async () => {
      const { callback_url: _, ...params } = filmParameters('');
      const { id } = await submit(form(film, params), styled);
      const body = await finish(id, styled);
      const output = body.output as { status: string; content: unknown[] };
      assert.deepEqual([body.status, output.status], ['completed', 'success'], JSON.stringify(body.error));
      await assertFilm(output.content[0]);
    });
  }

  test('a failed task has an integer code and error_message alone', async () => {
    const { id } = await submit(
      flat(film, { ...filmParameters(''), images: [`${filesUrl}/missing.png`], callback_url: '' }),
      styled,
    );
    const body = await finish(id, styled);
    assert.equal(body.status, 'failed');
    assert.deepEqual(body.error, { code: 8_000_099, error_message: 'images[0] could not be fetched.' });
    assert.deepEqual(body.output, { status: 'failed', content: [] });
    assert.equal('usage' in body, false);
  });

  test('an override of what is none stops the start, with its text', async () => {
    for (const entry of ['nobody:output_style=object', `${image}:output_style=list`, `${image}=object`]) {
      const start = startGatewayProcess({ environment: { FRAMEGATE_VTRIX_OVERRIDES: entry } });
      await assert.rejects(start, (error: Error) => error.message.includes(entry));
    }
    await assert.rejects(startGatewayProcess({ environment: { FRAMEGATE_VTRIX_ERROR_SLOT: '23' } }), /three digits/);
  });
});

test('a failed task: HTTP 200, both message keys, a code of text, no output and no usage', async () => {
  const { id } = await submit(wrapped(image, { prompt: 'a hill', images: [`${filesUrl}/missing.png`] }));
  const body = await finish(id);
  const sentence = 'images[0] could not be fetched.';
  assert.deepEqual(body.error, { code: '008023099', message: sentence, error_message: sentence });
  assert.equal(decodeByCli(body).error, sentence);
  assert.equal('output' in body || 'usage' in body, false);
  assert.equal(readByBrowser(200, body), 'an error');
});

test('a text that looks like media comes back as it was, and stands in no list', async () => {
  for (const payload of ['data:image/png;base64,iVBORw0KGgo=', 'data:no media', 'data:;base64,???', '']) {
    const { id, payload: echoed } = await submit(wrapped(image, { prompt: 'a hill', payload }));
    assert.equal(echoed, payload);
    assert.equal((await gateway.send(`${path}/task/${id}/cancel`, { method: 'POST' })).status, 200);
    assert.equal((await poll(id)).payload, payload);
    const list = await (await gateway.send('/v1/tasks')).text();
    if (payload !== '') assert.equal(list.includes(JSON.stringify(payload)), false);
  }
});

test('a data URI without its comma, as page 003 prints it, is read', async () => {
  const uri = photoDataUri('astronaut.png').replace('base64,', 'base64');
  const { id } = await submit(wrapped(image, { prompt: 'a hill', images: [uri], aspect_ratio: '1:1' }));
  assert.equal((await finish(id)).status, 'completed');
});
