/** Small pictures of what running tasks will be: the newest of each, in memory, gone with its task and with the process. */
import type { TaskId } from './ids.ts';

export type Glimpse = {
  /** JPEG, a few kilobytes. */
  readonly bytes: Uint8Array;
  /** From 1; grows with each that a task shows. */
  readonly number: number;
};

export type Glimpses = {
  /** Replaces the one that the task showed before. */
  show(id: TaskId, bytes: Uint8Array): void;
  of(id: TaskId): Glimpse | undefined;
  forget(id: TaskId): void;
};

/** Larger ones are not shown. */
const maximumBytes = 64 * 1024;
/** No machine runs so many at once; whoever was shown longest ago goes first. */
const maximumCount = 500;

export function createGlimpses(): Glimpses {
  const shown = new Map<TaskId, Glimpse>();
  return {
    show(id, bytes) {
      if (bytes.byteLength > maximumBytes) return;
      const number = (shown.get(id)?.number ?? 0) + 1;
      shown.delete(id);
      const oldest = shown.keys().next();
      if (shown.size >= maximumCount && oldest.done !== true) shown.delete(oldest.value);
      shown.set(id, { bytes, number });
    },
    of: (id) => shown.get(id),
    forget: (id) => void shown.delete(id),
  };
}
