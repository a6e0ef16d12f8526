/** The native API in the matrix: what the others are measured by. */
import { errorSchema, taskSchema } from '../../../src/dialects/native/wire.ts';
import type { MatrixDriver } from './driver.ts';

const headersOf = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
const task = (status: number) => [{ status, schema: taskSchema }];
const error = (status: number) => [{ status, schema: errorSchema }];

export const nativeMatrix: MatrixDriver = {
  dialect: 'native',
  submit: ({ key, isValid, webhookUrl }) => ({
    method: 'POST',
    path: '/v1/tasks',
    headers: headersOf(key),
    body: {
      model: 'preview/text-to-image',
      input: isValid ? { prompt: 'a quiet lake' } : { prompt: 5 },
      ...(webhookUrl === undefined ? {} : { webhook: { url: webhookUrl } }),
    },
  }),
  readId: (answer) => (answer as { id: string }).id,
  poll: (id, key) => [{ method: 'GET', path: `/v1/tasks/${id}`, headers: headersOf(key) }],
  cancel: (id, key) => ({ method: 'POST', path: `/v1/tasks/${id}/cancel`, headers: headersOf(key) }),
  expected: {
    accepted: task(201),
    queued: task(200),
    running: task(200),
    succeeded: task(200),
    'failed by engine': task(200),
    'refused by validation': error(422),
    'unknown id': error(404),
    'foreign id': error(404),
    'cancelled queued': task(200),
    'cancel while running': task(202),
    'no credit': error(402),
    'rate limited': error(429),
    'wrong key': error(401),
  },
  webhook: undefined,
};
