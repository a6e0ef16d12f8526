/** The process contract: what others script against. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  adminKey,
  makeDirectory,
  removeDirectory,
  spawnFramegate,
  startGatewayProcess,
  testKey,
} from '../support/gateway-process.ts';
import { findTraces } from '../support/traces.ts';

/** Runs a command to its end. */
async function finish(argv: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawnFramegate(argv, environment);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => (stdout += text));
  child.stderr?.on('data', (text) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

test('it says ready once it can serve, answers its health routes, and ends with 0 on SIGTERM', async () => {
  await using gateway = await startGatewayProcess();
  assert.match(gateway.output.stdout, /^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  assert.equal((await fetch(`${gateway.url}/healthz`)).status, 200);
  assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200);
  const started = performance.now();
  assert.equal(await gateway.stop(), 0);
  assert.ok(performance.now() - started < 10_000);
  assert.match(gateway.output.stdout, /^ready .*\n$/, 'stdout holds that one line and nothing else');
});

test('a start without a key makes one, shows it once and keeps only its hash', async () => {
  const directory = await makeDirectory();
  try {
    let key: string | undefined;
    {
      await using gateway = await startGatewayProcess({ directory, environment: { FRAMEGATE_KEY: '' } });
      key = /fgk_[0-9A-Za-z]{38}/.exec(gateway.output.stderr)?.[0];
      assert.ok(key);
      const headers = { authorization: `Bearer ${key}` };
      assert.equal((await fetch(`${gateway.url}/v1/tasks`, { headers })).status, 200);
      await gateway.stop();
    }
    assert.deepEqual(await findTraces(directory, [key]), []);
    await using again = await startGatewayProcess({ directory, environment: { FRAMEGATE_KEY: '' } });
    assert.doesNotMatch(again.output.stderr, /fgk_/);
    const headers = { authorization: `Bearer ${key}` };
    assert.equal((await fetch(`${again.url}/v1/tasks`, { headers })).status, 200);
  } finally {
    await removeDirectory(directory);
  }
});

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

test('the admin API may have a port of its own, and is then nowhere else', async () => {
  const port = await findFreePort();
  await using gateway = await startGatewayProcess({ environment: { FRAMEGATE_ADMIN_PORT: String(port) } });
  const status = async (base: string, path: string, key: string) =>
    (await fetch(base + path, { headers: { authorization: `Bearer ${key}` } })).status;
  const admin = `http://127.0.0.1:${port}`;
  assert.equal(await status(admin, '/v1/admin/tenants', adminKey), 200);
  assert.equal(await status(admin, '/v1/admin/tenants', testKey), 401);
  assert.equal(await status(admin, '/v1/tasks', testKey), 404);
  assert.equal(await status(gateway.url, '/v1/admin/tenants', adminKey), 404);
  assert.equal(await status(gateway.url, '/v1/tasks', testKey), 200);
  const listed = await finish(['tenants', 'list'], { FRAMEGATE_DATA: gateway.directory });
  assert.match(listed.stdout, /owner/);
  assert.equal(await gateway.stop(), 0);
});

test('an admin port that others can reach needs an admin key', async () => {
  const directory = await makeDirectory();
  try {
    const environment = {
      PORT: '0',
      FRAMEGATE_DATA: directory,
      FRAMEGATE_ADMIN_PORT: '1',
      FRAMEGATE_ADMIN_HOST: '0.0.0.0',
    };
    const { code, stderr } = await finish(['start'], environment);
    assert.equal(code, 1);
    assert.match(stderr, /FRAMEGATE_ADMIN_KEY/);
  } finally {
    await removeDirectory(directory);
  }
});

test('a second start on the same directory is refused in one sentence; kill -9 frees it', async () => {
  const directory = await makeDirectory();
  try {
    await using first = await startGatewayProcess({ directory });
    const second = await finish(['start'], { PORT: '0', FRAMEGATE_DATA: directory, FRAMEGATE_KEY: testKey });
    assert.equal(second.code, 1);
    assert.match(second.stderr, /^framegate: [^\n]*(in use|already)[^\n]*\n$/);
    assert.equal((await fetch(`${first.url}/readyz`)).status, 200);
    await first.stop('SIGKILL');
    await using third = await startGatewayProcess({ directory });
    assert.equal((await fetch(`${third.url}/readyz`)).status, 200);
  } finally {
    await removeDirectory(directory);
  }
});

test('what would open the gateway by accident is refused, as is what is not known', async () => {
  const directory = await makeDirectory();
  const base = { PORT: '0', FRAMEGATE_DATA: directory };
  try {
    const cases: [Record<string, string>, RegExp][] = [
      [{ HOST: '0.0.0.0', FRAMEGATE_PUBLIC_URL: 'https://example.org' }, /needs a key of your own/],
      [{ HOST: '0.0.0.0', FRAMEGATE_KEY: testKey }, /FRAMEGATE_PUBLIC_URL/],
      [{ FRAMEGATE_KEY: 'short' }, /16 to 128/],
      [{ FRAMEGATE_COLOUR: 'red' }, /no such setting/],
      [{ FRAMEGATE_ALLOW_FETCH: 'everything' }, /neither host:port nor a CIDR/],
    ];
    for (const [environment, message] of cases) {
      const { code, stderr, stdout } = await finish(['start'], { ...base, ...environment });
      assert.equal(code, 1, stderr);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1, 'one sentence, no stack');
      assert.equal(stdout, '');
    }
  } finally {
    await removeDirectory(directory);
  }
});

test('only the admin key opens the admin routes, and the command line finds its own way in', async () => {
  await using gateway = await startGatewayProcess();
  const get = (key?: string) =>
    fetch(`${gateway.url}/v1/admin/status`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
  assert.equal((await get()).status, 401);
  assert.equal((await get(testKey)).status, 401);
  assert.equal((await get(adminKey)).status, 200);
  assert.equal((await gateway.send('/v1/tasks', { headers: { authorization: `Bearer ${adminKey}` } })).status, 401);
  const { code, stdout } = await finish(['status'], { FRAMEGATE_DATA: gateway.directory });
  assert.equal(code, 0);
  assert.equal((JSON.parse(stdout) as { engines: { name: string }[] }).engines[0]?.name, 'preview');
  assert.equal((await stat(join(gateway.directory, 'admin.json'))).mode & 0o777, 0o600);
});

test('framegate config prints what holds and where it came from, without secrets', async () => {
  const { code, stdout } = await finish(['config', '--port', '5'], { FRAMEGATE_KEY: testKey, HOST: '127.0.0.9' });
  assert.equal(code, 0);
  assert.ok(!stdout.includes(testKey));
  const config = JSON.parse(stdout) as Record<string, { value: unknown; origin: string }>;
  assert.deepEqual(config.port, { value: 5, origin: 'flag --port' });
  assert.deepEqual(config.host, { value: '127.0.0.9', origin: 'environment HOST' });
});

test('links begin with the public URL, whatever the request says its host is', async () => {
  await using gateway = await startGatewayProcess({
    environment: { FRAMEGATE_PUBLIC_URL: 'https://media.example.org/x/' },
  });
  const response = await gateway.send('/v1/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json', host: 'www.runninghub.cn' },
    body: JSON.stringify({ model: 'vidu/q2/reference-to-image', input: { prompt: 'a boat' } }),
  });
  assert.equal(response.status, 201);
  const task = (await response.json()) as { urls: Record<string, string> };
  for (const url of Object.values(task.urls)) assert.ok(url.startsWith('https://media.example.org/x/v1/tasks/'), url);
});
