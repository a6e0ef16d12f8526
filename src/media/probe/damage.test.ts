/** Whatever is done to a file, its probe ends soon: with facts that are possible, or with a typed error. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import {
  encode,
  fastMp4,
  fragmentedMp4,
  plainAvi,
  plainMov,
  plainMp4,
} from '../../../tests/support/media-corpus/films.ts';
import { animation, picture } from '../../../tests/support/media-corpus/good-pictures.ts';
import { GatewayError } from '../../core/errors.ts';
import type { BlobKey } from '../../core/ids.ts';
import type { Blobs } from '../../core/media-ports.ts';
import { checkCaps } from '../../core/media-rules.ts';
import { createProber } from './index.ts';

/** Ten times what the slowest of these files may take; most take a millisecond. */
const mostMs = 5_000;
let files: readonly Buffer[];

before(async () => {
  const sound = ['-f', 'lavfi', '-i', 'sine=duration=1'];
  const pictures = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10:duration=1'];
  files = await Promise.all([
    picture(64, 48).png().toBuffer(),
    picture(64, 48).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    picture(64, 48).webp().toBuffer(),
    animation(64, 48, 3, true),
    plainMp4({ hasSound: true }),
    fastMp4(),
    fragmentedMp4(),
    plainMov(),
    plainAvi({ hasSound: true }),
    encode('a.gif', ...pictures),
    encode('a.tiff', ...pictures, '-frames:v', '1'),
    encode('a.bmp', ...pictures, '-frames:v', '1'),
    encode('a.webm', ...pictures, '-c:v', 'libvpx'),
    encode('a.mp3', ...sound),
    encode('a.wav', ...sound),
    encode('a.flac', ...sound),
  ]);
});

async function probe(bytes: Uint8Array): Promise<void> {
  const blobs: Pick<Blobs, 'read'> = {
    async *read(_key, { start = 0, end = bytes.byteLength - 1 }) {
      yield bytes.subarray(start, end + 1);
    },
  };
  const begun = performance.now();
  try {
    const signal = AbortSignal.timeout(mostMs);
    const facts = await createProber(blobs as Blobs).probe('key' as BlobKey, bytes.byteLength, { signal });
    checkCaps(facts);
    for (const [name, value] of Object.entries(facts)) {
      if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0, `${name} ${value}`);
    }
    if (facts.kind === 'image' || facts.kind === 'video') assert.ok((facts.width ?? 0) > 0 && (facts.height ?? 0) > 0);
  } catch (error) {
    assert.ok(error instanceof GatewayError && error.code === 'invalid_input', String((error as Error).stack));
    assert.equal(error.issues.length, 1);
  }
  assert.ok(performance.now() - begun < mostMs);
}

const anyFile = () => fc.nat(files.length - 1).map((index) => files[index] as Buffer);
const damage = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x41)),
  {
    minLength: 1,
    maxLength: 8,
  },
);

test('bytes that were changed', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile(), damage, fc.boolean(), async (file, edits, isNearStart) => {
      const bent = Buffer.from(file);
      const reach = isNearStart ? Math.min(bent.byteLength, 256) : bent.byteLength;
      for (const [place, value] of edits) bent[Math.floor(place * (reach - 1))] = value;
      await probe(bent);
    }),
    { numRuns: 4_000 },
  );
});

test('numbers of four bytes that were changed', async () => {
  const numbers = fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff);
  await fc.assert(
    fc.asyncProperty(anyFile(), fc.nat(1500), numbers, fc.boolean(), async (file, offset, value, isFromEnd) => {
      const bent = Buffer.from(file);
      const at = Math.min(offset, bent.byteLength - 4);
      bent.writeUInt32BE(value, isFromEnd ? bent.byteLength - 4 - at : at);
      await probe(bent);
    }),
    { numRuns: 4_000 },
  );
});

test('files that were cut', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile(), fc.double({ min: 0, max: 1, noNaN: true }), async (file, share) => {
      await probe(file.subarray(0, Math.floor(share * file.byteLength)));
    }),
    { numRuns: 2_000 },
  );
});

test('bytes that are nothing', async () => {
  const signatures = [
    '\x89PNG\r\n\x1a\n',
    '\xff\xd8\xff',
    'RIFF\0\0\0\0WEBP',
    'RIFF\0\0\0\0AVI ',
    '\0\0\0\x14ftyp',
    'GIF89a',
    'II*\0',
    '\x1aE\xdf\xa3',
    '',
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...signatures), fc.uint8Array({ maxLength: 400 }), async (signature, bytes) => {
      await probe(Buffer.concat([Buffer.from(signature, 'latin1'), bytes]));
    }),
    { numRuns: 3_000 },
  );
});
