import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createPages } from './pages.ts';

const script = 'console.log(1)';
let directory: string;
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'framegate-pages-'));
});
after(() => rmSync(directory, { recursive: true }));

function build(html: string): void {
  mkdirSync(join(directory, 'assets'), { recursive: true });
  writeFileSync(join(directory, 'assets/app-1a2b.js'), script);
  writeFileSync(join(directory, 'assets/app-1a2b.js.gz'), gzipSync(script));
  writeFileSync(join(directory, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(directory, 'index.html'), html);
}

const ask = (headers: Record<string, string> = {}) => new Request('http://127.0.0.1/', { headers });

test('before they are built, a page says so and asks again; then it is there, and follows the next build', async () => {
  const pages = createPages(directory, []);
  const waiting = pages.page('', ask());
  assert.equal(waiting?.status, 503);
  assert.equal(waiting.headers.get('refresh'), '1');
  assert.equal(pages.page('assets/app-1a2b.js', ask()), undefined);
  build('<p>one');
  assert.equal(await pages.page('', ask())?.text(), '<p>one');
  await new Promise((done) => setTimeout(done, 20));
  build('<p>two');
  assert.equal(await pages.page('models/some/model-1.5', ask())?.text(), '<p>two');
});

test('hashed files are kept for ever, the page is asked for anew; both by their tags', async () => {
  build('<p>one');
  const pages = createPages(directory, []);
  const file = pages.page('assets/app-1a2b.js', ask());
  assert.equal(file?.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.equal(file.headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.equal(await file.text(), script);
  const page = pages.page('', ask());
  assert.equal(page?.headers.get('cache-control'), 'no-cache');
  const again = pages.page('', ask({ 'if-none-match': page.headers.get('etag') ?? '' }));
  assert.equal(again?.status, 304);
  assert.equal(pages.page('assets/missing.js', ask()), undefined);
  assert.equal(pages.page('assets/../../secret', ask()), undefined);
  assert.equal(pages.page('icon.svg', ask())?.headers.get('content-type'), 'image/svg+xml');
});

test('a compressed copy is sent to whoever takes it', async () => {
  build('<p>one');
  const pages = createPages(directory, []);
  const file = pages.page('assets/app-1a2b.js', ask({ 'accept-encoding': 'gzip, br' }));
  assert.equal(file?.headers.get('content-encoding'), 'gzip');
  assert.equal(gunzipSync(Buffer.from(await file.arrayBuffer())).toString(), script);
});

test('the headers allow no script but ours, no other origin and no frame', () => {
  build('<p>one');
  const headers = createPages(directory, ['https://bucket.example.org']).page('', ask())?.headers;
  assert.deepEqual(headers?.get('content-security-policy')?.split('; '), [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: https://bucket.example.org data:",
    "media-src 'self' blob: https://bucket.example.org",
    "connect-src 'self' https://bucket.example.org",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ]);
  assert.equal(headers?.get('x-content-type-options'), 'nosniff');
  assert.equal(headers?.get('referrer-policy'), 'no-referrer');
  assert.equal(headers?.get('cross-origin-opener-policy'), 'same-origin');
  assert.equal(headers?.get('cross-origin-resource-policy'), 'same-origin');
  assert.match(headers?.get('permissions-policy') ?? '', /camera=\(\)/);
});
