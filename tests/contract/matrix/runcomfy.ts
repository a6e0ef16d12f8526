/** RunComfy's rows of the matrix. What must come back is that of docs.runcomfy.com/model-apis/async-queue-endpoints. */
import { type TSchema, Type } from 'typebox';
import type { MatrixAnswer, MatrixDriver, MatrixRequest } from './driver.ts';

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' });
const url = Type.String({ pattern: '^https?://' });
const time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00$' });

const answer = (status: number, schema: TSchema): MatrixAnswer => ({ status, schema });
const error = (status: number, code: number, rest = {}) =>
  answer(
    status,
    Type.Object({ error_code: Type.Literal(code), error_message: Type.String({ minLength: 1 }), ...rest }, strict),
  );
const detail = Type.Array(
  Type.Object({ loc: Type.Array(Type.String()), msg: Type.String(), type: Type.String() }, strict),
  { minItems: 1 },
);

const status = (word: string, rest = {}) =>
  answer(
    200,
    Type.Object({ request_id: id, status: Type.Literal(word), ...rest, status_url: url, result_url: url }, strict),
  );
const result = (word: string, rest = {}) =>
  answer(200, Type.Object({ request_id: id, status: Type.Literal(word), ...rest, created_at: time }, strict));
const cancel = (word: string, outcome: string) =>
  answer(202, Type.Object({ request_id: id, status: Type.Literal(word), outcome: Type.Literal(outcome) }, strict));
const taskError = Type.Object({ error_code: Type.Integer(), error_message: Type.String({ minLength: 1 }) }, strict);
const notFound = error(404, 404001);

const request = (method: MatrixRequest['method'], path: string, key: string): MatrixRequest => ({
  method,
  path,
  headers: { authorization: `Bearer ${key}` },
});

export const runcomfyMatrix: MatrixDriver = {
  dialect: 'runcomfy',
  submit: ({ key, isValid }) => ({
    ...request('POST', '/v1/models/vidu/q2/text-to-image', key),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: isValid ? { prompt: 'a quiet lake' } : { prompt: 'a quiet lake', aspect_ratio: '5:4' },
  }),
  readId: (body) => (body as { request_id: string }).request_id,
  poll: (wireId, key) => [
    request('GET', `/v1/requests/${wireId}/status`, key),
    request('GET', `/v1/requests/${wireId}/result`, key),
  ],
  cancel: (wireId, key) => request('POST', `/v1/requests/${wireId}/cancel`, key),
  expected: {
    accepted: [answer(200, Type.Object({ request_id: id, status_url: url, result_url: url, cancel_url: url }, strict))],
    queued: [status('in_queue', { queue_position: Type.Integer({ minimum: 1 }) }), result('in_queue')],
    running: [status('in_progress'), result('in_progress')],
    succeeded: [
      status('completed'),
      result('succeeded', { output: Type.Object({ image: url }, strict), finished_at: time }),
    ],
    'failed by engine': [status('completed'), result('failed', { error: taskError, finished_at: time })],
    'refused by validation': [error(422, 422001, { detail })],
    'unknown id': [notFound, notFound],
    'foreign id': [notFound, notFound],
    'cancelled queued': [cancel('cancelled', 'cancelled')],
    'cancel while running': [cancel('in_progress', 'not_cancellable')],
    'no credit': [error(402, 400002)],
    'rate limited': [error(429, 429001)],
    'wrong key': [error(401, 400004)],
  },
  // The Model API announces nothing; deployments do, and have webhooks of their own in runcomfy-serverless.test.ts.
  webhook: undefined,
};
