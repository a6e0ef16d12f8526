/**
 * The floor that the gateway is measured against: bare node:http, one SQLite table, nothing else a gateway would do.
 *
 * `node bench/floor.ts DIRECTORY` prints `ready http://HOST:PORT`. `POST /` parses the JSON body and answers once its row
 * is on disk; all submits that arrived in one turn of the event loop share one transaction, on the main thread.
 * `GET /<id>` is one indexed read. Durability as in the gateway's store: WAL, synchronous FULL.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

type Waiting = { readonly id: string; readonly body: string; readonly response: ServerResponse };

function openFloor(directory: string) {
  const database = new DatabaseSync(join(directory, 'floor.sqlite'));
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE task (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, body TEXT NOT NULL);
  `);
  const insert = database.prepare(`INSERT INTO task (id, state, body) VALUES (?, 'queued', ?)`);
  const select = database.prepare('SELECT sequence, state FROM task WHERE id = ?');
  let waiting: Waiting[] = [];

  const commit = () => {
    const batch = waiting;
    waiting = [];
    database.exec('BEGIN IMMEDIATE');
    for (const { id, body } of batch) insert.run(id, body);
    database.exec('COMMIT');
    for (const { id, response } of batch) sendJson(response, 200, { id, state: 'queued' });
  };

  return {
    submit(body: string, response: ServerResponse): void {
      // Parsed as a gateway must, and written as it came.
      JSON.parse(body);
      waiting.push({ id: randomBytes(16).toString('hex'), body, response });
      if (waiting.length === 1) setImmediate(commit);
    },
    read(id: string, response: ServerResponse): void {
      const row = select.get(id);
      if (row === undefined) sendJson(response, 404, { error: 'unknown' });
      else sendJson(response, 200, { id, state: row.state, position: row.sequence });
    },
  };
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function readBody(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => done(Buffer.concat(chunks).toString()));
}

const floor = openFloor(process.argv[2] ?? '.');
const server = createServer((request, response) => {
  if (request.method === 'POST') readBody(request, (body) => floor.submit(body, response));
  else floor.read(request.url?.slice(1) ?? '', response);
});
server.listen(0, '127.0.0.1', () => {
  const { address, port } = server.address() as AddressInfo;
  console.log(`ready http://${address}:${port}`);
});
