/**
 * A receiver of RunComfy's serverless webhooks, after its notes (section 11.1) and nothing of the gateway's: POSTs of JSON
 * about one request each, `in_queue` first, `in_progress` only if it was asked for, then one end. They may come twice and out
 * of order. There is no signature to verify. It answers within the 10 seconds that there are: 200 to a right event, else 422.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findDisagreements, type Json } from '../recorded-pattern.ts';

/** A delivery as it came. */
type Delivered = {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

type Judged = Delivered & { readonly problems: readonly string[] };

export type RunComfyReceiver = AsyncDisposable & {
  readonly url: string;
  /** `host:port`, as allow lists take it. */
  readonly door: string;
  readonly received: readonly Judged[];
  /** While it is set, every event is answered 503. */
  isDown: boolean;
  /** What has come about this request, once its end is there. */
  story(requestId: string): Promise<readonly string[]>;
};

const patienceMs = 20_000;
const endings: readonly unknown[] = ['succeeded', 'failed', 'cancelled'];

const text: Json = { $match: '.' };
/** A client of this API refuses a `Z`. */
const time: Json = {
  $match: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?[+-][0-9]{2}:[0-9]{2}$',
};

const about = {
  request_id: { $match: '^[A-Za-z0-9_-]{1,128}$' },
  deployment_id: text,
  created_at: time,
} as const satisfies Json;

const file: Json = { url: { $match: '^https?://' }, filename: text, subfolder: { $type: 'string' }, type: text };

const events: Readonly<Record<string, Json>> = {
  in_queue: about,
  in_progress: about,
  succeeded: {
    ...about,
    finished_at: time,
    'output?': { $type: 'object' },
    'outputs?': { $type: 'object' },
  },
  failed: { ...about, finished_at: time, error: { $oneOf: [text, { $type: 'object' }, { $type: 'array' }] } },
  cancelled: { ...about, finished_at: time },
};

/** What is wrong with a delivery; empty when it is as the notes say. */
export function judgeRunComfyEvent({ method, headers, body }: Delivered): readonly string[] {
  const problems: string[] = [];
  if (method !== 'POST') problems.push(`it came by ${method}`);
  if (!/^application\/json(;|$)/.test(headers['content-type'] ?? '')) problems.push('its content type is not JSON');
  const { status, outcome, ...rest } = (parseQuietly(body) ?? {}) as Record<string, unknown>;
  const state = outcome ?? status;
  const rule = typeof state === 'string' ? events[state] : undefined;
  if (rule === undefined) return [...problems, `${JSON.stringify(state)} is no event`];
  problems.push(...findDisagreements(rule, rest));
  if (state === 'succeeded') problems.push(...judgeOutputs(rest));
  return problems;
}

/** Of a workflow: files by node and channel; of a model, one object. */
function judgeOutputs({ output, outputs }: Record<string, unknown>): readonly string[] {
  if (output === undefined && outputs === undefined) return ['a success without what it made'];
  return Object.values((outputs ?? {}) as Record<string, object>).flatMap((channels) =>
    Object.values(channels).flatMap((files) => findDisagreements({ $each: { $oneOf: [file, text] } }, files)),
  );
}

/** The event's word for where the request stands. */
export function stateOf(body: string): unknown {
  const { status, outcome } = (parseQuietly(body) ?? {}) as { status?: unknown; outcome?: unknown };
  return outcome ?? status;
}

/** What is wrong with all that came of one request, in the order of its coming. */
export function judgeRunComfyStory(bodies: readonly string[], { intermediate }: { intermediate: boolean }) {
  const states = bodies.map(stateOf);
  const ends = new Set(states.filter((state) => endings.includes(state)));
  const problems = ends.size === 1 ? [] : [`it ends ${ends.size} times`];
  if (!intermediate && states.includes('in_progress')) problems.push('it tells of the progress, unasked');
  return problems;
}

export async function startRunComfyReceiver(): Promise<RunComfyReceiver> {
  const received: Judged[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', headers } = request;
      const delivered = { method, headers, body: Buffer.concat(chunks).toString() };
      const problems = judgeRunComfyEvent(delivered);
      received.push({ ...delivered, problems });
      response.writeHead(receiver.isDown ? 503 : problems.length === 0 ? 200 : 422).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const door = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receiver: RunComfyReceiver = {
    url: `http://${door}/runcomfy`,
    door,
    received,
    isDown: false,
    async story(requestId) {
      for (const end = Date.now() + patienceMs; ; await delay(10)) {
        const bodies = received.map(({ body }) => body).filter((body) => body.includes(`"${requestId}"`));
        if (bodies.some((body) => endings.includes(stateOf(body)))) return bodies;
        if (Date.now() > end) throw new Error(`of ${requestId} came ${bodies.length} events and no end`);
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
