/** The real store over a database in memory, its writer on this thread: same SQL, same codec, same batches. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { GatewayError } from '../../src/core/errors.ts';
import type { RandomBytes } from '../../src/core/ids.ts';
import type { Store } from '../../src/core/store-port.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type Apply, prepareOperations } from '../../src/store/operations.ts';
import { toError, type WriteOperation } from '../../src/store/protocol.ts';
import { createReader, type Reader } from '../../src/store/reader.ts';
import { createSqliteStore, type SqliteParts } from '../../src/store/sqlite.ts';
import { inTransaction, writeBatch } from '../../src/store/write-batch.ts';

/** Migrating takes milliseconds; what it leads to is copied in a fraction of one. */
function dumpMigrated(): string {
  using database = new DatabaseSync(':memory:');
  migrate(database, 0);
  const objects = database
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    .all() as { type: string; name: string; sql: string }[];
  const rows = objects
    .filter(({ type }) => type === 'table')
    .flatMap(({ name }) =>
      database
        .prepare(`SELECT * FROM ${name}`)
        .all()
        .map((row) => `INSERT INTO ${name} VALUES (${Object.values(row).map(literal).join(', ')})`),
    );
  return [...objects.map(({ sql }) => sql), ...rows].join(';\n');
}

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value ?? 'NULL');

let dump: string | undefined;

/** What survives a process: the database and, because they hold nothing, its prepared reads. */
export type Disk = Disposable & { readonly database: DatabaseSync; readonly reader: Reader };

/** An empty database of the newest schema. */
export function openDisk(): Disk {
  dump ??= dumpMigrated();
  const database = new DatabaseSync(':memory:');
  database.exec(`BEGIN;\n${dump};\nCOMMIT`);
  // There is one connection, which outlives those who read by it; nobody writes while one of them holds a moment.
  const reader: Reader = { ...createReader(database), hold() {}, [Symbol.dispose]() {} };
  return { database, reader, [Symbol.dispose]: () => database.close() };
}

/** Sees each operation inside its transaction, with who wrote it: what a referee needs. */
export type WatchWrite = (operation: WriteOperation, actor: string, apply: () => unknown) => unknown;

export type MemoryStoreOptions = {
  readonly randomBytes: RandomBytes;
  readonly now: () => number;
  readonly actor: () => string;
  readonly watch: WatchWrite;
  /** Before each transaction; what it gives is called when that is rolled back. */
  readonly checkpoint: () => () => void;
};

export type MemoryStore = {
  readonly store: Store;
  /** The writer breaks down: what is committed from now on is answered by an error, and so is what comes later. */
  breakDown(): void;
};

/** The store as a process would open it on what an earlier one left. */
export function openMemoryStore({ database, reader }: Disk, options: MemoryStoreOptions): MemoryStore {
  const apply = prepareOperations(database);
  type Waiting = {
    operation: WriteOperation;
    actor: string;
    resolve(result: never): void;
    reject(error: unknown): void;
  };
  let waiting: Waiting[] = [];
  let state: 'sound' | 'breaking' | 'broken' = 'sound';

  function flush(): void {
    const batch = waiting;
    waiting = [];
    const actors = new Map(batch.map(({ operation, actor }) => [operation, actor]));
    const watched: Apply = (operation) => options.watch(operation, actors.get(operation) ?? '', () => apply(operation));
    const operations = batch.map(({ operation }) => operation);
    const written = writeBatch(operations, (work) => {
      const forget = options.checkpoint();
      try {
        return inTransaction(database, () => work(watched));
      } catch (error) {
        forget();
        throw error;
      }
    });
    const errors = new Map(written.errors);
    const isAnswerLost = state !== 'sound';
    if (isAnswerLost) state = 'broken';
    for (const [position, { resolve, reject }] of batch.entries()) {
      const error = errors.get(position);
      if (isAnswerLost) reject(broken());
      else if (error === undefined) resolve(written.results[position] as never);
      else reject(toError(error));
    }
  }

  const writer: SqliteParts['writer'] = {
    write(operation) {
      if (state === 'broken') return Promise.reject(broken());
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      if (waiting.length === 0) queueMicrotask(flush);
      waiting.push({ operation, actor: options.actor(), resolve, reject });
      return promise;
    },
    flush: async () => {},
    async [Symbol.asyncDispose]() {},
  };
  const { randomBytes, now } = options;
  return {
    store: createSqliteStore({ newReader: () => reader, writer, randomBytes, now }),
    breakDown() {
      state = 'breaking';
    },
  };
}

const broken = () => new GatewayError('internal', 'The thread that writes the store broke down.');

/** Rows as the referee reads them, past all code of the store. */
export function rowsOf<Row>(database: DatabaseSync, sql: string, ...values: SQLInputValue[]): Row[] {
  return database.prepare(sql).all(...values) as Row[];
}
