/** Vtrix in the matrix: the generation API and the queue variant look at the same tasks (vtrix.md 3 to 5 and 10). */
import assert from 'node:assert/strict';
import { type TSchema, Type } from 'typebox';
import type { MatrixAnswer, MatrixDriver } from './driver.ts';

const model = 'viduq2_text2video';
const headersOf = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: '^[0-9a-z]{20}$' });
const link = Type.String({ pattern: '^http://127\\.0\\.0\\.1:\\d+/' });
const metadata = Type.Object(
  {
    engine: Type.Literal('preview'),
    seed: Type.Integer(),
    width: Type.Optional(Type.Integer()),
    height: Type.Optional(Type.Integer()),
    durationMs: Type.Optional(Type.Integer()),
  },
  strict,
);
const head = { id, created_at: Type.Integer({ maximum: 4_102_444_800 }), model: Type.Literal(model), metadata };
const code = Type.String({ pattern: '^008\\d{6}$' });
const failure = Type.Object({ code, message: Type.String(), error_message: Type.String() }, strict);

const inProgress = Type.Object(
  { ...head, status: Type.Literal('in_progress'), progress: Type.Number({ minimum: 0, maximum: 1 }) },
  strict,
);
const content = Type.Object({ type: Type.Literal('video'), url: link, jobId: Type.String({ minLength: 1 }) }, strict);
const completed = Type.Object(
  {
    ...head,
    status: Type.Literal('completed'),
    output: Type.Array(Type.Object({ content: Type.Array(content, { minItems: 1 }) }, strict), {
      minItems: 1,
      maxItems: 1,
    }),
    usage: Type.Object({ cost: Type.String({ pattern: '^\\d+(\\.\\d+)?$' }), discount: Type.Number() }, strict),
  },
  strict,
);
const failed = Type.Object({ ...head, status: Type.Literal('failed'), error: failure }, strict);

const queueHead = { request_id: id, status_url: link, response_url: link };
const queueWaiting = (status: string) => Type.Object({ ...queueHead, status: Type.Literal(status) }, strict);
const queueFailure = {
  error: Type.Object({ code, message: Type.String() }, strict),
  error_type: Type.String(),
  provider_error: Type.Object({ code, message: Type.String(), task_status: Type.Literal('failed') }, strict),
  logs: Type.Array(Type.Object({ message: Type.String(), timestamp: Type.String() }, strict)),
};
const done = Type.Literal('COMPLETED');
const queueOutput = Type.Object(
  {
    ...content.properties,
    content_type: Type.Literal('video/mp4'),
    file_name: Type.String(),
    file_size: Type.Integer(),
    width: Type.Integer(),
    height: Type.Integer(),
    duration: Type.Number(),
    task_id: id,
  },
  strict,
);
const queueResult = { request_id: id, status: done, metadata };
const detail = Type.Object({ detail: Type.String() }, strict);

const refused = (status: number): MatrixAnswer => ({
  status,
  schema: Type.Object(
    {
      message: Type.String(),
      status: Type.Object({ code: Type.Literal(status), message: Type.String(), error_code: Type.Integer() }, strict),
      data: Type.Null(),
    },
    strict,
  ),
});
const ok = (schema: TSchema): MatrixAnswer => ({ status: 200, schema });
const waiting = (word: string): MatrixAnswer[] => [
  ok(inProgress),
  ok(queueWaiting(word)),
  { status: 202, schema: queueWaiting(word) },
];
const absent = [refused(404), { status: 404, schema: detail }, { status: 404, schema: detail }];

export const vtrixMatrix: MatrixDriver = {
  dialect: 'vtrix',
  submit: ({ key, isValid, webhookUrl }) => ({
    method: 'POST',
    path: '/model/v1/generation',
    headers: headersOf(key),
    body: {
      model,
      input: [
        {
          params: {
            prompt: isValid ? 'a quiet lake' : '',
            duration: 1,
            resolution: '540p',
            ...(webhookUrl === undefined ? {} : { callback_url: webhookUrl }),
          },
        },
      ],
    },
  }),
  readId: (answer) => (answer as { id: string }).id,
  poll: (wireId, key) =>
    [
      `/model/v1/generation/task/${wireId}`,
      `/model/v1/queue/${model}/requests/${wireId}/status`,
      `/model/v1/queue/${model}/requests/${wireId}/response`,
    ].map((path) => ({ method: 'GET', path, headers: headersOf(key) })),
  cancel: (wireId, key) => ({
    method: 'POST',
    path: `/model/v1/generation/task/${wireId}/cancel`,
    headers: headersOf(key),
  }),
  expected: {
    accepted: [ok(inProgress)],
    queued: waiting('QUEUED'),
    running: waiting('IN_PROGRESS'),
    succeeded: [
      ok(completed),
      ok(Type.Object({ ...queueHead, status: done }, strict)),
      ok(Type.Object({ ...queueResult, outputs: Type.Array(queueOutput, { minItems: 1 }) }, strict)),
    ],
    'failed by engine': [
      ok(failed),
      ok(Type.Object({ ...queueHead, status: done, ...queueFailure }, strict)),
      ok(Type.Object({ ...queueResult, outputs: Type.Array(Type.Never(), { maxItems: 0 }), ...queueFailure }, strict)),
    ],
    'refused by validation': [refused(400)],
    'unknown id': absent,
    'foreign id': absent,
    'cancelled queued': [ok(failed)],
    'cancel while running': [ok(inProgress)],
    'no credit': [refused(403)],
    'rate limited': [refused(429)],
    'wrong key': [refused(401)],
  },
  webhook: {
    schema: completed,
    // Nothing is documented of a signature.
    verify: ({ headers }) => assert.equal(headers['content-type'], 'application/json'),
  },
};
