/** An engine that does every operation at once and makes the smallest file of its kind. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../src/core/engine-port.ts';
import type { MediaKind } from '../../src/core/media.ts';
import { type Operation, operations } from '../../src/core/operations.ts';
import { makeMesh } from './tiny-mesh.ts';
import { dot } from './upstream.ts';

const fileNames = { image: 'image.png', video: 'video.mp4', audio: 'audio.wav', mesh: 'model.glb', text: 'text.txt' };
type MadeKind = keyof typeof fileNames & MediaKind;
export const madeText = 'A quiet lake lies between two hills.';

/** What is made of an operation, by how its name ends. */
function kindOf(operation: Operation): MadeKind {
  if (/-image$/.test(operation)) return 'image';
  if (/-text$/.test(operation)) return 'text';
  if (/-3d$|-world$/.test(operation)) return 'mesh';
  return /audio|speech|voice|music/.test(operation) ? 'audio' : 'video';
}

/** `name` is one that the catalogue's offers know. Whose prompt is `fail` fails. */
export function createAllKindsEngine(directory: string, name: string): Engine {
  const paths = Object.fromEntries(
    Object.entries(fileNames).map(([kind, fileName]) => [kind, join(directory, fileName)]),
  ) as Record<MadeKind, string>;
  const make = (...argv: string[]) => execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-f', 'lavfi', ...argv]);
  writeFileSync(paths.image, dot);
  writeFileSync(paths.mesh, makeMesh());
  writeFileSync(paths.text, madeText);
  make('-i', 'color=c=teal:size=128x128:rate=24:duration=1', '-pix_fmt', 'yuv420p', paths.video);
  make('-i', 'sine=duration=1', paths.audio);
  return {
    name,
    restart: 'safe',
    concurrency: 100,
    operations,
    ready: async () => {},
    start: async ({ operation, input }) => ({ kind: kindOf(operation), isBad: input.prompt === 'fail' }),
    async check(handle) {
      const { kind, isBad } = handle as { kind: MadeKind; isBad: boolean };
      if (isBad) return { state: 'failed', error: { code: 'engine_failed', message: 'The engine was told to fail.' } };
      const output = { kind, fileName: fileNames[kind], source: { path: paths[kind] } };
      return { state: 'succeeded', outputs: [output], metadata: { engine: name } };
    },
    cancel: async () => {},
    release: async () => {},
    async [Symbol.asyncDispose]() {},
  };
}
