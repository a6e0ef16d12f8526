// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Keeps what was found out about pictures, so that a second film of one begins sooner. Render processes come and go, so it
 * lies on disk: one file a picture, named by a keyed hash of its bytes, holding a matte and a depth of a few hundred
 * pixels and none of the picture's own. A file that is damaged, foreign or of another version is no entry.
 */
import { createHash, createHmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clamp, type Plane } from '../raster/plane.ts';
import { engineVersion } from '../version.ts';
import type { Picture } from './decode.ts';
import type { PhotoSubject } from './subject.ts';

export type AnalysisCacheOptions = {
  readonly directory: string;
  /** Secret of the running server: without it, nobody can tell from a name whether a picture they have was here. */
  readonly secret: string;
  /** What else the answers depend on, such as the depth model. */
  readonly variant: string;
  readonly now?: () => number;
};

export type AnalysisCache = {
  /** Undefined for a picture that is no file, such as a film's last frame. */
  keyOf(picture: Picture): Promise<string | undefined>;
  /** The bytes that were written; undefined when there are none that can be trusted. Never throws. */
  read(key: string): Promise<Buffer | undefined>;
  /** Never throws: a full disk costs the next film its head start, not this one its end. */
  write(key: string, encoded: Buffer): Promise<void>;
};

/** All files together. An entry is 0.4 to 0.9 MB. */
const mostBytes = 256e6;
/** From when an entry was made, however often it was used since: it outlives the picture by no more. */
const longestAgeMs = 24 * 3_600_000;
/** A half-written file of a process that died. */
const abandonedMs = 600_000;
const entryEnding = '.analysis';

/** A picture is hashed in pieces of this size. */
const hashedBytes = 1 << 20;

const checksumBytes = 32;
const longestHeader = 4096;

type Header = Omit<PhotoSubject, 'matte' | 'nearness'> & {
  readonly version: string;
  readonly matte: readonly [number, number];
  readonly nearness: readonly [number, number];
};

function quantise({ data }: Plane): Buffer {
  const steps = new Uint16Array(data.length);
  for (let index = 0; index < data.length; index++) steps[index] = Math.round(clamp(data[index]!, 0, 1) * 65_535);
  return Buffer.from(steps.buffer);
}

/** Length of the header, header, matte and nearness in steps of 1/65535. */
export function encodeAnalysis(subject: PhotoSubject): Buffer {
  const { matte, nearness, ...rest } = subject;
  const header: Header = {
    ...rest,
    version: engineVersion,
    matte: [matte.width, matte.height],
    nearness: [nearness.width, nearness.height],
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, quantise(matte), quantise(nearness)]);
}

function readPlane(bytes: Buffer, start: number, [width, height]: readonly [number, number]): Plane {
  const data = new Float32Array(width * height);
  for (let index = 0, at = start; index < data.length; index++, at += 2) {
    data[index] = (bytes[at]! | (bytes[at + 1]! << 8)) / 65_535;
  }
  return { width, height, data };
}

/** The way back. Throws on bytes that `encodeAnalysis` did not make. */
export function decodeAnalysis(bytes: Buffer): PhotoSubject {
  const length = bytes.readUInt32LE(0);
  if (length > longestHeader) throw new Error('the header is too long');
  const header = JSON.parse(bytes.subarray(4, 4 + length).toString()) as Header;
  if (header.version !== engineVersion) throw new Error('another version wrote it');
  const { version: _version, matte, nearness, ...rest } = header;
  const matteAt = 4 + length;
  const nearnessAt = matteAt + 2 * matte[0] * matte[1];
  if (bytes.length !== nearnessAt + 2 * nearness[0] * nearness[1]) throw new Error('the length is wrong');
  return { ...rest, matte: readPlane(bytes, matteAt, matte), nearness: readPlane(bytes, nearnessAt, nearness) };
}

export function openAnalysisCache(options: AnalysisCacheOptions): AnalysisCache {
  const { directory, secret, variant, now = Date.now } = options;
  const pathOf = (key: string) => join(directory, key + entryEnding);
  const checksum = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return {
    async keyOf({ path }) {
      if (path === undefined) return undefined;
      const hash = createHmac('sha256', secret).update(`${engineVersion}\0${variant}\0`);
      for await (const chunk of createReadStream(path, { highWaterMark: hashedBytes })) hash.update(chunk as Buffer);
      return hash.digest('hex');
    },
    async read(key) {
      const path = pathOf(key);
      try {
        const { mtimeMs } = await stat(path);
        if (now() - mtimeMs > longestAgeMs) return undefined;
        const file = await readFile(path);
        const bytes = file.subarray(checksumBytes);
        if (!checksum(bytes).equals(file.subarray(0, checksumBytes))) throw new Error('it is damaged');
        decodeAnalysis(bytes);
        // The time of the last use goes into the one timestamp, that of the making stays in the other.
        await utimes(path, new Date(now()), new Date(mtimeMs));
        return bytes;
      } catch {
        await rm(path, { force: true }).catch(() => {});
        return undefined;
      }
    },
    async write(key, encoded) {
      const path = pathOf(key);
      const unfinished = `${path}.${process.pid}`;
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await sweepAnalyses(directory, { now, mostBytes: mostBytes - encoded.length });
        await writeFile(unfinished, Buffer.concat([checksum(encoded), encoded]), { mode: 0o600 });
        await rename(unfinished, path);
      } catch {
        await rm(unfinished, { force: true }).catch(() => {});
      }
    },
  };
}

/**
 * Removes what is too old, what a dead process left, and what was used longest ago until all fit. Never throws; several
 * processes may sweep at once.
 */
export async function sweepAnalyses(
  directory: string,
  limits: { readonly now?: () => number; readonly mostBytes?: number } = {},
): Promise<void> {
  const at = (limits.now ?? Date.now)();
  const names = await readdir(directory).catch(() => []);
  const kept: { path: string; bytes: number; usedMs: number }[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts === undefined) continue;
    const isEntry = name.endsWith(entryEnding);
    if (at - facts.mtimeMs > (isEntry ? longestAgeMs : abandonedMs)) await rm(path, { force: true }).catch(() => {});
    else if (isEntry) kept.push({ path, bytes: facts.size, usedMs: facts.atimeMs });
  }
  let bytes = kept.reduce((sum, entry) => sum + entry.bytes, 0);
  for (const entry of kept.sort((one, other) => one.usedMs - other.usedMs)) {
    if (bytes <= (limits.mostBytes ?? mostBytes)) break;
    await rm(entry.path, { force: true }).catch(() => {});
    bytes -= entry.bytes;
  }
}
