import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAllowList } from './address.ts';
import { judgeUrl } from './url.ts';

const nothing = parseAllowList([]);

test('public https is taken, and what is sent for is the parsed form', () => {
  const hrefs = {
    'https://example.org/a.png?x=1#y': 'https://example.org/a.png?x=1#y',
    'https://EXAMPLE.org.:443/a': 'https://example.org/a',
    'https://8.8.8.8/a': 'https://8.8.8.8/a',
    'https://134744072/a': 'https://8.8.8.8/a',
    'https://[2606:4700:0::1111]/a': 'https://[2606:4700::1111]/a',
    'https://bücher.example.org/ä%20b': 'https://xn--bcher-kva.example.org/%C3%A4%20b',
    'https://my_bucket.s3.amazonaws.com/a': 'https://my_bucket.s3.amazonaws.com/a',
  };
  for (const [text, href] of Object.entries(hrefs)) assert.equal(judgeUrl(text, nothing).url.href, href);
  assert.equal(judgeUrl('https://example.org/', nothing).port, 443);
  assert.equal(judgeUrl(`https://example.org/${'a'.repeat(2_028)}`, nothing).url.href.length, 2_048);
});

test('http is taken on port 80 where the API that the URL came by allows it, and only there', () => {
  const rules = { isHttpAllowed: true };
  assert.equal(judgeUrl('http://example.org/a', nothing, rules).port, 80);
  assert.equal(judgeUrl('http://example.org:80/a', nothing, rules).port, 80);
  for (const url of [
    'http://example.org:8080/a',
    'http://example.org:443/a',
    'https://example.org:80/a',
    'http://127.0.0.1/a',
  ]) {
    assert.throws(() => judgeUrl(url, nothing, rules), { code: 'invalid_input' }, url);
  }
  assert.throws(() => judgeUrl('http://example.org/a', nothing), { message: 'must be an https URL' });
});

test('doors and blocks of the owner are taken in any spelling; metadata services are not', () => {
  const list = parseAllowList([
    '127.0.0.1:9000',
    'files.internal:80',
    '10.1.0.0/16',
    '[::1]:7000',
    'metadata.google.internal:80',
    '169.254.169.254:80',
  ]);
  const taken = [
    'http://127.0.0.1:9000/a',
    'https://0x7f.1:9000/',
    'http://files.internal/',
    'http://FILES.internal.:80/',
  ];
  for (const url of [...taken, 'http://10.1.2.3:8080/', 'https://10.1.2.3/', 'http://[0:0::1]:7000/']) {
    assert.doesNotThrow(() => judgeUrl(url, list), url);
  }
  const refused = [
    'http://127.0.0.1:9001/',
    'http://files.internal:81/',
    'http://a.files.internal/',
    'http://10.2.2.3/',
    'http://[::1]/',
  ];
  for (const url of [
    ...refused,
    'http://metadata.google.internal/',
    'http://169.254.169.254/',
    'http://[::ffff:10.1.2.3]/',
  ]) {
    assert.throws(() => judgeUrl(url, list), { code: 'invalid_input' }, url);
  }
});

/**
 * The rules once more, read from the pieces a URL was built of and never from the URL. The pieces are chosen so that the
 * parser changes none of them.
 */
type Pieces = {
  readonly scheme: string;
  readonly user: string;
  readonly labels: readonly string[];
  readonly port: string;
  readonly path: string;
};

function isTakenSlowly({ scheme, user, labels, port, path }: Pieces): boolean {
  const locals =
    'localhost local test invalid example onion alt arpa internal home corp mail intranet private lan localdomain consul docker svc';
  return (
    scheme === 'https' &&
    user === '' &&
    (port === '' || port === ':443') &&
    labels.length > 1 &&
    !labels.some((label) => label === '' || label.startsWith('-') || label.endsWith('-') || label.length > 63) &&
    labels.join('.').length <= 253 &&
    !locals.split(' ').includes(labels[labels.length - 1] ?? '') &&
    !labels.join('.').endsWith('metadata.goog') &&
    ![' ', '\t', '\\', '\u200b', '\u00ad', '\u0000'].some((one) => path.includes(one))
  );
}

test('the judge agrees with a slow reader of the pieces', () => {
  const endings = ['org', 'com', 'localhost', 'local', 'internal', 'arpa', 'home', 'goog', 'svc', 'xn--p1ai'];
  const pieces = fc.record({
    scheme: fc.constantFrom(...Array<string>(9).fill('https'), 'http', 'ftp', 'ws'),
    user: fc.constantFrom(...Array<string>(9).fill(''), 'user@', 'user:password@'),
    labels: fc
      .tuple(
        fc.array(
          fc.constantFrom('a', 'a-b', '-a', 'a-', 'metadata', '_a', 'x'.repeat(63), 'x'.repeat(64), 'localhost', '127'),
          { maxLength: 4 },
        ),
        fc.constantFrom(...endings),
      )
      .map(([start, end]) => [...start, end]),
    port: fc.constantFrom('', '', '', ':443', ':443', ':80', ':8443', ':0'),
    path: fc.constantFrom(
      '',
      '/',
      '/a.png',
      '/a?b=c',
      '/a%20b',
      '/a b',
      '/a\t',
      '/a\\b',
      '/a\u200b',
      '/\u00ad',
      '/a\u0000',
      '/ä',
    ),
  });
  let taken = 0;
  fc.assert(
    fc.property(pieces, (given) => {
      const text = `${given.scheme}://${given.user}${given.labels.join('.')}${given.port}${given.path}`;
      let isTaken = true;
      try {
        judgeUrl(text, nothing);
      } catch (error) {
        assert.equal((error as { code: string }).code, 'invalid_input');
        isTaken = false;
      }
      taken += isTaken ? 1 : 0;
      assert.equal(isTaken, isTakenSlowly(given), text);
    }),
    { numRuns: 10_000 },
  );
  assert.ok(taken > 100, `only ${taken} were taken`);
});

test('any text is judged or refused with a typed error, and nothing else happens', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.webUrl(),
        fc.string().map((text) => `https://${text}`),
      ),
      (text) => {
        try {
          judgeUrl(text, nothing);
        } catch (error) {
          assert.equal((error as { code: string }).code, 'invalid_input', text);
        }
      },
    ),
    { numRuns: 5_000 },
  );
});
