import { test } from 'node:test';
import { assertPagePart } from '../../../tests/support/page-part.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { type ErrorRow, errorRows, serverlessErrorRows } from './errors.ts';

test('the page lists every error of both APIs; UPDATE_GOLDEN=1 writes the table anew', () => {
  const codes = Object.keys(errorRows) as ErrorCode[];
  const rows = codes.map((code) => {
    const [model, serverless]: ErrorRow[] = [errorRows[code], serverlessErrorRows[code]];
    const cells = [model, serverless].map((row) => `${row?.status} | ${row?.code} | ${row?.meaning ?? ''}`);
    return `| \`${code}\` | ${cells.join(' | ')} |\n`;
  });
  const head =
    '| here | Model API | code | name | serverless | code | name |\n| --- | --- | --- | --- | --- | --- | --- |\n';
  assertPagePart('docs/dialects/runcomfy.md', 'errors', head + rows.join(''));
});
