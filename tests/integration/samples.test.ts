/** The request samples of the API page: run as they stand where that is possible, read by a checker where one is at hand. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Task, Translation } from '../../sdk/index.ts';
import {
  type ApiCall,
  callsOf,
  type Description,
  type Step,
  type Subject,
  taskIdMark,
} from '../../web/src/api/description.ts';
import { languageNames, writeSample } from '../../web/src/api/languages.ts';
import { keyMark, keyVariable, type SampleCall } from '../../web/src/api/sample-call.ts';
import { testKey } from '../support/gateway-process.ts';
import { uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';
import { openSampleRun, type Runnable, runnable, type SampleRun } from '../support/sample-runner.ts';
import { openStage, type Stage } from '../support/stage.ts';

/** Everything that some language reads as its own. */
const hostile = {
  prompt: `It's "quoted" \\ \\n \`back\` $HOME \${x} #{y} %d %s {z} é 漢 🎬 <<~JSON\nJSON\n\ttab */ // -- ''' """ ?? \\u0041`,
  nested: { list: ['one'], empty: [], none: null, yes: true, no: false, number: 0.25, large: 2_147_483_647 },
};

describe('text that a language would read as its own arrives as it was written', () => {
  let url: string;
  let received: { readonly authorization: string | undefined; readonly body: string };
  const server = createServer(async (request, response) => {
    received = { authorization: request.headers.authorization, body: await text(request) };
    response.setHeader('connection', 'close').end('{"ok":true}');
  });
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/tasks`;
  });
  after(() => server.close());

  for (const language of runnable) {
    test(language, async () => {
      await using run = await openSampleRun(testKey);
      const sent = await run.run(
        language,
        writeSample(language, { method: 'POST', url, scheme: 'Token', body: hostile }),
      );
      assert.deepEqual(JSON.parse(received.body), hostile);
      assert.equal(received.authorization, `Token ${testKey}`);
      assert.deepEqual(JSON.parse(sent), { ok: true });
      // A cancel has no body.
      await run.run(language, writeSample(language, { method: 'POST', url, scheme: 'Bearer' }));
      assert.deepEqual(received, { authorization: `Bearer ${testKey}`, body: '' });
    });
  }

  test('http, as bytes on a socket', async () => {
    const sample = writeSample('http', { method: 'POST', url, scheme: 'Bearer', body: hostile });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const [head = '', body = ''] = sample.split('\n\n');
    socket.end(`${head.replaceAll('\n', '\r\n').replace(`$${keyVariable}`, testKey)}\r\n\r\n${body}`);
    assert.match(await text(socket), /^HTTP\/1\.1 200 /);
    assert.deepEqual(JSON.parse(received.body), hostile);
    assert.equal(received.authorization, `Bearer ${testKey}`);
  });
});

test('no sample of any language holds a mark of the generator, and each reads the key from the environment', () => {
  for (const language of languageNames) {
    for (const call of everyKindOfCall('http://127.0.0.1:8787')) {
      const code = writeSample(language, call);
      assert.ok(!code.includes(keyMark), code);
      assert.equal(code.includes(keyVariable), call.scheme !== undefined, code);
    }
  }
});

function everyKindOfCall(base: string): readonly SampleCall[] {
  return [
    { method: 'POST', url: `${base}/v1/tasks`, scheme: 'Bearer', body: hostile },
    { method: 'GET', url: `${base}/v1/tasks/${taskIdMark}`, scheme: 'Token' },
    { method: 'POST', url: `${base}/v1/tasks/${taskIdMark}/cancel`, scheme: 'Bearer' },
    { method: 'GET', url: `${base}/files/abc/image.png`, saveAs: 'image.png' },
  ];
}

/** `{file}` is the sample. Java and Go are in no group of system packages: they are large, and the rest is not at hand. */
const checkers = {
  java: { file: 'Sample.java', command: ['javac', '-d', '.', '{file}'] },
  go: { file: 'sample.go', command: ['gofmt', '-l', '{file}'] },
  ocaml: { file: 'sample.ml', command: ['ocamlc', '-stop-after', 'parsing', '{file}'] },
  r: { file: 'sample.R', command: ['Rscript', '-e', 'invisible(parse("{file}"))'] },
  dart: { file: 'sample.dart', command: ['dart', 'format', '--output', 'none', '{file}'] },
  swift: { file: 'sample.swift', command: ['swiftc', '-parse', '{file}'] },
} as const;

describe('what is not run is read by a checker where one is at hand', () => {
  for (const language of Object.keys(checkers) as (keyof typeof checkers)[]) {
    const { file, command } = checkers[language];
    const [program] = command;
    const isHere = spawnSync('which', [program]).status === 0;
    test(language, { skip: isHere ? false : `${program} is not here` }, () => {
      const directory = mkdtempSync(join(tmpdir(), 'framegate-sample-'));
      try {
        for (const call of everyKindOfCall('http://127.0.0.1:8787')) {
          writeFileSync(join(directory, file), `${writeSample(language, call)}\n`);
          const [name, ...args] = command.map((part) => part.replace('{file}', file)) as [string, ...string[]];
          assert.equal(execFileSync(name, args, { cwd: directory, encoding: 'utf8' }), '');
        }
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    });
  }
});

describe('from the submit to the file, against a live gateway', () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage({ isFree: true });
    stage.engine.outcome = 'succeed';
  });
  after(() => stage[Symbol.asyncDispose]());

  const translate = async (model: string, input: object): Promise<readonly Translation[]> => {
    const response = await stage.rich.send('/v1/translations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, input }),
    });
    assert.equal(response.status, 200);
    return ((await response.json()) as { readonly data: readonly Translation[] }).data;
  };
  const read = async ({ description_url: url }: Translation) => (await (await fetch(url)).json()) as Description;

  /** Does what a reader does who copies one sample after the other. */
  async function follow(run: SampleRun, language: Runnable, translation: Translation): Promise<void> {
    const description = await read(translation);
    const subject: Subject = { base: stage.url, submit: translation, taskId: taskIdMark, fileUrl: `${stage.url}/x` };
    const send = async (step: Step, known: Partial<Subject>): Promise<string> => {
      const found = callsOf(description, { ...subject, ...known }).find((one): one is ApiCall => one.step === step);
      assert.ok(found, `${translation.dialect} has no ${step}`);
      return await run.run(language, writeSample(language, found.call));
    };
    const submitted = JSON.parse(await send('submit', {})) as Readonly<Record<string, string>>;
    const taskId = submitted.request_id ?? submitted.task_id ?? submitted.taskId ?? submitted.id;
    assert.ok(taskId, JSON.stringify(submitted));
    for (let fileUrl: string | undefined; ; ) {
      const answer = await send('result', { taskId });
      [fileUrl] = answer.match(/http:[^"]+\/files\/[^"]+\.(png|mp4)/) ?? [];
      assert.ok(!/"(failed|FAILED)"/.test(answer), answer);
      if (fileUrl === undefined) {
        await setTimeout(200);
        continue;
      }
      await send('download', { fileUrl });
      const bytes = await readFile(join(run.directory, fileUrl.split('/').at(-1) ?? ''));
      const task = (await (await stage.rich.send(`/v1/tasks/${taskId}`)).json()) as Task;
      assert.equal(createHash('sha256').update(bytes).digest('hex'), task.output?.files[0]?.sha256);
      assert.equal(task.input.prompt, prompt);
      return;
    }
  }

  const prompt = `A "quiet" harbour at dusk, it's \\ still`;
  const models = {
    'preview/text-to-image': { prompt, seed: 7 },
    'preview/text-to-video': { prompt, duration: 1, resolution: '360p', seed: 7 },
  };
  for (const [model, input] of Object.entries(models)) {
    for (const language of runnable) {
      test(`${language}: ${model}`, async () => {
        await using run = await openSampleRun(stage.rich.key);
        const own = (await translate(model, input)).find(({ dialect }) => dialect === 'native');
        assert.ok(own);
        await follow(run, language, own);
      });
    }
  }

  for (const model of ['vidu/q2/reference-to-image', 'vidu/q2-pro/image-to-video']) {
    test(`shell, in every API that offers ${model}`, async () => {
      const { id: photo } = await uploadFile(stage.rich, readPhoto('astronaut.png'));
      const all = await translate(model, { prompt, images: [photo] });
      assert.ok(all.length >= 4, JSON.stringify(all.map(({ dialect }) => dialect)));
      for (const translation of all) {
        await using run = await openSampleRun(stage.rich.key);
        await follow(run, 'shell', translation);
      }
    });
  }
});
