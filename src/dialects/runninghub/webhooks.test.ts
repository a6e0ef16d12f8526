import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeAttempt } from '../../core/backoff.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { Task } from '../../core/task.ts';
import type { TaskObject } from '../../wires/runninghub/schemas.ts';
import type { RunninghubOptions } from './options.ts';
import { createRunninghubWebhooks } from './webhooks.ts';

const shown = { taskId: '2041112223334445556', status: 'SUCCESS' } as TaskObject;
const create = (options: Partial<RunninghubOptions>) =>
  createRunninghubWebhooks({ task: async () => shown }, options as RunninghubOptions);
const task = { wireId: shown.taskId } as Task;

test('eventData is JSON in a string, or an object where the owner wants that', async () => {
  const encode = async (isEventDataText: boolean) =>
    JSON.parse(await create({ isEventDataText }).encode({} as Delivery, task)) as unknown;
  const { taskId } = shown;
  assert.deepEqual(await encode(true), { event: 'TASK_END', taskId, eventData: JSON.stringify(shown) });
  assert.deepEqual(await encode(false), { event: 'TASK_END', taskId, eventData: shown });
});

test("the vendor's schedule is three more attempts, a minute apart; ours goes on for days", () => {
  const judge = (isVendorSchedule: boolean, attemptCount: number) => {
    const webhooks = create({ isVendorSchedule });
    const rules = { schedule: webhooks.scheduleOf('task.succeeded'), isDelivered: webhooks.isDelivered };
    const now = attemptCount * 60_000;
    return judgeAttempt(rules, { startedAt: 0, attemptCount }, { status: 500, retryAfterMs: undefined }, now, 0.5);
  };
  assert.deepEqual(judge(true, 1), { state: 'pending', nextAttemptAt: 120_000 });
  assert.equal(judge(true, 3).state, 'pending');
  assert.equal(judge(true, 4).state, 'failed');
  assert.equal(judge(false, 4).state, 'pending');
});
