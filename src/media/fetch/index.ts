/**
 * The guarded download and the guarded POST: the one way to every URL that came from outside. The text is judged, then each
 * address its name leads to; the connection is made to exactly an address that was judged, so a name cannot change its mind
 * in between; every redirect goes through all of it again.
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseRetryAfter } from '../../core/backoff.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Fetcher, UrlRules } from '../../core/media-ports.ts';
import type { AllowList } from './address.ts';
import { isPlain, readStart, streamBody } from './body.ts';
import { type ExchangeOptions, exchange } from './exchange.ts';
import { defaultLimits, type FetchLimits } from './limits.ts';
import { judgeUrl, type Target } from './url.ts';

const maximumRedirects = 3;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const maximumRetries = 3;
/** The server, or what stands before it, asks for patience. */
const busyStatuses: ReadonlySet<number> = new Set([429, 503]);
/** Of what answers a POST. */
const answerBytes = { readBytes: 64 * 1024, keptBytes: 1024 } as const;

export type FetcherOptions = {
  readonly allowList: AllowList;
  /** Names this software, its version and where to read about it. */
  readonly userAgent: string;
  /** Those left out are as in limits.ts. */
  readonly limits?: Partial<FetchLimits>;
  /** `address:port` of DNS servers; unless set, the system's. */
  readonly dnsServers?: readonly string[];
};

export function createFetcher({ allowList, userAgent, dnsServers, ...options }: FetcherOptions): Fetcher {
  const limits = { ...defaultLimits, ...options.limits };
  const within = (signal: AbortSignal): ExchangeOptions => ({
    allowList,
    userAgent,
    dnsServers,
    limits,
    signal: AbortSignal.any([signal, AbortSignal.timeout(limits.totalMs)]),
  });
  return {
    judge(url, rules) {
      judgeUrl(url, allowList, rules);
    },
    async *fetch(url, { signal, ...rules }) {
      try {
        const outgoing = within(signal);
        yield* streamBody(await download(url, rules, outgoing), { ...limits, signal: outgoing.signal });
      } catch (error) {
        signal.throwIfAborted();
        throw unfetchable(error);
      }
    },
    async post(url, content, { signal }) {
      try {
        const response = await exchange(judgeUrl(url, allowList), content, within(signal));
        const start = await readStart(response, answerBytes);
        return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], start };
      } catch (error) {
        signal.throwIfAborted();
        throw unfetchable(error);
      }
    },
  };
}

/** The same for every reason, so that an answer tells nothing of the network; the reason is the cause, for logs. */
function unfetchable(cause: unknown): GatewayError {
  return new GatewayError('input_unfetchable', 'could not be fetched', { cause });
}

/** Follows redirects and waits for servers that are busy. Resolves with a 200 whose body is plain, or throws. */
async function download(first: string, rules: UrlRules, options: ExchangeOptions): Promise<IncomingMessage> {
  let target = judgeUrl(first, options.allowList, rules);
  let redirects = 0;
  let retries = 0;
  for (;;) {
    const response = await exchange(target, undefined, options);
    const status = response.statusCode ?? 0;
    if (status === 200 && isPlain(response)) return response;
    response.destroy();
    if (redirectStatuses.has(status) && redirects < maximumRedirects) {
      redirects += 1;
      target = judgeRedirect(target, response, rules, options.allowList);
    } else if (busyStatuses.has(status) && retries < maximumRetries) {
      await delay(retryWaitMs(response, retries, options.limits), undefined, { signal: options.signal });
      retries += 1;
    } else throw new Error(`answered ${status}`);
  }
}

function judgeRedirect(from: Target, { headers }: IncomingMessage, rules: UrlRules, allowList: AllowList): Target {
  if (headers.location === undefined) throw new Error('a redirect without a place');
  const target = judgeUrl(new URL(headers.location, from.url).href, allowList, rules);
  if (from.url.protocol === 'https:' && target.url.protocol === 'http:') throw new Error('a redirect out of TLS');
  return target;
}

/** A date in Retry-After counts from the same answer's Date: whose clock is right does not matter then. */
function retryWaitMs({ headers }: IncomingMessage, retries: number, { retryMs, longestRetryMs }: FetchLimits): number {
  const asked = parseRetryAfter(headers['retry-after'], Date.parse(headers.date ?? ''));
  return Math.min(asked === undefined || Number.isNaN(asked) ? retryMs * 2 ** retries : asked, longestRetryMs);
}
