/** Serves the bytes of an artifact: one range, ETag, and headers under which no file can run as a page. */
import { GatewayError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import { type Artifact, type PreviewName, previewFileNames, shownKinds } from '../../core/media.ts';
import type { Disposition } from '../../core/own-links.ts';

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

/** What of an artifact is served, and how. */
export type Served = {
  readonly artifact: Artifact;
  /** As a signed link says; otherwise what is shown by browsers is shown. */
  readonly disposition?: Disposition;
  readonly preview?: PreviewName;
};

export async function fileResponse(
  gateway: Gateway,
  { artifact, disposition, preview }: Served,
  request: Request,
  signal: AbortSignal,
): Promise<Response> {
  const { sizeBytes, sha256, mediaType, fileName } =
    preview === undefined ? wholeOf(artifact) : previewOf(artifact, preview);
  const etag = `"${sha256}"`;
  // An archive, a mesh or a text is only ever saved, never opened by a browser.
  const shown = shownKinds.has(artifact.facts.kind) ? (disposition ?? 'inline') : 'attachment';
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
    'content-disposition': `${shown}; filename="${fileName}"`,
    'content-security-policy': "sandbox; default-src 'none'",
    'content-type': mediaType,
    'cross-origin-resource-policy': 'cross-origin',
    etag,
    'last-modified': new Date(artifact.createdAt).toUTCString(),
    'x-content-type-options': 'nosniff',
  };
  if (isCurrent(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  const direct =
    preview === undefined ? await gateway.directUrl(artifact, headers['content-disposition'] ?? '') : undefined;
  // Range and conditions are the storage's matter then; where it leads ends soon, so nobody may keep it.
  if (direct !== undefined)
    return new Response(null, { status: 302, headers: { location: direct, 'cache-control': 'no-store' } });
  const condition = request.headers.get('if-range');
  const range =
    condition === null || condition === etag ? readRange(request.headers.get('range'), sizeBytes) : undefined;
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${sizeBytes}` } });
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  headers['content-length'] = String(end - start + 1);
  if (range !== undefined) headers['content-range'] = `bytes ${start}-${end}/${sizeBytes}`;
  const status = range === undefined ? 200 : 206;
  if (request.method === 'HEAD') return new Response(null, { status, headers });
  const whole = { signal, expected: { sizeBytes, sha256 } };
  const part = { signal, start, end };
  const bytes = gateway.read(artifact, { ...(range === undefined ? whole : part), preview });
  return new Response(ReadableStream.from(await begun(bytes)), { status, headers });
}

function wholeOf({ sizeBytes, sha256, facts, fileName }: Artifact) {
  return { sizeBytes, sha256, mediaType: facts.mediaType, fileName };
}

/** Throws GatewayError `not_found`. */
function previewOf({ previews }: Artifact, name: PreviewName) {
  const preview = previews?.[name];
  if (preview === undefined) throw new GatewayError('not_found', 'There is no such preview, or not yet.');
  return { ...preview, fileName: previewFileNames[name] };
}

/** Waits for the first bytes: once headers are out, nobody can be told any more that a file is gone. */
async function begun(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let chunk = first; chunk.done !== true; chunk = await iterator.next()) yield chunk.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

/** Whether an If-None-Match header holds the tag (RFC 9110 13.1.2, weak comparison). */
function isCurrent(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
