/** What the write operations are made from: every statement of the writer's connection, and how to run one for its rows. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Row } from './rows.ts';
import { writes } from './statements.ts';

export type Tools = {
  readonly statements: { readonly [Name in keyof typeof writes]: StatementSync };
  get(statement: StatementSync, ...values: Row): Row | undefined;
  all(statement: StatementSync, ...values: Row): Row[];
};

export function prepareTools(database: DatabaseSync): Tools {
  const prepare = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  return {
    statements: Object.fromEntries(
      Object.entries(writes).map(([name, sql]) => [name, prepare(sql)]),
    ) as Tools['statements'],
    get: (statement, ...values) => statement.get(...values) as unknown as Row | undefined,
    all: (statement, ...values) => statement.all(...values) as unknown as Row[],
  };
}
