/** Servers that are slow, endless, or lie: each is given up in bounded time and bytes, with the one typed error. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startDnsServer } from '../../../tests/support/dns-server.ts';
import type { TenantId } from '../../core/ids.ts';
import { openFileBlobs } from '../blobs/fs.ts';
import { parseAllowList } from './address.ts';
import { createFetcher, type FetcherOptions } from './index.ts';
import type { FetchLimits } from './limits.ts';

const signal = AbortSignal.timeout(120_000);
/** Short ones, so that a limit that does not hold is seen: each must end well before `boundMs`. */
const short = {
  lookupMs: 300,
  connectMs: 300,
  firstByteMs: 300,
  totalMs: 2_000,
  slowMs: 300,
  minimumBytesPerSecond: 100_000,
};
/** For peers that are not slow: no busy machine may make them so. */
const limits = { retryMs: 10, longestRetryMs: 100 };
const boundMs = 10_000;

type Peer = AsyncDisposable & { readonly door: string; readonly requests: readonly string[]; sentBytes(): number };

/** A server that says, byte for byte, what a test wants. `answer` is told how many requests came before. */
async function startPeer(answer: (socket: Socket, before: number) => void): Promise<Peer> {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', (head) => {
      requests.push(head.toString('latin1'));
      answer(socket, requests.length - 1);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    door: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sentBytes: () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function fetcherFor({ door }: Pick<Peer, 'door'>, extra: Partial<FetcherOptions> = {}) {
  return createFetcher({ allowList: parseAllowList([door]), userAgent: 'Framegate/test', limits, ...extra });
}

async function download(peer: Peer, extra: Partial<FetchLimits> = limits, scheme = 'http'): Promise<string> {
  const chunks = await Array.fromAsync(
    fetcherFor(peer, { limits: extra }).fetch(`${scheme}://${peer.door}/a`, { signal }),
  );
  return Buffer.concat(chunks).toString('latin1');
}

async function assertGivenUp(work: Promise<unknown>, what: string): Promise<void> {
  const begun = performance.now();
  await assert.rejects(work, { code: 'input_unfetchable', message: 'could not be fetched' }, what);
  const tookMs = performance.now() - begun;
  assert.ok(tookMs < boundMs, `${what} took ${tookMs} ms`);
}

/** Writes again and again until the other side hangs up. */
function repeat(socket: Socket, bytes: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(bytes), everyMs);
  socket.once('close', () => clearInterval(timer));
}

function pour(socket: Socket, bytes: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
}

const ok = 'HTTP/1.1 200 OK\r\nConnection: close\r\n';

test('peers that keep us waiting are given up', async () => {
  const slow: Readonly<Record<string, (socket: Socket) => void>> = {
    'never answers': () => undefined,
    'drips its head': (socket) => repeat(socket.setNoDelay(), 'H', 50),
    'says 102 for ever': (socket) => repeat(socket, 'HTTP/1.1 102 Processing\r\n\r\n', 20),
    'stops in its head': (socket) => void socket.write(ok),
    'drips its body': (socket) => socket.write(`${ok}\r\n`, () => repeat(socket, 'a', 50)),
    'stops in its body': (socket) => void socket.write(`${ok}Content-Length: 100\r\n\r\nhalf`),
    'drips chunks': (socket) =>
      socket.write(`${ok}Transfer-Encoding: chunked\r\n\r\n`, () => repeat(socket, '1\r\na\r\n', 50)),
    'drips the size of a chunk': (socket) =>
      socket.write(`${ok}Transfer-Encoding: chunked\r\n\r\n`, () => repeat(socket, '0', 50)),
  };
  for (const [what, answer] of Object.entries(slow)) {
    await using peer = await startPeer(answer);
    await assertGivenUp(download(peer, short), what);
  }
});

test('a TLS handshake that does not end counts as connecting', async () => {
  await using peer = await startPeer(() => undefined);
  await assertGivenUp(download(peer, short, 'https'), 'no handshake');
  await using chatty = await startPeer((socket) => repeat(socket, '\u0016\u0003\u0003\u0000\u0001', 50));
  await assertGivenUp(download(chatty, short, 'https'), 'a dripping handshake');
});

