/** Serves the bytes of an artifact: one range, ETag, and headers under which no file can run as a page. */
import type { Gateway } from '../../core/gateway.ts';
import type { Artifact, MediaKind } from '../../core/media.ts';

type Span = { readonly start: number; readonly end: number };

/**
 * The one range that a `Range` header asks for (RFC 9110 14.1.2), both ends inclusive. Undefined: serve the whole, as for
 * every form that is not a single byte range; `unsatisfiable`: answer 416.
 */
export function readRange(header: string | null, sizeBytes: number): Span | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= sizeBytes ? 'unsatisfiable' : { start, end };
}

const shownKinds: ReadonlySet<MediaKind> = new Set(['image', 'video', 'audio']);

export function fileResponse(gateway: Gateway, artifact: Artifact, request: Request, signal: AbortSignal): Response {
  const { facts, sizeBytes, sha256, fileName } = artifact;
  const etag = `"${sha256}"`;
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
    // An archive, a mesh or a text is only ever saved, never opened by a browser.
    'content-disposition': `${shownKinds.has(facts.kind) ? 'inline' : 'attachment'}; filename="${fileName}"`,
    'content-security-policy': "sandbox; default-src 'none'",
    'content-type': facts.mediaType,
    'cross-origin-resource-policy': 'cross-origin',
    etag,
    'last-modified': new Date(artifact.createdAt).toUTCString(),
    'x-content-type-options': 'nosniff',
  };
  if (isCurrent(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  const condition = request.headers.get('if-range');
  const range =
    condition === null || condition === etag ? readRange(request.headers.get('range'), sizeBytes) : undefined;
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${sizeBytes}` } });
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  headers['content-length'] = String(end - start + 1);
  if (range !== undefined) headers['content-range'] = `bytes ${start}-${end}/${sizeBytes}`;
  const body = request.method === 'HEAD' ? null : ReadableStream.from(gateway.read(artifact, { signal, start, end }));
  return new Response(body, { status: range === undefined ? 200 : 206, headers });
}

/** Whether an If-None-Match header holds the tag (RFC 9110 13.1.2, weak comparison). */
function isCurrent(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
