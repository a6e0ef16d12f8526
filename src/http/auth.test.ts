/** What authentication remembers, forgets and notes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyId, TenantId } from '../core/ids.ts';
import { zeroMicros } from '../core/money.ts';
import type { Key } from '../core/tenant.ts';
import { hashKey } from '../util/key-text.ts';
import { createAuthenticator, hasTwoCredentials, isEqualText } from './auth.ts';

const text = 'a-key-of-the-test-0123456789';

function createWorld(set: Partial<Key> = {}) {
  const world = {
    now: 1_000_000,
    reads: 0,
    touches: [] as number[],
    failures: 0,
    isDiskFull: false,
    key: {
      id: 'key_1' as KeyId,
      tenantId: 'tenant_1' as TenantId,
      name: 'test',
      hint: '',
      hash: hashKey(text),
      createdAt: 0,
      expiresAt: null,
      revokedAt: null,
      scopes: ['read'],
      spendCapMicros: null,
      concurrency: null,
      spentMicros: zeroMicros,
      lastUsedAt: null,
      ...set,
    } as Key,
  };
  const { authenticate, forget } = createAuthenticator({
    store: {
      async keyByHash(hash) {
        world.reads += 1;
        return hash === world.key.hash ? world.key : undefined;
      },
      async touchKey(_, at) {
        if (world.isDiskFull) throw new Error('no room');
        world.touches.push(at);
        world.key = { ...world.key, lastUsedAt: at };
      },
    },
    clock: { now: () => world.now },
    onTouchFailed: () => {
      world.failures += 1;
    },
  });
  return { world, authenticate, forget };
}

test('a key is believed for two seconds, and not at all once it must be forgotten', async () => {
  const { world, authenticate, forget } = createWorld();
  assert.deepEqual(await authenticate(text), { tenantId: 'tenant_1', keyId: 'key_1', scopes: ['read'] });
  world.key = { ...world.key, revokedAt: world.now };
  world.now += 1_999;
  assert.ok(await authenticate(text));
  world.now += 1;
  assert.equal(await authenticate(text), undefined);
  world.key = { ...world.key, revokedAt: null };
  assert.ok(await authenticate(text));
  world.key = { ...world.key, revokedAt: world.now };
  forget();
  assert.equal(await authenticate(text), undefined);
});

test('an expiry holds within the two seconds too', async () => {
  const { world, authenticate } = createWorld({ expiresAt: 1_000_100 });
  assert.ok(await authenticate(text));
  world.now += 100;
  assert.equal(await authenticate(text), undefined);
});

test('a use is noted once a minute, and no request fails by it', async () => {
  const { world, authenticate } = createWorld();
  for (let second = 0; second < 120; second += 1) {
    assert.ok(await authenticate(text));
    world.now += 1_000;
  }
  assert.deepEqual(world.touches, [1_000_000, 1_060_000]);
  world.isDiskFull = true;
  assert.ok(await authenticate(text));
  await Promise.resolve();
  assert.equal(world.failures, 1);
});

test('a key of our form with a slip is refused without a look at the store', async () => {
  const { world, authenticate } = createWorld();
  assert.equal(await authenticate(`fgk_${'0'.repeat(38)}`), undefined);
  assert.equal(await authenticate(undefined), undefined);
  assert.equal(await authenticate('x'.repeat(10_000)), undefined);
  assert.equal(world.reads, 0);
});

test('two credentials that differ are seen in any of the headers that carry them', () => {
  assert.equal(hasTwoCredentials(['Authorization', 'Bearer a', 'accept', '*/*']), false);
  assert.equal(hasTwoCredentials(['Authorization', 'Bearer a', 'authorization', 'Bearer a']), false);
  assert.equal(hasTwoCredentials(['Authorization', 'Bearer a', 'AUTHORIZATION', 'Bearer b']), true);
  assert.equal(hasTwoCredentials(['Authorization', 'Bearer a', 'X-Api-Key', 'b']), true);
  assert.equal(hasTwoCredentials(['Authorization', 'Bearer a', 'X-Api-Key', 'a']), false);
});

test('how long a comparison takes does not tell where two keys differ', () => {
  const right = 'k'.repeat(40);
  const wrongs = [`x${right.slice(1)}`, `${right.slice(0, -1)}x`] as const;
  const timeOf = (wrong: string) => {
    const start = process.hrtime.bigint();
    isEqualText(wrong, right);
    return Number(process.hrtime.bigint() - start);
  };
  /** Welch's t of the fastest nine tenths: a turn of the scheduler says nothing about the comparison. */
  const measure = () => {
    const samples = [[], []] as [number[], number[]];
    for (let trial = 0; trial < 10_000; trial += 1) {
      for (const which of trial % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        samples[which].push(timeOf(wrongs[which]));
      }
    }
    const [first, second] = samples.map((times) => {
      const kept = times.toSorted((a, b) => a - b).slice(0, times.length * 0.9);
      const mean = kept.reduce((sum, time) => sum + time, 0) / kept.length;
      const variance = kept.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (kept.length - 1);
      return { mean, error: variance / kept.length };
    }) as [{ mean: number; error: number }, { mean: number; error: number }];
    return Math.abs(first.mean - second.mean) / Math.sqrt(first.error + second.error);
  };
  // A leak shows every time, a busy machine only sometimes.
  const values = [measure(), measure(), measure(), measure()];
  assert.ok(Math.min(...values) < 4.5, `Welch t: ${values}`);
});
