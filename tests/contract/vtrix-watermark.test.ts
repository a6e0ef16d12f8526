/** Visible marks as Vtrix's clients ask for them: where they stand, what they are, and what a bad one answers (vtrix.md 9, C6, C7). */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { finishTask, readTask } from '../support/native-client.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { wideCatalog } from '../support/wide-catalog.ts';

const path = '/model/v1/generation';
const film = 'viduq2_text2video';

let stage: Stage;
let filesUrl: string;
const directory = mkdtempSync(join(tmpdir(), 'framegate-test-'));
let asked: string[] = [];
const files = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (request.url === '/text.png') return void response.end('just words');
  if (request.url !== '/red.png') return void response.writeHead(404).end();
  const red = sharp({ create: { width: 64, height: 64, channels: 3, background: '#f00' } });
  void red
    .png()
    .toBuffer()
    .then((bytes) => response.end(bytes));
});
before(async () => {
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  const door = `127.0.0.1:${(files.address() as AddressInfo).port}`;
  filesUrl = `http://${door}`;
  stage = await openStage({ allowFetch: [door], catalog: wideCatalog() });
  stage.engine.outcome = 'succeed';
});
after(async () => {
  await stage[Symbol.asyncDispose]();
  files.close();
  rmSync(directory, { recursive: true });
});

type Content = { readonly url: string; readonly watermarked_url?: string };
type Body = {
  id: string;
  status: string;
  output?: { content: Content[] }[];
  error?: { code: string; message: string };
};

async function post(params: object, model = film): Promise<{ status: number; body: Body & { message?: string } }> {
  const response = await stage.rich.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      input: [{ params: { prompt: 'a quiet lake', duration: 1, resolution: '540p', ...params } }],
    }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

async function render(params: object, model = film): Promise<Body> {
  const { status, body } = await post(params, model);
  assert.equal(status, 200, JSON.stringify(body));
  await finishTask(stage.rich, body.id);
  return (await (await stage.rich.send(`${path}/task/${body.id}`)).json()) as Body;
}

/** The first frame, as pixels of three bytes. */
async function frameOf(url: string): Promise<{ at(x: number, y: number): number[] }> {
  const file = join(directory, 'film.mp4');
  writeFileSync(file, Buffer.from(await (await fetch(url)).arrayBuffer()));
  const args = ['-v', 'error', '-i', file, '-frames:v', '1', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'];
  const pixels = execFileSync('ffmpeg', args);
  return { at: (x, y) => [...pixels.subarray((y * 128 + x) * 3, (y * 128 + x) * 3 + 3)] };
}

const differs = (one: number[], other: number[]) =>
  one.some((value, index) => Math.abs(value - (other[index] ?? 0)) > 30);

/** Inside the mark of each corner, in a film of 128 by 128. */
const corners = { 1: [12, 12], 2: [116, 12], 3: [116, 116], 4: [12, 116] } as const;

test('the clean film stays in url, the marked one is beside it, in the corner that was asked for', async () => {
  const places: [unknown, keyof typeof corners][] = [
    [undefined, 3],
    [1, 1],
    [2, 2],
    [4, 4],
    // The words of other pages mean the same.
    ['top_left', 1],
  ];
  for (const [position, corner] of places) {
    const body = await render({ watermark: true, ...(position === undefined ? {} : { wm_position: position }) });
    const [content] = body.output?.[0]?.content ?? [];
    assert.ok(content?.watermarked_url, JSON.stringify(body));
    assert.equal(body.output?.[0]?.content.length, 1);
    const clean = await frameOf(content.url);
    const marked = await frameOf(content.watermarked_url);
    for (const [other, [x, y]] of Object.entries(corners)) {
      assert.equal(differs(marked.at(x, y), clean.at(x, y)), Number(other) === corner, `${position}: corner ${other}`);
    }
  }
});

test('a picture of the request is the mark, and no input of the film', async () => {
  const seen: string[] = [];
  const { start } = stage.engine;
  stage.engine.start = async (job, options) => {
    seen.push(...job.media.map(({ field }) => field), `mark ${job.markPicture?.facts.kind}`);
    return await start(job, options);
  };
  try {
    const body = await render({ watermark: true, wm_position: 2, wm_url: `${filesUrl}/red.png` });
    const [content] = body.output?.[0]?.content ?? [];
    const [red = 0, green = 0] = (await frameOf(content?.watermarked_url ?? '')).at(116, 10);
    assert.ok(red > 200 && green < 60, `${red} ${green}`);
    assert.equal(differs((await frameOf(content?.url ?? '')).at(116, 10), [0, 128, 128]), false);
    assert.deepEqual(seen, ['mark image']);
  } finally {
    stage.engine.start = start;
  }
});

test('a bad wm_url is an input error that names it, at once or once it was fetched', async () => {
  const now = await post({ watermark: true, wm_url: 'no url' });
  assert.equal(now.status, 400);
  assert.match(now.body.message ?? '', /^input\[0\]\.params\.wm_url /);
  const inline = await post({ watermark: true, wm_url: 'data:image/png;base64,AAAA' });
  assert.match(inline.body.message ?? '', /^input\[0\]\.params\.wm_url /);
  for (const name of ['missing.png', 'text.png']) {
    const body = await render({ watermark: true, wm_url: `${filesUrl}/${name}` });
    assert.deepEqual([body.status, body.error?.code], ['failed', '008000099']);
    assert.match(body.error?.message ?? '', /^wm_url /);
  }
});

test('without a watermark nothing is drawn, and wm_url is not even fetched', async () => {
  asked = [];
  const body = await render({ watermark: false, wm_position: 1, wm_url: `${filesUrl}/red.png` });
  assert.deepEqual(Object.keys(body.output?.[0]?.content[0] ?? {}).sort(), ['jobId', 'type', 'url']);
  assert.deepEqual(asked, []);
});

test('extend has words for the corners, another usual one, and takes the numbers too', async () => {
  stage.engine.outcome = 'hold';
  for (const [position, wanted] of [
    [undefined, 'bottom_left'],
    ['top_right', 'top_right'],
    [1, 'top_left'],
  ] as const) {
    const video = { video_url: 'https://media.example.org/a.mp4', resolution: '720p' };
    const params = { ...video, watermark: true, ...(position === undefined ? {} : { wm_position: position }) };
    const { status, body } = await post(params, 'viduq2_pro_extend');
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal((await readTask(stage.rich, body.id)).input.watermark_position, wanted);
    await stage.rich.send(`${path}/task/${body.id}/cancel`, { method: 'POST' });
  }
  stage.engine.outcome = 'succeed';
});
