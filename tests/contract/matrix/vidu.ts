/** Vidu in the matrix: what must come back stands in the notes on its pages, not in our encoder. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TSchema, Type } from 'typebox';
import type { MatrixDriver } from './driver.ts';

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: '^\\d{18}$' });
const time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z$' });
const link = Type.String({ pattern: '^http://127\\.0\\.0\\.1:\\d+/files/' });

const created = Type.Object(
  {
    task_id: id,
    id,
    state: Type.Literal('created'),
    model: Type.Literal('viduq2'),
    images: Type.Array(Type.String()),
    prompt: Type.String(),
    seed: Type.Integer(),
    aspect_ratio: Type.String(),
    resolution: Type.String(),
    payload: Type.Literal('order 7'),
    credits: Type.Literal(6),
    created_at: time,
  },
  strict,
);

const creation = Type.Object(
  { id: Type.String({ pattern: '^\\d{19}$' }), url: link, cover_url: link, watermarked_url: Type.Literal('') },
  strict,
);

function result(state: string, errCode: string, creations: TSchema): TSchema {
  return Type.Object(
    {
      id,
      state: Type.Literal(state),
      err_code: Type.Literal(errCode),
      credits: Type.Integer({ minimum: 0 }),
      payload: Type.Literal('order 7'),
      bgm: Type.Literal(false),
      off_peak: Type.Literal(false),
      progress: Type.Integer({ minimum: 0, maximum: 100 }),
      creations,
    },
    strict,
  );
}
const none = Type.Array(creation, { maxItems: 0 });
const one = Type.Array(creation, { minItems: 1, maxItems: 1 });

function error(status: number, reason: string, message = ''): { readonly status: number; readonly schema: TSchema } {
  const schema = Type.Object(
    {
      code: Type.Literal(status),
      reason: Type.Literal(reason),
      message: Type.String({ pattern: message }),
      metadata: Type.Object({ trace_id: Type.String({ minLength: 1 }) }, strict),
    },
    strict,
  );
  return { status, schema };
}

const headersOf = (key: string) => ({ authorization: `Token ${key}`, 'content-type': 'application/json' });

export const viduMatrix: MatrixDriver = {
  dialect: 'vidu',
  submit: ({ key, isValid, webhookUrl }) => ({
    method: 'POST',
    path: '/ent/v2/reference2image',
    headers: headersOf(key),
    body: {
      model: 'viduq2',
      prompt: 'a quiet lake',
      payload: 'order 7',
      ...(isValid ? {} : { resolution: '8K' }),
      ...(webhookUrl === undefined ? {} : { callback_url: webhookUrl }),
    },
  }),
  readId: (answer) => (answer as { task_id: string }).task_id,
  poll: (task, key) => [{ method: 'GET', path: `/ent/v2/tasks/${task}/creations`, headers: headersOf(key) }],
  cancel: (task, key) => ({
    method: 'POST',
    path: `/ent/v2/tasks/${task}/cancel`,
    headers: headersOf(key),
    body: { id: task },
  }),
  expected: {
    accepted: [{ status: 200, schema: created }],
    queued: [{ status: 200, schema: result('queueing', '', none) }],
    running: [{ status: 200, schema: result('processing', '', none) }],
    succeeded: [{ status: 200, schema: result('success', '', one) }],
    'failed by engine': [{ status: 200, schema: result('failed', 'InternalServiceFailure', none) }],
    'refused by validation': [error(400, 'FieldInvalid', '^invalid field: resolution')],
    'unknown id': [error(404, 'TaskNotFound')],
    'foreign id': [error(404, 'TaskNotFound')],
    'cancelled queued': [{ status: 200, schema: Type.Object({}, strict) }],
    'cancel while running': [error(400, 'BadRequest', 'already scheduled')],
    'no credit': [error(400, 'CreditInsufficient')],
    'rate limited': [error(429, 'TooManyRequests')],
    'wrong key': [error(401, 'Unauthorized')],
  },
  webhook: {
    schema: Type.Union([result('processing', '', none), result('success', '', one)]),
    verify({ headers, url, key }) {
      const { pathname, search } = new URL(url);
      // The page's own recipe, written down a second time.
      const named = (headers['x-hmac-signed-headers'] ?? '')
        .split(';')
        .map((name) => `${name}:${headers[name.toLowerCase()]}`);
      const text = ['POST', pathname, search.slice(1), headers['x-hmac-access-key'], headers.date, ...named, ''].join(
        '\n',
      );
      assert.equal(headers['x-hmac-algorithm'], 'hmac-sha256');
      assert.equal(headers['x-hmac-signature'], createHmac('sha256', key).update(text).digest('base64'));
    },
  },
};
