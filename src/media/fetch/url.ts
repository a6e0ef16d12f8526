/**
 * Which URLs may be fetched at all, before anything is looked up. A URL is parsed once, by the WHATWG parser, and only the
 * parsed form is used: two readers of one spelling are how guards are passed.
 */
import { GatewayError } from '../../core/errors.ts';
import type { UrlRules } from '../../core/media-ports.ts';
import { type AllowList, isReachable } from './address.ts';
import { type Address, parseAddress } from './address-bytes.ts';
import { metadataNames } from './special-blocks.ts';

const maximumUrlLength = 2048;
/** RFC 1035 2.3.4, as text without the last dot. */
const maximumNameLength = 253;
const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** A URL that was judged; no other is sent for. */
export type Target = {
  readonly url: URL;
  readonly port: number;
  /** Undefined when `name` is still to be looked up. */
  readonly address: Address | undefined;
  /** Empty for an address. */
  readonly name: string;
  /** The owner named this very host and port, so its addresses are the owner's choice. */
  readonly isDoorAllowed: boolean;
};

/**
 * Names that end in these are somebody's own network by meaning: special-use names (RFC 6761, 6762, 7686, 8375, 9476),
 * names that ICANN keeps out of the root (home, corp, mail, internal), those that RFC 6762 appendix G saw in use, and those
 * of well-known software.
 */
const localEndings: ReadonlySet<string> = new Set([
  ...['localhost', 'local', 'test', 'invalid', 'example', 'onion', 'alt', 'arpa', 'internal'],
  ...['home', 'corp', 'mail', 'intranet', 'private', 'lan'],
  ...['localdomain', 'consul', 'docker', 'svc'],
]);

/** Throws GatewayError `invalid_input` with the predicate of a sentence. */
export function judgeUrl(text: string, allowList: AllowList, { isHttpAllowed = false }: UrlRules = {}): Target {
  const url = parseUrl(text);
  // One dot at the end says only that the name is whole.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const bare = url.hostname.replace(/^\[|\]$/g, '');
  const address = parseAddress(bare);
  const name = address === undefined ? bare : '';
  const target: Target = { url, port, address, name, isDoorAllowed: allowList.allowsDoor(url.hostname, port) };
  if (isForeignHost(target, allowList)) throw refusal('is a URL of a host that this server does not fetch from');
  if (target.isDoorAllowed || (address !== undefined && allowList.allowsAddress(address))) return target;
  if (url.protocol === 'http:' && !isHttpAllowed) throw refusal('must be an https URL');
  if (url.port !== '') throw refusal(`is a URL with a port other than ${isHttpAllowed ? '443 and 80' : '443'}`);
  return target;
}

function refusal(predicate: string): GatewayError {
  return new GatewayError('invalid_input', predicate);
}

/** The rules of spelling; those of hosts come after. */
function parseUrl(text: string): URL {
  if (text.length > maximumUrlLength) throw refusal(`is a URL of more than ${maximumUrlLength} characters`);
  // Parsers drop tabs and line ends, read backslashes as slashes, and IDNA drops what is invisible.
  if (/[\p{Cc}\p{Cf}\p{Cs}\s\\]/u.test(text)) {
    throw refusal('is a URL with white space, control characters or backslashes');
  }
  if (!URL.canParse(text)) throw refusal('is not a URL, a data URI or the id of an artifact');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refusal('must be an https URL');
  if (url.username !== '' || url.password !== '') throw refusal('is a URL with a user name or password');
  return url;
}

function isForeignHost({ address, name, isDoorAllowed }: Target, allowList: AllowList): boolean {
  if (address !== undefined) return !isReachable(address, allowList, isDoorAllowed);
  return isMetadataName(name) || !(isDoorAllowed || isPublicName(name));
}

function isMetadataName(name: string): boolean {
  return metadataNames.some((one) => name === one || name.endsWith(`.${one}`));
}

/** A name of the public DNS: two labels at least, each well spelled, and none of the endings that are local by meaning. */
function isPublicName(name: string): boolean {
  const labels = name.split('.');
  const isSpelledWell = name.length <= maximumNameLength && labels.every((one) => label.test(one));
  return isSpelledWell && labels.length >= 2 && !localEndings.has(labels.at(-1) ?? '');
}
