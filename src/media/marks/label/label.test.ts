/** The label: written into files of many shapes, read back by programs that are not ours, without touching a pixel. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import {
  decodePicture,
  hashFilm,
  type MadeFile,
  makeFilms,
  makePictures,
  oldSource,
  readByExiftool,
  readFilmTags,
} from '../../../../tests/support/marked-files.ts';
import { GatewayError } from '../../../core/errors.ts';
import { type Label, labelFields } from '../../../core/marks.ts';
import { makeBox } from '../format/boxes.ts';
import { applyEdits } from '../format/edits.ts';
import { createFileReader, readMemory } from '../format/file-reader.ts';
import { makeJpegSegment } from '../format/jpeg.ts';
import { makePngChunk } from '../format/png.ts';
import { makeRiffChunk } from '../format/webp.ts';
import { planJpeg } from './jpeg.ts';
import { labelText } from './label-text.ts';
import { planMp4 } from './mp4.ts';
import type { LabelPlan } from './plan.ts';
import { planPng } from './png.ts';
import { planWebp } from './webp.ts';

const directory = mkdtempSync(join(tmpdir(), 'framegate-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const pictures = await makePictures();
const films = makeFilms(directory);

const label: Label = {
  Label: '1',
  ContentProducer: '帧门 "gate" <&> 🎬',
  ProduceID: 'task_1',
  ReservedCode1: '',
  ContentPropagator: "it's ours",
  PropagateID: 'p-1',
  ReservedCode2: '\u0000\u0085\ud800\uffff',
};

function plan({ extension }: Pick<MadeFile, 'extension'>, bytes: Uint8Array, text: string): Promise<LabelPlan> {
  const planner = { png: planPng, jpg: planJpeg, webp: planWebp }[extension] ?? planMp4;
  return planner(readMemory(bytes), text);
}

async function mark(file: Pick<MadeFile, 'extension' | 'bytes'>, wanted: Label = label): Promise<Buffer> {
  const planned = await plan(file, file.bytes, labelText(wanted));
  assert.equal(planned.state, 'labelled');
  if (planned.state !== 'labelled') throw new Error('unreachable');
  return Buffer.concat(await Array.fromAsync(applyEdits(readMemory(file.bytes), planned.edits)));
}

test('exiftool reads the label back from every shape of file, and what was there before is still there', async () => {
  const files = await Promise.all(
    [...pictures, ...films].map(async (file) => ({ name: file.name, bytes: await mark(file) })),
  );
  const before = readByExiftool(directory, [...pictures, ...films]);
  const answers = readByExiftool(directory, files);
  for (const [name, answer] of answers) {
    assert.deepEqual(JSON.parse(String(answer['XMP-TC260:Aigc'])), label, name);
    assert.equal(answer['ExifTool:Warning'], before.get(name)?.['ExifTool:Warning'], name);
    for (const [tag, value] of Object.entries(before.get(name) ?? {})) {
      if (/^(SourceFile|System:|File:|ExifTool:|Track|QuickTime:MediaData|QuickTime:MovieDataOffset|RIFF:)/.test(tag))
        continue;
      assert.deepEqual(answer[tag], value, `${name} ${tag}`);
    }
  }
  assert.equal(answers.get('camera.jpg')?.['XMP-dc:Source'], oldSource);
});

test('pixels and samples stay as they were, and tables in front stay in front', async () => {
  for (const file of pictures) {
    assert.equal(await decodePicture(await mark(file)), await decodePicture(file.bytes), file.name);
  }
  for (const file of films) {
    const marked = await mark(file);
    assert.equal(hashFilm(directory, marked), hashFilm(directory, file.bytes), file.name);
    const isEarly = (bytes: Buffer) => bytes.indexOf('moov', 0, 'latin1') < bytes.indexOf('mdat', 0, 'latin1');
    assert.equal(isEarly(marked), isEarly(file.bytes), file.name);
  }
});

test('ffprobe finds the label of films whose tables may grow', async () => {
  for (const file of films.filter(({ name }) => !name.startsWith('fragments'))) {
    const tags = readFilmTags(directory, await mark(file));
    // A key of ffmpeg's own stands in udta/meta, ours in meta: some readers show one, some both.
    assert.deepEqual(JSON.parse(tags.AIGC ?? '{}'), label, file.name);
  }
});

test('a file that has a label keeps it', async () => {
  for (const file of [...pictures, ...films]) {
    assert.deepEqual(await plan(file, await mark(file), 'another'), { state: 'has label' }, file.name);
  }
});

test('a signed file is left as it is', async () => {
  const of = (name: string) => pictures.find((file) => file.name === name)?.bytes ?? Buffer.alloc(0);
  const png = of('plain.png');
  const jpeg = of('baseline.jpg');
  const webp = of('lossy.webp');
  const film = films[0]?.bytes ?? Buffer.alloc(0);
  const manifest = Buffer.from('a manifest');
  const provenance = '<x xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="https://example.com/manifest"/>';
  const signed: [string, Uint8Array][] = [
    ['png', Buffer.concat([png.subarray(0, 33), makePngChunk('caBX', manifest), png.subarray(33)])],
    ['jpg', Buffer.concat([jpeg.subarray(0, 2), makeJpegSegment(0xeb, manifest), jpeg.subarray(2)])],
    ['webp', resized(Buffer.concat([webp, makeRiffChunk('C2PA', manifest)]))],
    ['mp4', Buffer.concat([film, makeBox('uuid', Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex'), manifest)])],
    ['png', await sharp(png).withXmp(provenance).png().toBuffer()],
  ];
  for (const [extension, bytes] of signed) {
    assert.deepEqual(await plan({ extension }, bytes, labelText(label)), { state: 'is signed' }, extension);
  }
});

/** The bytes with the size of the RIFF form as it is. */
function resized(webp: Buffer): Buffer {
  webp.writeUInt32LE(webp.byteLength - 8, 4);
  return webp;
}

