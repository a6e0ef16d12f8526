import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeDataUri, detachInlineMedia, parseJson } from './inline-media.ts';

const hello = Buffer.from('hello!').toString('base64');

test('data URIs in their usual and their tolerated forms give the bytes', () => {
  for (const uri of [
    `data:image/png;base64,${hello}`,
    `data:image/png;base64${hello}`,
    `data:;base64,${hello}`,
    `data:image/png;name=a.png;base64,${hello}`,
    `DATA:IMAGE/PNG;BASE64,${hello}`,
  ]) {
    const medium = decodeDataUri(uri);
    assert.ok('bytes' in medium, uri);
    assert.equal(Buffer.from(medium.bytes).toString(), 'hello!');
  }
});

test('a broken data URI says what is wrong with it', () => {
  const cases: [string, RegExp][] = [
    ['data:image/png,hello', /form data:<type>;base64/],
    ['data:image/png;base64,', /without data/],
    ['data:image/png;base64,abcde', /multiple of 4/],
    ['data:image/png;base64,ab*=', /alphabet/],
    ['data:image/png;base64,a=bc', /alphabet/],
    ['data:image/png;base64,ab\ncd=', /alphabet|multiple/],
  ];
  for (const [uri, expected] of cases) {
    const medium = decodeDataUri(uri);
    assert.ok('problem' in medium, uri);
    assert.match(medium.problem, expected);
  }
});

test('media are taken out wherever they stand, and other strings stay', () => {
  const body = { prompt: 'data entry', images: [`data:image/png;base64,${hello}`, 'https://example.org'] };
  const { value, inline } = detachInlineMedia(body, 'n');
  assert.deepEqual(value, { prompt: 'data entry', images: ['inline-n-0', 'https://example.org'] });
  assert.deepEqual([...inline.keys()], ['inline-n-0']);
});

test('__proto__ as a key stays a key', () => {
  const { value } = detachInlineMedia(parseJson(`{"__proto__":{"a":"data:;base64,${hello}"}}`), 'n');
  assert.deepEqual(Object.keys(value as object), ['__proto__']);
  assert.equal(({} as { a?: unknown }).a, undefined);
});

test('100,000 levels are refused at once, 32 are taken', () => {
  const nested = (depth: number) => parseJson('['.repeat(depth) + ']'.repeat(depth));
  assert.doesNotThrow(() => detachInlineMedia(nested(32), 'n'));
  const started = performance.now();
  assert.throws(() => detachInlineMedia(nested(100_000), 'n'), { code: 'invalid_request' });
  assert.ok(performance.now() - started < 1_000);
});

test('text that is not JSON is refused in one sentence', () => {
  assert.throws(() => parseJson('{"a":'), { code: 'invalid_request', message: /not valid JSON/ });
  assert.throws(() => parseJson(''), { code: 'invalid_request' });
});

test('a whole number beyond 2^53 is its text, wherever it stands; every other number is a number', () => {
  const text =
    '{"id":1987654321098765433,"list":[ -1987654321098765433, 9007199254740991],"half":0.5000000000000000000}';
  assert.deepEqual(parseJson(text), {
    id: '1987654321098765433',
    list: ['-1987654321098765433', 9_007_199_254_740_991],
    half: 0.5,
  });
  assert.deepEqual(parseJson('{"a":9007199254740993}'), { a: '9007199254740993' });
  assert.deepEqual(parseJson('{"a":1e30,"b":[1234567890123456.5]}'), {
    a: 1e30,
    b: [1_234_567_890_123_456.5],
  });
});

test('a long number makes __proto__ no less a key, and deep nesting no less refused', () => {
  const parsed = parseJson('{"__proto__":{"a":1987654321098765433}}') as object;
  assert.deepEqual(Object.keys(parsed), ['__proto__']);
  assert.equal(({} as { a?: unknown }).a, undefined);
  assert.throws(() => parseJson(`${'['.repeat(100_000)} 1987654321098765433${']'.repeat(100_000)}`), {
    code: 'invalid_request',
  });
});
