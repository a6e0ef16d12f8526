/** A task under a worker's lease: changes are computed from its newest form and written only while the lease is held. */
import type { Store } from '../core/store-port.ts';
import { isFinal, type Task } from '../core/task.ts';
import type { Change } from '../core/task-moves.ts';
import type { Patience } from './patience.ts';

/** The task ended, or another worker holds it: whoever gets this stops and writes nothing more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

export type HeldTask = {
  /** The newest form known here. */
  readonly current: Task;
  /**
   * Commits what `move` makes of the newest form, again when somebody wrote in between, and when there is room again
   * after the disk was full. Throws LeaseLostError, and the signal's reason when this process stops.
   */
  commit(move: (task: Task) => Change): Promise<Task>;
};

export function holdTask(store: Pick<Store, 'anyTask' | 'commit'>, claimed: Task, patience: Patience): HeldTask {
  let current = claimed;
  return {
    get current() {
      return current;
    },
    async commit(move) {
      for (;;) {
        // A client may have asked for a cancel since: the move must see that.
        const newest = await store.anyTask(claimed.id);
        if (newest === undefined || newest.fence !== claimed.fence || isFinal(newest.state)) {
          throw new LeaseLostError(`the lease of ${claimed.id} is lost`);
        }
        const change = move(newest);
        if (!(await patience.untilRoom(() => store.commit(change)))) continue;
        current = change.task;
        return current;
      }
    },
  };
}
