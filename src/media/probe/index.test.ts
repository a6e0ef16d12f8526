import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { zip } from '../../../tests/support/media-corpus/bytes.ts';
import { encode } from '../../../tests/support/media-corpus/films.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Blobs, Prober } from '../../core/media-ports.ts';
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

const pictures = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10:duration=1'];
const sound = ['-f', 'lavfi', '-i', 'sine=duration=3'];

test('the other formats: what they are, how large, how long', async () => {
  for (const [name, args, expected] of [
    ['a.gif', pictures, { mediaType: 'image/gif', width: 64, height: 48, frames: 10 }],
    ['a.bmp', [...pictures, '-frames:v', '1'], { mediaType: 'image/bmp', width: 64, height: 48 }],
    ['a.tiff', [...pictures, '-frames:v', '1'], { mediaType: 'image/tiff', width: 64, height: 48 }],
    ['a.avi', [...pictures, '-c:v', 'mpeg4'], { mediaType: 'video/x-msvideo', frames: 10, durationMs: 1000 }],
    ['a.webm', [...pictures, '-c:v', 'libvpx'], { mediaType: 'video/webm', videoCodec: 'vp8', durationMs: 1000 }],
    ['a.mkv', [...pictures, '-c:v', 'libx264'], { mediaType: 'video/x-matroska', videoCodec: 'avc', frames: 10 }],
    ['a.mp3', sound, { kind: 'audio', mediaType: 'audio/mpeg', audioCodec: 'mp3', durationMs: 3031 }],
    ['a.wav', sound, { mediaType: 'audio/wav', durationMs: 3000 }],
    ['a.flac', sound, { mediaType: 'audio/flac', durationMs: 3000 }],
    ['a.m4a', sound, { kind: 'audio', mediaType: 'audio/mp4', extension: 'm4a', audioCodec: 'aac', durationMs: 3000 }],
  ] as const) {
    const facts = await probe(await encode(name, ...args));
    assert.deepEqual({ ...facts, ...expected }, facts, name);
  }
});

test('an archive and a mesh get a type; a text is taken from engines only', async () => {
  assert.equal((await probe(zip())).mediaType, 'application/zip');
  await assert.rejects(probe(zip().subarray(0, 40)), { message: /^is cut off/ });
  const glb = Buffer.concat([Buffer.from('glTF'), Buffer.from([2, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0])]);
  assert.equal((await probe(glb)).mediaType, 'model/gltf-binary');
  await assert.rejects(probe(glb.subarray(0, 13)), { message: /^is cut off/ });
  for (const [text, mediaType] of [
    ['# a mesh\nv 0 0 1\nv 0 1 0\n', 'model/obj'],
    ['a sentence', 'text/plain; charset=utf-8'],
  ] as const) {
    const { key, sizeBytes } = await blobs.write([Buffer.from(text)], {
      signal,
      tenantId: 'tenant_0' as TenantId,
      maximumBytes: 1e9,
    });
    await assert.rejects(prober.probe(key, sizeBytes, { signal }), { code: 'invalid_input' });
    assert.equal((await prober.probe(key, sizeBytes, { signal, isTextTaken: true })).mediaType, mediaType);
  }
});

test('a file that needs too many bytes to be understood is refused', async () => {
  // A GIF has no table: every block of a picture must be looked at.
  const block = Buffer.alloc(256, 1);
  block[0] = 255;
  const head = Buffer.from('GIF89a\x40\0\x40\0\0\0\0,\0\0\0\0\x40\0\x40\0\0\x08', 'latin1');
  const file = Buffer.concat([head, ...Array<Buffer>(240_000).fill(block), Buffer.from([0, 0x3b])]);
  await assert.rejects(probe(file), { message: /^is too large to be looked at/ });
});
