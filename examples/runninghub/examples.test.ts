/** The integration examples, each run as a reader would run it, against a gateway of its own. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type PrivateGateway, startPrivateGateway } from '../support/private-gateway.ts';

const root = join(import.meta.dirname, '../..');
const limitMs = 300_000;

let receiverPort: number;
let gateway: PrivateGateway;
before(async () => {
  receiverPort = await freePort();
  gateway = await startPrivateGateway({ FRAMEGATE_ALLOW_FETCH: `127.0.0.1:${receiverPort}` });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

type Ran = { readonly code: number; readonly output: string; readonly files: readonly Buffer[] };

/** Runs an example in an empty folder that has the project's `examples` in it, and reads the films it left there. */
async function run(name: string, ...argv: string[]): Promise<Ran> {
  const folder = await mkdtemp(join(tmpdir(), 'framegate-example-'));
  try {
    const environment = {
      ...process.env,
      RUNNINGHUB_BASE_URL: gateway.url,
      RUNNINGHUB_API_KEY: gateway.key,
      RECEIVER_PORT: String(receiverPort),
    };
    const script = join(root, 'examples/runninghub', `${name}.ts`);
    const options = { cwd: root, env: environment, timeout: limitMs };
    const { code, output } = await new Promise<Omit<Ran, 'files'>>((done) => {
      execFile(process.execPath, [script, ...argv], { ...options, cwd: folder }, (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, output: stdout + stderr }),
      );
    });
    const names = (await readdir(folder)).filter((file) => file.endsWith('.mp4'));
    return { code, output, files: await Promise.all(names.map((file) => readFile(join(folder, file)))) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function assertFilm(file: Buffer | undefined): void {
  assert.ok(file);
  assert.equal(file.toString('latin1', 4, 8), 'ftyp');
}

const photo = join(root, 'examples/photos/coffee.png');

test('complete: from a photograph to a film on the disk', async () => {
  const { code, output, files } = await run('complete', photo, 'slow push in');
  assert.equal(code, 0, output);
  assert.match(output, /^task \d{19}$/m);
  assert.match(output, /^SUCCESS$/m);
  assertFilm(files[0]);
});

test('advanced: prices first, then several films that a webhook announces', async () => {
  const { code, output, files } = await run('advanced', photo, 'slow push in', 'pan left');
  assert.equal(code, 0, output);
  assert.match(output, /"pan left" costs [\d.]+ [A-Z]{3}/);
  assert.equal(output.match(/has ended/g)?.length, 2, output);
  assert.equal(files.length, 2);
  files.forEach(assertFilm);
});

test('progress: the older calls tell what a task is doing', async () => {
  const { code, output } = await run('progress', photo);
  assert.equal(code, 0, output);
  assert.match(output, /s: SUCCESS$/m);
  assert.match(output, /^mp4: http/m);
});

test('workflow: without a ComfyUI the API says so', async () => {
  const { code, output } = await run('workflow', '1904136902449209346', '6:text=a fox');
  assert.equal(code, 2, output);
  assert.match(output, /^The workflow was not started: \d+ \S/m);
});
