/** One HTTP request on a connection of its own, and the head of its answer. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import type { Socket } from 'node:net';
import type { AllowList } from './address.ts';
import { connect } from './connect.ts';
import type { FetchLimits } from './limits.ts';
import { resolveTarget } from './resolve.ts';
import type { Target } from './url.ts';

/** A head larger than this breaks the connection. */
const maximumHeadBytes = 16 * 1024;

export type ExchangeOptions = {
  readonly allowList: AllowList;
  readonly userAgent: string;
  readonly limits: FetchLimits;
  readonly dnsServers: readonly string[] | undefined;
  readonly signal: AbortSignal;
};

export type Content = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/**
 * GET, or POST where there is content. The answer is the caller's to destroy; `signal` ends it too. Nothing is pooled, no
 * proxy of the environment is asked, and nothing is carried from one request to the next.
 */
export async function exchange(target: Target, content: Content | undefined, options: ExchangeOptions) {
  const { limits, signal } = options;
  const addresses = await resolveTarget(target, { ...options, lookupMs: limits.lookupMs });
  const socket = await connect(target, addresses, { connectMs: limits.connectMs, signal });
  return await ask(socket, target, content, options);
}

async function ask(
  socket: Socket,
  { url }: Target,
  content: Content | undefined,
  { userAgent, limits, signal }: ExchangeOptions,
): Promise<IncomingMessage> {
  const answered = Promise.withResolvers<IncomingMessage>();
  const outgoing = requestHttp({
    createConnection: () => socket,
    method: content === undefined ? 'GET' : 'POST',
    path: url.pathname + url.search,
    maxHeaderSize: maximumHeadBytes,
    headers: {
      ...content?.headers,
      ...(content === undefined ? {} : { 'content-length': Buffer.byteLength(content.body) }),
      host: url.host,
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': userAgent,
      connection: 'close',
    },
    signal,
  });
  // How long a receiver may think about a POST is its sender's to say.
  const limitMs = content === undefined ? limits.firstByteMs : limits.totalMs;
  const timer = setTimeout(() => answered.reject(new Error('no answer in time')), limitMs);
  outgoing.once('response', answered.resolve);
  outgoing.on('error', answered.reject);
  outgoing.once('close', () => answered.reject(new Error('closed without an answer')));
  // A protocol switch is no answer to anything that was asked; after it, the request says nothing more.
  outgoing.once('upgrade', () => answered.reject(new Error('switched protocols')));
  outgoing.end(content?.body);
  try {
    return await answered.promise;
  } catch (error) {
    outgoing.destroy();
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
