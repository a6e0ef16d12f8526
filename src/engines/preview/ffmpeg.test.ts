import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { GatewayError } from '../../core/errors.ts';
import { isRecentEnough, probeFfmpeg, resolveFfmpeg } from './ffmpeg.ts';

const { signal } = new AbortController();

test('versions below 4.2 are too old', () => {
  for (const version of ['4.2', '4.2.7-0ubuntu', '5.1.9-0+deb12u1', '7.1', 'n6.0', 'N-47683-g0e8eb07980-static']) {
    assert.ok(isRecentEnough(version), version);
  }
  for (const version of ['4.1.11', '3.4', '2.8.17', 'unknown']) assert.ok(!isRecentEnough(version), version);
});

test('the ffmpeg on PATH encodes', async () => {
  const encoder = await resolveFfmpeg(undefined, signal);
  assert.match(encoder.version, /./);
});

test('the binary of the optional package encodes', async () => {
  const { path } = createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg') as { path: string };
  assert.ok(await probeFfmpeg(path, signal));
});

test('a given ffmpeg that is none makes the engine unavailable, with advice', async () => {
  await assert.rejects(resolveFfmpeg('/bin/true', signal), (error) => {
    assert.ok(error instanceof GatewayError);
    assert.equal(error.code, 'engine_unavailable');
    assert.match(error.message, /apt-get install ffmpeg/);
    return true;
  });
});
