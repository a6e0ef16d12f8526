/** The few calls of the native API that an example needs, over plain fetch, each told to `trace` as it is made. */

export type MediaFile = {
  readonly id: string;
  readonly url: string;
  readonly media_type: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly duration_ms: number | null;
  readonly frame_rate: number | null;
  readonly size_bytes: number;
  readonly sha256: string;
};

export type Task = {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';
  readonly progress: number;
  readonly queue_position: number | null;
  readonly seed: number;
  readonly output: { readonly files: readonly MediaFile[] } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
};

export type Connection = {
  readonly url: string;
  readonly key: string;
  readonly signal: AbortSignal;
  /** Called once for each request that was answered: what was asked, and the status. */
  readonly trace: (request: string, status: number) => void;
};

type Call = {
  readonly method?: string;
  readonly type?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly prefer?: string;
};

async function call({ url, key, signal, trace }: Connection, path: string, options: Call = {}): Promise<Response> {
  const { method = 'GET', type, body, prefer } = options;
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(prefer === undefined ? {} : { prefer }),
    },
    body: body ?? null,
    signal,
  });
  trace(`${method} ${path}`, response.status);
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${await response.text()}`);
  return response;
}

export async function upload(connection: Connection, bytes: Uint8Array<ArrayBuffer>, type: string): Promise<MediaFile> {
  return (await (await call(connection, '/v1/uploads', { method: 'POST', type, body: bytes })).json()) as MediaFile;
}

export async function createTask(connection: Connection, model: string, input: object): Promise<Task> {
  const body = JSON.stringify({ model, input });
  const options = { method: 'POST', type: 'application/json', body };
  return (await (await call(connection, '/v1/tasks', options)).json()) as Task;
}

export function isFinal({ state }: Pick<Task, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'canceled';
}

/** Follows the event stream until the task is final; where the stream does not get through, asks again and again. */
export async function followTask(connection: Connection, task: Task, onChange: (task: Task) => void): Promise<Task> {
  let current = task;
  const change = (next: Task) => {
    current = next;
    onChange(next);
  };
  try {
    const stream = await call(connection, `/v1/tasks/${task.id}/events`);
    for await (const data of readEventData(stream)) {
      const event = JSON.parse(data) as { task: Task } | { progress: number };
      change('task' in event ? event.task : { ...current, progress: event.progress });
    }
  } catch (error) {
    connection.signal.throwIfAborted();
    connection.trace(`(no event stream: ${error instanceof Error ? error.message : error}; asking instead)`, 0);
  }
  for (let ask = 0; !isFinal(current); ask++) {
    // The first answer is worth a line, the following ones are not.
    const quiet = ask === 0 ? connection : { ...connection, trace: () => {} };
    change((await (await call(quiet, `/v1/tasks/${task.id}`, { prefer: 'wait=1' })).json()) as Task);
  }
  return current;
}

/** The `data` fields of a server-sent event stream, as they come, until it ends. */
async function* readEventData(response: Response): AsyncGenerator<string> {
  let buffer = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    buffer += text;
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block.split('\n').filter((line) => line.startsWith('data:'));
      if (data.length > 0) yield data.map((line) => line.slice(5).trimStart()).join('\n');
    }
  }
}

/** A result link needs no key. */
export async function download({ trace, signal }: Connection, file: MediaFile): Promise<Uint8Array> {
  const response = await fetch(file.url, { signal });
  trace(`GET ${new URL(file.url).pathname}`, response.status);
  if (!response.ok) throw new Error(`GET ${file.url} was answered with ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
