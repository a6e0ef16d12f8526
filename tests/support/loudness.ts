/** Loudness as ffmpeg's meter hears it (EBU R 128). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

export type Loudness = { readonly integratedLufs: number; readonly truePeakDb: number };

/** Throws when the file has no sound. */
export function loudnessOf(path: string): Loudness {
  const args = ['-hide_banner', '-nostdin', '-i', path, '-vn', '-af', 'ebur128=peak=true', '-f', 'null', '-'];
  const { stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  const figure = (pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? assert.fail(stderr.slice(-500)));
  return { integratedLufs: figure(/I:\s+(-?[\d.]+) LUFS/), truePeakDb: figure(/Peak:\s+(-?[\d.]+) dBFS/) };
}
