import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EndpointHealth, healthAfterFailure } from './endpoint-health.ts';

const hour = 3_600_000;
const failAt = (times: readonly number[]): EndpointHealth | undefined =>
  times.reduce<EndpointHealth | undefined>((before, at) => healthAfterFailure(before, at), undefined);
const every12Hours = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => from + index * 12 * hour);

test('an endpoint that fails for five days without a success is disabled, and not before', () => {
  const before = failAt(every12Hours(0, 10));
  assert.deepEqual(before, { failingSince: 0, failedAt: 108 * hour, disabledAt: null });
  assert.deepEqual(healthAfterFailure(before, 120 * hour - 1)?.disabledAt, null);
  assert.deepEqual(healthAfterFailure(before, 120 * hour)?.disabledAt, 120 * hour);
});

test('failures that lie far apart are no long failure', () => {
  const rare = failAt([0, 60 * hour, 120 * hour, 180 * hour]);
  assert.deepEqual(rare, { failingSince: 180 * hour, failedAt: 180 * hour, disabledAt: null });
});

test('one that is disabled stays so', () => {
  const disabled = failAt(every12Hours(0, 11));
  assert.equal(disabled?.disabledAt, 120 * hour);
  assert.deepEqual(healthAfterFailure(disabled, 900 * hour), { ...disabled, failedAt: 900 * hour });
});
