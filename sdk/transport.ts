/** One request: where an operation is served, who asks, and what becomes of the answer. */
import { type Operations, operations } from './api-types.ts';
import { FramegateError, readError } from './errors.ts';

export type ClientOptions = {
  /** Where the gateway is, such as `http://127.0.0.1:8787`; empty for the origin of the page that asks. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer`; a page of the gateway has a session instead. */
  readonly key?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the global one. */
  readonly fetch?: typeof fetch;
};

export type CallOptions = { readonly signal?: AbortSignal; readonly headers?: Readonly<Record<string, string>> };

export type OperationName = keyof Operations;
type Values<Names extends string> = { readonly [Name in Names]?: string | number | boolean | undefined };
type PathOf<Name extends OperationName> = [Operations[Name]['path']] extends [never]
  ? { readonly path?: undefined }
  : { readonly path: Readonly<Record<Operations[Name]['path'], string>> };
type BodyOf<Name extends OperationName> = Operations[Name]['body'] extends undefined
  ? { readonly body?: undefined }
  : {
      readonly body:
        | Operations[Name]['body']
        | (Operations[Name]['body'] extends Blob ? Uint8Array<ArrayBuffer> : never);
    };

/** What an operation is asked with. */
export type Ask<Name extends OperationName> = PathOf<Name> &
  BodyOf<Name> & { readonly query?: Values<Operations[Name]['query']> };

export type Transport = {
  /** Throws FramegateError. */
  call<Name extends OperationName>(
    name: Name,
    ask: Ask<Name>,
    options?: CallOptions,
  ): Promise<Operations[Name]['answer']>;
  /** The answer itself, for streams; its status is a success. Throws FramegateError. */
  open<Name extends OperationName>(name: Name, ask: Ask<Name>, options?: CallOptions): Promise<Response>;
};

export function createTransport({ baseUrl, key, headers = {}, fetch: send = fetch }: ClientOptions): Transport {
  const base = baseUrl.replace(/\/+$/, '');

  async function open<Name extends OperationName>(name: Name, ask: Ask<Name>, options: CallOptions = {}) {
    const { method, path } = operations[name];
    const { body } = ask;
    const isRaw = body instanceof Blob || body instanceof Uint8Array;
    const hasJson = body !== undefined && !isRaw;
    let response: Response;
    try {
      response = await send(base + fillPath(path, ask.path ?? {}) + writeQuery(ask.query ?? {}), {
        method,
        headers: {
          ...headers,
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(hasJson ? { 'content-type': 'application/json' } : {}),
          ...options.headers,
        },
        ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
    } catch (error) {
      options.signal?.throwIfAborted();
      throw new FramegateError('The server cannot be reached.', { isRetryable: true, cause: error });
    }
    if (!response.ok) throw await readError(response);
    return response;
  }

  return {
    open,
    async call<Name extends OperationName>(name: Name, ask: Ask<Name>, options?: CallOptions) {
      const response = await open(name, ask, options);
      const text = await response.text();
      return (text === '' ? undefined : JSON.parse(text)) as Operations[Name]['answer'];
    },
  };
}

/** The names of models have slashes, which stay. */
function fillPath(path: string, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    (values[name] ?? '').split('/').map(encodeURIComponent).join('/'),
  );
}

function writeQuery(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
