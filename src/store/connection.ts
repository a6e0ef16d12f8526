/** Opening the database files: who may read them, who may write, and with which guarantees. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../core/errors.ts';

export const databaseFile = 'framegate.db';
const lockFile = 'framegate.lock';

/** Reads and writes wait this long for a lock; only a checkpoint at closing could make them. */
const busyTimeoutMs = 5000;
/**
 * Pages of 4 KiB in the write-ahead log before it is folded back into the database: 16 MiB. Four times the default gave
 * the batches of a million-task store fewer checkpoints of the same scattered pages; recovery still takes milliseconds.
 */
const checkpointPages = 4000;

/** What `PRAGMA name` must answer on the writer's connection; the store refuses to run otherwise. */
export const writerPragmas = {
  journal_mode: 'wal',
  /** FULL: what was acknowledged is on disk, also when the power fails. */
  synchronous: 2,
  foreign_keys: 1,
  busy_timeout: busyTimeoutMs,
  temp_store: 2,
  /** What is deleted is overwritten with zeros, also in pages that become free. scrub.ts has what this leaves out. */
  secure_delete: 1,
  wal_autocheckpoint: checkpointPages,
  /** Shrinks the log again after a burst. */
  journal_size_limit: 64 * 1024 * 1024,
  /** Negative: KiB. */
  cache_size: -32 * 1024,
} as const;

/** Errors of SQLite carry its extended result code; its lowest byte is the primary one. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code : undefined;
}

const busy = 5;

/** Makes an empty file that only its owner reads; SQLite gives the same mode to the files it adds beside it. */
function createPrivately(path: string): void {
  try {
    // Never opens a file that exists: closing any descriptor of a locked file would free this process's lock on it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Makes the directory and its files, private to their owner. */
export function prepareDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  createPrivately(join(directory, databaseFile));
  createPrivately(join(directory, lockFile));
}

/**
 * Takes the data directory for this process. The lock is one that the system holds on an open file, so it ends with the
 * process however that ends. Throws GatewayError `conflict` when another holds it.
 */
export function lockDirectory(directory: string): DatabaseSync {
  const lock = new DatabaseSync(join(directory, lockFile), { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (((sqliteCode(error) ?? 0) & 0xff) !== busy) throw error;
    throw new GatewayError(
      'conflict',
      `The data directory ${directory} is in use by another framegate process. Stop it first, or choose another directory.`,
    );
  }
}

export function openWriter(directory: string): DatabaseSync {
  const database = new DatabaseSync(join(directory, databaseFile), { timeout: busyTimeoutMs });
  try {
    for (const [name, wanted] of Object.entries(writerPragmas)) {
      database.exec(`PRAGMA ${name} = ${wanted}`);
      const found = Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
      if (found !== wanted) throw new Error(`the database answers ${name} = ${found} where ${wanted} was set`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** For scrubbing. To be closed after every connection of this process, because that frees their locks. */
export function openForScrub(directory: string): number {
  return openSync(join(directory, databaseFile), 'r+');
}

/** A connection that cannot write; there must be a writer already. */
export function openReader(directory: string): DatabaseSync {
  const database = new DatabaseSync(join(directory, databaseFile), { readOnly: true, timeout: busyTimeoutMs });
  database.exec('PRAGMA cache_size = -16384');
  return database;
}
