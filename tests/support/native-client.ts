/** A few calls of the native API, as a client would make them. */
import assert from 'node:assert/strict';
import type { WireArtifact, WireTask } from '../../src/dialects/native/wire.ts';
import type { GatewayProcess } from './gateway-process.ts';

type Sender = Pick<GatewayProcess, 'send'>;

export async function createTask(
  gateway: Sender,
  model: string,
  input: unknown,
  headers: Record<string, string> = {},
): Promise<WireTask> {
  const response = await gateway.send('/v1/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, input }),
  });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  return JSON.parse(text) as WireTask;
}

export async function readTask(gateway: Sender, id: string, headers: Record<string, string> = {}): Promise<WireTask> {
  const response = await gateway.send(`/v1/tasks/${id}`, { headers });
  assert.equal(response.status, 200);
  return (await response.json()) as WireTask;
}

/** Waits until the task is final, for as long as that takes. */
export async function finishTask(gateway: Sender, id: string): Promise<WireTask> {
  for (;;) {
    const task = await readTask(gateway, id, { prefer: 'wait=30' });
    if (task.finished_at !== null) return task;
  }
}

export async function uploadFile(gateway: Sender, bytes: Uint8Array): Promise<WireArtifact> {
  const response = await gateway.send('/v1/uploads', { method: 'POST', body: Buffer.from(bytes) });
  assert.equal(response.status, 201);
  return (await response.json()) as WireArtifact;
}

export async function downloadFile(task: WireTask): Promise<Buffer> {
  const url = task.output?.files[0]?.url;
  assert.ok(url, JSON.stringify(task.error));
  const response = await fetch(url);
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

export type StreamEvent = { readonly event: string; readonly id: string | undefined; readonly data: unknown };

/** The events of a stream as they come, until it ends. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent> {
  let buffer = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    buffer += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const block = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
      const event = field('event');
      if (event !== undefined) yield { event, id: field('id'), data: JSON.parse(field('data') ?? 'null') };
    }
  }
}
