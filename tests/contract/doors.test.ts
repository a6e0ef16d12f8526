/** An API at the root, below its name, at a host name and at a port of its own. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { sendFrom } from '../support/admin-client.ts';
import { adminKey, type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';

let port: number;
let gateway: GatewayProcess;
before(async () => {
  port = await freePort();
  const doors = `vidu=vidu.example.org,runcomfy=:${port}`;
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_WORKER_ENABLED: 'false', FRAMEGATE_DOORS: doors } });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return free;
}

const get = async (path: string, headers: Record<string, string> = {}, url = gateway.url) => {
  const answer = await sendFrom({ url }, path, { headers: { authorization: `Bearer ${testKey}`, ...headers } });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
};
const atVidu = { host: 'vidu.example.org:80' };

test('at the root and below its name an API answers alike', async () => {
  for (const path of ['/v1/models/categories', '/ent/v2/credits?show_detail=false']) {
    const [dialect] = path.startsWith('/ent') ? ['vidu'] : ['runcomfy'];
    assert.deepEqual(await get(path), await get(`/${dialect}${path}`));
  }
  assert.equal((await get('/native/v1/tasks')).status, 200);
});

test('a host name leads to its API and to files, and to nothing else; any other Host leads to all', async () => {
  assert.equal((await get('/ent/v2/credits?show_detail=false', atVidu)).status, 200);
  const other = await get('/v1/tasks', atVidu);
  assert.deepEqual([other.status, other.body.reason], [404, 'NotFound']);
  assert.equal((await get('/v1/admin/status', { ...atVidu, authorization: `Bearer ${adminKey}` })).status, 404);
  assert.equal((await get('/openapi.json', atVidu)).status, 200);
  assert.equal((await get('/v1/tasks', { host: 'www.runninghub.cn' })).status, 200);
});

test('a port leads to its API, and links made there lead to the common one', async () => {
  const url = `http://127.0.0.1:${port}`;
  assert.equal((await get('/v1/models/categories', {}, url)).status, 200);
  const other = await get('/v1/tasks', {}, url);
  assert.deepEqual([other.status, typeof other.body.error_code], [404, 'number']);
  const submitted = await sendFrom({ url }, '/v1/models/vidu/q2/text-to-image', {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
    body: '{"prompt": "a quiet lake"}',
  });
  const { status_url: link } = JSON.parse(submitted.body) as { status_url: string };
  assert.ok(link.startsWith(`${gateway.url}/v1/requests/`), link);
});