test('a name server that does not answer holds up its own lookup only', async () => {
  await using names = await startDnsServer(() => 'silence');
  const fetcher = createFetcher({
    allowList: parseAllowList([]),
    userAgent: '',
    limits: short,
    dnsServers: [names.address],
  });
  const get = (name: string) => Array.fromAsync(fetcher.fetch(`https://${name}.framegate-corpus.net/`, { signal }));
  // More than there are threads for lookups by the system.
  const lookups = Array.from({ length: 20 }, (_, index) => assertGivenUp(get(`silent-${index}`), 'silence'));
  await using peer = await startPeer((socket) => socket.end(`${ok}\r\nbytes`));
  const directory = await mkdtemp(join(tmpdir(), 'framegate-fetch-'));
  await rm(directory, { recursive: true });
  assert.equal(await download(peer), 'bytes');
  await Promise.all(lookups);
  assert.ok(names.asked.length >= 20);
});

test('a body that never ends is cut at the limit of whoever takes it, and at the total time', async () => {
  const kilobytes = Buffer.alloc(64 * 1024, 'a');
  const directory = await mkdtemp(join(tmpdir(), 'framegate-fetch-'));
  try {
    const blobs = await openFileBlobs(directory, (length) => new Uint8Array(length).fill(7));
    const maximumBytes = 1024 * 1024;
    for (const head of ['', 'Content-Length: 99999999999\r\n', 'Content-Length: 9007199254740993\r\n']) {
      await using peer = await startPeer((socket) => socket.write(`${ok}${head}\r\n`, () => pour(socket, kilobytes)));
      const bytes = fetcherFor(peer).fetch(`http://${peer.door}/`, { signal });
      await assert.rejects(
        blobs.write(bytes, { tenantId: 'tenant_0' as TenantId, signal, maximumBytes }),
        (error: { code: string }) => ['payload_too_large', 'input_unfetchable'].includes(error.code),
      );
      // What lies in the buffers of two sockets was sent as well.
      assert.ok(peer.sentBytes() < 40 * maximumBytes, `${peer.sentBytes()} bytes were sent`);
    }
  } finally {
    await rm(directory, { recursive: true });
  }
  await using peer = await startPeer((socket) =>
    socket.write(`${ok}\r\n`, () => repeat(socket, 'a'.repeat(20_000), 20)),
  );
  await assertGivenUp(download(peer, short), 'endless at a good rate');
});

test('lengths and framings that lie never yield bytes that look whole', async () => {
  const lies: Readonly<Record<string, string>> = {
    'longer than it is': 'Content-Length: 100\r\n\r\nhalf',
    negative: 'Content-Length: -1\r\n\r\nbytes',
    'not a number': 'Content-Length: 0x5\r\n\r\nbytes',
    'two lengths': 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nbytes!',
    'length and chunks': 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbytes\r\n0\r\n\r\n',
    'chunks that stop': 'Transfer-Encoding: chunked\r\n\r\n5\r\nbytes\r\n',
    'a chunk of no size': 'Transfer-Encoding: chunked\r\n\r\nzz\r\nbytes\r\n0\r\n\r\n',
    'a chunk too large': 'Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nbytes',
    'a header that folds': 'X-A: b\r\n c: d\r\nContent-Length : 5\r\n\r\nbytes',
    'a head without end': `X-A: ${'a'.repeat(20_000)}\r\n\r\nbytes`,
    'many headers': `${'X-A: b\r\n'.repeat(5_000)}\r\nbytes`,
  };
  for (const [what, head] of Object.entries(lies)) {
    await using peer = await startPeer((socket) => socket.end(`${ok}${head}`));
    await assertGivenUp(download(peer), what);
  }
  await using broken = await startPeer((socket) => socket.write(`${ok}\r\nhalf`, () => socket.resetAndDestroy()));
  await assertGivenUp(download(broken), 'no length, and a reset');
  await using peer = await startPeer((socket) => socket.end(`${ok}Content-Length: 5\r\n\r\nbytes and more`));
  const met = await download(peer).catch((error: { code: string }) => error.code);
  assert.ok(met === 'bytes' || met === 'input_unfetchable', met);
});

