/**
 * Every way a receiver may answer, or not: what the delivery becomes, when it is tried again, and what is kept of the
 * answer. The real store, guard and loop; an attempt gets a second.
 */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Delivery, DeliveryAttempt } from '../../src/core/delivery.ts';
import {
  type RawReceiver,
  startBareTls,
  startDeafReceiver,
  startNobody,
  startRawReceiver,
} from '../support/raw-receiver.ts';
import { startReceiver } from '../support/receiver.ts';
import { type Endpoint, openWebhookWorld } from '../support/webhook-world.ts';

const attemptMs = 1_000;
const mebibyte = 1024 * 1024;
const hourMs = 3_600_000;

type Pattern = {
  readonly name: string;
  open(): Promise<Endpoint & AsyncDisposable>;
  /** Null for an attempt that met no status. */
  readonly status: number | null;
  readonly error?: DeliveryAttempt['error'];
  readonly state: Delivery['state'];
  /** The next attempt is at least, and at most, so long after this one. */
  readonly waitMs?: readonly [number, number];
  readonly answer?: string | RegExp;
  /** What else must hold. */
  check?(receiver: Endpoint): void;
};

const answers = (status: number, headers: Record<string, string> = {}, body = '') =>
  startReceiver((response) => response.writeHead(status, headers).end(body));
const handles = (answer: (response: ServerResponse) => void) => startReceiver(answer);
const raw = (text: string) => startRawReceiver((socket) => socket.end(text, 'latin1'));

/** The wait that is drawn after a first attempt. */
const usual = [1000, 5000] as const;
/** The same for one that has too much to do. */
const slow = [60_000, 120_000] as const;
const ended = { state: 'failed' } as const;
const again = { state: 'pending', waitMs: usual } as const;
const well = { state: 'delivered' } as const;
const unreached = { status: null, error: 'not_reached', ...again } as const;
const silent = { status: null, error: 'no_answer_in_time', ...again } as const;

/** What receivers managed to write, by pattern. */
const taken = new Map<string, number>();

/** Writes blocks for as long as they are taken, up to `limitBytes`. */
function flood(name: string, socket: Socket | ServerResponse, limitBytes: number): void {
  const block = Buffer.alloc(mebibyte, 'a');
  const more = (): void => {
    const before = taken.get(name) ?? 0;
    if (socket.destroyed || before >= limitBytes) return;
    taken.set(name, before + block.length);
    if (socket.write(block)) setImmediate(more);
    else socket.once('drain', more);
  };
  socket.on('error', () => {});
  more();
}

/** Says a byte now and then. */
function drip(socket: Socket | ServerResponse, text: string): void {
  let place = 0;
  const timer = setInterval(() => {
    socket.write(text[place % text.length] ?? '');
    place += 1;
  }, 50);
  socket.on('error', () => {});
  socket.once('close', () => clearInterval(timer));
}

const redirects: readonly Pattern[] = [301, 302, 303, 307, 308].map((status) => ({
  name: `${status} to another place`,
  open: () => answers(status, { location: 'http://127.0.0.1:1/' }),
  status,
  ...again,
}));

const refusals: readonly Pattern[] = [300, 304, 400, 401, 404, 500, 503].map((status) => ({
  name: `${status}`,
  open: () => answers(status),
  status,
  ...again,
}));

const overloads: readonly Pattern[] = [429, 502, 504].map((status) => ({
  name: `${status}`,
  open: () => answers(status, {}, 'slow down'),
  status,
  state: 'pending',
  waitMs: slow,
  answer: 'slow down',
}));

const successes: readonly Pattern[] = [200, 201, 202, 204, 299].map((status) => ({
  name: `${status}`,
  open: () => answers(status),
  status,
  ...well,
  answer: '',
}));

