/** RunningHub in the matrix: nearly every answer has HTTP 200, so it is the body that says what happened. */
import assert from 'node:assert/strict';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import {
  legacyFailureSchema,
  legacySchema,
  outputsAnswerSchema,
  taskEndSchema,
  taskObjectSchema,
} from '../../../src/wires/runninghub/schemas.ts';
import type { MatrixAnswer, MatrixDriver } from './driver.ts';

const strict = { additionalProperties: false } as const;
const headersOf = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
const json = { 'content-type': 'application/json' };

/** A task object that says exactly this of the state. */
const task = (status: string, errorCode: string, httpStatus = 200): MatrixAnswer => ({
  status: httpStatus,
  schema: Type.Object(
    {
      ...taskObjectSchema.properties,
      status: Type.Literal(status),
      errorCode: Type.Literal(errorCode),
      // Official clients take any text here for a failure.
      errorMessage: errorCode === '' ? Type.Literal('') : Type.String({ minLength: 1 }),
      results: status === 'SUCCESS' ? Type.Array(Type.Unknown(), { minItems: 1, maxItems: 1 }) : Type.Null(),
    },
    strict,
  ),
});
const ok = (data: TSchema, msg: string): MatrixAnswer => ({
  status: 200,
  schema: Type.Object(
    { ...legacySchema(data).properties, code: Type.Literal(0), msg: Type.Literal(msg), errorMessages: Type.Null() },
    strict,
  ),
});
const legacy = (code: number, msg: string, schema: TSchema = legacyFailureSchema): MatrixAnswer => ({
  status: 200,
  schema: Type.Intersect([
    schema,
    Type.Object({ code: Type.Literal(code), msg: Type.Literal(msg) }, { additionalProperties: true }),
  ]),
});
const state = (word: string) => ok(Type.Literal(word), '');
const unknown = [task('FAILED', '1004'), legacy(807, 'APIKEY_TASK_NOT_FOUND'), legacy(807, 'APIKEY_TASK_NOT_FOUND')];

const taskEnd = Compile(taskEndSchema);
const taskObject = Compile(taskObjectSchema);

export const runninghubMatrix: MatrixDriver = {
  dialect: 'runninghub',
  submit: ({ key, isValid, webhookUrl }) => ({
    method: 'POST',
    path: '/openapi/v2/vidu/text-to-video',
    headers: headersOf(key),
    body: {
      prompt: 'a quiet lake',
      style: 'general',
      duration: isValid ? '1' : '11',
      resolution: '540p',
      ...(webhookUrl === undefined ? {} : { webhookUrl }),
    },
  }),
  readId: (answer) => (answer as { taskId: string }).taskId,
  poll: (taskId, apiKey) => [
    { method: 'POST', path: '/openapi/v2/query', headers: headersOf(apiKey), body: { taskId } },
    { method: 'POST', path: '/task/openapi/status', headers: json, body: { apiKey, taskId } },
    { method: 'POST', path: '/task/openapi/outputs', headers: json, body: { apiKey, taskId } },
  ],
  cancel: (taskId, apiKey) => ({
    method: 'POST',
    path: '/task/openapi/cancel',
    headers: json,
    body: { apiKey, taskId },
  }),
  expected: {
    accepted: [task('QUEUED', '')],
    queued: [task('QUEUED', ''), state('QUEUED'), legacy(813, 'APIKEY_TASK_IS_QUEUED')],
    running: [task('RUNNING', ''), state('RUNNING'), legacy(804, 'APIKEY_TASK_IS_RUNNING', outputsAnswerSchema)],
    succeeded: [task('SUCCESS', ''), state('SUCCESS'), legacy(0, 'success', outputsAnswerSchema)],
    'failed by engine': [
      task('FAILED', '1015'),
      state('FAILED'),
      legacy(805, 'APIKEY_TASK_STATUS_ERROR', outputsAnswerSchema),
    ],
    'refused by validation': [task('', '1007')],
    'unknown id': unknown,
    'foreign id': unknown,
    'cancelled queued': [ok(Type.Null(), 'success')],
    'cancel while running': [ok(Type.Null(), 'success')],
    'no credit': [task('', '416')],
    'rate limited': [task('', '1003', 429)],
    'wrong key': [task('', '1002')],
  },
  webhook: {
    schema: taskEndSchema,
    verify({ headers, body }) {
      assert.equal(headers['content-type'], 'application/json');
      const event: unknown = JSON.parse(body);
      assert.ok(taskEnd.Check(event));
      assert.equal(typeof event.eventData, 'string');
      const data: unknown = JSON.parse(String(event.eventData));
      assert.ok(taskObject.Check(data), String(event.eventData));
      assert.deepEqual([data.taskId, data.status], [event.taskId, 'SUCCESS']);
    },
  },
};
