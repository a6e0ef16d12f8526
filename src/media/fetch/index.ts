/**
 * The guarded download and the guarded POST. A URL is parsed once and only the parsed form is used; the addresses a name
 * leads to are judged where the connection is made, on the very address that is used, so that a name cannot change its
 * mind in between.
 */
import { lookup as resolve } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, isIPv4 } from 'node:net';
import { GatewayError } from '../../core/errors.ts';
import type { Fetcher, PostAnswer } from '../../core/ports.ts';
import { type AllowList, isMetadataAddress, isPublicAddress } from './address.ts';

const maximumUrlLength = 2048;
const maximumRedirects = 3;
const lookupMs = 5_000;
const firstByteMs = 15_000;
const totalMs = 60_000;
/** Of what answers a POST. */
const readBytes = 64 * 1024;
const keptBytes = 1024;

export type FetcherOptions = { readonly allowList: AllowList; readonly userAgent: string };

/** What is sent, and under which rules. */
type Outgoing = FetcherOptions & {
  readonly signal: AbortSignal;
  readonly content?: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
};

export function createFetcher(options: FetcherOptions): Fetcher {
  const { allowList } = options;
  return {
    judge(url) {
      judgeUrl(url, allowList);
    },
    async *fetch(url, { signal }) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(totalMs)]);
      try {
        const response = await follow(url, { ...options, signal: limit });
        yield* response as AsyncIterable<Uint8Array>;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof GatewayError && error.code === 'input_unfetchable') throw error;
        throw unfetchable(error);
      }
    },
    async post(url, content, { signal }) {
      try {
        return await readAnswer(await send(judgeUrl(url, allowList), { ...options, content, signal }));
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof GatewayError && error.code === 'input_unfetchable' ? error : unfetchable(error);
      }
    },
  };
}

/** The status is the answer: a body that breaks off or never ends changes nothing about it. */
async function readAnswer(response: IncomingMessage): Promise<PostAnswer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      if (length < keptBytes) chunks.push(chunk);
      length += chunk.byteLength;
      if (length >= readBytes) break;
    }
  } catch {
    // What came until then is kept.
  } finally {
    response.destroy();
  }
  const start = Buffer.concat(chunks).subarray(0, keptBytes);
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], start };
}

function unfetchable(cause?: unknown): GatewayError {
  return new GatewayError('input_unfetchable', 'could not be fetched', { cause });
}

async function follow(first: string, outgoing: Outgoing): Promise<IncomingMessage> {
  const { allowList } = outgoing;
  let url = judgeUrl(first, allowList);
  for (let hop = 0; hop <= maximumRedirects; hop += 1) {
    const response = await send(url, outgoing);
    const status = response.statusCode ?? 0;
    if (status === 200 && (response.headers['content-encoding'] ?? 'identity') === 'identity') return response;
    response.destroy();
    const { location } = response.headers;
    if (status < 300 || status > 399 || location === undefined) break;
    const next = judgeUrl(new URL(location, url).href, allowList);
    if (url.protocol === 'https:' && next.protocol === 'http:') break;
    url = next;
  }
  throw unfetchable();
}

/** Throws GatewayError `invalid_input` with the predicate of a sentence. */
function judgeUrl(text: string, allowList: AllowList): URL {
  const refuse = (predicate: string) => new GatewayError('invalid_input', predicate);
  if (text.length > maximumUrlLength) throw refuse(`is a URL of more than ${maximumUrlLength} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0020\u007f\\]/.test(text))
    throw refuse('is a URL with white space, control characters or backslashes');
  if (!URL.canParse(text)) throw refuse('is not a URL, a data URI or the id of an artifact');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('must be an https URL');
  if (url.username !== '' || url.password !== '') throw refuse('is a URL with a user name or password');
  const host = hostOf(url);
  const port = portOf(url);
  if (allowList.allowsDoor(url.hostname, port) || (isIP(host) !== 0 && allowList.allowsAddress(host))) return url;
  if (url.protocol === 'http:') throw refuse('must be an https URL');
  if (port !== 443) throw refuse('is a URL with a port other than 443');
  if (isIP(host) === 0 ? isLocalName(host) : !isPublicAddress(host)) {
    throw refuse('is a URL of a host that this server does not fetch from');
  }
  return url;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** Names that are local by meaning (RFC 6761, 6762, 8375, 9476) and names without a dot. */
function isLocalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.+$/, '');
  return !name.includes('.') || /\.(localhost|local|internal|lan|intranet|home|arpa|test|invalid|example)$/.test(name);
}

async function send(url: URL, { allowList, userAgent, signal, content }: Outgoing): Promise<IncomingMessage> {
  const address = await chooseAddress(url, allowList);
  signal.throwIfAborted();
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return await new Promise<IncomingMessage>((done, failed) => {
    const outgoing = request(url, {
      method: content === undefined ? 'GET' : 'POST',
      // No pool and no proxy: each guarded request has a connection of its own, to the address that was judged.
      agent: false,
      lookup: (_host, options, callback) => {
        const family = isIPv4(address) ? 4 : 6;
        if (options.all === true) callback(null, [{ address, family }]);
        else callback(null, address, family);
      },
      headers: {
        ...content?.headers,
        ...(content === undefined ? {} : { 'content-length': Buffer.byteLength(content.body) }),
        'accept-encoding': 'identity',
        'user-agent': userAgent,
        connection: 'close',
      },
      signal,
      timeout: firstByteMs,
    });
    outgoing.once('response', done);
    outgoing.once('error', failed);
    // After a 101 that nobody asked for, Node closes the request without a word: neither of the two above comes.
    outgoing.once('close', () => failed(new Error('closed without an answer')));
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.end(content?.body);
  });
}

/** Any refused answer refuses the name: a name that leads to a private place as well is not to be trusted. */
async function chooseAddress(url: URL, allowList: AllowList): Promise<string> {
  const host = hostOf(url);
  const isDoorAllowed = allowList.allowsDoor(url.hostname, portOf(url));
  const answers =
    isIP(host) === 0 ? (await withDeadline(resolve(host, { all: true }))).map(({ address }) => address) : [host];
  const isFine = (address: string) =>
    !isMetadataAddress(address) && (isDoorAllowed || allowList.allowsAddress(address) || isPublicAddress(address));
  const [address] = answers;
  if (address === undefined || !answers.every(isFine)) throw unfetchable();
  return address;
}

/** A system lookup cannot be stopped, only no longer waited for. */
async function withDeadline<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => failed(new Error('no answer in time')), lookupMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
