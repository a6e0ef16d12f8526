/**
 * A receiver of RunningHub's webhooks, after its notes (section 7) and nothing of the gateway's: a POST of JSON with `event`,
 * `taskId` and `eventData`, the last a text that holds what the V2 query answers. There is no signature to verify. It answers
 * at once, 200 to a right event and 422 to a wrong one.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findDisagreements, type Json } from '../recorded-pattern.ts';

/** A delivery as it came. */
type Delivered = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

type Judged = Delivered & { readonly problems: readonly string[] };

export type RunningHubReceiver = AsyncDisposable & {
  readonly url: string;
  /** `host:port`, as allow lists take it. */
  readonly door: string;
  readonly received: readonly Judged[];
  /** While it is set, every event is answered 503 with this text. */
  refusal: string | undefined;
  /** Waits until so many have come. */
  count(wanted: number): Promise<void>;
};

const path = '/hooks/runninghub';
const patienceMs = 20_000;

const text: Json = { $match: '.' };
const textOrNull: Json = { $oneOf: [null, { $type: 'string' }] };
const amountOrNull: Json = { $oneOf: [null, { $match: '^[0-9]+(\\.[0-9]+)?$' }] };

const usage: Json = {
  consumeMoney: amountOrNull,
  consumeCoins: amountOrNull,
  taskCostTime: { $match: '^[0-9]+(\\.[0-9]+)?$' },
  thirdPartyConsumeMoney: amountOrNull,
};

const ended = {
  taskId: { $match: '^[1-9][0-9]{18}$' },
  clientId: { $type: 'string' },
  promptTips: { $type: 'string' },
  usage: { $oneOf: [null, usage] },
  parentTaskId: null,
  taskUsageList: null,
} as const satisfies Json;

const result: Json = {
  url: { $match: '^https?://[^ ]+$' },
  nodeId: text,
  outputType: { $match: '^[a-z0-9]{2,5}$' },
  text: textOrNull,
};

const succeeded: Json = {
  ...ended,
  status: 'SUCCESS',
  errorCode: '',
  errorMessage: '',
  failedReason: {},
  results: { $each: result, $min: 1 },
};

const failed: Json = {
  ...ended,
  status: 'FAILED',
  errorCode: { $match: '^[1-9][0-9]{2,3}$' },
  errorMessage: text,
  failedReason: { exception_message: text, $more: true },
  results: null,
};

/** What is wrong with a delivery; empty when it is as the notes say. */
export function judgeRunningHubEvent({ method, url, headers, body }: Delivered): readonly string[] {
  const problems: string[] = [];
  if (method !== 'POST') problems.push(`it came by ${method}`);
  if (url !== path) problems.push(`it came to ${url}`);
  if (!/^application\/json(;|$)/.test(headers['content-type'] ?? '')) problems.push('its content type is not JSON');
  const event = parseQuietly(body);
  const shape: Json = {
    event: 'TASK_END',
    taskId: { $match: '^[1-9][0-9]{18}$' },
    eventData: { $json: { $oneOf: [succeeded, failed] } },
  };
  problems.push(...findDisagreements(shape, event));
  if (problems.length > 0) return problems;
  const { taskId, eventData } = event as { taskId: string; eventData: string };
  const inner = JSON.parse(eventData) as { taskId: string };
  return inner.taskId === taskId ? [] : [`it is about ${taskId} and holds ${inner.taskId}`];
}

export async function startRunningHubReceiver(): Promise<RunningHubReceiver> {
  const received: Judged[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const delivered = { method, url, headers, body: Buffer.concat(chunks).toString() };
      const problems = judgeRunningHubEvent(delivered);
      received.push({ ...delivered, problems });
      if (receiver.refusal !== undefined) response.writeHead(503).end(receiver.refusal);
      else response.writeHead(problems.length === 0 ? 200 : 422).end(problems.length === 0 ? 'received' : 'refused');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const door = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receiver: RunningHubReceiver = {
    url: `http://${door}${path}`,
    door,
    received,
    refusal: undefined,
    async count(wanted) {
      const end = Date.now() + patienceMs;
      while (received.length < wanted) {
        if (Date.now() > end) throw new Error(`${received.length} of ${wanted} events came`);
        await delay(10);
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return receiver;
}

function parseQuietly(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
