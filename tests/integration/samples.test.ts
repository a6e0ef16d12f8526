/** The request samples of the API page: run as they stand where that is possible, read by the language's grammar elsewhere. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Artifact, Task, Translation } from '../../sdk/index.ts';
import {
  type ApiCall,
  callsOf,
  type Description,
  type Step,
  type Subject,
  taskIdMark,
} from '../../web/src/api/description.ts';
import { type LanguageName, languageNames, writeSample } from '../../web/src/api/languages.ts';
import { keyMark, keyVariable, type SampleCall, uploadTo } from '../../web/src/api/sample-call.ts';
import { testKey } from '../support/gateway-process.ts';
import { uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';
import { openSampleReader, readable, type SampleReader } from '../support/sample-grammar.ts';
import { openSampleRun, type Runnable, runnable, type SampleRun } from '../support/sample-runner.ts';
import { openStage, type Stage } from '../support/stage.ts';

/** Everything that some language reads as its own. */
const hostile = {
  prompt: `It's "quoted" \\ \\n \`back\` $HOME \${x} #{y} \\(z) \\#(z) $(w) %d %s {z} {|é|} é 漢 🎬 <<~JSON\nJSON\n\ttab */ // -- ''' """ ?? \\u0041 "# "## (* a\u2028line \\`,
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
    // What sends a file is no request as it stands.
    for (const call of everyKindOfCall(new URL(url).origin).filter(({ file }) => file === undefined)) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      const [head = '', body = ''] = writeSample('http', call).split('\n\n');
      socket.end(`${head.trimEnd().replaceAll('\n', '\r\n').replace(`$${keyVariable}`, testKey)}\r\n\r\n${body}`);
      assert.match(await text(socket), /^HTTP\/1\.1 200 /);
      assert.equal(received.body, call.body === undefined ? '' : JSON.stringify(call.body));
      assert.equal(received.authorization, call.scheme && `${call.scheme} ${testKey}`);
    }
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
    uploadTo(base),
  ];
}

/** As often as a sample of the language fills the key into a text, rather than putting the two together. */
const keysFilledIn: Partial<Record<LanguageName, number>> = { swift: 1, dart: 1 };

/** As the language would read it: no fault, nothing of the reader's words filled in, and those words as they were written. */
function assertReads(reader: SampleReader, language: LanguageName, call: SampleCall): void {
  const code = writeSample(language, call);
  const { faults, filledIn, texts } = reader.read(code);
  assert.deepEqual(faults, [], code);
  assert.equal(filledIn.length, call.scheme === undefined ? 0 : (keysFilledIn[language] ?? 0), code);
  assert.ok(filledIn.every((one) => one.includes(keyVariable)));
  if (call.body === undefined) return;
  const json = [JSON.stringify(call.body), JSON.stringify(call.body, undefined, 2)];
  const isWhole = json.some((one) => texts.includes(one));
  assert.ok(isWhole || textsIn(call.body).every((one) => texts.includes(one)), code);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe('what is not run is read by the grammar of its language', () => {
  /** What a slip of the generator or of a mend leaves behind: the last one of a sample gone, or there twice. */
  const slips = [')', '"'].flatMap((mark) => [
    { mark, left: '' },
    { mark, left: mark.repeat(2) },
  ]);
  for (const language of readable) {
    test(language, async () => {
      using reader = await openSampleReader(language);
      for (const call of everyKindOfCall('http://127.0.0.1:8787')) {
        assertReads(reader, language, call);
        const code = writeSample(language, call);
        for (const { mark, left } of slips) {
          const place = code.lastIndexOf(mark);
          const { faults } = reader.read(code.slice(0, place) + left + code.slice(place + 1));
          assert.ok(faults.length > 0, `${mark} became ${left} in ${code}`);
        }
      }
    });
  }

  const hasJavac = spawnSync('which', ['javac']).status === 0;
  test('java, by its compiler where that is at hand', { skip: hasJavac ? false : 'javac is not here' }, () => {
    const directory = mkdtempSync(join(tmpdir(), 'framegate-sample-'));
    try {
      for (const call of everyKindOfCall('http://127.0.0.1:8787')) {
        writeFileSync(join(directory, 'Sample.java'), `${writeSample('java', call)}\n`);
        execFileSync('javac', ['-encoding', 'UTF-8', '-d', '.', 'Sample.java'], { cwd: directory });
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
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

  /** In the words of any API. */
  function idOf(answer: string): string {
    const said = JSON.parse(answer) as Readonly<Record<string, string>>;
    const id = said.request_id ?? said.task_id ?? said.taskId ?? said.id;
    assert.ok(id, answer);
    return id;
  }

  /** Does what a reader does who copies one sample after the other. */
  async function follow(run: SampleRun, language: Runnable, translation: Translation): Promise<void> {
    const description = await read(translation);
    const subject: Subject = { base: stage.url, submit: translation, taskId: taskIdMark, fileUrl: `${stage.url}/x` };
    const send = async (step: Step, known: Partial<Subject>): Promise<string> => {
      const found = callsOf(description, { ...subject, ...known }).find((one): one is ApiCall => one.step === step);
      assert.ok(found, `${translation.dialect} has no ${step}`);
      return await run.run(language, writeSample(language, found.call));
    };
    const taskId = idOf(await send('submit', {}));
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
      if (callsOf(description, subject).some(({ step }) => step === 'status')) await send('status', { taskId });
      break;
    }
    // The next one waits, so that there is something to cancel.
    await stage.pause();
    try {
      const waiting = idOf(await send('submit', {}));
      await send('cancel', { taskId: waiting });
      const canceled = (await (await stage.rich.send(`/v1/tasks/${waiting}`)).json()) as Task;
      assert.equal(canceled.state, 'canceled');
    } finally {
      await stage.resume();
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

  /** Of one picture and one film model that every API offers. */
  const modelsOfAll = ['vidu/q2/reference-to-image', 'vidu/q2-pro/image-to-video'];
  for (const model of modelsOfAll) {
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

  for (const language of runnable) {
    test(`${language}: a file as input`, async () => {
      await using run = await openSampleRun(stage.rich.key);
      const call = uploadTo(stage.url);
      const photo = readPhoto('astronaut.png');
      await writeFile(join(run.directory, call.file ?? ''), photo);
      const artifact = JSON.parse(await run.run(language, writeSample(language, call))) as Artifact;
      assert.equal(artifact.sha256, createHash('sha256').update(photo).digest('hex'));
    });
  }

  for (const language of readable) {
    test(`${language}: every call of every API reads well`, async () => {
      using reader = await openSampleReader(language);
      const { id: photo } = await uploadFile(stage.rich, readPhoto('astronaut.png'));
      const inputs = {
        ...Object.fromEntries(
          Object.entries(models).map(([model, input]) => [model, { ...input, prompt: hostile.prompt }]),
        ),
        ...Object.fromEntries(modelsOfAll.map((model) => [model, { prompt: hostile.prompt, images: [photo] }])),
      };
      for (const [model, input] of Object.entries(inputs)) {
        for (const translation of await translate(model, input)) {
          const subject = {
            base: stage.url,
            submit: translation,
            taskId: 'task_1',
            fileUrl: `${stage.url}/files/x/a.png`,
          };
          const calls = callsOf(await read(translation), subject);
          for (const { call } of calls) assertReads(reader, language, call);
        }
      }
    });
  }
});
