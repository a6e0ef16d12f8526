/**
 * A dialect is an inbound wire API we speak: it translates, wire to core on the way in, core to wire on the way out, and
 * does nothing else. What it needs of the server comes in as a `Call`; what it says goes out as a Response.
 */
import type { GatewayError } from '../core/errors.ts';
import type { Gateway } from '../core/gateway.ts';
import type { IdempotencyClaim } from '../core/idempotency.ts';
import type { RandomBytes } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Artifact, PreviewName } from '../core/media.ts';
import type { Clock } from '../core/ports.ts';
import type { InlineMedia } from '../core/submit.ts';
import type { Task } from '../core/task.ts';
import type { Caller, KeyScope } from '../core/tenant.ts';
import type { ModelView } from '../core/view.ts';
import type { WebhookDialect } from '../core/webhook-dialect.ts';

/** A JSON body as it was parsed: each `data:` string was taken out and stands as its key in `inline`. */
export type JsonBody = {
  readonly value: unknown;
  readonly inline: ReadonlyMap<string, InlineMedia>;
  /** Of the whole body as it came. */
  readonly sizeBytes: number;
};

/** The file of a form. It waits on disk until the answer is made. */
export type FormFile = {
  readonly fieldName: string;
  /** As the client calls it: never a path, never to be believed. */
  readonly fileName: string;
  readonly sizeBytes: number;
  bytes(): AsyncIterable<Uint8Array>;
};

/** A multipart/form-data body: its texts by name, and its one file if it has any. */
export type FormBody = { readonly fields: ReadonlyMap<string, string>; readonly file: FormFile | undefined };

/** One request, as a handler sees it. */
export type Call = {
  readonly request: Request;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Names this request in logs and answers. */
  readonly requestId: string;
  /** Ends when the client goes away or the server must stop. */
  readonly signal: AbortSignal;
  /** Reads the body whole, once: each further call gives the same. Throws GatewayError `payload_too_large`, `invalid_request`, `unsupported_media_type`. */
  json(): Promise<JsonBody>;
  /** Reads a form whole, once, as json() does. Throws what that throws, and `storage_full`, `overloaded`. */
  form(): Promise<FormBody>;
  /** The raw body. */
  bytes(): AsyncIterable<Uint8Array>;
};

/** A call whose caller is known. */
export type TenantCall = Call & {
  readonly caller: Caller;
  /**
   * Runs a submit so that repeats under one Idempotency-Key are answered by its first answer. Throws GatewayError
   * `idempotency_mismatch`, `idempotency_in_progress`, `invalid_request` for a key of a wrong form.
   */
  once(
    body: JsonBody,
    work: {
      accept(claim: IdempotencyClaim | null): Promise<Task>;
      answer(task: Task): Promise<Response>;
    },
  ): Promise<Response>;
};

/** `tenant` needs a tenant's key, `admin` the owner's; `public` is for what a decision record lists. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path with `:name` for one segment and `:name{.+}` for all that follow. */
  readonly path: string;
  /** Larger bodies are refused; routes without a body leave it out. */
  readonly bodyLimitBytes?: number;
  /** What a tenant's key must be allowed to do; unless told, `read` for GET and `submit` for the rest. */
  readonly scope?: KeyScope;
  /** Where this route's errors have another form than the dialect's other ones. */
  readonly encodeError?: Dialect['encodeError'];
} & (
  | { readonly access: 'tenant'; handle(call: TenantCall): Promise<Response> }
  | { readonly access: 'admin' | 'public'; handle(call: Call): Promise<Response> }
);

/** A submit as a client would send it. */
export type WrittenSubmit = {
  /** Its `operationId` in the description of the API. */
  readonly operation: string;
  readonly path: string;
  readonly body: JsonObject;
};

export type Dialect = {
  readonly name: string;
  /** Served at the root and below `/<name>`; the earlier of two that match answers. */
  readonly routes: readonly Route[];
  /** Beginnings of paths that are this API's alone: what is unknown below them is answered as this API does. */
  readonly territory: readonly string[];
  /** The key, from wherever this API's documents and clients put it. May read the body; throws what that throws. */
  readKey(call: Call): string | undefined | Promise<string | undefined>;
  /** Total over the error codes. */
  encodeError(error: GatewayError, requestId: string): Response;
  /** The submit of this API that asks for `fields`, which are the view's own as `encodeInput` writes them. */
  writeSubmit(view: ModelView, fields: JsonObject): WrittenSubmit;
  /** For dialects whose tasks may have a webhook. */
  readonly webhooks?: WebhookDialect;
};

/** Absolute links to this gateway. Their base is the owner's public URL, never what a request's Host says. */
export type Links = {
  /** An absolute URL for a path that begins with a slash. */
  to(path: string): string;
  file(artifact: Artifact): string;
  /** A link that ends after `lifetimeMs` (an hour unless told), signed anew with each call: for dialects whose links run out. */
  signed(
    artifact: Artifact,
    lifetimeMs?: number,
    options?: { readonly isDownload?: boolean },
  ): { readonly url: string; readonly expiresAt: number };
  /** What is shown in place of a result; the result's token is the credential. */
  preview(artifact: Artifact, name: PreviewName): string;
  /** The same as a link that ends, for dialects whose links do. */
  signedPreview(artifact: Artifact, name: PreviewName, lifetimeMs: number): string;
};

/** What every dialect is made from. */
export type DialectServices = {
  readonly gateway: Gateway;
  readonly links: Links;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Ours, for descriptions. */
  readonly version: string;
};

export const jsonType = 'application/json';

export function jsonResponse(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': jsonType, ...headers } });
}

/** The credential of an `Authorization: <scheme> <credential>` header; schemes compare without case (RFC 9110 11.1). */
export function readAuthorization(request: Request, scheme: string): string | undefined {
  const header = request.headers.get('authorization') ?? '';
  const [given = '', credential, ...rest] = header.split(' ');
  if (given.toLowerCase() !== scheme.toLowerCase() || rest.length > 0) return undefined;
  return credential === '' ? undefined : credential;
}
