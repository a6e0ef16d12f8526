/**
 * The floor that the gateway is measured against: bare node:http, one SQLite table, nothing else a gateway would do.
 *
 * `node bench/floor.ts DIRECTORY STORE_DIRECTORY` prints `ready http://HOST:PORT`. `POST /` parses the JSON body and
 * answers once its row is on disk; all submits that arrived in one turn of the event loop share one transaction, on the
 * main thread. Durability as in the gateway's store: WAL, synchronous FULL.
 *
 * `GET /v1/requests/<id>/status` reads the gateway's own store: the task by its id, if it is the tenant's, by the same
 * indexes, and of its columns only those that the answer needs. The answer has the form of the gateway's.
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
  };
}

/** Reads the tasks of the store's first tenant. */
function openStatus(storeDirectory: string) {
  const database = new DatabaseSync(join(storeDirectory, 'framegate.db'), { readOnly: true, timeout: 5000 });
  const tenantId = String(database.prepare('SELECT public_id FROM tenant ORDER BY sequence LIMIT 1').get()?.public_id);
  const select = database.prepare(`SELECT task.sequence, task.state FROM task
    JOIN tenant ON tenant.sequence = task.tenant WHERE task.wire_id = ? AND tenant.public_id = ?`);
  return (url: string, response: ServerResponse): void => {
    const id = url.split('/')[3] ?? '';
    const row = select.get(id, tenantId);
    if (row === undefined) sendJson(response, 404, { error: 'unknown' });
    else
      sendJson(response, 200, {
        request_id: id,
        status: row.state,
        queue_position: row.sequence,
        status_url: `http://${host}/v1/requests/${id}/status`,
        result_url: `http://${host}/v1/requests/${id}/result`,
      });
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

const [, , directory = '.', storeDirectory = '.'] = process.argv;
const floor = openFloor(directory);
const readStatus = openStatus(storeDirectory);
let host = '';
const server = createServer((request, response) => {
  if (request.method === 'POST') readBody(request, (body) => floor.submit(body, response));
  else readStatus(request.url ?? '', response);
});
server.listen(0, '127.0.0.1', () => {
  const { address, port } = server.address() as AddressInfo;
  host = `${address}:${port}`;
  console.log(`ready http://${host}`);
});
