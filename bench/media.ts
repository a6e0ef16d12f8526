/**
 * `npm run bench:media`: what looking at a file costs: its facts beside reading all of its bytes, and the decode that
 * verifies it. Medians of one run on one machine; the first round fills caches and is thrown away.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { TenantId } from '../src/core/ids.ts';
import { openFileBlobs } from '../src/media/blobs/fs.ts';
import { createVerifier } from '../src/media/decode/index.ts';
import { createProber } from '../src/media/probe/index.ts';
import { describeMachine } from './machine.ts';
import { median } from './median.ts';

const rounds = 9;
const mebibyte = 1024 * 1024;

/** About 10 MB: noise of 12 megapixels at a high quality. */
async function makePhotograph(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 24 } as const;
  const create = { width: 4000, height: 3000, channels: 3, background: '#808080', noise } as const;
  return await sharp({ create }).jpeg({ quality: 97 }).toBuffer();
}

/** About 50 MB: 8 s of 1080p at 50 Mbit/s, tables at the end or at the start. */
async function makeFilm(directory: string, flags: readonly string[]): Promise<Buffer> {
  const path = join(directory, 'film.mp4');
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=24:duration=8', '-vf', 'noise=alls=40:allf=t'];
  const rate = ['-b:v', '52M', '-minrate', '52M', '-maxrate', '52M', '-bufsize', '26M'];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', ...rate];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...source, ...encode, ...flags, path]);
  return await readFile(path);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const begun = performance.now();
    await work();
    if (round > 0) times.push(performance.now() - begun);
  }
  return median(times);
}

const parent = join(process.cwd(), '.framegate');
await mkdir(parent, { recursive: true });
const directory = await mkdtemp(join(parent, 'bench-media-'));
try {
  for (const line of describeMachine(directory)) console.log(line);
  const blobs = await openFileBlobs(directory, randomBytes);
  const prober = createProber(blobs);
  const verifier = createVerifier(blobs, {
    ffmpegPath: undefined,
    searchPath: process.env.PATH ?? '',
    log: console.log,
  });
  const files = {
    'JPEG of 12 megapixels': await makePhotograph(),
    'MP4, tables last': await makeFilm(directory, []),
    'MP4, tables first': await makeFilm(directory, ['-movflags', '+faststart']),
  };
  console.log(`medians of ${rounds} rounds, milliseconds`);
  for (const [name, bytes] of Object.entries(files)) {
    const signal = AbortSignal.timeout(600_000);
    const { key, sizeBytes } = await blobs.write([bytes], {
      signal,
      tenantId: 'tenant_0' as TenantId,
      maximumBytes: 1e9,
    });
    const reading = await timeOf(() => Array.fromAsync(blobs.read(key, { signal }), (chunk) => chunk.byteLength));
    const facts = await prober.probe(key, sizeBytes, { signal });
    const probing = await timeOf(() => prober.probe(key, sizeBytes, { signal }));
    const verifying = await timeOf(() => verifier.verify(key, sizeBytes, facts, { signal }));
    const size = `${(sizeBytes / mebibyte).toFixed(1)} MiB`;
    console.log(
      `${name}, ${size}: reading ${reading.toFixed(1)}, facts ${probing.toFixed(2)}, verifying decode ${verifying.toFixed(0)}`,
    );
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
