import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { groupMembers } from '../../../../tests/support/preview-engine.ts';
import { launch, prepareLaunch } from './launch.ts';

/** Tells what it was started with and what it was given, in its errors, as those are listened to. */
const tellAll = [
  'let sum = 0, count = 0;',
  "process.stdin.on('data', (bytes) => { for (const byte of bytes) { sum = (sum * 31 + byte) % 1e9; count++; } });",
  "process.stdin.on('end', () => console.error(JSON.stringify({ args: process.argv.slice(1), sum, count,",
  'names: Object.keys(process.env) })));',
].join(' ');

/** What somebody in between might take for its own. */
const awkward = [
  ' a  b ',
  '$HOME `id` $(id)',
  "it's",
  '"',
  '\\n\\',
  '*',
  '-n',
  ';exit 3',
  'größe\t图',
  '{}',
  '',
  'two\nlines',
];

/** Begins with what would end the list of arguments. */
const frame = Uint8Array.from({ length: 300_000 }, (_, index) => (index < 4 ? 10 : (index * 7 + (index >> 8)) % 256));

async function run(args: readonly string[]): Promise<{ readonly args: string[] }> {
  const child = launch(process.execPath, ['-e', tellAll, '--', ...args]);
  child.stdin.end(frame);
  const [told, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  assert.equal(code, 0, told);
  return JSON.parse(told) as { args: string[] };
}

test('a program that was prepared for gets the arguments, the input and the environment it gets without', async () => {
  const plain = await run(awkward);
  assert.deepEqual(plain.args, awkward);
  prepareLaunch();
  assert.deepEqual(await run(awkward), plain);
});

test('what was prepared serves once', async () => {
  prepareLaunch();
  assert.deepEqual((await run(['first'])).args, ['first']);
  assert.deepEqual((await run(['second'])).args, ['second']);
});

test('a program that is not there is told of, prepared for or not', async () => {
  const missing = '/nowhere/ffmpeg';
  await assert.rejects(once(launch(missing, []), 'spawn'), /ENOENT/);
  prepareLaunch();
  const child = launch(missing, []);
  const [told, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  assert.notEqual(code, 0);
  assert.match(told, /\/nowhere\/ffmpeg/);
});

test('what was prepared ends with the process that prepared it, however that ends', async () => {
  const code = `import('${new URL('./launch.ts', import.meta.url)}').then(({ prepareLaunch }) => {
    prepareLaunch();
    console.log('prepared');
  })`;
  const parent = spawn(process.execPath, ['-e', code], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(parent.stdout, 'data');
  const group = parent.pid ?? 0;
  assert.equal(groupMembers(group).length, 2);
  parent.kill('SIGKILL');
  await once(parent, 'close');
  const patience = AbortSignal.timeout(10_000);
  while (groupMembers(group).length > 0) await delay(20, undefined, { signal: patience });
});
