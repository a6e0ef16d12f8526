import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSealer } from './sealer.ts';

test('a sealed text opens for its secret, purpose and context only, and only unchanged', () => {
  const sealer = createSealer('a server secret', 'webhooks');
  const sealed = sealer.seal('whsec_ä', 'one');
  assert.equal(sealer.open(sealed, 'one'), 'whsec_ä');
  assert.ok(!sealed.includes('whsec'));
  assert.notEqual(sealer.seal('whsec_ä', 'one'), sealed);
  assert.equal(createSealer('a server secret', 'webhooks').open(sealed, 'one'), 'whsec_ä');
  assert.throws(() => sealer.open(sealed, 'two'), { code: 'internal' });
  assert.throws(() => createSealer('another secret', 'webhooks').open(sealed, 'one'), { code: 'internal' });
  assert.throws(() => createSealer('a server secret', 'other').open(sealed, 'one'), { code: 'internal' });
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
    if (Buffer.from(changed.slice(3), 'base64url').equals(Buffer.from(sealed.slice(3), 'base64url')) && index > 2)
      continue;
    assert.throws(() => sealer.open(changed, 'one'), { code: 'internal' }, String(index));
  }
  assert.throws(() => sealer.open('', 'one'), { code: 'internal' });
});
