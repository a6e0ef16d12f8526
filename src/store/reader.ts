/** The main thread's connection, with every read prepared. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Row } from './rows.ts';
import { reads } from './statements.ts';

export type Reader = Disposable & {
  one<Value>(name: keyof typeof reads, decode: (row: Row) => Value, ...values: Row): Value | undefined;
  many<Value>(name: keyof typeof reads, decode: (row: Row) => Value, ...values: Row): Value[];
  /** For results that may be too many to hold at once. */
  each(name: keyof typeof reads, visit: (row: Row) => void): void;
  /** From here on, reads see the store as it is now. */
  hold(): void;
};

/** Disposing closes the connection. */
export function createReader(database: DatabaseSync): Reader {
  const statements = Object.fromEntries(
    Object.entries(reads).map(([name, sql]) => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return [name, statement];
    }),
  ) as { [Name in keyof typeof reads]: StatementSync };
  return {
    one(name, decode, ...values) {
      const row = statements[name].get(...values) as unknown as Row | undefined;
      return row === undefined ? undefined : decode(row);
    },
    many: (name, decode, ...values) => (statements[name].all(...values) as unknown as Row[]).map(decode),
    each(name, visit) {
      for (const row of statements[name].iterate()) visit(row as unknown as Row);
    },
    hold: () => database.exec('BEGIN'),
    [Symbol.dispose]() {
      if (database.isOpen) database.close();
    },
  };
}