test('encoded bodies are refused unread, whatever they are called', async () => {
  const codings = [
    'gzip',
    'GZIP',
    'br',
    'deflate',
    'zstd',
    'compress',
    'x-gzip',
    'gzip, gzip',
    'identity, gzip',
    'gzip, identity',
  ];
  const heads = [
    ...codings.map((coding) => `Content-Encoding: ${coding}`),
    'Content-Encoding: identity\r\nContent-Encoding: br',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: gzip',
  ];
  for (const head of heads) {
    await using peer = await startPeer((socket) => socket.end(`${ok}${head}\r\n\r\n0\r\n\r\n`));
    await assertGivenUp(download(peer), head);
  }
  await using peer = await startPeer((socket) => socket.end(`${ok}Content-Encoding: Identity\r\n\r\nbytes`));
  assert.equal(await download(peer), 'bytes');
});

test('what is no plain 200 is no input', async () => {
  const answers = [
    '204 No Content',
    '206 Partial Content',
    '304 Not Modified',
    '300 Choices',
    '302 Found',
    '404 Not Found',
    '500 Broken',
    '999 Odd',
  ];
  for (const status of answers) {
    await using peer = await startPeer((socket) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\nbytes`));
    await assertGivenUp(download(peer), status);
    assert.equal(peer.requests.length, 1, status);
  }
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nbytes';
  for (const answer of [switching, 'not http at all\r\n\r\n', '']) {
    await using peer = await startPeer((socket) => socket.end(answer));
    await assertGivenUp(download(peer), answer);
  }
});

test('servers that are busy are asked three times more, as late as they ask for, up to a cap', async () => {
  const date = 'Date: Sat, 21 Nov 2026 10:00:00 GMT\r\nRetry-After: Sat, 21 Nov 2026 10:00:01 GMT\r\n';
  for (const head of ['', 'Retry-After: 0\r\n', 'Retry-After: 86400\r\n', 'Retry-After: soon\r\n', date]) {
    for (const status of ['429 Too Many', '503 Busy']) {
      await using peer = await startPeer((socket) =>
        socket.end(`HTTP/1.1 ${status}\r\n${head}Connection: close\r\n\r\nbusy`),
      );
      await assertGivenUp(download(peer), `${status} ${head}`);
      assert.equal(peer.requests.length, 4, `${status} ${head}`);
      await using mended = await startPeer((socket, before) =>
        socket.end(before < 3 ? `HTTP/1.1 ${status}\r\n${head}Connection: close\r\n\r\n` : `${ok}\r\nbytes`),
      );
      assert.equal(await download(mended), 'bytes');
    }
  }
  await using patient = await startPeer((socket) =>
    socket.end('HTTP/1.1 429 A\r\nRetry-After: 60\r\nConnection: close\r\n\r\n'),
  );
  const fetcher = fetcherFor(patient, {
    limits: { ...short, totalMs: 600, firstByteMs: 600, connectMs: 600, longestRetryMs: 60_000 },
  });
  await assertGivenUp(Array.fromAsync(fetcher.fetch(`http://${patient.door}/`, { signal })), 'a wait beyond the total');
  assert.ok(patient.requests.length <= 1);
});

test('time that the reader takes costs the sender nothing, and a reader that stops closes the connection', async () => {
  await using peer = await startPeer((socket) => pour(socket, Buffer.alloc(64 * 1024)));
  await using good = await startPeer((socket) => {
    socket.write(`${ok}\r\n`);
    pour(socket, Buffer.alloc(64 * 1024));
  });
  await assertGivenUp(download(peer), 'zeros');
  const readerMs = 1_000;
  let chunks = 0;
  for await (const _ of fetcherFor(good, { limits: { slowMs: readerMs } }).fetch(`http://${good.door}/`, {
    signal,
  })) {
    await delay(readerMs);
    chunks += 1;
    if (chunks === 3) break;
  }
  const sent = good.sentBytes();
  await delay(100);
  assert.ok(good.sentBytes() <= sent + 64 * 1024 * 64);
});

test('the caller who stops gets its own reason', async () => {
  await using peer = await startPeer(() => undefined);
  const reason = new Error('enough');
  const controller = new AbortController();
  const work = Array.fromAsync(fetcherFor(peer).fetch(`http://${peer.door}/`, { signal: controller.signal }));
  controller.abort(reason);
  await assert.rejects(work, reason);
  await assert.rejects(
    fetcherFor(peer).post(`http://${peer.door}/`, { headers: {}, body: '' }, { signal: AbortSignal.abort(reason) }),
    reason,
  );
});
