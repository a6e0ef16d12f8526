/** The writer thread: the only connection that writes, and the holder of the directory's lock. */
import { closeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { lockDirectory, openForScrub, openWriter, prepareDirectory, sqliteCode, writerPragmas } from './connection.ts';
import { migrate } from './migrate.ts';
import { type Apply, prepareOperations } from './operations.ts';
import type { FromWriter, ScrubResult, ToWriter, WriteOperation, WriterData } from './protocol.ts';
import { scrubSlice } from './scrub.ts';
import { inTransaction, ioError, toWire, writeBatch } from './write-batch.ts';

type Connection = { readonly database: DatabaseSync; readonly apply: Apply };

function connect(directory: string): Connection {
  const database = openWriter(directory);
  return { database, apply: prepareOperations(database) };
}

function startWriter({ directory }: WriterData, send: (message: FromWriter) => void): (message: ToWriter) => void {
  prepareDirectory(directory);
  const lock = lockDirectory(directory);
  let connection: Connection | undefined = (() => {
    const database = openWriter(directory);
    try {
      migrate(database, Date.now());
      return { database, apply: prepareOperations(database) };
    } catch (error) {
      database.close();
      lock.close();
      throw error;
    }
  })();

  /** A connection whose disk failed may hold what the disk does not: the next write begins with a new one. */
  function attempt<Result>(work: (apply: Apply) => Result): Result {
    connection ??= connect(directory);
    try {
      const { database, apply } = connection;
      return inTransaction(database, () => work(apply));
    } catch (error) {
      if (((sqliteCode(error) ?? 0) & 0xff) === ioError) {
        connection.database.close();
        connection = undefined;
      }
      throw error;
    }
  }

  let scrubFile: number | undefined;
  /** Empties the log, lets go of every page in memory, and overwrites what is unused in a slice of the file. */
  function scrub(from: number): ScrubResult {
    connection ??= connect(directory);
    const { database } = connection;
    // Nobody else can write meanwhile, so a reader must not be waited for here.
    database.exec('PRAGMA busy_timeout = 0');
    let isBusy: unknown;
    try {
      [isBusy] = Object.values(database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() ?? {});
    } finally {
      database.exec(`PRAGMA busy_timeout = ${writerPragmas.busy_timeout}; PRAGMA shrink_memory`);
    }
    if (isBusy !== 0) return { isBusy: true, next: from };
    scrubFile ??= openForScrub(directory);
    return { isBusy: false, next: scrubSlice(scrubFile, from) };
  }

  function write(batch: readonly WriteOperation[]): FromWriter {
    const [first] = batch;
    if (first?.kind === 'scrub') {
      try {
        return { kind: 'written', results: [scrub(first.from)], errors: [], transactions: 0 };
      } catch (error) {
        return { kind: 'written', results: [undefined], errors: [[0, toWire(error)]], transactions: 0 };
      }
    }
    return writeBatch(batch, attempt);
  }

  function close(): void {
    try {
      connection?.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      // A full disk keeps the log as it is; nothing is lost, the next start reads it.
      if (toWire(error).code !== 'storage_full') throw error;
    } finally {
      connection?.database.close();
      if (scrubFile !== undefined) closeSync(scrubFile);
      lock.close();
    }
  }

  return (message) => (message === 'close' ? close() : send(write(message.batch)));
}

/** Answers `opened` or `refused` first, then `written` to every batch; the thread ends after `close`. */
function run(port: NonNullable<typeof parentPort>): void {
  const send = (message: FromWriter) => port.postMessage(message);
  try {
    const handle = startWriter(workerData as WriterData, send);
    port.on('message', (message: ToWriter) => {
      handle(message);
      if (message === 'close') port.close();
    });
    send({ kind: 'opened' });
  } catch (error) {
    send({ kind: 'refused', error: toWire(error) });
    port.close();
  }
}

if (parentPort !== null) run(parentPort);
