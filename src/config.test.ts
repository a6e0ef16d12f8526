import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { describeConfig, loadConfig } from './config.ts';

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-config-'));
});

test('flags beat the environment, which beats the file, which beats the default; each value knows its origin', async () => {
  const file = join(directory, 'order.json');
  await writeFile(
    file,
    JSON.stringify({ port: 1, host: '127.0.0.2', preview: { price: 'list' }, 'log.level': 'warn' }),
  );
  const config = await loadConfig(['--port', '3', '--config', file], { PORT: '2', HOST: '127.0.0.3' }, directory);
  assert.equal(config.values.port, 3);
  assert.equal(config.origins.port, 'flag --port');
  assert.equal(config.values.host, '127.0.0.3');
  assert.equal(config.origins.host, 'environment HOST');
  assert.equal(config.values['preview.price'], 'list');
  assert.equal(config.values['log.level'], 'warn');
  assert.equal(config.values.data, './.framegate');
  assert.equal(config.origins.data, 'default');
});

test('a config file may be a module', async () => {
  const file = join(directory, 'module.config.ts');
  await writeFile(file, 'const port: number = 5;\nexport default { port };\n');
  assert.equal((await loadConfig(['--config', file], {}, directory)).values.port, 5);
});

test('what is not known, or not of its type, is refused with its name', async () => {
  const bad = join(directory, 'bad.json');
  await writeFile(bad, JSON.stringify({ preview: { colour: 'red' } }));
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['--colour', 'red'], {}, /--colour is not a flag/],
    [['--port'], {}, /--port needs a value/],
    [['--key', 'x'.repeat(20)], {}, /use FRAMEGATE_KEY/],
    [['--port', '70000'], {}, /port \(flag --port\) must be a whole number from 0 to 65535/],
    [[], { PORT: 'many' }, /port \(environment PORT\)/],
    [[], { FRAMEGATE_COLOUR: 'red' }, /FRAMEGATE_COLOUR is set, but there is no such setting/],
    [[], { FRAMEGATE_KEY: 'short' }, /16 to 128/],
    [[], { FRAMEGATE_PREVIEW_PRICE: 'half' }, /one of free, list/],
    [[], { FRAMEGATE_WORKER_ENABLED: 'yes' }, /true or false/],
    [['--config', bad], {}, /preview\.colour in .* is no setting/],
    [['--config', join(directory, 'none.json')], {}, /cannot be read/],
  ];
  for (const [flags, environment, message] of cases) {
    await assert.rejects(loadConfig(flags, environment, directory), { message });
  }
});

test('secrets come from the environment or a file, and are not shown', async () => {
  const file = join(directory, 'key');
  await writeFile(file, `${'s'.repeat(24)}\n`);
  const config = await loadConfig([], { FRAMEGATE_KEY_FILE: file }, directory);
  assert.equal(config.values.key, 's'.repeat(24));
  assert.deepEqual(describeConfig(config).key, { value: '(hidden)', origin: 'environment FRAMEGATE_KEY_FILE' });
  const both = { FRAMEGATE_KEY_FILE: file, FRAMEGATE_KEY: 't'.repeat(24) };
  await assert.rejects(loadConfig([], both, directory), /only one may be/);
});
