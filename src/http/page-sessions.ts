/**
 * Who is at a browser: a cookie that holds a key, which no script can read and which counts only for requests of our own
 * pages. The key is an ordinary one: it is listed, expires and is revoked like any other
 * (docs/decisions/0081-signing-in.md).
 */
import { createHmac } from 'node:crypto';
import { type RandomBytes, randomBase62 } from '../core/ids.ts';
import type { Clock } from '../core/ports.ts';
import { hashKey } from '../util/key-text.ts';
import { isEqualText } from './auth.ts';

export type PageSession = {
  readonly key: string;
  /** Whether it opens what the admin key opens. */
  readonly isOwner: boolean;
};

export type PageSessions = {
  /** The session of a request, if it has one and comes from our own pages. */
  read(headers: Headers): PageSession | undefined;
  /** Whether a request comes from a page that this server served. */
  isOwnPage(headers: Headers): boolean;
  /** The `Set-Cookie` header that begins a session. */
  begin(headers: Headers, session: PageSession): string;
  /** The `Set-Cookie` header that ends it. */
  end(headers: Headers): string;
};

export type PageSessionOptions = {
  /** Signs that a session is the owner's. */
  readonly secret: string;
  /** Names, in lower case and without a port, under which the pages may be asked for. */
  readonly hosts: ReadonlySet<string>;
  /** The host, with its port, that is reached over https. */
  readonly secureHost?: string;
};

/** A browser that is not used for this long signs in again. */
export const sessionMs = 30 * 24 * 60 * 60 * 1000;

/** What our pages send with each request: no page of another origin can, unless we allowed it to. */
const pageHeader = 'x-framegate-page';

export function createPageSessions({ secret, hosts, secureHost }: PageSessionOptions): PageSessions {
  const hostOf = (headers: Headers) => (headers.get('host') ?? '').toLowerCase();
  const isSecure = (headers: Headers) => secureHost !== undefined && hostOf(headers) === secureHost;
  // Cookies do not know ports, so that two gateways of one machine would take each other's.
  const nameOf = (headers: Headers) => {
    const port = /:(\d+)$/.exec(hostOf(headers))?.[1] ?? '';
    return `${isSecure(headers) ? '__Host-' : ''}framegate${port === '' ? '' : `_${port}`}`;
  };
  const attributesOf = (headers: Headers) => `Path=/; HttpOnly; SameSite=Strict${isSecure(headers) ? '; Secure' : ''}`;
  const sign = (key: string) => createHmac('sha256', secret).update(`owner session ${key}`).digest('base64url');

  function isOwnPage(headers: Headers): boolean {
    // A name that an attacker points at this machine is none of ours.
    if (!hosts.has(hostOf(headers).replace(/:\d+$/, ''))) return false;
    const site = headers.get('sec-fetch-site');
    if (site !== null) return site === 'same-origin';
    // Browsers leave it out over plain http to other machines, and old ones always.
    const origin = headers.get('origin');
    if (origin !== null) return URL.canParse(origin) && new URL(origin).host === hostOf(headers);
    return headers.has(pageHeader);
  }

  return {
    isOwnPage,
    read(headers) {
      const value = readCookie(headers.get('cookie') ?? '', nameOf(headers));
      if (value === undefined || !isOwnPage(headers)) return undefined;
      const [key = '', signature] = value.split('~');
      return { key, isOwner: signature !== undefined && isEqualText(signature, sign(key)) };
    },
    begin(headers, { key, isOwner }) {
      const value = isOwner ? `${key}~${sign(key)}` : key;
      return `${nameOf(headers)}=${encodeURIComponent(value)}; Max-Age=${sessionMs / 1000}; ${attributesOf(headers)}`;
    },
    end: (headers) => `${nameOf(headers)}=; Max-Age=0; ${attributesOf(headers)}`,
  };
}

function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [found = '', value = ''] = pair.trim().split(/=(.*)/s);
    if (found !== name || value === '') continue;
    try {
      return decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

export type SignInCodes = {
  /** A code that signs one browser in as the owner. */
  make(): { readonly code: string; readonly expiresAt: number };
  /** Whether the code is good; it is not afterwards. */
  redeem(code: string): boolean;
};

const codeMs = 60 * 60 * 1000;
/** 190 random bits. */
const codeLength = 32;
const maximumCodes = 100;

export function createSignInCodes(clock: Clock, randomBytes: RandomBytes): SignInCodes {
  /** By their hashes, oldest first. */
  const codes = new Map<string, number>();
  return {
    make() {
      const [oldest] = codes.keys();
      if (codes.size >= maximumCodes && oldest !== undefined) codes.delete(oldest);
      const code = randomBase62(codeLength, randomBytes);
      const expiresAt = clock.now() + codeMs;
      codes.set(hashKey(code), expiresAt);
      return { code, expiresAt };
    },
    redeem(code) {
      const hash = hashKey(code);
      const expiresAt = codes.get(hash);
      codes.delete(hash);
      return expiresAt !== undefined && expiresAt > clock.now();
    },
  };
}
