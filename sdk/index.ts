/**
 * The TypeScript client of Framegate: the native API and the owner's, nothing but `fetch`, in Node and in browsers.
 *
 * ```ts
 * const client = createClient({ baseUrl: 'http://127.0.0.1:8787', key });
 * const photo = await client.upload(new Blob([bytes]));
 * const task = await client.run({ model: 'vidu/q2/reference-to-image', input: { prompt, images: [photo.id] } });
 * ```
 */
import type { Artifact, Estimate, EstimateReport, Operations, Task } from './api-types.ts';
import { isFinal, type TaskNews, watchTask } from './events.ts';
import { type Ask, type CallOptions, type ClientOptions, createTransport, type Transport } from './transport.ts';
import { type UploadOptions, uploadFile } from './uploads.ts';

export type {
  Artifact,
  Delivery,
  Engine,
  Estimate,
  EstimateReport,
  Key,
  LedgerEntry,
  ListedModel,
  Model,
  Operations,
  Task,
  Tenant,
  Translation,
} from './api-types.ts';
export { type ErrorCode, FramegateError, type Issue } from './errors.ts';
export { isFinal, type TaskNews } from './events.ts';
export type { CallOptions, ClientOptions } from './transport.ts';
export type { UploadOptions } from './uploads.ts';

export type TaskRequest = Operations['createTask']['body'];
type Query<Name extends keyof Operations> = NonNullable<Ask<Name>['query']>;

export type CreateOptions = CallOptions & {
  /** A repeat with the same key and request gets the first answer again, never a second task. */
  readonly idempotencyKey?: string;
};

/** Every call throws FramegateError when the server refuses or cannot be reached. */
export type Client = Pick<Transport, 'call'> & {
  create(request: TaskRequest, options?: CreateOptions): Promise<Task>;
  /** What the request would become, on which engine and at what price; nothing is stored. */
  estimate(request: TaskRequest, options?: CallOptions): Promise<Estimate>;
  /** As `estimate`, but what is wrong with the request is told instead of thrown: for forms. */
  judge(request: TaskRequest, options?: CallOptions): Promise<EstimateReport>;
  /** The final task, however long that takes. */
  wait(id: string, options?: Pick<CallOptions, 'signal'>): Promise<Task>;
  /** Creates a task and waits for its end. */
  run(request: TaskRequest, options?: CreateOptions): Promise<Task>;
  /** The task as it is, then every change, until it is final. Survives broken lines. */
  watch(id: string, options?: Pick<CallOptions, 'signal'>): AsyncGenerator<TaskNews>;
  task(id: string, options?: CallOptions): Promise<Task>;
  cancel(id: string, options?: CallOptions): Promise<Task>;
  /** A small JPEG of what a running task is making. */
  glimpse(id: string, options?: CallOptions): Promise<Blob>;
  /** Newest first, page after page. */
  tasks(filter?: Query<'listTasks'>, options?: CallOptions): AsyncGenerator<Task>;
  /** In pieces when the file is large. */
  upload(file: Blob, options?: UploadOptions): Promise<Artifact>;
};

/** Seconds that one request waits for a task; the server allows no more. */
const waitSeconds = 60;

export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options);
  const { call } = transport;

  async function create(body: TaskRequest, { idempotencyKey, ...rest }: CreateOptions = {}): Promise<Task> {
    const headers = { ...rest.headers, ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }) };
    return (await call('createTask', { body }, { ...rest, headers })) as Task;
  }
  async function wait(id: string, rest: Pick<CallOptions, 'signal'> = {}): Promise<Task> {
    for (;;) {
      const task = await call('getTask', { path: { id } }, { ...rest, headers: { prefer: `wait=${waitSeconds}` } });
      if (isFinal(task)) return task;
    }
  }

  return {
    call,
    create,
    estimate: async (body, rest) => (await call('createTask', { body, query: { dry_run: 1 } }, rest)) as Estimate,
    judge: async (body, rest) =>
      (await call('createTask', { body, query: { dry_run: 'report' } }, rest)) as EstimateReport,
    wait,
    async run(body, rest = {}) {
      const { id } = await create(body, rest);
      return await wait(id, rest.signal === undefined ? {} : { signal: rest.signal });
    },
    watch: (id, rest) => watchTask(transport, id, rest),
    task: (id, rest) => call('getTask', { path: { id } }, rest),
    cancel: (id, rest) => call('cancelTask', { path: { id } }, rest),
    glimpse: async (id, rest) => await (await transport.open('getGlimpse', { path: { id } }, rest)).blob(),
    async *tasks(filter = {}, rest) {
      let cursor: string | null = null;
      do {
        const page: Operations['listTasks']['answer'] = await call(
          'listTasks',
          { query: { ...filter, ...(cursor === null ? {} : { cursor }) } },
          rest,
        );
        yield* page.data;
        cursor = page.next_cursor;
      } while (cursor !== null);
    },
    upload: (file, rest) => uploadFile(transport, file, rest),
  };
}
