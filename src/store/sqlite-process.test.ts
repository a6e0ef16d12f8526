/** The store and the processes around it: who may open it, and what is left of it after a kill. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TaskId } from '../core/ids.ts';
import { databaseFile, openWriter, writerPragmas } from './connection.ts';
import { openSqliteStore } from './sqlite.ts';

const childScript = fileURLToPath(new URL('../../tests/support/store-child.ts', import.meta.url));

function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'framegate-store-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

type Lines = { /** Undefined once the stream has closed. */ next(): Promise<string | undefined> };

/** Line by line. Not readline's iterator: one whose stream closes while it is paused was seen to wait for ever. */
function readLines(stream: Readable): Lines {
  let text = '';
  let isClosed = false;
  let wake = Promise.withResolvers<void>();
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    wake.resolve();
  });
  stream.once('close', () => {
    isClosed = true;
    wake.resolve();
  });
  return {
    async next() {
      for (;;) {
        const end = text.indexOf('\n');
        if (end >= 0) {
          const line = text.slice(0, end);
          text = text.slice(end + 1);
          return line;
        }
        if (isClosed) return undefined;
        wake = Promise.withResolvers();
        await wake.promise;
      }
    },
  };
}

function startChild(directory: string, mode: 'hold' | 'submit'): { child: ChildProcess; lines: Lines } {
  const child = spawn(process.execPath, [childScript, directory, mode], { stdio: ['ignore', 'pipe', 'pipe'] });
  assert.ok(child.stdout);
  child.stderr?.resume();
  return { child, lines: readLines(child.stdout) };
}

async function killAndReadOn(child: ChildProcess, lines: Lines): Promise<string[]> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  const rest: string[] = [];
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) rest.push(line);
  await exit;
  return rest;
}

test('what was acknowledged is there after kill -9', async () => {
  using directory = temporaryDirectory();
  const acknowledged: string[] = [];
  for (let round = 1; round <= 6; round += 1) {
    const { child, lines } = startChild(directory.path, 'submit');
    assert.equal(await lines.next(), 'open');
    for (let count = 0; count < 40 * round; count += 1) acknowledged.push((await lines.next()) ?? 'ended');
    acknowledged.push(...(await killAndReadOn(child, lines)));
  }
  await using store = await openSqliteStore({ directory: directory.path, randomBytes });
  for (const id of acknowledged) assert.ok(await store.anyTask(id as TaskId), `${id} was acknowledged`);
  assert.ok(acknowledged.length >= 840);
  const { queued } = await store.counts();
  assert.ok(queued >= acknowledged.length);
  const tenants = await store.tenants();
  const spent = tenants.reduce((sum, { balanceMicros }) => sum + 1_000_000_000 - balanceMicros, 0);
  assert.equal(spent, 7 * queued);
  using side = new DatabaseSync(join(directory.path, databaseFile), { readOnly: true });
  assert.deepEqual({ ...side.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  assert.deepEqual(side.prepare('PRAGMA foreign_key_check').all(), []);
});

test('a directory has one owner, until that one is killed', async () => {
  using directory = temporaryDirectory();
  const options = { directory: directory.path, randomBytes };
  const refused = { code: 'conflict', message: /is in use by another framegate process/ };
  const { child, lines } = startChild(directory.path, 'hold');
  assert.equal(await lines.next(), 'open');
  const before = performance.now();
  await assert.rejects(openSqliteStore(options), refused);
  assert.ok(performance.now() - before < 2000, 'refused at once');
  await killAndReadOn(child, lines);
  await using store = await openSqliteStore(options);
  await assert.rejects(openSqliteStore(options), refused, 'also from the same process');
  // A refused opening must not have freed the lock of its own process.
  const second = startChild(directory.path, 'hold');
  assert.equal(await second.lines.next(), undefined);
  assert.deepEqual(await store.tenants(), []);
});

test('a store that is closed frees its directory, folds its log back and refuses writes', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'made', 'here');
  const store = await openSqliteStore({ directory: path, randomBytes });
  const pending = store.expireLeases();
  await store[Symbol.asyncDispose]();
  await pending;
  await assert.rejects(store.expireLeases(), { code: 'internal', message: 'The store is closed.' });
  await store[Symbol.asyncDispose]();
  assert.deepEqual(readdirSync(path).sort(), ['framegate.db', 'framegate.lock']);
  await using _again = await openSqliteStore({ directory: path, randomBytes });
});

test('files are private to their owner', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'data');
  await using _store = await openSqliteStore({ directory: path, randomBytes });
  const mode = (name: string) => statSync(join(path, name)).mode & 0o777;
  assert.equal(mode('.'), 0o700);
  for (const name of readdirSync(path)) assert.equal(mode(name), 0o600, name);
});

test('a process that closes its store ends by itself', async () => {
  using directory = temporaryDirectory();
  const url = new URL('./sqlite.ts', import.meta.url).href;
  const code = `import { openSqliteStore } from ${JSON.stringify(url)};
    import { randomBytes } from 'node:crypto';
    const store = await openSqliteStore({ directory: ${JSON.stringify(directory.path)}, randomBytes });
    await store.expireLeases();
    await store[Symbol.asyncDispose]();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'inherit' });
  const [exitCode] = await once(child, 'exit');
  assert.equal(exitCode, 0);
});

test('a database of a newer version is refused', async () => {
  using directory = temporaryDirectory();
  const options = { directory: directory.path, randomBytes };
  await (await openSqliteStore(options))[Symbol.asyncDispose]();
  const path = join(directory.path, databaseFile);
  const raise = new DatabaseSync(path);
  raise.exec(`INSERT INTO schema_version VALUES (9999, 'from the future', 0)`);
  raise.close();
  const refused = {
    code: 'conflict',
    message: /has schema 9999, and this version of framegate knows schemas up to \d/,
  };
  await assert.rejects(openSqliteStore(options), refused);
  const lower = new DatabaseSync(path);
  lower.exec('DELETE FROM schema_version WHERE version = 9999');
  lower.close();
  await using _store = await openSqliteStore(options);
});

test('the writer runs with the promised guarantees', () => {
  using directory = temporaryDirectory();
  using database = openWriter(directory.path);
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  assert.equal(pragma('journal_mode'), 'wal');
  assert.equal(pragma('synchronous'), 2);
  assert.equal(pragma('foreign_keys'), 1);
  for (const [name, value] of Object.entries(writerPragmas)) assert.equal(pragma(name), value, name);
});
