/**
 * An erasure removes content for good and leaves amounts and ids. It is written down before anything is removed, and stays
 * until rows, files, free space of the database and its log hold nothing any more; a crash in between delays it only.
 */
import type { TaskId, TenantId } from './ids.ts';

export type Erasure = {
  /** The store's integer primary key; never shown. */
  readonly sequence: number;
  /** Null when rows were cleared already by their age, so that only traces are left to remove. */
  readonly tenantId: TenantId | null;
  /** Null when everything of the tenant goes. */
  readonly taskId: TaskId | null;
  readonly requestedAt: number;
};

/** What a wish to erase a task met. A task that was erased before is `erased` again. */
export type TaskErasure = 'erased' | 'unfinished' | 'unknown';
