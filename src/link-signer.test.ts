import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLinkSigner } from './link-signer.ts';

test('two secrets are valid at once, after a restart too, and a third ends the first', () => {
  const directory = mkdtempSync(join(tmpdir(), 'framegate-links-'));
  try {
    let made = 0;
    const open = () =>
      openLinkSigner({
        directory,
        firstSecret: 'first',
        makeSecret: () => `made ${++made}`,
        isEqual: (one, other) => one === other,
      });
    const signer = open();
    const signatures = [signer.sign('text')];
    const validOnes = () => signatures.map((signature) => open().isGenuine('text', signature));
    assert.deepEqual(validOnes(), [true]);
    for (const expected of [
      [true, true],
      [false, true, true],
      [false, false, true, true],
    ]) {
      signer.rotate();
      signatures.push(signer.sign('text'));
      assert.deepEqual(validOnes(), expected);
      assert.deepEqual(
        signatures.map((signature) => signer.isGenuine('text', signature)),
        expected,
      );
    }
    assert.equal(new Set(signatures).size, signatures.length);
    assert.equal(signer.isGenuine('another text', signatures.at(-1) ?? ''), false);
    assert.equal(statSync(join(directory, 'link-secrets')).mode & 0o777, 0o600);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
