/** Brings a database to the newest schema: ordered files under migrations/, each in a transaction of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../core/errors.ts';

const folder = new URL('./migrations/', import.meta.url);

type Migration = { readonly version: number; readonly name: string };

function migrations(): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ version: Number.parseInt(name, 10), name }));
}

/** Throws GatewayError `conflict` when the database was written by a newer version, whose rules this one cannot know. */
export function migrate(database: DatabaseSync, now: number): void {
  database.exec(`CREATE TABLE IF NOT EXISTS schema_version (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at INTEGER NOT NULL
  ) STRICT`);
  const found = Number(
    database.prepare('SELECT coalesce(max(version), 0) AS version FROM schema_version').get()?.version,
  );
  const known = migrations();
  const newest = known.at(-1)?.version ?? 0;
  if (found > newest) {
    throw new GatewayError(
      'conflict',
      `The database has schema ${found}, and this version of framegate knows schemas up to ${newest}. Use the newer version that wrote it.`,
    );
  }
  for (const { version, name } of known) {
    if (version <= found) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(readFileSync(new URL(name, folder), 'utf8'));
      database.prepare('INSERT INTO schema_version VALUES (?, ?, ?)').run(version, name, now);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}
