import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createQueueRanks } from './queue-ranks.ts';

test('positions are those of the sorted queue, whatever was added and removed', () => {
  const change = fc.record({
    engine: fc.constantFrom('one', 'two'),
    priority: fc.integer({ min: -1, max: 1 }),
    sequence: fc.integer({ min: 1, max: 5000 }),
    isAdded: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const ranks = createQueueRanks();
      const queued = new Map<number, (typeof changes)[number]>();
      for (const item of changes) {
        if (item.isAdded) {
          ranks.add(item.engine, item.priority, item.sequence);
          queued.set(item.sequence, item);
        } else {
          ranks.remove(item.sequence);
          queued.delete(item.sequence);
        }
      }
      for (const engine of ['one', 'two']) {
        const order = [...queued.values()]
          .filter((item) => item.engine === engine)
          .sort((a, b) => b.priority - a.priority || a.sequence - b.sequence);
        for (const [index, { priority, sequence }] of order.entries()) {
          assert.equal(ranks.position(engine, priority, sequence), index + 1);
        }
        assert.equal(ranks.position(engine, 0, 6000), 0);
      }
    }),
  );
});
