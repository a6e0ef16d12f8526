/** Links to files that this gateway hands out, read back: what they lead to is stored here and is never fetched. */
import { type ArtifactId, type FileToken, parseArtifactId, parseFileToken } from './ids.ts';

export type LinkSigner = {
  /** A signature over a text under the server's own secret, URL-safe. */
  readonly sign: (text: string) => string;
  /** In constant time. */
  readonly isEqual: (one: string, other: string) => boolean;
};

/** What a link of ours names; `nothing` when it is forged, has run out, or was never handed out. */
export type OwnLink = { readonly token: FileToken } | { readonly artifactId: ArtifactId } | 'nothing';

/** The part of a link that lets its holder read one file until `expiresAt`, milliseconds since 1970. */
export function makeTicket(id: ArtifactId, expiresAt: number, { sign }: LinkSigner): string {
  const subject = `${id}.${expiresAt}`;
  return `${subject}.${sign(subject)}`;
}

/** Undefined when it is not one of ours, or has run out. */
export function readTicket(ticket: string, { sign, isEqual }: LinkSigner, now: number): ArtifactId | undefined {
  const [id = '', expiry = '', signature = '', ...more] = ticket.split('.');
  const isGenuine = more.length === 0 && isEqual(sign(`${id}.${expiry}`), signature);
  return isGenuine && Number(expiry) > now ? parseArtifactId(id) : undefined;
}

/** Undefined unless the URL, however it is spelled, lies where links to files begin. `base` ends without a slash. */
export function readOwnLink(text: string, base: string, signer: LinkSigner, now: number): OwnLink | undefined {
  if (!URL.canParse(text) || !URL.canParse(base)) return undefined;
  const url = new URL(text);
  const start = new URL(`${base}/files/`);
  url.hostname = url.hostname.replace(/\.$/, '');
  if (url.origin !== start.origin || !url.pathname.startsWith(start.pathname)) return undefined;
  const [first = '', second = ''] = url.pathname.slice(start.pathname.length).split('/').map(decodeSegment);
  if (first === 'signed') {
    const artifactId = readTicket(second, signer, now);
    return artifactId === undefined ? 'nothing' : { artifactId };
  }
  const token = parseFileToken(first);
  return token === undefined ? 'nothing' : { token };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
