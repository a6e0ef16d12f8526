/** Notes of single tasks out of the store's stream of all: one listener there serves any number of watchers here. */
import type { TaskId } from './ids.ts';
import type { Store, StoreNote } from './store-port.ts';

export type TaskWatch = Disposable & {
  /** Calls the listener after each commit that concerns the task; returns what ends it. */
  watch(id: TaskId, listener: (note: StoreNote) => void): () => void;
};

export function createTaskWatch(store: Pick<Store, 'onNote'>): TaskWatch {
  const watchers = new Map<TaskId, Set<(note: StoreNote) => void>>();
  const unsubscribe = store.onNote((note) => {
    for (const listener of watchers.get(note.taskId) ?? []) listener(note);
  });
  return {
    watch(id, listener) {
      const listeners = watchers.get(id) ?? new Set();
      watchers.set(id, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) watchers.delete(id);
      };
    },
    [Symbol.dispose]: unsubscribe,
  };
}
