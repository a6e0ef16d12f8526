/** The parts of the pages that need no page: archives, sums for charts, lengths, and where a picture stands. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { nameKeys, roundUp, sumByDay, sumByGroup } from '../web/src/console/usage-sums.ts';
import { makeZip } from '../web/src/history/zip.ts';
import { checkLength } from '../web/src/model/length-rule.ts';
import { moveBy, wholePicture, zoomBy } from '../web/src/result/zoom-view.ts';

test('an archive has every file, as another program reads it', async () => {
  const modifiedAt = new Date(2026, 10, 21, 14, 30, 8);
  const picture = new Uint8Array(100_000).map((_, index) => index * 7);
  const files = [
    { name: '海边 photo.png', modifiedAt, content: new Blob([picture]) },
    { name: 'empty.txt', modifiedAt, content: new Blob([]) },
  ];
  const bytes = Buffer.from(await (await makeZip(files)).arrayBuffer());
  // The first local header: its checksum and the name behind it.
  assert.equal(bytes.readUInt32LE(14), crc32(picture));
  const directory = mkdtempSync(join(tmpdir(), 'framegate-zip-'));
  try {
    const path = join(directory, 'files.zip');
    writeFileSync(path, bytes);
    const script = `import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
for i in z.infolist(): print(ascii(i.filename), i.file_size, i.date_time)`;
    const listed = execFileSync('python3', ['-c', script, path], { encoding: 'utf8' }).trim().split('\n');
    assert.deepEqual(listed, [
      "'\\u6d77\\u8fb9 photo.png' 100000 (2026, 11, 21, 14, 30, 8)",
      "'empty.txt' 0 (2026, 11, 21, 14, 30, 8)",
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a picture is zoomed about the point below the pointer, and never leaves its frame', () => {
  const frame = { stage: { width: 1000, height: 500 }, picture: { width: 500, height: 500 } };
  const closer = zoomBy(wholePicture, 4, { x: 100, y: -50 }, frame);
  assert.deepEqual(closer, { scale: 4, x: -300, y: 150 });
  assert.deepEqual(moveBy(closer, { x: 10_000, y: -10_000 }, frame), { scale: 4, x: 500, y: -750 });
  assert.deepEqual(zoomBy(closer, 0.01, { x: 3, y: 4 }, frame), wholePicture);
});

test('lengths are judged as the server does', () => {
  const rule = {
    minimumMs: 2_000,
    lengths: [
      { items: 1, maximumMs: 10_000 },
      { items: 3, maximumMs: 5_000 },
    ],
  };
  assert.deepEqual(checkLength(1_000, 1, rule), { kind: 'tooShort', limitMs: 2_000 });
  assert.equal(checkLength(9_000, 1, rule), undefined);
  assert.deepEqual(checkLength(9_000, 2, rule), { kind: 'tooLong', limitMs: 5_000 });
  assert.deepEqual(checkLength(9_000, 4, rule), { kind: 'tooLong', limitMs: 5_000 });
  assert.equal(checkLength(9_000, 1, {}), undefined);
});

test('sums have every day, and the largest first', () => {
  const row = {
    tenant: 'tenant_a',
    tenant_name: 'acme',
    key: 'key_a',
    key_name: 'website',
    engine: 'preview',
    list_micros: 10,
  };
  const rows = [
    { ...row, day: '2026-02-27', model: 'a', tasks: 1, spent_micros: 5 },
    { ...row, day: '2026-03-01', model: 'b', tasks: 2, spent_micros: 9 },
    { ...row, day: '2026-03-01', model: 'a', tasks: 3, spent_micros: 7 },
  ];
  assert.deepEqual(sumByDay(rows, '2026-02-27', '2026-03-01', 'tasks'), [
    { name: '2026-02-27', value: 1 },
    { name: '2026-02-28', value: 0 },
    { name: '2026-03-01', value: 5 },
  ]);
  assert.deepEqual(sumByGroup(rows, 'model', 'spent'), [
    { name: 'a', value: 12 },
    { name: 'b', value: 9 },
  ]);
  assert.equal(nameKeys(rows).get('key_a'), 'website');
  const other = { tenant: 'tenant_b', tenant_name: 'others', key: 'key_b', day: '2026-03-01', model: 'a', tasks: 1 };
  const names = nameKeys([...rows, { ...row, ...other, spent_micros: 1 }]);
  assert.deepEqual([names.get('key_a'), names.get('key_b')], ['website · acme', 'website · others']);
  assert.deepEqual([0, 3, 10, 51_000].map(roundUp), [1, 5, 10, 100_000]);
});
