/** The HTTP server: mounts the dialects, knows callers, bounds bodies, and turns every error into the dialect's own. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import type { Logger } from 'pino';
import { GatewayError } from '../core/errors.ts';
import type { Call, Dialect, JsonBody, Route, TenantCall } from '../dialects/dialect.ts';
import { type Authenticate, hasTwoCredentials } from './auth.ts';
import { type BodyReader, createBodyReader } from './body.ts';
import type { Docs } from './docs.ts';
import type { NoteFailure } from './failures.ts';
import { createFormReader, type FormReader, type OpenForm } from './form.ts';
import type { Once } from './idempotency.ts';
import { answererOf, type Site } from './mounts.ts';
import type { PageSession, PageSessions } from './page-sessions.ts';
import type { TakeRequest } from './rate.ts';
import { createTurnEnd } from './turn-end.ts';

export type ServerOptions = {
  readonly site: Site;
  /** What is served instead when a request's Host names one of these, in lower case and without a port. */
  readonly sitesOfHosts?: ReadonlyMap<string, Site>;
  readonly authenticate: Authenticate;
  readonly once: Once;
  readonly isAdminKey: (key: string) => boolean;
  readonly noteFailure: NoteFailure;
  readonly takeRequest: TakeRequest;
  /** While this holds, everything but liveness and what the owner asks is told to come back. */
  readonly isOverloaded: () => boolean;
  /** Throws when this server should not get requests now. */
  readonly checkReady: () => Promise<void>;
  readonly docs: Docs;
  /** For files of forms while their requests are answered. */
  readonly scratchDirectory: string;
  readonly log: Logger;
};

type Readers = BodyReader & FormReader;

export type RunningServer = {
  /** Where it listens, such as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Stops to accept, lets requests end within `graceMs`, then closes every connection. */
  close(graceMs: number): Promise<void>;
};

/** Node's own defaults leave some of these at 0, which means for ever. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
} as const;
const maximumConnections = 10_000;
const overloadRetryMs = 2_000;

const noBodyBytes = 0;

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const unrouted = { method: 'GET', path: '(no route)' } as const;

export async function listen(host: string, port: number, options: ServerOptions): Promise<RunningServer> {
  const stopping = new AbortController();
  const bodies = createBodyReader();
  const readers: Readers = { ...bodies, ...createFormReader(options.scratchDirectory, bodies) };
  const makeApp = (site: Site) => createApp(site, options, readers, stopping.signal);
  const common = makeApp(options.site);
  const hosts = new Map([...(options.sitesOfHosts ?? [])].map(([name, site]) => [name, makeApp(site)]));
  const turnEnd = createTurnEnd();
  const server = createAdaptorServer({
    async fetch(request, bindings) {
      const app = hosts.size === 0 ? common : (hosts.get(hostNameOf(bindings.incoming)) ?? common);
      const response = await app.fetch(request, bindings);
      await turnEnd();
      return response;
    },
    serverOptions: limits,
  }) as Server;
  server.maxConnections = maximumConnections;
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      done();
    });
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    async close(graceMs) {
      // Ends event streams and waits; all other requests run on.
      stopping.abort();
      const closed = new Promise((done) => server.close(done));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
      await bodies[Symbol.asyncDispose]();
    },
  };
}

/** Clients put a path that begins with a slash behind a base URL that ends with one. */
function tidyPath(request: Request): string {
  const path = getPath(request);
  return path.includes('//') ? path.replaceAll(/\/{2,}/g, '/') : path;
}

/** Who else a Host names is of no matter: only a choice among what is served hangs on it. */
function hostNameOf({ headers: { host = '' } }: { readonly headers: IncomingHttpHeaders }): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function createApp(site: Site, options: ServerOptions, readers: Readers, stopping: AbortSignal): Hono {
  const app = new Hono({ getPath: tidyPath });
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    if (stopping.aborted) return context.json({ status: 'stopping' }, 503);
    try {
      await options.checkReady();
      return context.json({ status: 'ready' });
    } catch (error) {
      options.log.warn({ event: 'server.not_ready', error });
      return context.json({ status: 'not ready' }, 503);
    }
  });
  app.get('/docs', (context) => context.redirect('/docs/'));
  app.get('/docs/:page{.*}', async (context, next) => {
    const page = options.docs.page(context.req.param('page'));
    if (page === undefined) await next();
    return page;
  });
  for (const { dialect, route, path } of site.mounts) {
    const sessions = dialect === site.fallback ? site.ui?.sessions : undefined;
    app.on(route.method, path, (context) => serve(context, { dialect, route, sessions }, options, readers, stopping));
  }
  const pages = site.ui?.pages;
  if (pages !== undefined) {
    app.get('/', (context) => context.redirect('/ui/'));
    app.get('/ui', (context) => context.redirect('/ui/'));
    app.get('/ui/:path{.*}', async (context, next) => {
      const page = pages.page(context.req.param('path'), context.req.raw);
      if (page === undefined) await next();
      return page;
    });
  }
  const answerer = answererOf(site);
  app.notFound(({ req: { method, path } }) => {
    const allowed = methods.filter((other) => app.router.match(other, path)[0].length > 0);
    const shown = path.slice(0, 200);
    const error =
      allowed.length === 0
        ? new GatewayError('not_found', `There is nothing at ${method} ${shown}.`)
        : new GatewayError('method_not_allowed', `${shown} answers ${allowed.join(', ')}, not ${method}.`);
    return answerer(path).encodeError(error, randomUUID());
  });
  app.onError((error, context) => answerError(error, context, unrouted, site.fallback, randomUUID(), options.log));
  return app;
}

