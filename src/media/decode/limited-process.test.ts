import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProgram } from '../../util/find-program.ts';
import { filmProgram } from './film.ts';
import { type Limits, runLimited } from './limited-process.ts';

const limits: Limits = { wallMs: 20_000, processorSeconds: 10, memoryBytes: 200e6, fileBytes: 0 };
const limiter = await findProgram('prlimit', process.env.PATH ?? '');
const flags = ['--jitless', '--v8-pool-size=1', '--max-old-space-size=64'];

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(65_536);
}

async function run(code: string, other: Partial<Limits> = {}, input: AsyncIterable<Uint8Array> = endless()) {
  const program = {
    path: process.execPath,
    args: [...flags, '-e', code],
    environment: {},
    limits: { ...limits, ...other },
  };
  return await runLimited(program, limiter, input, AbortSignal.timeout(60_000));
}

test('a program that ends early leaves the rest of its input unread', async () => {
  assert.deepEqual(await run('process.stdout.write("done"); process.exit(3)'), {
    state: 'ended',
    exitCode: 3,
    output: 'done',
  });
});

test('nothing of our environment and no file of ours goes along', async () => {
  const { state, output } = (await run('console.log(Object.keys(process.env), process.cwd())')) as {
    state: string;
    output: string;
  };
  assert.equal(state, 'ended');
  assert.match(output, /^\[\] \/$/m);
});

test('one that takes too long, or too much of the processor, is ended', async () => {
  assert.deepEqual(await run('setInterval(() => {}, 1000)', { wallMs: 1_000 }), { state: 'timed out' });
  const skip = limiter === undefined;
  if (!skip) assert.equal((await run('for (;;);', { processorSeconds: 1 })).state, 'killed');
});

test('memory and files beyond the limits are refused', {
  skip: limiter === undefined && 'this system has no prlimit',
}, async () => {
  const wantsMemory = 'const kept = []; for (;;) kept.push(Buffer.alloc(50e6, 1));';
  const hungry = await run(wantsMemory);
  assert.ok(hungry.state === 'killed' || (hungry.state === 'ended' && hungry.exitCode !== 0), JSON.stringify(hungry));
  const writes = `process.on('SIGXFSZ', () => {}); require('fs').writeFileSync('/tmp/framegate-limit-' + process.pid, 'x')`;
  const writing = await run(writes);
  assert.ok(
    writing.state === 'killed' || (writing.state === 'ended' && writing.exitCode !== 0),
    JSON.stringify(writing),
  );
});

test('a reader that fails ends the program, and its error comes through', async () => {
  // biome-ignore lint/correctness/useYield: it breaks before its first byte
  async function* broken(): AsyncGenerator<Uint8Array> {
    throw new Error('the disk is gone');
  }
  await assert.rejects(run('process.stdin.resume()', {}, broken()), /the disk is gone/);
});

test('a signal ends the program and is the reason', async () => {
  const controller = new AbortController();
  const program = { path: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], environment: {}, limits };
  const running = runLimited(program, undefined, endless(), controller.signal);
  controller.abort(new Error('stopped'));
  await assert.rejects(running, /stopped/);
});

test('ffmpeg gets a forced demuxer, a pipe, and no protocol that leads anywhere', () => {
  const facts = { kind: 'video', mediaType: 'video/mp4', extension: 'mp4', width: 200, height: 200 } as const;
  const { args, environment } = filmProgram('/usr/bin/ffmpeg', facts, 1000, limits);
  const after = (flag: string) => args[args.indexOf(flag) + 1];
  assert.deepEqual(['-f', '-format_whitelist', '-protocol_whitelist', '-i', '-threads'].map(after), [
    'mov',
    'mov',
    'cache,pipe',
    'cache:pipe:0',
    '1',
  ]);
  assert.ok(args.includes('-nostdin'));
  assert.deepEqual(environment, {});
});
