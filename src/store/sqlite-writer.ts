/** The writer thread: the only connection that writes, and the holder of the directory's lock. */
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { lockDirectory, openWriter, prepareDirectory, sqliteCode } from './connection.ts';
import { migrate } from './migrate.ts';
import { type Apply, prepareOperations } from './operations.ts';
import type { FromWriter, ToWriter, WriterData } from './protocol.ts';
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

  function close(): void {
    try {
      connection?.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      // A full disk keeps the log as it is; nothing is lost, the next start reads it.
      if (toWire(error).code !== 'storage_full') throw error;
    } finally {
      connection?.database.close();
      lock.close();
    }
  }

  return (message) => (message === 'close' ? close() : send(writeBatch(message.batch, attempt)));
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
