/** The calls of RunningHub's API that the examples need, over plain fetch: theirs or a gateway's, by RUNNINGHUB_BASE_URL. */
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type TaskAnswer = {
  readonly taskId: string;
  readonly status: 'QUEUED' | 'RUNNING' | 'SUCCESS' | 'FAILED' | '';
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly results:
    | readonly { readonly url: string | null; readonly outputType: string; readonly text?: string | null }[]
    | null;
  readonly usage?: Readonly<Record<string, string | null>> | null;
};

/** The envelope of the older calls: business failures come with HTTP 200 and a code that is not 0. */
export type Envelope<Data> = { readonly code: number; readonly msg: string; readonly data: Data | null };

export type Client = {
  readonly base: string;
  readonly key: string;
  readonly signal: AbortSignal;
};

/** Reads RUNNINGHUB_BASE_URL and RUNNINGHUB_API_KEY. The whole program may take `limitMs`. */
export function openClient(limitMs: number): Client {
  const { RUNNINGHUB_BASE_URL: base = 'http://127.0.0.1:8787', RUNNINGHUB_API_KEY: key } = process.env;
  if (key === undefined) throw new Error('Set RUNNINGHUB_API_KEY to a key of the gateway.');
  return { base: base.replace(/\/+$/, ''), key, signal: AbortSignal.timeout(limitMs) };
}

export async function post<Answer>({ base, key, signal }: Client, path: string, body: object): Promise<Answer> {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** Uploads a file; its link is an input of any model for a day. */
export async function upload({ base, key, signal }: Client, path: string): Promise<{ url: string; fileName: string }> {
  const form = new FormData();
  form.append('file', await openAsBlob(path), basename(path));
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${base}/openapi/v2/media/upload/binary`, {
    method: 'POST',
    headers,
    body: form,
    signal,
  });
  const { code, msg, data } = (await response.json()) as Envelope<{ download_url: string; fileName: string }>;
  if (code !== 0 || data === null) throw new Error(`The upload was refused: ${code} ${msg}`);
  return { url: data.download_url, fileName: data.fileName };
}

export async function submit(client: Client, model: string, parameters: object): Promise<TaskAnswer> {
  return checked(await post<TaskAnswer>(client, `/openapi/v2/${model}`, parameters));
}

const pollMs = 1_000;

/** Asks until the task has ended; `onChange` hears of every status that differs from the one before. */
export async function waitFor(client: Client, taskId: string, onChange: (status: string) => void): Promise<TaskAnswer> {
  for (let before = ''; ; ) {
    const answer = checked(await post<TaskAnswer>(client, '/openapi/v2/query', { taskId }));
    if (answer.status !== before) onChange(answer.status);
    before = answer.status;
    if (answer.status === 'SUCCESS') return answer;
    await sleep(pollMs, undefined, { signal: client.signal });
  }
}

/** Whatever the status says, an error code is a failure. */
function checked(answer: TaskAnswer): TaskAnswer {
  if (answer.errorCode !== '' || answer.status === 'FAILED') {
    throw new Error(`RunningHub's error ${answer.errorCode}: ${answer.errorMessage}`);
  }
  return answer;
}

/** Result links need no key. */
export async function download({ signal }: Client, url: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`The result could not be fetched: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
