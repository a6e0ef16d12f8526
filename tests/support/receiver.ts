/** Webhook receivers on this machine, and the rule by which a delivery is genuine. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

export type Received = {
  readonly at: number;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

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
      const { url = '', headers } = request;
      received.push({ at: Date.now(), url, headers, body: Buffer.concat(chunks).toString() });
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

/** Whether the verifier of the Standard Webhooks project takes it. */
export function isGenuine({ headers, body }: Received, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

/** Holds every delivery that came against the secrets that its endpoint ever had. */
export function assertGenuine(received: readonly Received[], secrets: readonly string[]): void {
  for (const one of received) {
    assert.ok(
      secrets.some((secret) => isGenuine(one, secret)),
      `${one.headers['webhook-id']} at ${one.url} is not signed by any of ${secrets.length} secrets`,
    );
  }
}
