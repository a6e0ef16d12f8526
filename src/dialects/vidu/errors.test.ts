import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertPagePart } from '../../../tests/support/page-part.ts';
import { type ErrorCode, errorTable, GatewayError, inputError } from '../../core/errors.ts';
import { issueAt } from '../../core/issues.ts';
import { reasons } from '../../wires/vidu/errors.ts';
import { encodeError, encodeFailure, errorRows } from './errors.ts';

test('the page lists every error; UPDATE_GOLDEN=1 writes the table anew', () => {
  const rows = errorRows.map(
    ({ code, status, vendorCode, taskCode, meaning }) =>
      `| \`${code}\` | ${status} | \`${vendorCode}\` | \`${taskCode}\` | ${meaning} |\n`,
  );
  const head = '| here | status | `reason` | `err_code` of a task | meaning |\n| --- | --- | --- | --- | --- |\n';
  assertPagePart('docs/dialects/vidu.md', 'errors', head + rows.join(''));
});

test('every error has a documented reason with its own status, and no more', async () => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const response = encodeError(new GatewayError(code, 'Something.', { retryAfterMs: 1_500 }), 'trace');
    const { code: status, reason, message, metadata, ...others } = (await response.json()) as Record<string, unknown>;
    const known = reasons[reason as keyof typeof reasons];
    assert.deepEqual(
      [response.status, status, metadata, others],
      [known.status, known.status, { trace_id: 'trace' }, {}],
    );
    assert.equal(message, `${known.template}: Something.`);
    assert.equal(response.headers.get('retry-after'), '2');
  }
});

test('many broken fields are named up to ten, the others are counted', async () => {
  const issues = Array.from({ length: 12 }, (_, index) => issueAt([`field${index}`], 'unknown', 'is not a field'));
  const response = encodeError(inputError(issues), '');
  const { message } = (await response.json()) as { message: string };
  assert.match(message, /^unwanted field: field0, field1.* field9 \(.*And 2 more\.\)$/);
  assert.ok(!message.includes('field10'));
});

test('a late error has the word of its rule where it is one of input', () => {
  const cases: [Parameters<typeof encodeFailure>[0], string][] = [
    [{ code: 'invalid_input', details: { rule: 'kind', path: ['images', 0] } }, 'ImageFormatInvalid'],
    [{ code: 'invalid_input', details: { rule: 'ratio', path: ['subjects[0].images', 1] } }, 'PageSizeOutOfRange'],
    [{ code: 'invalid_input', details: { rule: 'tooLong', path: ['videos', 0] } }, 'FieldInvalid'],
    [{ code: 'invalid_input', details: { rule: 'tooLarge', path: ['videos', 0] } }, 'FieldInvalid'],
    [{ code: 'invalid_input' }, 'FieldInvalid'],
    [{ code: 'input_unfetchable', details: { rule: 'media', path: ['images', 0] } }, 'ImageDownloadFailure'],
    [{ code: 'canceled' }, 'UserCancelled'],
    [{ code: 'deadline_exceeded' }, 'InternalServiceFailure'],
  ];
  for (const [error, wanted] of cases) assert.equal(encodeFailure(error), wanted, JSON.stringify(error));
});
