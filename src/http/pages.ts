/** Serves the built pages of web/ under /ui: hashed files for ever, the page itself asked for anew each time. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

export type Pages = {
  /** `path` is what stands after /ui/. Undefined: there is no such file. */
  page(path: string, request: Request): Response | undefined;
};

type File = { readonly bytes: Buffer; readonly gzip: Buffer | undefined; readonly type: string; readonly etag: string };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};
const pageFile = 'index.html';
const hashedFolder = 'assets/';
/** The build lays a compressed copy beside each file: nothing is compressed while somebody waits. */
const gzipSuffix = '.gz';

/** Media may also lie where `mediaOrigins` say: a bucket that links lead to. */
function policyOf(mediaOrigins: readonly string[]): string {
  const media = ["'self'", 'blob:', ...mediaOrigins].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${media} data:`,
    `media-src ${media}`,
    // Texts, 3D models and what is packed into an archive are read by script.
    `connect-src ${["'self'", ...mediaOrigins].join(' ')}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const unbuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Framegate</title>
<p>The pages are being built; this one comes back by itself. If it does not, run <code>npm run build</code>.
`;

/** `directory` holds what the build made; it may come, and change, while this runs. */
export function createPages(directory: string, mediaOrigins: readonly string[]): Pages {
  const common = {
    'content-security-policy': policyOf(mediaOrigins),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
  };
  let files: ReadonlyMap<string, File> = new Map();
  let builtAt = 0;

  /** The page is written last by a build, so its time tells whether all the rest is new. */
  function refresh(): void {
    const stat = statSync(join(directory, pageFile), { throwIfNoEntry: false });
    if (stat === undefined || stat.mtimeMs === builtAt) return;
    files = readFiles(directory);
    builtAt = stat.mtimeMs;
  }

  function answer(file: File, cacheControl: string, request: Request): Response {
    const headers = new Headers({
      ...common,
      'content-type': file.type,
      'cache-control': cacheControl,
      etag: file.etag,
      vary: 'accept-encoding',
    });
    if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers });
    const body = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '') ? file.gzip : undefined;
    if (body !== undefined) headers.set('content-encoding', 'gzip');
    return new Response(new Uint8Array(body ?? file.bytes), { headers });
  }

  refresh();
  return {
    page(path, request) {
      if (path.startsWith(hashedFolder)) {
        if (files.size === 0) refresh();
        const file = files.get(path);
        return file === undefined ? undefined : answer(file, 'public, max-age=31536000, immutable', request);
      }
      refresh();
      // What is no file is a view of the one page, which finds out itself what it shows.
      const file = files.get(path) ?? files.get(pageFile);
      if (file !== undefined) return answer(file, 'no-cache', request);
      const headers = { ...common, 'content-type': types['.html'] ?? '', 'cache-control': 'no-store', refresh: '1' };
      return new Response(unbuilt, { status: 503, headers });
    },
  };
}

function readFiles(directory: string): ReadonlyMap<string, File> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const served = names.flatMap((name): [string, File][] => {
    const type = types[extname(name)];
    if (type === undefined) return [];
    const bytes = readFileSync(join(directory, name));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    const gzip = names.includes(name + gzipSuffix) ? readFileSync(join(directory, name + gzipSuffix)) : undefined;
    return [[name, { bytes, gzip, type, etag }]];
  });
  return new Map(served);
}
