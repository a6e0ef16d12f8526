/**
 * `npm run bench:uploads`: twenty uploads of 50 MB at once against a real gateway, while another client reads the catalogue.
 * Says how long they took, how much memory the server held at most, and how the other client fared.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { describeMachine } from './machine.ts';

const uploadCount = 20;
const uploadBytes = 50 * 1024 * 1024;
const pauseMs = 20;
const key = 'bench-key-0123456789abcdef';
const authorization = `Bearer ${key}`;

/** A sound film whose bytes nobody else has: a box that readers skip makes it as large as it has to be. */
function filmParts(film: Buffer): readonly Buffer[] {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(uploadBytes - film.length, 0);
  header.write('free', 4, 'latin1');
  const padding = Buffer.alloc(uploadBytes - film.length - 8);
  randomBytes(64).copy(padding);
  return [film, header, padding];
}

async function* pour(parts: readonly Buffer[]): AsyncIterable<Uint8Array> {
  for (const part of parts) {
    for (let offset = 0; offset < part.length; offset += 65_536) yield part.subarray(offset, offset + 65_536);
  }
}

async function upload(url: string, film: Buffer): Promise<number> {
  const body = ReadableStream.from(pour(filmParts(film)));
  const response = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: { authorization },
    body,
    duplex: 'half',
  });
  if (response.status !== 201) throw new Error(`an upload got ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { size_bytes: number }).size_bytes;
}

/** Latencies of a client that reads the catalogue until it is told to stop, in milliseconds. */
async function readCatalog(url: string, stop: AbortSignal): Promise<number[]> {
  const latencies: number[] = [];
  while (!stop.aborted) {
    const begun = performance.now();
    const response = await fetch(`${url}/v1/catalog`, { headers: { authorization } });
    await response.arrayBuffer();
    latencies.push(performance.now() - begun);
    await delay(pauseMs);
  }
  return latencies.sort((a, b) => a - b);
}

async function peakBytes(pid: number): Promise<number> {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

const directory = await mkdtemp(join(tmpdir(), 'framegate-uploads-'));
const server = spawn(process.execPath, [join(import.meta.dirname, '../bin/framegate.js'), 'start'], {
  env: {
    PATH: process.env.PATH,
    PORT: '0',
    FRAMEGATE_DATA: directory,
    FRAMEGATE_KEY: key,
    FRAMEGATE_LIMITS_REQUESTS_PER_MINUTE: '0',
    FRAMEGATE_LOG_LEVEL: 'error',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const filmPath = join(directory, 'film.mp4');
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=24:duration=4'];
  execFileSync('ffmpeg', ['-v', 'error', ...source, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-y', filmPath]);
  const film = await readFile(filmPath);
  let url = '';
  for await (const line of createInterface(server.stdout)) {
    url = /^ready (\S+)$/.exec(line)?.[1] ?? '';
    if (url !== '') break;
  }
  server.stdout.resume();
  const stop = new AbortController();
  const others = readCatalog(url, stop.signal);
  const begun = performance.now();
  await Promise.all(Array.from({ length: uploadCount }, () => upload(url, film)));
  const seconds = (performance.now() - begun) / 1000;
  stop.abort();
  const latencies = await others;
  const at = (share: number) => (latencies[Math.floor(latencies.length * share)] ?? Number.NaN).toFixed(0);
  const peak = (await peakBytes(server.pid ?? 0)) / 1024 / 1024;
  for (const line of describeMachine(directory)) console.log(line);
  console.log(`${uploadCount} uploads of 50 MiB at once: ${seconds.toFixed(1)} s`);
  console.log(`memory of the server at most: ${peak.toFixed(0)} MiB`);
  console.log(`GET /v1/catalog meanwhile: ${latencies.length} answers, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
} finally {
  server.kill('SIGTERM');
  await once(server, 'exit');
  await rm(directory, { recursive: true, force: true });
}