/** The label in an XMP packet, by a reader of four lines. */
function readLabel(packet: string): unknown {
  const text = /<TC260:AIGC>(.*)<\/TC260:AIGC>/s.exec(packet)?.[1] ?? '';
  return JSON.parse(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
}

test('any strings of any length that is allowed come back as they were', async () => {
  const value = fc.string({ unit: 'binary', maxLength: 1024, size: 'max' }).map((text) => text.slice(0, 1024));
  const fields = fc.record(Object.fromEntries(labelFields.map((name) => [name, value])));
  const shapes = pictures.filter(({ name }) => !name.startsWith('animated'));
  await fc.assert(
    fc.asyncProperty(fields, fc.nat(shapes.length - 1), async (wanted, index) => {
      const file = shapes[index] as MadeFile;
      const marked = await mark(file, wanted as unknown as Label);
      const { xmpAsString = '' } = await sharp(marked).metadata();
      assert.deepEqual(readLabel(xmpAsString), { ...wanted });
    }),
    { numRuns: 150 },
  );
});

test('a WebP whose last chunk is odd is labelled when it is padded, and refused when it is not', async () => {
  for (const name of ['lossy.webp', 'lossless.webp', 'camera.webp']) {
    const webp = pictures.find((file) => file.name === name)?.bytes ?? Buffer.alloc(0);
    for (const contentBytes of [0, 1, 2, 7]) {
      const bytes = resized(Buffer.concat([webp, makeRiffChunk('ABCD', Buffer.alloc(contentBytes, 1))]));
      const marked = await mark({ extension: 'webp', bytes });
      assert.equal(marked.readUInt32LE(4) + 8, marked.byteLength);
      assert.equal(await decodePicture(marked), await decodePicture(webp));
      assert.deepEqual(readLabel((await sharp(marked).metadata()).xmpAsString ?? ''), label);
      // libwebp refuses it, too.
      const unpadded = resized(bytes.subarray(0, -1));
      if (contentBytes % 2 === 1) await assert.rejects(mark({ extension: 'webp', bytes: unpadded }));
    }
  }
});

test('a JPEG takes a packet that fills a segment to the last byte, and is refused one byte beyond', async () => {
  const jpeg = pictures.find(({ name }) => name === 'baseline.jpg')?.bytes ?? Buffer.alloc(0);
  const head = 'http://ns.adobe.com/xap/1.0/\0';
  const withPacket = (fillBytes: number) => {
    const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>${' '.repeat(fillBytes)}</x:xmpmeta>`;
    return Buffer.concat([jpeg.subarray(0, 2), makeJpegSegment(0xe1, Buffer.from(head + packet)), jpeg.subarray(2)]);
  };
  const growth = (await mark({ extension: 'jpg', bytes: withPacket(0) })).byteLength - withPacket(0).byteLength;
  const room = 0xffff - 2 - (withPacket(0).byteLength - jpeg.byteLength - 4) - growth;
  const full = await mark({ extension: 'jpg', bytes: withPacket(room) });
  assert.deepEqual(readLabel((await sharp(full).metadata()).xmpAsString ?? ''), label);
  await assert.rejects(mark({ extension: 'jpg', bytes: withPacket(room + 1) }), { code: 'invalid_input' });
});

test('cut and damaged files are refused or labelled, never with another error and never without end', async () => {
  const attempt = async (file: MadeFile, bytes: Buffer) => {
    try {
      const planned = await plan(file, bytes, labelText(label));
      if (planned.state === 'labelled') for await (const _ of applyEdits(readMemory(bytes), planned.edits));
    } catch (error) {
      assert.ok(error instanceof GatewayError && error.code === 'invalid_input', `${file.name}: ${error}`);
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.nat(pictures.length + films.length - 1),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 8 }),
      fc.boolean(),
      async (index, share, changes, isTailChanged) => {
        const file = [...pictures, ...films][index] as MadeFile;
        const cut = Math.floor(file.bytes.byteLength * share);
        await attempt(file, file.bytes.subarray(0, cut));
        const damaged = Buffer.from(file.bytes);
        for (const [at, byte] of changes) damaged[isTailChanged ? damaged.byteLength - 1 - at : at] = byte;
        await attempt(file, damaged);
      },
    ),
    { numRuns: 600 },
  );
});

test('a film of many megabytes is labelled without being held in memory', async () => {
  const film = films.find(({ name }) => name === 'early tables.mp4')?.bytes ?? Buffer.alloc(0);
  const fillBytes = 512 * 1024 * 1024;
  const head = Buffer.alloc(8);
  head.writeUInt32BE(fillBytes + 8, 0);
  head.write('free', 4, 'latin1');
  const start = Buffer.concat([film, head]);
  const nothing = new Uint8Array(64 * 1024);
  const reader = createFileReader(start.byteLength + fillBytes, async function* (from, to) {
    if (from < start.byteLength) yield start.subarray(from, to + 1);
    for (let at = Math.max(from, start.byteLength); at <= to; at += nothing.byteLength) {
      yield nothing.subarray(0, to + 1 - at);
    }
  });
  const planned = await planMp4(reader, labelText(label));
  assert.ok(planned.state === 'labelled');
  const before = process.memoryUsage();
  let most = 0;
  let writtenBytes = 0;
  for await (const bytes of applyEdits(reader, planned.edits)) {
    writtenBytes += bytes.byteLength;
    if (writtenBytes % (16 * 1024 * 1024) >= bytes.byteLength) continue;
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    most = Math.max(most, arrayBuffers + heapUsed);
  }
  assert.ok(writtenBytes > fillBytes);
  assert.ok(most - before.arrayBuffers - before.heapUsed < 128 * 1024 * 1024, String(most));
});

test('boxes that lie about their sizes are refused', async () => {
  const film = films[0]?.bytes ?? Buffer.alloc(0);
  for (const size of [1, 2, 7, 0x7fff_ffff, 0xffff_ffff]) {
    const bytes = Buffer.from(film);
    bytes.writeUInt32BE(size, 0);
    await assert.rejects(plan({ extension: 'mp4' }, bytes, labelText(label)), { code: 'invalid_input' }, String(size));
  }
});

test('a film whose last box has no size gets one, and an old packet before the samples moves nothing', async () => {
  const film = films.find(({ name }) => name === 'early tables.mp4')?.bytes ?? Buffer.alloc(0);
  const data = film.indexOf('mdat', 0, 'latin1') - 4;
  const open = Buffer.from(film);
  open.writeUInt32BE(0, data);
  const marked = await mark({ extension: 'mp4', bytes: open });
  assert.equal(hashFilm(directory, marked), hashFilm(directory, film));
  assert.deepEqual(
    JSON.parse(
      String(readByExiftool(directory, [{ name: 'open.mp4', bytes: marked }]).get('open.mp4')?.['XMP-TC260:Aigc']),
    ),
    label,
  );
});
