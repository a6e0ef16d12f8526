import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFixtures, seededBytes } from '../../tests/support/store-fixtures.ts';
import type { TenantId } from './ids.ts';
import { pairOutputs, unmarkedName } from './shown-outputs.ts';

const fixtures = createFixtures(seededBytes(1));
const file = (fileName: string) => fixtures.artifact('tenant_0' as TenantId, { fileName });
const marks = { label: null, isVisible: true, isUnmarkedKept: true };

test('a file without the visible mark stands before the one that has it', () => {
  const [film, clean, text] = [file('video.mp4'), file('video-unmarked.mp4'), file('words.txt')];
  assert.equal(unmarkedName('video.mp4'), clean.fileName);
  assert.deepEqual(pairOutputs({ marks }, [film, clean, text]), [
    { clean, marked: film },
    { clean: text, marked: undefined },
  ]);
});

test('without a mark, or with the marked file alone, every file is what there is', () => {
  const odd = file('my-unmarked.png');
  for (const given of [null, { ...marks, isUnmarkedKept: false }]) {
    assert.deepEqual(pairOutputs({ marks: given }, [odd]), [{ clean: odd, marked: undefined }]);
  }
});
