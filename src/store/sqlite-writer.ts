/**
 * The writer thread: the only connection that writes, and the holder of the directory's lock. It takes batches and
 * commits each in one transaction, so that writers who come together share one sync of the disk.
 */
import { closeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { GatewayError } from '../core/errors.ts';
import { lockDirectory, openForScrub, openWriter, prepareDirectory, sqliteCode, writerPragmas } from './connection.ts';
import { migrate } from './migrate.ts';
import { type Apply, prepareOperations } from './operations.ts';
import {
  type FromWriter,
  Refusal,
  type ScrubResult,
  type ToWriter,
  type WireError,
  type WriteOperation,
  type WriterData,
} from './protocol.ts';
import { scrubSlice } from './scrub.ts';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const ioError = 10;
const full = 13;
const cannotOpen = 14;
/** Extended ones. */
const uniqueViolations = new Set([1555, 2067]);

const noRoom = 'The data directory has no room left, or its disk fails.';

function toWire(error: unknown): WireError {
  if (error instanceof Refusal || error instanceof GatewayError) return { code: error.code, message: error.message };
  const code = sqliteCode(error);
  const primary = (code ?? 0) & 0xff;
  const cause = error instanceof Error ? error.message : String(error);
  if (primary === full || primary === ioError || primary === cannotOpen) {
    return { code: 'storage_full', message: noRoom, cause };
  }
  if (uniqueViolations.has(code ?? 0)) {
    return { code: 'conflict', message: 'A record of this name or id is there already.', cause };
  }
  return { code: 'internal', message: 'The store could not write this.', cause };
}

type Connection = { readonly database: DatabaseSync; readonly apply: Apply };

function connect(directory: string): Connection {
  const database = openWriter(directory);
  return { database, apply: prepareOperations(database) };
}

/** Runs `work` in one transaction. Whatever goes wrong, also in the commit, nothing of it is kept, and it is thrown. */
function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite ends the transaction itself after some errors, such as a full disk.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
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
  function attempt<Result>(work: (connection: Connection) => Result): Result {
    connection ??= connect(directory);
    try {
      const { database } = connection;
      const held = connection;
      return inTransaction(database, () => work(held));
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
    const errors: [number, WireError][] = [];
    const refuse = (position: number, error: unknown): undefined => {
      errors.push([position, toWire(error)]);
    };
    const settle = (result: unknown, position: number) =>
      result instanceof Refusal ? refuse(position, result) : result;
    try {
      const results = attempt(({ apply }) => batch.map(apply));
      return { kind: 'written', results: results.map(settle), errors, transactions: 1 };
    } catch (error) {
      if (batch.length === 1) {
        refuse(0, error);
        return { kind: 'written', results: [undefined], errors, transactions: 1 };
      }
    }
    // One of them is guilty: alone, each answers for itself.
    const results = batch.map((operation, position) => {
      try {
        return settle(
          attempt(({ apply }) => apply(operation)),
          position,
        );
      } catch (error) {
        return refuse(position, error);
      }
    });
    return { kind: 'written', results, errors, transactions: batch.length };
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
