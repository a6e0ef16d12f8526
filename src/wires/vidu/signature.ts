/** How Vidu signs a callback: the caller's own API key, over everything but the body (its page on callback signatures). */
import { createHmac } from 'node:crypto';

/** Their order counts, and each stands in the text under exactly this name. */
const signedHeaders = ['Date', 'x-request-nonce'] as const;
const accessKey = 'vidu';

export type SignedRequest = {
  readonly key: string;
  readonly url: string;
  /** An HTTP date. */
  readonly date: string;
  readonly nonce: string;
};

export function callbackSignature({ key, url, date, nonce }: SignedRequest): string {
  const { pathname, search } = new URL(url);
  const values = { Date: date, 'x-request-nonce': nonce };
  const named = signedHeaders.map((name) => `${name}:${values[name]}`);
  const lines = ['POST', pathname, search.slice(1), accessKey, date, ...named];
  return createHmac('sha256', key)
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('base64');
}

export function callbackHeaders(request: SignedRequest): Readonly<Record<string, string>> {
  return {
    Date: request.date,
    'x-request-nonce': request.nonce,
    'X-HMAC-SIGNED-HEADERS': signedHeaders.join(';'),
    'X-HMAC-ALGORITHM': 'hmac-sha256',
    'X-HMAC-ACCESS-KEY': accessKey,
    'X-HMAC-SIGNATURE': callbackSignature(request),
  };
}
