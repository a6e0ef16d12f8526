/** The store's side of erasures: what is still to do, clearing, and removing every trace from the files. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Erasure } from '../core/erasure.ts';
import type { BlobKey, TaskId } from '../core/ids.ts';
import type { Store } from '../core/store-port.ts';
import type { ErasureOperation, ScrubResult } from './protocol.ts';
import type { Reader } from './reader.ts';
import type { Row } from './rows.ts';
import type { TaskCache } from './task-cache.ts';
import type { Writer } from './writer-client.ts';

const batch = 100;
/** They are two numbers each; one scrub ends all of them. */
const erasuresAtOnce = 10_000;
/** Between two tries to empty the log while somebody reads it. */
const retryMs = 100;
/** A reader that holds one moment of the store longer than this must give way. */
const patienceMs = 10_000;

export type ErasureTools = {
  readonly reader: Reader;
  readonly writer: Pick<Writer, 'write'>;
  readonly cache: TaskCache;
  readonly now: () => number;
  /** Ends what holds an old moment of the store. */
  readonly endHeldReads: () => void;
};

function decodeErasure([sequence, tenantId, taskId, requestedAt]: Row): Erasure {
  return { sequence, tenantId, taskId, requestedAt } as Erasure;
}

type ErasureReads = 'erasures' | 'isBlobRecorded' | 'blobRemovals' | 'scrub';

export function erasureStore({
  reader,
  writer,
  cache,
  now,
  endHeldReads,
}: ErasureTools): Pick<Store, ErasureReads | ErasureOperation> {
  const drop = (ids: readonly string[]) => {
    for (const id of ids) cache.drop(id as TaskId);
  };
  return {
    erasures: async () => reader.many('erasures', decodeErasure, erasuresAtOnce),
    isBlobRecorded: async (key) => reader.one('artifactOfBlob', () => true, key) ?? false,
    blobRemovals: async () => reader.many('blobRemovals', ([key]) => key as BlobKey, batch),
    eraseTask: (tenantId, id, at) =>
      writer.write({ kind: 'eraseTask', tenantId, id, now: at }).finally(() => cache.drop(id)),
    eraseTenant: (tenantId, at) => writer.write({ kind: 'eraseTenant', tenantId, now: at }),
    async eraseNext({ sequence }) {
      const { ids, count, isDone } = await writer.write({ kind: 'eraseNext', sequence, limit: batch, now: now() });
      drop(ids);
      return { count, isDone };
    },
    async expirePayloads(time, limit) {
      const ids = await writer.write({ kind: 'expirePayloads', time, limit, now: now() });
      drop(ids);
      return ids.length;
    },
    async forgetBlobs(keys) {
      await writer.write({ kind: 'forgetBlobs', keys });
    },
    async finishErasures(erasures) {
      await writer.write({ kind: 'finishErasures', sequences: erasures.map(({ sequence }) => sequence) });
    },
    async scrub({ signal }) {
      let busySince: number | undefined;
      for (let from: number | null = 0; from !== null; ) {
        const { isBusy, next }: ScrubResult = await writer.write({ kind: 'scrub', from });
        signal.throwIfAborted();
        if (!isBusy) {
          busySince = undefined;
          from = next;
          continue;
        }
        busySince ??= now();
        if (now() - busySince > patienceMs) endHeldReads();
        await delay(retryMs);
        signal.throwIfAborted();
      }
    },
  };
}
