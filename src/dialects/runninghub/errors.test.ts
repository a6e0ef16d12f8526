import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertPagePart } from '../../../tests/support/page-part.ts';
import { type ErrorCode, errorTable, GatewayError } from '../../core/errors.ts';
import { encodeFailure, errorRows, type Family, modelSentence } from './errors.ts';
import type { RunninghubOptions } from './options.ts';

test('the page has the table of errors; UPDATE_GOLDEN=1 writes it anew', () => {
  const rows = errorRows.map(
    ({ code, errorCode, meaning, legacyCode, legacyMessage, status }) =>
      `| \`${code}\` | ${errorCode} | ${meaning} | ${legacyCode} | ${legacyMessage} | ${status} |\n`,
  );
  const head =
    '| ours | `errorCode` | meaning | legacy `code` | legacy `msg` | HTTP |\n| --- | --- | --- | --- | --- | --- |\n';
  assertPagePart('docs/dialects/runninghub.md', 'errors', head + rows.join(''));
});

/** As a description of the official client has it: it gives up at once only when it finds one of these. */
const stopWords = /violation|nsfw|moderation|unauthorized|invalid parameter|balance|insufficient|quota/i;

test('what will never pass says a word that stops the official client', () => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    if (!errorTable[code].retryable) assert.match(modelSentence(code, 'The reason.'), stopWords, code);
  }
  assert.doesNotMatch(modelSentence('engine_failed', 'The reason.'), stopWords);
});

const options = { hasTransientStatus: true, isSubmitRefusedAsTask: true } as RunninghubOptions;
const read = async (family: Family, code: ErrorCode, changed: Partial<RunninghubOptions> = {}) => {
  const response = encodeFailure(family, new GatewayError(code, 'The reason.', { retryAfterMs: 1500 }), {
    ...options,
    ...changed,
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
};

test('only what may pass by itself has an HTTP status of its own, unless the owner wants none', async () => {
  for (const family of ['submit', 'query', 'price', 'utility', 'upload', 'legacy', 'account', 'path'] as const) {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      const { status, retryAfter } = await read(family, code);
      const wanted = { rate_limited: 429, internal: 500, overloaded: 503, storage_full: 503 }[code as string] ?? 200;
      assert.equal(status, wanted, `${family} ${code}`);
      assert.equal(retryAfter, '2');
      assert.equal((await read(family, code, { hasTransientStatus: false })).status, 200);
    }
  }
});

test('a query that may go well later does not end the client’s loop, any other does', async () => {
  assert.equal((await read('query', 'overloaded')).body.status, '');
  assert.equal((await read('query', 'not_found')).body.status, 'FAILED');
});

test('a submit with a wrong key is a task object or the envelope, as the owner wants', async () => {
  assert.equal((await read('submit', 'unauthenticated')).body.errorCode, '1002');
  const envelope = await read('submit', 'unauthenticated', { isSubmitRefusedAsTask: false });
  assert.deepEqual([envelope.body.code, envelope.body.msg], [412, 'TOKEN_INVALID']);
});
