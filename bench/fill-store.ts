/** Makes a store of the few tasks that the gateway wrote into one of many, and picks tasks of a store. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What is a task's own, and how the tables are copied. The rest of every row is what the store wrote. */
const tables = ['task', 'event', 'ledger_entry'] as const;

function open(storeDirectory: string, readOnly: boolean): DatabaseSync {
  return new DatabaseSync(join(storeDirectory, 'framegate.db'), { readOnly });
}

/**
 * Copies every task with its events and ledger entries until there are `times` as many. Copies get new ids, as random as
 * the real ones, so that their places in the indexes are as scattered. Balances are not moved: nobody asks for them here.
 */
export function fillStore(storeDirectory: string, times: number): void {
  using database = open(storeDirectory, false);
  // A crash would only lose what is made here.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
  const steps = Object.fromEntries(tables.map((table) => [table, lastSequence(database, table)]));
  const copies = tables.map((table) => database.prepare(copyOf(database, table)));
  for (let copy = 1; copy < times; copy++) {
    database.exec('BEGIN');
    for (const [index, table] of tables.entries()) {
      const offset = (steps[table] ?? 0) * copy;
      copies[index]?.run({ offset, taskOffset: (steps.task ?? 0) * copy, last: steps[table] ?? 0 });
    }
    database.exec('COMMIT');
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

function lastSequence(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`SELECT max(sequence) AS last FROM ${table}`).get()?.last);
}

function copyOf(database: DatabaseSync, table: (typeof tables)[number]): string {
  const columns = database
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map(({ name }) => String(name));
  const values = columns.map((column) => {
    if (column === 'sequence') return 'sequence + $offset';
    if (column === 'task') return 'task + $taskOffset';
    // Base62 and UUIDs: the alphabet differs from the real one, the length and the scatter do not.
    if (column === 'public_id') return `'task_' || substr(hex(randomblob(16)), 1, length(public_id) - 5)`;
    if (column === 'wire_id') return 'lower(hex(randomblob(18)))';
    return column;
  });
  const ofTasks = table === 'ledger_entry' ? 'AND task IS NOT NULL' : '';
  return `INSERT INTO ${table} (${columns.join(', ')})
    SELECT ${values.join(', ')} FROM ${table} WHERE sequence <= $last ${ofTasks} AND $taskOffset > 0`;
}

/** Prime, so that it walks all over a store without a pattern. */
const stride = 611_953;

/** The wire ids of `count` tasks from all over the store. */
export function readSample(storeDirectory: string, count: number): readonly string[] {
  using database = open(storeDirectory, true);
  const last = lastSequence(database, 'task');
  const select = database.prepare('SELECT wire_id FROM task WHERE sequence >= ? ORDER BY sequence LIMIT 1');
  return Array.from({ length: count }, (_, index) => String(select.get(1 + ((index * stride) % last))?.wire_id));
}
