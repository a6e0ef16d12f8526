/**
 * Which ffmpeg encodes our films. The old static build of the optional package is fed nothing but frames and sound
 * of our own making; only a maintained one may read films from outside.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { GatewayError } from '../../core/errors.ts';
import { findProgram } from '../../util/find-program.ts';
import type { Encoder } from './protocol.ts';

const advice =
  'The preview engine needs ffmpeg 4.2 or newer with libx264 and aac: install it (Debian: apt-get install ffmpeg), ' +
  'or install the optional package @ffmpeg-installer/ffmpeg.';

/** A cold start of a large static binary from a slow disk takes seconds; a hung one must not hang the server. */
const probeTimeoutMs = 20_000;

type Run = { readonly exitCode: number; readonly text: string };

function run(path: string, args: readonly string[], signal: AbortSignal): Promise<Run> {
  return new Promise((resolve, reject) => {
    execFile(path, args, { signal, timeout: probeTimeoutMs, env: {}, maxBuffer: 4 << 20 }, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason);
      else resolve({ exitCode: error === null ? 0 : 1, text: stdout + stderr });
    });
  });
}

/**
 * Whether a version text is 4.2 or newer. Builds from git carry no number (`N-47683-g0e8eb07980-static`): they are
 * judged by what they can do, not by name.
 */
export function isRecentEnough(version: string): boolean {
  const match = /^n?(\d+)\.(\d+)/.exec(version);
  if (match === null) return /^N-\d+/.test(version);
  const major = Number(match[1]);
  return major > 4 || (major === 4 && Number(match[2]) >= 2);
}

/** Encodes one black frame and a moment of silence: the only proof that both encoders are there and work. */
function trialArguments(x264Parameters: readonly string[]): string[] {
  return [
    ...['-v', 'warning', '-nostdin'],
    ...['-f', 'lavfi', '-i', 'color=black:s=64x64:r=24:d=0.05', '-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=stereo'],
    ...['-frames:v', '1', '-t', '0.05', '-c:v', 'libx264', ...x264Parameters, '-c:a', 'aac', '-f', 'null', '-'],
  ];
}

type ProbedFfmpeg = Omit<Encoder, 'canDecode'>;

/** Probes one binary; undefined when it is missing, too old or lacks an encoder. */
export async function probeFfmpeg(path: string, signal: AbortSignal): Promise<ProbedFfmpeg | undefined> {
  const banner = await run(path, ['-version'], signal);
  const version = /^ffmpeg version (\S+)/.exec(banner.text)?.[1];
  if (banner.exitCode !== 0 || version === undefined || !isRecentEnough(version)) return undefined;
  const [plain, pinned] = await Promise.all([
    run(path, trialArguments([]), signal),
    run(path, trialArguments(['-x264-params', 'cpu-independent=1']), signal),
  ]);
  if (plain.exitCode !== 0) return undefined;
  // An x264 that does not know the parameter warns and goes on.
  const cpuIndependent = pinned.exitCode === 0 && !/cpu-independent/.test(pinned.text);
  return { path, version, cpuIndependent };
}

function findInstalledPackage(): string | undefined {
  try {
    const installed: unknown = createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg');
    const path = (installed as { path?: unknown }).path;
    return typeof path === 'string' ? path : undefined;
  } catch {
    // The package is optional, and it throws on a platform it has no binary for.
    return undefined;
  }
}

/**
 * Finds the ffmpeg to encode with: the path given, else `ffmpeg` on PATH, else the optional npm package.
 * Throws GatewayError `engine_unavailable` with what to install.
 */
export async function resolveFfmpeg(givenPath: string | undefined, signal: AbortSignal): Promise<Encoder> {
  if (givenPath !== undefined) {
    const encoder = await probeFfmpeg(givenPath, signal);
    if (encoder !== undefined) return { ...encoder, canDecode: true };
    throw new GatewayError('engine_unavailable', `The configured ffmpeg cannot be used. ${advice}`);
  }
  const onPath = await findProgram('ffmpeg', process.env.PATH ?? '');
  for (const path of [onPath, findInstalledPackage()]) {
    const encoder = path === undefined ? undefined : await probeFfmpeg(path, signal);
    if (encoder !== undefined) return { ...encoder, canDecode: path === onPath };
  }
  throw new GatewayError('engine_unavailable', advice);
}
