import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Gateway } from '../../core/gateway.ts';
import type { Artifact, MediaKind } from '../../core/media.ts';
import { fileResponse, readRange } from './files.ts';

test('ranges in every form', () => {
  const cases: [string | null, ReturnType<typeof readRange>][] = [
    [null, undefined],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=5-100', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-100', { start: 0, end: 9 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=6-5', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,3-4', undefined],
    ['items=0-1', undefined],
    ['bytes=99999999999999999999-', undefined],
  ];
  for (const [header, expected] of cases) assert.deepEqual(readRange(header, 10), expected, String(header));
});

test('whatever the header says, a range lies inside the file', () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
  );
  fc.assert(
    fc.property(header, fc.integer({ min: 1, max: 1_000_000 }), (text, size) => {
      const range = readRange(text, size);
      if (range === undefined || range === 'unsatisfiable') return;
      assert.ok(range.start >= 0 && range.start <= range.end && range.end < size);
    }),
  );
});

test('a browser is shown pictures, films and sounds, and told to save the rest', async () => {
  const dispositionOf = async (kind: MediaKind) => {
    const facts = { kind, mediaType: 'text/plain', extension: 'txt' };
    const artifact = { facts, sizeBytes: 3, sha256: 'a', fileName: 'a.txt', createdAt: 0 } as Artifact;
    const request = new Request('http://localhost/', { method: 'HEAD' });
    // Headers are all that a HEAD request asks of it.
    const gateway = { directUrl: async () => undefined } as unknown as Gateway;
    const response = await fileResponse(gateway, { artifact }, request, AbortSignal.timeout(60_000));
    return response.headers.get('content-disposition')?.split(';')[0];
  };
  for (const kind of ['image', 'video', 'audio'] as const) assert.equal(await dispositionOf(kind), 'inline');
  for (const kind of ['archive', 'mesh', 'text'] as const) assert.equal(await dispositionOf(kind), 'attachment');
});
