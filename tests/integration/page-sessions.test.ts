/** Sessions of browsers against the real server: what they open, who may not have them, and how they end. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addMember, askAdmin, sendFrom, type Wish } from '../support/admin-client.ts';
import { makeSignInLink } from '../support/browser.ts';
import { runCommand } from '../support/command.ts';
import { adminKey, type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';

let gateway: GatewayProcess;
before(async () => {
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_WORKER_ENABLED: 'false' } });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

const own = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

function send(path: string, { headers = {}, ...wish }: Wish = {}) {
  return sendFrom(gateway, path, { headers: { ...own, ...headers }, ...wish });
}

const cookieOf = (answer: Awaited<ReturnType<typeof send>>) =>
  (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';

async function signIn(): Promise<string> {
  const code = new URL(await makeSignInLink(gateway)).hash.slice(1);
  const answer = await send('/ui/session', { method: 'POST', body: JSON.stringify({ code }) });
  assert.equal(answer.status, 201, answer.body);
  return cookieOf(answer);
}

test('the link of the command line signs in as the owner: tenant and admin routes open', async () => {
  const { stdout } = await runCommand(gateway.directory, 'sign-in');
  const code = new URL(stdout).hash.slice(1);
  const answer = await send('/ui/session', { method: 'POST', body: JSON.stringify({ code }) });
  assert.deepEqual(JSON.parse(answer.body).owner, true);
  const cookie = cookieOf(answer);
  assert.equal((await send('/v1/account', { headers: { cookie } })).status, 200);
  assert.equal((await send('/v1/admin/status', { headers: { cookie } })).status, 200);
  assert.deepEqual(JSON.parse((await send('/ui/session', { headers: { cookie } })).body).signed_in, true);
  const second = await send('/ui/session', { method: 'POST', body: JSON.stringify({ code }) });
  assert.equal(second.status, 401);
});

test('a session is refused to other sites, to other ports and to clients that say nothing', async () => {
  const cookie = await signIn();
  const strangers = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ];
  for (const headers of strangers) {
    for (const path of ['/v1/account', '/v1/admin/status']) {
      const answer = await sendFrom(gateway, path, { headers: { cookie, ...headers } });
      assert.equal(answer.status, 401, JSON.stringify(headers));
    }
  }
  const form = { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: 'http://127.0.0.1:1' };
  assert.equal((await sendFrom(gateway, '/v1/tasks', { method: 'POST', headers: form, body: 'a=b' })).status, 401);
  assert.equal((await sendFrom(gateway, '/v1/account', { headers: { cookie } })).status, 401);
  const rebound = { cookie, ...own, host: 'evil.example.org' };
  assert.equal((await sendFrom(gateway, '/v1/account', { headers: rebound })).status, 401);
});

test('signing in and out is for our own pages', async () => {
  const code = new URL(await makeSignInLink(gateway)).hash.slice(1);
  const body = JSON.stringify({ code });
  const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' };
  assert.equal((await sendFrom(gateway, '/ui/session', { method: 'POST', headers, body })).status, 403);
  const cookie = await signIn();
  assert.equal(
    (await sendFrom(gateway, '/ui/session', { method: 'DELETE', headers: { ...headers, cookie } })).status,
    403,
  );
  assert.equal((await send('/ui/session', { method: 'DELETE', headers: { cookie } })).status, 204);
  assert.equal((await send('/v1/account', { headers: { cookie } })).status, 401);
  assert.equal((await send('/v1/admin/status', { headers: { cookie } })).status, 401);
});

test('a key signs in as its tenant, with what it may do; the admin key as the owner', async () => {
  const member = await addMember(gateway, { scopes: ['read'] });
  const answer = await send('/ui/session/key', {
    method: 'POST',
    headers: { authorization: `Bearer ${member.key}` },
  });
  assert.equal(answer.status, 201, answer.body);
  assert.equal(JSON.parse(answer.body).owner, false);
  const cookie = cookieOf(answer);
  const account = JSON.parse((await send('/v1/account', { headers: { cookie } })).body);
  assert.equal(account.tenant.id, member.tenant);
  assert.equal((await send('/v1/tasks', { method: 'POST', headers: { cookie }, body: '{}' })).status, 403);
  assert.equal((await send('/v1/admin/status', { headers: { cookie } })).status, 401);
  await askAdmin(gateway, `/tenants/${member.tenant}/keys/${member.keyId}/revoke`, {});
  assert.equal((await send('/v1/account', { headers: { cookie } })).status, 401);
  const owner = await send('/ui/session/owner', { method: 'POST', headers: { authorization: `Bearer ${adminKey}` } });
  assert.equal((await send('/v1/admin/status', { headers: { cookie: cookieOf(owner) } })).status, 200);
});

test('a key in the header counts before the cookie, and other APIs know no session', async () => {
  const cookie = await signIn();
  const headers = { cookie, authorization: 'Bearer somebody-elses-key-0123456789' };
  assert.equal((await send('/v1/account', { headers })).status, 401);
  assert.equal((await send('/v1/account', { headers: { authorization: `Bearer ${testKey}` } })).status, 200);
  assert.equal(
    (await send('/v1/models/vidu/q2/reference-to-image', { method: 'POST', headers: { cookie }, body: '{}' })).status,
    401,
  );
});

test("the key of a browser is listed like any other, and its end is the session's", async () => {
  const cookie = await signIn();
  const { key, tenant } = JSON.parse((await send('/v1/account', { headers: { cookie } })).body);
  assert.equal(key.name, 'a browser of the owner');
  assert.ok(Date.parse(key.expires_at) > Date.now());
  await askAdmin(gateway, `/tenants/${tenant.id}/keys/${key.id}/revoke`, {});
  assert.equal((await send('/v1/admin/status', { headers: { cookie } })).status, 401);
});

test('with an admin port of its own, a session of the pages opens no admin route anywhere', async () => {
  await using apart = await startGatewayProcess({
    environment: { FRAMEGATE_ADMIN_PORT: '18790', FRAMEGATE_WORKER_ENABLED: 'false' },
  });
  const link = /open (\S+)/.exec(apart.output.stderr)?.[1] ?? '';
  const body = JSON.stringify({ code: new URL(link).hash.slice(1) });
  const answer = await sendFrom(apart, '/ui/session', { method: 'POST', headers: own, body });
  assert.equal(JSON.parse(answer.body).owner, false);
  const headers = { ...own, cookie: cookieOf(answer) };
  assert.equal((await sendFrom(apart, '/v1/account', { headers })).status, 200);
  assert.equal((await sendFrom(apart, '/v1/admin/status', { headers })).status, 404);
  assert.equal((await sendFrom({ url: 'http://127.0.0.1:18790' }, '/v1/admin/status', { headers })).status, 401);
});

test('pages that are switched off are not there', async () => {
  await using plain = await startGatewayProcess({
    environment: { FRAMEGATE_UI_ENABLED: 'false', FRAMEGATE_WORKER_ENABLED: 'false' },
  });
  assert.equal((await fetch(`${plain.url}/ui/`)).status, 404);
  assert.equal((await fetch(`${plain.url}/ui/session`)).status, 404);
  assert.ok(!plain.output.stderr.includes('sign-in'));
});
