import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AspectRatio,
  aspectRatios,
  outputSize,
  type Resolution,
  readAspectRatio,
  readResolution,
  shortSides,
  sizeForRatio,
} from './output-size.ts';

/** Every cell, written by hand: the table is a promise to callers. */
const table: Record<Resolution, Record<AspectRatio, [number, number]>> = {
  '360p': {
    '16:9': [640, 360],
    '9:16': [360, 640],
    '1:1': [360, 360],
    '4:3': [480, 360],
    '3:4': [360, 480],
    '21:9': [840, 360],
    '2:3': [360, 540],
    '3:2': [540, 360],
  },
  '480p': {
    '16:9': [854, 480],
    '9:16': [480, 854],
    '1:1': [480, 480],
    '4:3': [640, 480],
    '3:4': [480, 640],
    '21:9': [1120, 480],
    '2:3': [480, 720],
    '3:2': [720, 480],
  },
  '540p': {
    '16:9': [960, 540],
    '9:16': [540, 960],
    '1:1': [540, 540],
    '4:3': [720, 540],
    '3:4': [540, 720],
    '21:9': [1260, 540],
    '2:3': [540, 810],
    '3:2': [810, 540],
  },
  '720p': {
    '16:9': [1280, 720],
    '9:16': [720, 1280],
    '1:1': [720, 720],
    '4:3': [960, 720],
    '3:4': [720, 960],
    '21:9': [1680, 720],
    '2:3': [720, 1080],
    '3:2': [1080, 720],
  },
  '1080p': {
    '16:9': [1920, 1080],
    '9:16': [1080, 1920],
    '1:1': [1080, 1080],
    '4:3': [1440, 1080],
    '3:4': [1080, 1440],
    '21:9': [2520, 1080],
    '2:3': [1080, 1620],
    '3:2': [1620, 1080],
  },
  '2k': {
    '16:9': [2560, 1440],
    '9:16': [1440, 2560],
    '1:1': [1440, 1440],
    '4:3': [1920, 1440],
    '3:4': [1440, 1920],
    '21:9': [3360, 1440],
    '2:3': [1440, 2160],
    '3:2': [2160, 1440],
  },
  '4k': {
    '16:9': [3840, 2160],
    '9:16': [2160, 3840],
    '1:1': [2160, 2160],
    '4:3': [2880, 2160],
    '3:4': [2160, 2880],
    '21:9': [5040, 2160],
    '2:3': [2160, 3240],
    '3:2': [3240, 2160],
  },
};

test('every cell of the size table', () => {
  for (const resolution of Object.keys(shortSides) as Resolution[]) {
    for (const ratio of Object.keys(aspectRatios) as AspectRatio[]) {
      const [width, height] = table[resolution][ratio];
      assert.deepEqual(outputSize(resolution, ratio), { width, height }, `${resolution} ${ratio}`);
    }
  }
});

test('a free ratio keeps the short side, is even, and is held within 4:1', () => {
  assert.deepEqual(sizeForRatio('1080p', 451 / 300), { width: 1624, height: 1080 });
  assert.deepEqual(sizeForRatio('720p', 807 / 1024), { width: 720, height: 914 });
  assert.deepEqual(sizeForRatio('720p', 2000), { width: 2880, height: 720 });
  assert.deepEqual(sizeForRatio('720p', 0.001), { width: 720, height: 2880 });
});

test('names are read in any case, and nothing else is', () => {
  assert.equal(readResolution('2K'), '2k');
  assert.equal(readResolution('1080P'), '1080p');
  assert.equal(readResolution('toString'), undefined);
  assert.equal(readResolution(1080), undefined);
  assert.equal(readAspectRatio('21:9'), '21:9');
  assert.equal(readAspectRatio('auto'), undefined);
});
