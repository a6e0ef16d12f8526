import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TenantId } from '../core/ids.ts';
import { createQueueRanks, type Place } from './queue-ranks.ts';

const place = (sequence: number, given: Partial<Place> = {}): Place => ({
  engine: 'one',
  isOffPeak: false,
  tenantId: 'a' as TenantId,
  priority: 0,
  sequence,
  ...given,
});

/** The plain way: each round takes the next of every tenant that has one, the oldest of them first. */
function roundsOf(queue: readonly Place[]): Place[] {
  const lanes = Map.groupBy(queue, ({ tenantId }) => tenantId);
  const sorted = [...lanes.values()].map((lane) =>
    lane.toSorted((a, b) => b.priority - a.priority || a.sequence - b.sequence),
  );
  const order: Place[] = [];
  for (let round = 0; order.length < queue.length; round += 1) {
    order.push(...sorted.flatMap((lane) => lane[round] ?? []).sort((a, b) => a.sequence - b.sequence));
  }
  return order;
}

test('positions are those of the rounds, whatever was added and removed', () => {
  const change = fc.record({
    engine: fc.constantFrom('one', 'two'),
    isOffPeak: fc.boolean(),
    tenantId: fc.constantFrom('a', 'b', 'c') as fc.Arbitrary<TenantId>,
    priority: fc.integer({ min: -1, max: 1 }),
    sequence: fc.integer({ min: 1, max: 5000 }),
    isAdded: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const ranks = createQueueRanks();
      const queued = new Map<number, Place>();
      for (const { isAdded, ...item } of changes) {
        const known = queued.get(item.sequence);
        if (!isAdded) {
          ranks.remove(known ?? item);
          queued.delete(item.sequence);
        } else {
          ranks.add(known ?? item);
          queued.set(item.sequence, known ?? item);
        }
      }
      for (const engine of ['one', 'two']) {
        const ordinary = [...queued.values()].filter((item) => item.engine === engine && !item.isOffPeak);
        const offPeak = [...queued.values()].filter((item) => item.engine === engine && item.isOffPeak);
        for (const [index, item] of [...roundsOf(ordinary), ...roundsOf(offPeak)].entries()) {
          assert.equal(ranks.position(item), index + 1);
        }
        assert.equal(ranks.position(place(6000, { engine })), 0);
      }
    }),
  );
});

test('the one task of a tenant stands before all but one of another that has thousands', () => {
  const ranks = createQueueRanks();
  for (let sequence = 1; sequence <= 5000; sequence += 1) ranks.add(place(sequence));
  const other = place(5001, { tenantId: 'b' as TenantId });
  ranks.add(other);
  assert.equal(ranks.position(other), 2);
  assert.equal(ranks.position(place(5000)), 5001);
});
