import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { readImageHeader } from './image-header.ts';

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 80, b: 20 } } });

test('size and format of what a real encoder writes', async () => {
  for (const [width, height] of [
    [1, 1],
    [128, 512],
    [4001, 17],
  ] as const) {
    const files = {
      png: await picture(width, height).png().toBuffer(),
      jpeg: await picture(width, height).jpeg().toBuffer(),
      progressive: await picture(width, height).jpeg({ progressive: true }).toBuffer(),
      webp: await picture(width, height).webp().toBuffer(),
      lossless: await picture(width, height).webp({ lossless: true }).toBuffer(),
      alpha: await picture(width, height).ensureAlpha(0.5).webp({ lossless: false, alphaQuality: 80 }).toBuffer(),
    };
    for (const [format, bytes] of Object.entries(files)) {
      const facts = readImageHeader(bytes);
      assert.deepEqual([facts?.kind, facts?.width, facts?.height], ['image', width, height], format);
    }
  }
});

test('the orientation of a JPEG is read from its EXIF block', async () => {
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    const bytes = await picture(40, 20).withMetadata({ orientation }).jpeg().toBuffer();
    const facts = readImageHeader(bytes);
    // The coded size: turning the picture is the decoder's work.
    assert.deepEqual([facts?.orientation, facts?.width, facts?.height], [orientation, 40, 20]);
  }
});

test('other files are none of the three', () => {
  for (const text of ['', 'GIF89a', '<svg/>', '%PDF-1.7', '#EXTM3U', 'RIFF????AVI ', 'words']) {
    assert.equal(readImageHeader(Buffer.from(text)), undefined);
  }
});

test('a header that is cut anywhere, or bent anywhere, gives facts or a RangeError, at once', async () => {
  const files = [
    await picture(64, 48).png().toBuffer(),
    await picture(64, 48).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    await picture(64, 48).webp().toBuffer(),
  ];
  const readSafely = (bytes: Uint8Array) => {
    try {
      const facts = readImageHeader(bytes);
      if (facts !== undefined) assert.ok((facts.width ?? 0) > 0 && (facts.height ?? 0) > 0);
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error));
    }
  };
  for (const file of files)
    for (let length = 0; length < file.length; length += 1) readSafely(file.subarray(0, length));
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }),
      (file, edits) => {
        const bent = Buffer.from(file);
        for (const [offset, value] of edits) if (offset >= 4 && offset < bent.length) bent[offset] = value;
        readSafely(bent);
      },
    ),
    { numRuns: 3_000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), readSafely), { numRuns: 3_000 });
});
