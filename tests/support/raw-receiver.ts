/** A receiver below HTTP: it reads each request whole and then does with the socket what no HTTP library would. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Worker } from 'node:worker_threads';
import type { Endpoint } from './webhook-world.ts';

export type RawReceiver = Endpoint & AsyncDisposable & { readonly requests: () => number };

type Reply = (socket: Socket, url: string) => void;

function endpoint(port: number, protocol: 'http' | 'https', requests: () => number, close: () => Promise<void>) {
  const door = `127.0.0.1:${port}`;
  return { url: `${protocol}://${door}/hook`, door, received: [], requests, [Symbol.asyncDispose]: close };
}

/** How many bytes a request has, once its head is there. */
function requestLength(text: string): number {
  const end = text.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(text)?.[1];
  return end === -1 ? Number.POSITIVE_INFINITY : end + 4 + Number(length ?? 0);
}

/** `reply` is called for each whole request, with the receiver's own URL; `connected` when a connection comes. */
export async function startRawReceiver(
  reply: Reply,
  {
    protocol = 'http',
    connected = () => {},
  }: { protocol?: 'http' | 'https'; connected?: (socket: Socket) => void } = {},
): Promise<RawReceiver> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    connected(socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.length < requestLength(text)) return;
      text = '';
      requests += 1;
      reply(socket, receiver.url);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const receiver = endpoint(
    port,
    protocol,
    () => requests,
    async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  );
  return receiver;
}

/** A port where nothing listens. */
export async function startNobody(): Promise<RawReceiver> {
  const receiver = await startRawReceiver(() => {});
  await receiver[Symbol.asyncDispose]();
  return { ...receiver, async [Symbol.asyncDispose]() {} };
}

/** Speaks TLS and has no certificate to show. */
export async function startBareTls(): Promise<RawReceiver> {
  const server = createTlsServer({}, () => {});
  server.on('tlsClientError', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return endpoint(
    port,
    'https',
    () => 0,
    async () => {
      await new Promise((done) => server.close(done));
    },
  );
}

/** Listens in a thread that stands still with its queue full: a connection to it is never made. */
export async function startDeafReceiver(): Promise<RawReceiver> {
  const code = `
    const { parentPort } = require('node:worker_threads');
    const net = require('node:net');
    const server = net.createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      const { port } = server.address();
      parentPort.postMessage(port);
      setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 10);
    });`;
  const worker = new Worker(code, { eval: true });
  const port = await new Promise<number>((done) => worker.once('message', done));
  await new Promise((done) => setTimeout(done, 100));
  const { connect } = await import('node:net');
  const fillers = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await new Promise((done) => setTimeout(done, 100));
  return endpoint(
    port,
    'http',
    () => 0,
    async () => {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  );
}
