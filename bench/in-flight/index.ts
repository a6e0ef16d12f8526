/** How long a result takes from the upstream's end of it to the client's webhook, with thousands of tasks in flight. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postJson } from '../scenarios/scenario.ts';
import { benchKey, startUpstreamGateway } from '../server.ts';

export type InFlightOptions = {
  readonly inFlight: number;
  readonly donePerSecond: number;
  /** Webhooks to wait for. */
  readonly samples: number;
};

export type InFlightOutcome = {
  /** Milliseconds from upstream-done to the webhook's last byte, in rising order. */
  readonly delaysMs: readonly number[];
  readonly peakRssBytes: number | undefined;
};

/** Submits that are on their way at once. */
const submitters = 32;
const resultPath = '/result.png';
/** The smallest PNG: one pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Holds `inFlight` tasks in flight: for each that ends, another is submitted. */
export async function measureInFlight(directory: string, options: InFlightOptions): Promise<InFlightOutcome> {
  const delaysMs: number[] = [];
  const enough = Promise.withResolvers<void>();
  let submitOne = async (): Promise<void> => {};
  await using client = await startClient((body, at) => {
    const { task } = (JSON.parse(body) as Notice).data;
    delaysMs.push(at - task.output.metadata.done_at);
    if (delaysMs.length >= options.samples) enough.resolve();
    else submitOne().catch(enough.reject);
  });
  const { inFlight, donePerSecond } = options;
  const upstream = { inFlight, donePerSecond, resultUrl: client.url + resultPath };
  await using gateway = await startUpstreamGateway(directory, upstream, client.door);
  const body = JSON.stringify({
    model: 'vidu/q2/reference-to-image',
    input: { prompt: 'A lighthouse at dusk, seen from the sea' },
    webhook: { url: `${client.url}/hook`, events: ['task.succeeded'] },
  });
  submitOne = async () => {
    await postJson(`${gateway.url}/v1/tasks`, body, { authorization: `Bearer ${benchKey}` });
  };
  let toSubmit = inFlight;
  const submitAll = async () => {
    while (toSubmit-- > 0) await submitOne();
  };
  await Promise.all(Array.from({ length: submitters }, submitAll));
  await enough.promise;
  return { delaysMs: delaysMs.toSorted((a, b) => a - b), peakRssBytes: gateway.peakRssBytes() };
}

type Notice = { readonly data: { readonly task: { readonly output: { readonly metadata: { done_at: number } } } } };

/** The client's side and the upstream's storage: takes webhooks, gives the result. */
async function startClient(take: (body: string, at: number) => void) {
  const server = createServer((request, response) => {
    if (request.url === resultPath) response.writeHead(200, { 'content-type': 'image/png' }).end(picture);
    else readWebhook(request, response, take);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const door = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${door}`,
    door,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function readWebhook(
  request: IncomingMessage,
  response: ServerResponse,
  take: (body: string, at: number) => void,
): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const at = Date.now();
    response.writeHead(204).end();
    take(Buffer.concat(chunks).toString(), at);
  });
}
