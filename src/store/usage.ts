/** Adds up what tasks cost, page by page, so that the event loop goes on between two of them. */
import { setImmediate as turn } from 'node:timers/promises';
import type { UsageFilter, UsageRow } from '../core/usage.ts';
import type { Reader } from './reader.ts';
import type { Row } from './rows.ts';

/** About a millisecond of reading between two turns of the event loop. */
const pageSize = 500;

/**
 * The first sequence whose task was created at `time` or later; tasks are numbered in the order they come in, so halving
 * finds it with some twenty reads.
 */
export function firstSequenceSince(reader: Reader, time: number): number {
  const numbers = (row: Row) => [Number(row[0]), Number(row[1])] as const;
  let lowest = 0;
  let highest = Number(reader.one('lastSequence', (row) => row[0]) ?? 0) + 1;
  while (lowest < highest) {
    const middle = Math.floor((lowest + highest) / 2);
    const [sequence, createdAt] = reader.one('taskFrom', numbers, middle) ?? [highest, time];
    if (createdAt >= time) highest = middle;
    else lowest = Math.min(highest, sequence + 1);
  }
  return lowest;
}

export async function sumUsage(reader: Reader, filter: UsageFilter): Promise<readonly UsageRow[]> {
  const { tenantId, createdFrom, createdBefore } = filter;
  const sums = new Map<string, UsageRow>();
  const add = ([, tenant, key, model, engine, createdAt, list, spent, tenantName, keyName]: Row) => {
    if (tenantId !== undefined && tenant !== tenantId) return;
    const day = new Date(Number(createdAt)).toISOString().slice(0, 10);
    const name = [day, tenant, key, model, engine].join('\n');
    const before = sums.get(name) ?? { tasks: 0, listMicros: 0, spentMicros: 0 };
    sums.set(name, {
      ...({ day, tenantId: tenant, tenantName, keyId: key, keyName, model, engine } as Pick<
        UsageRow,
        'day' | 'tenantId' | 'tenantName' | 'keyId' | 'keyName' | 'model' | 'engine'
      >),
      tasks: before.tasks + 1,
      listMicros: before.listMicros + Number(list),
      spentMicros: before.spentMicros + Number(spent),
    });
  };
  const end = firstSequenceSince(reader, createdBefore);
  for (let after = firstSequenceSince(reader, createdFrom) - 1; ; await turn()) {
    const rows = reader.many('usagePage', (row) => row, after, end, pageSize);
    for (const row of rows) add(row);
    if (rows.length < pageSize) return [...sums.values()];
    after = Number(rows.at(-1)?.[0]);
  }
}
