/** What an engine need not know is gone, and the picture looks as before: judged by exiftool and by sharp. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import {
  decodePicture,
  type MadeFile,
  makePictures,
  oldSource,
  readByExiftool,
} from '../../../../tests/support/marked-files.ts';
import { GatewayError } from '../../../core/errors.ts';
import { applyEdits } from '../format/edits.ts';
import { readMemory } from '../format/file-reader.ts';
import { makeJpegSegment } from '../format/jpeg.ts';
import { makePngChunk } from '../format/png.ts';
import { stripJpeg, stripPng, stripWebp } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'framegate-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const pictures = await makePictures();
const cameraPictures = pictures.filter(({ name }) => name.startsWith('camera'));

async function strip({ extension }: Pick<MadeFile, 'extension'>, bytes: Uint8Array): Promise<Buffer> {
  const stripper = extension === 'png' ? stripPng : extension === 'jpg' ? stripJpeg : stripWebp;
  const edits = await stripper(readMemory(bytes));
  return Buffer.concat(await Array.fromAsync(applyEdits(readMemory(bytes), edits)));
}

const secrets = /Secret|GPS|XMP|IPTC|Comment|ThumbnailImage/;

test('place, device and everything of the kind are gone; orientation, colour and pixels stay', async () => {
  const before = readByExiftool(directory, cameraPictures);
  const files = await Promise.all(
    cameraPictures.map(async (file) => ({ name: file.name, bytes: await strip(file, file.bytes) })),
  );
  const answers = readByExiftool(directory, files);
  for (const [index, { name, bytes }] of files.entries()) {
    const original = (cameraPictures[index] as MadeFile).bytes;
    assert.match(JSON.stringify(before.get(name)), secrets, `${name} had something to hide`);
    assert.match(JSON.stringify(before.get(name)), /GPS/, name);
    assert.doesNotMatch(JSON.stringify(answers.get(name)), secrets, name);
    for (const text of ['Secret Camera', oldSource, 'GPS', 'ns.adobe.com'])
      assert.ok(!bytes.includes(text), `${name} ${text}`);
    assert.equal(await decodePicture(bytes), await decodePicture(original), name);
    const [then, now] = [await sharp(original).metadata(), await sharp(bytes).metadata()];
    assert.equal(now.orientation, then.orientation === 1 ? undefined : then.orientation, name);
    assert.deepEqual(now.icc, then.icc, name);
    assert.equal(answers.get(name)?.['ExifTool:Warning'], undefined, name);
  }
});

test('every orientation stays what it was', async () => {
  const picture = sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } });
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    for (const extension of ['jpg', 'png', 'webp'] as const) {
      const format = extension === 'jpg' ? 'jpeg' : extension;
      const bytes = await picture.clone().withMetadata({ orientation }).toFormat(format).toBuffer();
      const stripped = await sharp(await strip({ extension }, bytes)).metadata();
      assert.equal(stripped.orientation ?? 1, orientation, extension);
    }
  }
});

test('a picture without metadata is not touched', async () => {
  for (const name of ['plain.png', 'palette.png', 'baseline.jpg', 'lossy.webp', 'lossless.webp', 'animated.webp']) {
    const file = pictures.find((one) => one.name === name) as MadeFile;
    const bare = await strip(file, file.bytes);
    assert.deepEqual(await strip(file, bare), bare, name);
    assert.equal(await decodePicture(bare), await decodePicture(file.bytes), name);
  }
});

test('what hides in comments, thumbnails, unknown chunks and behind the picture goes too', async () => {
  const find = (name: string) => pictures.find((one) => one.name === name) as MadeFile;
  const progressive = find('progressive.jpg');
  const segments = [0xfe, 0xe0, 0xe2, 0xeb, 0xed].map((marker) =>
    makeJpegSegment(marker, Buffer.from('MPF\0 a secret')),
  );
  const jpeg = Buffer.concat([
    progressive.bytes.subarray(0, 2),
    ...segments,
    progressive.bytes.subarray(2),
    ...cameraPictures.map(({ bytes }) => bytes),
  ]);
  const plain = find('plain.png');
  const chunks = ['tEXt', 'tIME', 'caBX', 'prVt'].map((type) => makePngChunk(type, Buffer.from('key\0a secret')));
  const png = Buffer.concat([
    plain.bytes.subarray(0, 33),
    ...chunks,
    plain.bytes.subarray(33),
    Buffer.from('a secret'),
  ]);
  const webp = Buffer.concat([find('lossy.webp').bytes, Buffer.from('a secret')]);
  for (const [file, bytes] of [
    [progressive, jpeg],
    [plain, png],
    [find('lossy.webp'), webp],
  ] as const) {
    const stripped = await strip(file, bytes);
    assert.ok(!stripped.includes('secret'), file.name);
    assert.ok(!stripped.includes('Secret'), file.name);
    assert.equal(await decodePicture(stripped), await decodePicture(file.bytes), file.name);
  }
});

test('cut and damaged files are refused or stripped, never with another error and never without end', async () => {
  const attempt = async (file: MadeFile, bytes: Buffer) => {
    try {
      await strip(file, bytes);
    } catch (error) {
      assert.ok(error instanceof GatewayError && error.code === 'invalid_input', `${file.name}: ${error}`);
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.nat(pictures.length - 1),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 8 }),
      async (index, share, changes) => {
        const file = pictures[index] as MadeFile;
        await attempt(file, file.bytes.subarray(0, Math.floor(file.bytes.byteLength * share)));
        const damaged = Buffer.from(file.bytes);
        for (const [at, byte] of changes) if (at < damaged.byteLength) damaged[at] = byte;
        await attempt(file, damaged);
      },
    ),
    { numRuns: 400 },
  );
});
