/**
 * RunningHub's pages vidu/reference-to-video-q2-pro and vidu/image-to-video-q2-pro (modified 2026-03-10), followed as a
 * reader follows them: their own curl lines with only host, key and media URLs changed, the query endpoint that they name,
 * and the file on disk.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Compile } from 'typebox/compile';
import { type TaskObject, taskObjectSchema } from '../../src/wires/runninghub/schemas.ts';
import { type FileServer, startFileServer } from '../support/file-server.ts';
import { type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';
import { probeFilm } from '../support/media-facts.ts';
import { readPhoto } from '../support/photos.ts';

const taskObject = Compile(taskObjectSchema);
let directory: string;
let files: FileServer;
let gateway: GatewayProcess;
const run = promisify(execFile);

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'framegate-runninghub-'));
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=24:duration=3'];
  const film = join(directory, 'scene.mov');
  await run('ffmpeg', ['-v', 'error', '-nostdin', ...source, '-pix_fmt', 'yuv420p', film]);
  files = await startFileServer({ '/view': readPhoto('astronaut.png'), '/assets/scene.MOV': readFileSync(film) });
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_ALLOW_FETCH: files.door } });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** The page's shell lines; `body` stands between their quotes. */
async function page(path: string, body: string): Promise<unknown> {
  const { stdout } = await run(
    'curl',
    [
      ...['--silent', '--show-error', '--location', '--request', 'POST', `${gateway.url}${path}`],
      ...['--header', `Authorization: Bearer ${testKey}`, '--header', 'Content-Type: application/json'],
      ...['--data-raw', body],
    ],
    { encoding: 'utf8' },
  );
  return JSON.parse(stdout) as unknown;
}

function asTaskObject(answer: unknown): TaskObject {
  assert.ok(taskObject.Check(answer), JSON.stringify(answer));
  return answer;
}

/** From the submit to the file, as the page tells it. */
async function follow(path: string, body: string): Promise<{ readonly result: TaskObject; readonly file: string }> {
  const submitted = asTaskObject(await page(path, body));
  assert.match(submitted.taskId, /^\d{19}$/);
  assert.deepEqual([submitted.errorCode, submitted.errorMessage, submitted.results], ['', '', null]);
  assert.match(submitted.clientId, /^[0-9a-f]{32}$/);
  // The page's own text but for the number of the node.
  assert.equal(submitted.promptTips, '{"result": true, "error": null, "outputs_to_execute": ["1"], "node_errors": {}}');
  for (;;) {
    const result = asTaskObject(await page('/openapi/v2/query', JSON.stringify({ taskId: submitted.taskId })));
    assert.equal(result.taskId, submitted.taskId);
    if (result.status !== 'QUEUED' && result.status !== 'RUNNING') {
      const [first] = result.results ?? [];
      assert.ok(first?.url, JSON.stringify(result));
      const file = join(directory, `${submitted.taskId}.${first.outputType}`);
      // Clients download with curl -L, without a credential, and name the file after outputType.
      await run('curl', ['--silent', '--fail', '-L', '-o', file, first.url]);
      return { result, file };
    }
    assert.deepEqual([result.errorCode, result.errorMessage, result.results], ['', '', null]);
    await delay(300);
  }
}

test('reference-to-video-q2-pro: the sample of its page, until the film is on disk', async () => {
  const { result, file } = await follow(
    '/openapi/v2/vidu/reference-to-video-q2-pro',
    `{
    "prompt": "Let the character in @Picture1 recreate the scene from @Video1.",
    "imageUrls": [
        "${files.url}/view?filename=4bfe72ddf7cd8a14033f137baea4602ba59ca4aa097e6b165d9a75be0f547454.jpg&type=input&subfolder=&Rh-Comfy-Auth=REDACTED&Rh-Identify=REDACTED&rand=0.38298866106307117"
    ],
    "videos": [
        "${files.url}/assets/scene.MOV"
    ],
    "aspectRatio": "16:9",
    "resolution": "720p",
    "duration": "5",
    "movementAmplitude": "auto"
}`,
  );
  assert.deepEqual(
    [result.status, result.errorCode, result.errorMessage, result.failedReason],
    ['SUCCESS', '', '', {}],
  );
  assert.deepEqual(result.usage, {
    thirdPartyConsumeMoney: '0.000',
    consumeMoney: null,
    consumeCoins: null,
    taskCostTime: '0',
  });
  assert.ok(file.endsWith('.mp4'));
  const { width, height, seconds } = probeFilm(file);
  assert.deepEqual([width, height, Math.round(seconds)], [1280, 720, 5]);
});

test('image-to-video-q2-pro: the sample of its page, until the film is on disk', async () => {
  const { result, file } = await follow(
    '/openapi/v2/vidu/image-to-video-q2-pro',
    `{
    "prompt": "Generate a film-like short video based on the original image. The camera slowly pans from a close-up to a long shot, creating a natural depth-of-field transition. The girl’s hair flutters gently in the breeze, bamboo leaves sway softly, and faint ripples spread across the stream. Preserve the facial features, hair texture, costume embroidery details, and light and shadow layers of the original image throughout the entire process, with no distortion or deformation. Ensure smooth and natural dynamic effects, coherent visual logic, and color consistency with the original image.",
    "imageUrl": "${files.url}/view?filename=035f70a9f139adaeb935439154cef688fb1783bf3163ca315f746f02410981fd.jpg&type=input&subfolder=&Rh-Comfy-Auth=REDACTED&Rh-Identify=REDACTED&rand=0.32733159535151957",
    "duration": "5",
    "resolution": "720p",
    "movementAmplitude": "auto",
    "bgm": true
}`,
  );
  assert.equal(result.status, 'SUCCESS');
  const { height, seconds, hasSound } = probeFilm(file);
  assert.deepEqual([height, Math.round(seconds), hasSound], [720, 5, true]);
});

test('a URL that leads nowhere, or to no picture, is found late: FAILED with 1001, and the loop of every client ends', async () => {
  for (const [url, says] of [
    [`${files.url}/missing.png`, /could not be fetched/],
    [`${files.url}/assets/scene.MOV`, /must be of kind image/],
  ] as const) {
    const body = JSON.stringify({ prompt: 'a', imageUrl: url, duration: '5', resolution: '720p' });
    const { taskId } = asTaskObject(await page('/openapi/v2/vidu/image-to-video-q2-pro', body));
    let result: TaskObject;
    do {
      await delay(100);
      result = asTaskObject(await page('/openapi/v2/query', JSON.stringify({ taskId })));
    } while (result.status === 'QUEUED' || result.status === 'RUNNING');
    assert.deepEqual([result.status, result.errorCode, result.results], ['FAILED', '1001', null]);
    assert.match(result.errorMessage, says);
    assert.match(JSON.stringify(result.failedReason), /"exception_message":".+"/);
  }
});
