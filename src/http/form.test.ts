import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createBodyReader } from './body.ts';
import { createFormReader, type FormReader } from './form.ts';

const limitBytes = 1024 * 1024;
const bodies = createBodyReader();
let directory: string;
let reader: FormReader;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-form-'));
  reader = createFormReader(directory, bodies);
});
after(async () => {
  await bodies[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const file = (text: string, name = 'a.bin') => new File([text], name);
function requestOf(body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}): Request {
  return new Request('http://127.0.0.1/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
}
function form(...parts: readonly (readonly [string, string | File])[]): FormData {
  const data = new FormData();
  for (const [name, value] of parts) data.append(name, value);
  return data;
}
/** A form as bytes, with the header that names its boundary. */
const raw = (text: string, boundary = 'b') =>
  requestOf(text, { 'content-type': `multipart/form-data; boundary=${boundary}` });
const part = (name: string, value: string, more = '') =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;

test('texts and the file come out whatever their order; the file goes with the form', async () => {
  const large = 'x'.repeat(500_000);
  for (const parts of [
    [
      ['file', file(large)],
      ['apiKey', 'k'],
    ],
    [
      ['apiKey', 'k'],
      ['file', file(large)],
    ],
  ] as const) {
    const open = await reader.form(requestOf(form(...parts)), limitBytes, false);
    assert.deepEqual([...open.fields], [['apiKey', 'k']]);
    assert.deepEqual(
      [open.file?.fieldName, open.file?.fileName, open.file?.sizeBytes],
      ['file', 'a.bin', large.length],
    );
    const bytes = Buffer.concat(await Array.fromAsync(open.file?.bytes() ?? []));
    assert.equal(bytes.toString(), large);
    assert.equal((await readdir(directory)).length, 1);
    await open[Symbol.asyncDispose]();
    assert.deepEqual(await readdir(directory), []);
  }
});

test('a name of a file is only a name, and __proto__ only a field', async () => {
  const text = part('file', 'abc', '; filename="../../etc/passwd"') + part('__proto__', 'x');
  await using open = await reader.form(raw(`${text}--b--\r\n`), limitBytes, false);
  assert.equal(open.file?.fileName, 'passwd');
  assert.equal(open.fields.get('__proto__'), 'x');
  assert.match((await readdir(directory))[0] ?? '', /^form-[0-9a-f-]{36}$/);
});

test('what is no form, or more than a form may have, is refused, and nothing is left', async () => {
  const many = Array.from({ length: 33 }, (_, index) => part(`f${index}`, 'x')).join('');
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('y'.repeat(64 * 1024))),
  });
  const broken = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(part('file', 'abc', '; filename="a"'))),
    pull: (controller) => controller.error(new Error('the line broke')),
  });
  const cases: [string, Request, string][] = [
    ['broken off', requestOf(broken, { 'content-type': 'multipart/form-data; boundary=b' }), 'invalid_request'],
    ['no form', requestOf('{}', { 'content-type': 'application/json' }), 'unsupported_media_type'],
    ['no boundary', requestOf('x', { 'content-type': 'multipart/form-data; a=b' }), 'invalid_request'],
    ['cut off in a file', raw(part('file', 'abc', '; filename="a"').slice(0, -3)), 'invalid_request'],
    ['cut off in a header', raw('--b\r\nContent-Disposition: form-da'), 'invalid_request'],
    ['nothing', raw(''), 'invalid_request'],
    ['two files', requestOf(form(['a', file('1')], ['b', file('2')])), 'invalid_request'],
    ['33 fields', raw(`${many}--b--\r\n`), 'invalid_request'],
    ['a long text', requestOf(form(['apiKey', 'x'.repeat(65 * 1024)])), 'invalid_request'],
    ['one name, two texts', requestOf(form(['apiKey', 'a'], ['apiKey', 'b'])), 'invalid_request'],
    ['too large', requestOf(form(['file', file('x'.repeat(limitBytes))])), 'payload_too_large'],
    ['an endless one', requestOf(endless, { 'content-type': 'multipart/form-data; boundary=b' }), 'payload_too_large'],
    [
      'a packed one',
      requestOf('x', { 'content-type': 'multipart/form-data; boundary=b', 'content-encoding': 'gzip' }),
      'unsupported_media_type',
    ],
  ];
  for (const [what, request, code] of cases) {
    await assert.rejects(reader.form(request, limitBytes, false), { code }, what);
    assert.deepEqual(await readdir(directory), [], what);
  }
});

test('so many forms of unknown senders are open at once; the next of them is told to wait, and has room when one is closed', async () => {
  const open = await Promise.all(
    Array.from({ length: 16 }, () => reader.form(requestOf(form(['file', file('x')])), limitBytes, false)),
  );
  const next = () => reader.form(requestOf(form(['file', file('x')])), limitBytes, false);
  await assert.rejects(next(), { code: 'overloaded' });
  const known = await reader.form(requestOf(form(['file', file('x')])), limitBytes, true);
  await known[Symbol.asyncDispose]();
  await open[0]?.[Symbol.asyncDispose]();
  open[0] = await next();
  for (const one of open) await one[Symbol.asyncDispose]();
  assert.deepEqual(await readdir(directory), []);
});
