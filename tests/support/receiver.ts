/** Webhook receivers on this machine, and the rule by which a delivery is genuine. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type Received = { readonly at: number; readonly headers: IncomingHttpHeaders; readonly body: string };

export type Receiver = AsyncDisposable & {
  readonly url: string;
  /** `host:port`, as allow lists take it. */
  readonly door: string;
  readonly received: readonly Received[];
  /** Waits until this many have come. */
  count(wanted: number): Promise<void>;
};

/** `answer` is told how many came before. */
export async function startReceiver(answer: (response: ServerResponse, before: number) => void): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ at: Date.now(), headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response, received.length - 1);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const door = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${door}/hook`,
    door,
    received,
    async count(wanted) {
      const end = Date.now() + 20_000;
      while (received.length < wanted) {
        if (Date.now() > end) throw new Error(`${received.length} of ${wanted} deliveries came`);
        await delay(10);
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** As the Standard Webhooks specification says: HMAC-SHA256 over id.timestamp.body; one `v1` signature must match. */
export function isGenuine({ headers, body }: Received, secret: string, now = Date.now()): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return String(signatures)
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice('v1,'.length), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}
