import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errorTable, formatPath, GatewayError, inputError } from './errors.ts';

test('docs/errors.md lists the same table', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const expected = Object.entries(errorTable).map(
    ([code, { status, retryable, title }]) => `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${title} |`,
  );
  assert.deepEqual(rows, expected);
});

test('an input error says what its first issue says, and keeps them all', () => {
  const issue = { path: ['images', 3], rule: 'media', message: 'images[3] is not a picture.' };
  const error = inputError([issue, { ...issue, path: ['images', 4] }]);
  assert.ok(error instanceof GatewayError);
  assert.deepEqual([error.code, error.message, error.issues.length], ['invalid_input', issue.message, 2]);
  assert.equal(formatPath(['input', 'images', 3, 'url']), 'input.images[3].url');
});
