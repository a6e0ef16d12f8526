/** How many requests a key may make: refused in each API's own form, with a time to wait, and to nobody else's cost. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { loadConfig } from '../../src/config.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { DialectServices } from '../../src/dialects/dialect.ts';
import type { NativeOptions } from '../../src/dialects/native/index.ts';
import { createDialects } from '../../src/dialects/registry.ts';
import { addMember, type Member } from '../support/admin-client.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';

const perMinute = 20;

// Only the lists of routes and the form of errors are read from these; the requests go to a real server.
const { values } = await loadConfig([], {}, tmpdir());
const dialects = createDialects({ gateway: {} } as DialectServices, { values, native: {} as NativeOptions });

const limitTo = (requestsPerMinute: number) =>
  startGatewayProcess({
    environment: {
      FRAMEGATE_WORKER_ENABLED: 'false',
      FRAMEGATE_LIMITS_REQUESTS_PER_MINUTE: String(requestsPerMinute),
    },
  });
let gateway: GatewayProcess;
/** One request a minute: what is told to wait will wait for as long as a test takes. */
let strict: GatewayProcess;
before(async () => {
  gateway = await limitTo(perMinute);
  strict = await limitTo(1);
});
after(async () => {
  await Promise.all([gateway, strict].map((one) => one[Symbol.asyncDispose]()));
});

async function statuses(member: Member, count: number): Promise<number[]> {
  return await Promise.all(
    Array.from({ length: count }, async () => {
      const response = await member.send('/v1/catalog?limit=1');
      await response.body?.cancel();
      return response.status;
    }),
  );
}

test('a burst of a minute’s worth is answered, what comes beyond is told to wait, and another key is not', async () => {
  const [noisy, quiet] = [await addMember(gateway), await addMember(gateway)];
  const answers = await statuses(noisy, perMinute * 2);
  const taken = answers.filter((status) => status === 200).length;
  assert.ok(taken >= perMinute && taken < perMinute * 2, `${taken} of ${answers.length}`);
  assert.ok(answers.every((status) => status === 200 || status === 429));
  assert.deepEqual(await statuses(quiet, perMinute), Array(perMinute).fill(200));
  // What needs no key of a tenant goes on.
  assert.equal((await fetch(`${gateway.url}/healthz`)).status, 200);
  assert.equal((await fetch(`${gateway.url}/openapi.json`)).status, 200);
});

test('every API says it in its own form, for each of its routes alike', async () => {
  const member = await addMember(strict);
  await statuses(member, 1);
  for (const dialect of dialects) {
    for (const { method, path, access, encodeError = dialect.encodeError } of dialect.routes) {
      if (access !== 'tenant') continue;
      // One API takes the key in the path.
      const filled = path.replaceAll(/:key(\{[^}]*\})?/g, member.key).replaceAll(/:[a-zA-Z]+(\{[^}]*\})?/g, 'x');
      const where = `/${dialect.name}${filled}`;
      const body = method === 'GET' ? {} : { body: '{}' };
      const response = await member.send(where, { method, headers: { 'content-type': 'application/json' }, ...body });
      const wanted = encodeError(new GatewayError('rate_limited', '', { retryAfterMs: 1 }), '');
      const label = `${method} ${where}`;
      assert.equal(response.status, wanted.status, label);
      assert.match(response.headers.get('ratelimit-policy') ?? '', /^"requests";q=1;w=60$/, label);
      assert.match(response.headers.get('ratelimit') ?? '', /^"requests";r=0;t=\d\d?$/, label);
      if (wanted.headers.has('retry-after')) assert.match(response.headers.get('retry-after') ?? '', /^\d\d?$/, label);
      const shape = (text: string) => Object.keys(JSON.parse(text) as object);
      assert.deepEqual(shape(await response.text()), shape(await wanted.text()), label);
    }
  }
});

test('RunComfy: 429 with its code and Retry-After', async () => {
  const member = await addMember(strict);
  await statuses(member, 1);
  const response = await member.send('/v1/models');
  assert.equal(response.status, 429);
  assert.match(response.headers.get('retry-after') ?? '', /^\d\d?$/);
  assert.deepEqual(await response.json(), {
    error_code: 429001,
    error_message: 'This key makes more requests than it may; wait.',
  });
});