type Served = {
  readonly dialect: Dialect;
  readonly route: Route;
  /** For those who come without a key. */
  readonly sessions: PageSessions | undefined;
};

async function serve(
  context: Context,
  { dialect, route, sessions }: Served,
  options: ServerOptions,
  readers: Readers,
  stopping: AbortSignal,
): Promise<Response> {
  const requestId = randomUUID();
  const { raw } = context.req;
  const limitBytes = route.bodyLimitBytes ?? noBodyBytes;
  let body: Promise<JsonBody> | undefined;
  let form: Promise<OpenForm> | undefined;
  let isCallerKnown = false;
  const call: Call = {
    request: raw,
    params: context.req.param(),
    get query() {
      const mark = raw.url.indexOf('?');
      return new URLSearchParams(mark < 0 ? '' : raw.url.slice(mark));
    },
    requestId,
    get signal() {
      return AbortSignal.any([raw.signal, stopping]);
    },
    json() {
      body ??= readers.json(raw, limitBytes);
      return body;
    },
    form() {
      form ??= readers.form(raw, limitBytes, isCallerKnown);
      return form;
    },
    bytes: () => readers.bytes(raw, limitBytes),
  };
  try {
    if (route.access !== 'admin' && options.isOverloaded()) {
      const retryAfterMs = overloadRetryMs;
      throw new GatewayError('overloaded', 'The server has too much to do; come back soon.', { retryAfterMs });
    }
    if (route.access === 'public') return await route.handle(call);
    const { incoming } = context.env as HttpBindings;
    if (hasTwoCredentials(incoming.rawHeaders)) {
      throw new GatewayError('unauthenticated', 'The request carries two different credentials; send one.');
    }
    const given = await dialect.readKey(call);
    const session = given === undefined ? sessions?.read(raw.headers) : undefined;
    const key = given ?? session?.key;
    // The socket's address: what a header says of it, anybody can write.
    const refuse = (what: string) =>
      refusal(key, what, (wrong) => options.noteFailure(incoming.socket.remoteAddress, wrong));
    if (route.access === 'admin') {
      if (key === undefined || !(await isOwner(key, session, options))) throw refuse('the admin key');
      return await route.handle(call);
    }
    const caller = await options.authenticate(key);
    if (caller === undefined) throw refuse('a key');
    const throttle = options.takeRequest(caller.keyId);
    if (throttle !== undefined) {
      const error = new GatewayError('rate_limited', 'This key makes more requests than it may; wait.', throttle);
      const response = answerError(error, context, route, dialect, requestId, options.log);
      for (const [name, value] of Object.entries(throttle.headers)) response.headers.set(name, value);
      return response;
    }
    isCallerKnown = true;
    const scope = route.scope ?? (route.method === 'GET' ? 'read' : 'submit');
    if (!caller.scopes.includes(scope)) {
      throw new GatewayError('forbidden', `This key may not do this: it lacks the scope ${scope}.`);
    }
    const tenantCall = Object.assign(call, {
      caller,
      once: ((body, work) => {
        const place = `${context.req.method} ${context.req.path}`;
        const key = raw.headers.get('idempotency-key');
        return options.once({ tenantId: caller.tenantId, route: place, key }, body, work);
      }) satisfies TenantCall['once'],
    });
    return await route.handle(tenantCall);
  } catch (error) {
    return answerError(error, context, route, dialect, requestId, options.log);
  } finally {
    await form?.then((open) => open[Symbol.asyncDispose]()).catch(() => undefined);
  }
}

/** A session is the owner's for as long as its key lives. */
async function isOwner(key: string, session: PageSession | undefined, options: ServerOptions): Promise<boolean> {
  if (session === undefined) return options.isAdminKey(key);
  return session.isOwner && (await options.authenticate(key)) !== undefined;
}

/** A request without a key guesses nothing, so only wrong keys count as failures. */
function refusal(
  key: string | undefined,
  what: string,
  noteFailure: (key: string) => number | undefined,
): GatewayError {
  if (key === undefined) return new GatewayError('unauthenticated', `This route needs ${what}.`);
  const retryAfterMs = noteFailure(key);
  if (retryAfterMs === undefined) {
    return new GatewayError('unauthenticated', 'The key is unknown, expired or revoked.');
  }
  return new GatewayError('rate_limited', 'Too many wrong keys came from this address, or begin like this one.', {
    retryAfterMs,
  });
}

/**
 * The one place where an unknown error becomes `internal`: the log gets all of it, the caller a bland sentence. The log
 * names the route, not the path: a path may hold the token of a file.
 */
function answerError(
  error: unknown,
  context: Context,
  { method, path, encodeError }: Pick<Route, 'method' | 'path' | 'encodeError'>,
  dialect: Dialect,
  requestId: string,
  log: Logger,
): Response {
  const encode = encodeError ?? dialect.encodeError;
  if (error instanceof GatewayError) {
    if (error.code === 'internal') log.error({ event: 'request.failed', requestId, method, path, error });
    return encode(error, requestId);
  }
  // A client that went away, or a stop of the server: nobody reads the answer.
  if (context.req.raw.signal.aborted) return encode(new GatewayError('canceled', 'The client went away.'), requestId);
  log.error({ event: 'request.failed', requestId, method, path, error });
  const message = `Something broke on our side; the log has it under request id ${requestId}.`;
  return encode(new GatewayError('internal', message, { cause: error }), requestId);
}