const odd: readonly Pattern[] = [
  {
    name: 'an answer that is late but in time',
    open: () => handles((response) => setTimeout(() => response.writeHead(200).end('late'), attemptMs / 4)),
    status: 200,
    ...well,
    answer: 'late',
  },
  {
    name: 'an answer that is too late',
    open: () => handles((response) => setTimeout(() => response.writeHead(200).end(), attemptMs * 2)),
    ...silent,
  },
  {
    name: 'a redirect to itself',
    open: () => startRawReceiver((socket, url) => socket.end(`HTTP/1.1 302 Found\r\nlocation: ${url}\r\n\r\n`)),
    status: 302,
    ...again,
    check: (receiver) => assert.equal((receiver as RawReceiver).requests(), 1),
  },
  { name: '410', open: () => answers(410, {}, 'gone'), status: 410, ...ended, answer: 'gone' },
  {
    name: '429 with Retry-After in seconds',
    open: () => answers(429, { 'retry-after': '3600' }),
    status: 429,
    state: 'pending',
    waitMs: [hourMs, hourMs],
  },
  {
    name: '429 with Retry-After as a date',
    open: () => answers(429, { 'retry-after': new Date(Date.now() + 2 * hourMs).toUTCString() }),
    status: 429,
    state: 'pending',
    waitMs: [2 * hourMs - 60_000, 2 * hourMs],
  },
  {
    name: '503 with a Retry-After of a year',
    open: () => answers(503, { 'retry-after': '31536000' }),
    status: 503,
    state: 'pending',
    waitMs: [24 * hourMs, 24 * hourMs],
  },
  {
    name: '500 with a Retry-After that says nothing',
    open: () => answers(500, { 'retry-after': 'soon' }),
    status: 500,
    ...again,
  },
  { name: 'a reset before the head', open: () => startRawReceiver((socket) => socket.resetAndDestroy()), ...unreached },
  {
    name: 'a reset within the body',
    open: () =>
      startRawReceiver((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nbegun', () =>
          setTimeout(() => socket.resetAndDestroy(), 50),
        );
      }),
    status: 200,
    ...well,
    answer: /^(begun)?$/,
  },
  {
    name: 'closed at once',
    open: () => startRawReceiver(() => {}, { connected: (socket) => socket.end() }),
    ...unreached,
  },
  { name: 'nobody listens', open: startNobody, ...unreached },
  { name: 'a connection that is never accepted', open: startDeafReceiver, ...silent },
  { name: 'accepted, and never an answer', open: () => startRawReceiver(() => {}), ...silent },
  {
    name: 'a head that drips',
    open: () => startRawReceiver((socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx-slow: for ever and ever')),
    ...silent,
  },
  {
    name: 'a body that drips',
    open: () => handles((response) => drip(response.writeHead(200), '.')),
    status: 200,
    ...well,
    answer: /^\.{3,30}$/,
  },
  {
    name: 'a body of 1 GB',
    open: () =>
      handles((response) => {
        response.writeHead(200, { 'content-length': 1024 * mebibyte });
        flood('a body of 1 GB', response, 1024 * mebibyte);
      }),
    status: 200,
    ...well,
    answer: 'a'.repeat(1024),
  },
  {
    name: 'a body without end',
    open: () => handles((response) => flood('a body without end', response.writeHead(200), Number.POSITIVE_INFINITY)),
    status: 200,
    ...well,
    answer: 'a'.repeat(1024),
  },
  {
    name: 'a body without a length',
    open: () => raw('HTTP/1.1 200 OK\r\n\r\nuntil the end'),
    status: 200,
    ...well,
    answer: 'until the end',
  },
  { name: 'HTTP/1.0', open: () => raw('HTTP/1.0 200 OK\r\n\r\nold'), status: 200, ...well, answer: 'old' },
  {
    name: 'bytes that are no text',
    open: () => raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n\x00\xff\xfe\x80!'),
    status: 200,
    ...well,
    answer: '\ufffd\ufffd\ufffd\ufffd!',
  },
  { name: 'no HTTP', open: () => raw('SSH-2.0-OpenSSH_9.9\r\n'), ...unreached },
  { name: 'a status that is none', open: () => raw('HTTP/1.1 abc OK\r\n\r\n'), ...unreached },
  {
    name: 'two lengths',
    open: () => raw('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'),
    ...unreached,
  },
  {
    name: 'plain text where TLS is wanted',
    open: () =>
      startRawReceiver(() => {}, { protocol: 'https', connected: (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n') }),
    ...unreached,
  },
  { name: 'TLS without a certificate', open: startBareTls, ...unreached },
  {
    name: 'a connection that is to stay, and closes',
    open: () =>
      startRawReceiver((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok', () =>
          socket.destroySoon(),
        );
      }),
    status: 200,
    ...well,
    answer: 'ok',
  },
  {
    name: 'early hints, then 200',
    open: () =>
      raw('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nafter'),
    status: 200,
    ...well,
    answer: 'after',
  },
  {
    name: 'hints without end',
    open: () =>
      startRawReceiver((socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 20);
        socket.once('close', () => clearInterval(timer));
      }),
    ...silent,
  },
  {
    name: 'another protocol',
    open: () => raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    ...unreached,
  },
  {
    name: 'a head of 1 MB',
    open: () => raw(`HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(mebibyte)}\r\n\r\n`),
    ...unreached,
  },
  {
    name: 'a compressed body, which stays as it came',
    open: () =>
      handles((response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(mebibyte))),
      ),
    status: 200,
    ...well,
    answer: new TextDecoder().decode(gzipSync(Buffer.alloc(mebibyte)).subarray(0, 1024)).replaceAll('\0', '\ufffd'),
  },
];

const patterns: readonly Pattern[] = [...successes, ...redirects, ...refusals, ...overloads, ...odd];

test(`${patterns.length} kinds of receivers, each with its outcome`, async (context) => {
  await using stack = new AsyncDisposableStack();
  const receivers: (Endpoint & AsyncDisposable)[] = [];
  for (const { open } of patterns) receivers.push(stack.use(await open()));
  const world = stack.use(await openWebhookWorld(receivers, { attemptMs }));
  const owed: Delivery[] = [];
  for (const receiver of receivers) owed.push(await world.owe(receiver));
  const before = process.memoryUsage();
  world.start();
  for (const [index, pattern] of patterns.entries()) {
    await context.test(pattern.name, async () => {
      const { attempts, delivery } = await world.attempted(owed[index] as Delivery, 1);
      const [attempt] = attempts;
      assert.ok(attempt);
      const { status, error = null, state, waitMs, answer } = pattern;
      assert.deepEqual([attempt.number, attempt.status, attempt.error], [1, status, error]);
      assert.ok(attempt.finishedAt >= attempt.startedAt && attempt.finishedAt - attempt.startedAt < 10 * attemptMs);
      // A second attempt may have followed while others were looked at.
      if (state !== 'pending') assert.deepEqual([delivery.state, delivery.attemptCount], [state, 1]);
      if (waitMs !== undefined && attempts.length === 1) {
        const wait = (delivery.nextAttemptAt ?? 0) - attempt.finishedAt;
        assert.ok(wait >= waitMs[0] && wait <= waitMs[1], `${wait} ms`);
      }
      assert.ok(Buffer.byteLength(attempt.answer) <= 3 * 1024);
      if (typeof answer === 'string') assert.equal(attempt.answer, answer);
      if (answer instanceof RegExp) assert.match(attempt.answer, answer);
      pattern.check?.(receivers[index] as Endpoint);
    });
  }
  const grownBytes = process.memoryUsage().rss - before.rss;
  context.diagnostic(`${Math.round(grownBytes / mebibyte)} MiB more in use, receivers included`);
  for (const [name, bytes] of taken) assert.ok(bytes < 64 * mebibyte, `${name}: ${bytes} bytes were taken`);
  assert.ok(grownBytes < 512 * mebibyte, `${grownBytes} bytes more in use`);
  assert.deepEqual(world.errors, []);
});
