/**
 * Commits batches of write operations: all of a batch in one transaction, so that writers who come together share one
 * sync of the disk. What one of them did wrong never costs the others.
 */
import type { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../core/errors.ts';
import { sqliteCode } from './connection.ts';
import type { Apply } from './operations.ts';
import { type FromWriter, Refusal, type WireError, type WriteOperation } from './protocol.ts';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
export const ioError = 10;
const full = 13;
const cannotOpen = 14;
/** Extended ones. */
const uniqueViolations = new Set([1555, 2067]);

const noRoom = 'The data directory has no room left, or its disk fails.';

export function toWire(error: unknown): WireError {
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

/** Runs `work` in one transaction. Whatever goes wrong, also in the commit, nothing of it is kept, and it is thrown. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
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

type Written = Extract<FromWriter, { kind: 'written' }>;

/** `attempt` runs its work on a connection, in one transaction. */
export function writeBatch(
  batch: readonly WriteOperation[],
  attempt: <Result>(work: (apply: Apply) => Result) => Result,
): Written {
  const errors: [number, WireError][] = [];
  const refuse = (position: number, error: unknown): undefined => {
    errors.push([position, toWire(error)]);
  };
  const settle = (result: unknown, position: number) => (result instanceof Refusal ? refuse(position, result) : result);
  try {
    const results = attempt((apply) => batch.map(apply));
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
        attempt((apply) => apply(operation)),
        position,
      );
    } catch (error) {
      return refuse(position, error);
    }
  });
  return { kind: 'written', results, errors, transactions: batch.length };
}
