import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Estimate } from '../../core/estimate.ts';
import type { Gateway } from '../../core/gateway.ts';
import type { Artifact } from '../../core/media.ts';
import type { Task } from '../../core/task.ts';
import type { Links } from '../dialect.ts';
import { createEncoder, encodePrice } from './encode.ts';
import type { RunninghubOptions } from './options.ts';

const film = { fileName: 'video.mp4', facts: { kind: 'video', extension: 'mp4' } } as Artifact;
const task = {
  wireId: '2041112223334445556',
  state: 'succeeded',
  error: null,
  price: { capturedMicros: 100_000 },
} as Task;
const links = {
  file: ({ fileName }) => `https://here/${fileName}`,
  signed: ({ fileName }, lifetimeMs) => ({ url: `https://here/${lifetimeMs}/${fileName}`, expiresAt: 0 }),
} as Links;

function create(files: readonly Artifact[], options: Partial<RunninghubOptions> = {}) {
  const gateway = { outputs: async () => files } as unknown as Gateway;
  const services = { gateway, links, randomBytes: (length: number) => new Uint8Array(randomBytes(length)) };
  return createEncoder(services, {
    canceledStatus: 'FAILED',
    resultLinkMs: undefined,
    ...options,
  } as RunninghubOptions);
}

test('links last as long as the owner wants', async () => {
  const urlOf = async (options: Partial<RunninghubOptions>) =>
    (await create([film], options).task(task)).results?.[0]?.url;
  assert.equal(await urlOf({}), 'https://here/video.mp4');
  assert.equal(await urlOf({ resultLinkMs: 3_600_000 }), 'https://here/3600000/video.mp4');
});

test('a success whose files were removed is over: no client takes one without a result', async () => {
  const { status, errorCode, errorMessage, results } = await create([]).task(task);
  assert.deepEqual([status, errorCode, results], ['FAILED', '1004', null]);
  assert.match(errorMessage, /removed/);
  assert.deepEqual(await create([]).outputs(task), []);
});

test('a canceled task is FAILED, or CANCEL where the owner wants that, and has an error in both', async () => {
  const canceled = { ...task, state: 'canceled' } as Task;
  for (const canceledStatus of ['FAILED', 'CANCEL'] as const) {
    const { status, errorCode } = await create([], { canceledStatus }).task(canceled);
    assert.deepEqual([status, errorCode], [canceledStatus, '1000']);
  }
});

test('the price is that of the engine that would serve, and an error where a submit would have one', () => {
  const price = (totalMicros: number) => ({ totalMicros });
  const estimate = (...engines: object[]) => encodePrice({ engines } as unknown as Estimate);
  const [none, able, other] = [
    { problem: 'is not set up here', price: price(1), isChargeable: true },
    { problem: undefined, price: price(100_000), isChargeable: true },
    { problem: undefined, price: price(200_000), isChargeable: true },
  ];
  assert.deepEqual([estimate(none, able, other).estimatedPrice, estimate(none, able).priceText], [0.1, '$0.100']);
  assert.equal(estimate({ ...able, price: price(0) }).isFreeThisCall, true);
  assert.throws(() => estimate(), { code: 'engine_unavailable' });
  assert.throws(() => estimate({ ...able, isChargeable: false }), { code: 'price_unpublished' });
});
