import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import { assertPagePart } from '../../../tests/support/page-part.ts';
import { type ErrorCode, errorTable, GatewayError } from '../../core/errors.ts';
import { errorSchema } from '../../wires/vtrix/task.ts';
import { encodeError, encodeTaskError, errorRows, failureOf, reasonOfIssue } from './errors.ts';
import type { Switches } from './options.ts';

const switches: Switches = {
  output_style: 'array',
  error_style: 'text',
  strict_required: false,
  late_validation: false,
  error_slot: '023',
};

test('the page lists every error; UPDATE_GOLDEN=1 writes the table anew', () => {
  const rows = errorRows.map(
    ({ code, status, vendorCode, taskCode, meaning }) =>
      `| \`${code}\` | ${status} | ${vendorCode} | \`${taskCode}\` | ${meaning} |\n`,
  );
  const head = '| here | status | `error_code` | of a task | meaning |\n| --- | --- | --- | --- | --- |\n';
  assertPagePart('docs/dialects/vtrix.md', 'errors', head + rows.join(''));
});

test('every error has the one form, a status and a number of its own', async () => {
  const validator = Compile(errorSchema);
  assert.equal(new Set(errorRows.map(({ vendorCode }) => vendorCode)).size, errorRows.length);
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const error = new GatewayError(code, '', { retryAfterMs: 1_500 });
    const response = encodeError(error, 'a request', { insufficientCreditStatus: 403 });
    const body: unknown = await response.json();
    assert.ok(validator.Check(body), code);
    const { status, message } = body as { status: { code: number }; message: string };
    assert.equal(status.code, response.status, code);
    assert.equal(message, errorTable[code].title);
    assert.equal(response.headers.get('retry-after'), '2');
  }
});

test('broken rules have the codes of the published table, and no others', () => {
  const cases: [Parameters<typeof reasonOfIssue>[0], string | undefined][] = [
    [{ path: ['input', 0, 'params', 'prompt'], rule: 'required' }, 'promptMissing'],
    [{ path: ['prompt'], rule: 'maxLength' }, undefined],
    [{ path: ['images'], rule: 'mediaMissing' }, 'mediaMissing'],
    [{ path: ['videos'], rule: 'required' }, 'mediaMissing'],
    [{ path: ['images'], rule: 'maxItems' }, 'mediaCount'],
    [{ path: ['images', 3], rule: 'ratio' }, undefined],
    [{ path: ['subjects'], rule: 'subjectImages' }, 'mediaCount'],
    [{ path: ['wm_url'], rule: 'kind' }, undefined],
    [{ path: [], rule: 'type' }, undefined],
  ];
  for (const [issue, wanted] of cases) assert.equal(reasonOfIssue(issue), wanted, JSON.stringify(issue));
});

test('a failed task has the code of its rule, else that of its error, in either style', () => {
  const fail = (error: Parameters<typeof failureOf>[0]['error']) => {
    const failure = failureOf({ state: 'failed', error });
    assert.ok(failure);
    return failure;
  };
  const late = fail({ code: 'invalid_input', message: 'x', details: { path: ['prompt'], rule: 'required' } });
  assert.deepEqual(encodeTaskError(late, switches), { code: '008023003', message: 'x', error_message: 'x' });
  const odd = fail({ code: 'invalid_input', message: 'x', details: { path: 'prompt', rule: 3 } });
  assert.deepEqual(encodeTaskError(odd, { ...switches, error_style: 'integer' }), {
    code: 8_023_099,
    error_message: 'x',
  });
  const lost = fail({ code: 'attempt_unknown', message: 'x' });
  assert.equal(encodeTaskError(lost, { ...switches, error_slot: '000' }).code, '008000098');
  assert.equal(failureOf({ state: 'succeeded', error: null }), undefined);
  assert.equal(
    failureOf({ state: 'canceled', error: { code: 'canceled', message: 'late' } })?.message,
    'The task was cancelled.',
  );
});
