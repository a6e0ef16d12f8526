import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TenantId } from '../../core/ids.ts';
import type { Blobs, Prober } from '../../core/ports.ts';
import { openFileBlobs } from '../blobs/fs.ts';
import { createProber } from './index.ts';

const signal = AbortSignal.timeout(60_000);
let directory: string;
let blobs: Blobs;
let prober: Prober;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-probe-'));
  blobs = await openFileBlobs(directory, randomBytes);
  prober = createProber(blobs);
});
after(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function probe(bytes: Uint8Array) {
  const { key, sizeBytes } = await blobs.write([bytes], {
    signal,
    tenantId: 'tenant_0' as TenantId,
    maximumBytes: 1e9,
  });
  return await prober.probe(key, sizeBytes, { signal });
}

/** A film as ffmpeg writes it. */
async function makeFilm(name: string, ...args: string[]): Promise<Buffer> {
  const path = join(directory, name);
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', ...args, '-y', path]);
  return await readFile(path);
}

test('a film: size, length, frame rate and codecs, wherever its tables stand', async () => {
  const source = ['-i', 'testsrc=size=320x180:rate=24:duration=2', '-f', 'lavfi', '-i', 'sine=duration=2'];
  const encode = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest'];
  for (const [name, extra, mediaType] of [
    ['a.mp4', [], 'video/mp4'],
    ['b.mp4', ['-movflags', '+faststart'], 'video/mp4'],
    ['c.mov', [], 'video/quicktime'],
  ] as const) {
    const facts = await probe(await makeFilm(name, ...source, ...encode, ...extra));
    assert.deepEqual(
      [facts.kind, facts.mediaType, facts.width, facts.height, facts.videoCodec, facts.audioCodec],
      ['video', mediaType, 320, 180, 'avc', 'aac'],
    );
    assert.ok(Math.abs((facts.durationMs ?? 0) - 2_000) <= 42, `${facts.durationMs} ms`);
    assert.ok(Math.abs((facts.frameRate ?? 0) - 24) < 0.5);
  }
});

test('what is no media is refused with the predicate of a sentence', async () => {
  for (const bytes of [Buffer.from('words'), Buffer.alloc(0), Buffer.from('....ftypmp42....'), randomBytes(1_000)]) {
    await assert.rejects(probe(bytes), { code: 'invalid_input', message: /^is / });
  }
  const film = await makeFilm('cut.mp4', '-i', 'testsrc=size=64x64:duration=1', '-c:v', 'libx264');
  // Its tables stand at the end and are gone.
  await assert.rejects(probe(film.subarray(0, film.length / 2)), { code: 'invalid_input' });
});
