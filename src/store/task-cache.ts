/**
 * Tasks that were read lately: status polls ask for the same few thousand again and again, and a row of 32 columns costs
 * eight microseconds. Right because one process owns the store and drops a task here before the write that changed it
 * is told to its writer; so a reader never sees less than was acknowledged.
 */
import type { TaskId } from '../core/ids.ts';
import type { Task } from '../core/task.ts';

/** Twice as many at most are held; an ordinary task takes about 2 KiB. */
const generationTasks = 4096;

export type TaskCache = {
  /** The task itself or what `read` finds, which is kept. */
  get(id: TaskId, read: () => Task | undefined): Task | undefined;
  drop(id: TaskId): void;
  clear(): void;
};

export function createTaskCache(): TaskCache {
  let recent = new Map<TaskId, Task>();
  let older = new Map<TaskId, Task>();

  function keep(id: TaskId, task: Task): void {
    // Two generations: the older half is forgotten at once, without a list of who was used when.
    if (recent.size >= generationTasks) {
      older = recent;
      recent = new Map();
    }
    recent.set(id, task);
  }

  return {
    get(id, read) {
      const known = recent.get(id);
      if (known !== undefined) return known;
      const task = older.get(id) ?? read();
      if (task !== undefined) keep(id, task);
      return task;
    },
    drop(id) {
      recent.delete(id);
      older.delete(id);
    },
    clear() {
      recent.clear();
      older.clear();
    },
  };
}
