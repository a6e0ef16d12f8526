import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskId } from '../core/ids.ts';
import type { Task } from '../core/task.ts';
import { createTaskCache } from './task-cache.ts';

const taskOf = (id: string) => ({ id }) as Task;

test('a kept task is not read again until it is dropped', () => {
  const cache = createTaskCache();
  let readCount = 0;
  const get = () =>
    cache.get('task_a' as TaskId, () => {
      readCount += 1;
      return taskOf('task_a');
    });
  assert.equal(get(), get());
  assert.equal(readCount, 1);
  cache.drop('task_a' as TaskId);
  get();
  assert.equal(readCount, 2);
  cache.clear();
  get();
  assert.equal(readCount, 3);
});

test('what is asked for often stays while others pass through, and what is not there is not kept', () => {
  const cache = createTaskCache();
  const often = taskOf('task_often');
  cache.get('task_often' as TaskId, () => often);
  for (let index = 0; index < 20_000; index += 1) {
    cache.get(`task_${index}` as TaskId, () => taskOf(`task_${index}`));
    assert.equal(
      cache.get('task_often' as TaskId, () => undefined),
      often,
    );
  }
  assert.equal(
    cache.get('task_0' as TaskId, () => undefined),
    undefined,
  );
  assert.equal(
    cache.get('task_0' as TaskId, () => often),
    often,
  );
});
