/** Links to files that this gateway hands out, read back: what they lead to is stored here and is never fetched. */
import { type ArtifactId, type FileToken, parseArtifactId, parseFileToken } from './ids.ts';

export type LinkSigner = {
  /** A signature over a text under a secret of the server, URL-safe. */
  readonly sign: (text: string) => string;
  /** In constant time. */
  readonly isGenuine: (text: string, signature: string) => boolean;
};

/** How a file is to be taken by a browser; the other headers of the answer follow from the file. */
export const dispositions = ['inline', 'attachment'] as const;
export type Disposition = (typeof dispositions)[number];

/** What a signed link grants: to read one file, under one name and in one way, until a time (milliseconds since 1970). */
export type LinkGrant = {
  readonly artifactId: ArtifactId;
  readonly fileName: string;
  readonly expiresAt: number;
  readonly disposition: Disposition;
};

const hour = 60 * 60 * 1000;
export const defaultLinkMs = hour;
export const maximumLinkMs = 7 * 24 * hour;

function subjectOf(id: string, expiry: string, disposition: string, fileName: string): string {
  // HEAD is what GET would say, so one signature serves both. A line cannot stand in any of these.
  return ['GET', id, expiry, disposition, fileName].join('\n');
}

/** What a link of ours names; `nothing` when it is forged, has run out, or was never handed out. */
export type OwnLink = { readonly token: FileToken } | { readonly artifactId: ArtifactId } | 'nothing';

/** The part of a signed link before the file's name: the grant and its signature. */
export function makeTicket({ artifactId, fileName, expiresAt, disposition }: LinkGrant, { sign }: LinkSigner): string {
  const signature = sign(subjectOf(artifactId, String(expiresAt), disposition, fileName));
  return `${artifactId}.${expiresAt}.${disposition}.${signature}`;
}

/** What a ticket for a preview is signed for: no file has a slash in its name. */
export function previewTicketName(fileName: string): string {
  return `previews/${fileName}`;
}

/** Undefined when it is not one of ours, or has run out. */
export function readTicket(
  ticket: string,
  fileName: string,
  { isGenuine }: LinkSigner,
  now: number,
): LinkGrant | undefined {
  const [id = '', expiry = '', given = '', signature = '', ...more] = ticket.split('.');
  const isSigned = isGenuine(subjectOf(id, expiry, given, fileName), signature);
  const artifactId = parseArtifactId(id);
  const disposition = dispositions.find((known) => known === given);
  const expiresAt = Number(expiry);
  if (!isSigned || more.length > 0 || artifactId === undefined || disposition === undefined) return undefined;
  return expiresAt > now ? { artifactId, fileName, expiresAt, disposition } : undefined;
}

/** Undefined unless the URL, however it is spelled, lies where links to files begin. `base` ends without a slash. */
export function readOwnLink(text: string, base: string, signer: LinkSigner, now: number): OwnLink | undefined {
  if (!URL.canParse(text) || !URL.canParse(base)) return undefined;
  const url = new URL(text);
  const start = new URL(`${base}/files/`);
  url.hostname = url.hostname.replace(/\.$/, '');
  if (url.origin !== start.origin || !url.pathname.startsWith(start.pathname)) return undefined;
  const [first = '', second = '', third = ''] = url.pathname.slice(start.pathname.length).split('/').map(decodeSegment);
  if (first === 'signed') {
    const grant = readTicket(second, third, signer, now);
    return grant === undefined ? 'nothing' : { artifactId: grant.artifactId };
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
