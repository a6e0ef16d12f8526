/**
 * `npm run demo`: sends photographs through a gateway of its own and leaves a picture and a film in ./demo-out/.
 *
 * Everything goes over the public API with plain HTTP: upload, create a task, follow its events, download. The gateway
 * listens on a free port, keeps its data in a temporary folder, and is gone afterwards.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Connection, createTask, download, followTask, type MediaFile, upload } from './support/api.ts';
import { startPrivateGateway } from './support/private-gateway.ts';
import { createBar, dim, heading, line } from './support/terminal.ts';

type Scene = {
  readonly title: string;
  readonly photo: string;
  readonly type: 'image/png' | 'image/jpeg';
  readonly model: string;
  readonly input: Readonly<Record<string, string | number>>;
  readonly result: string;
};

const scenes: readonly Scene[] = [
  {
    title: 'A picture: the astronaut, somewhere else',
    photo: 'astronaut.png',
    type: 'image/png',
    model: 'vidu/q2/reference-to-image',
    input: { prompt: 'This person in the desert at sunset', aspect_ratio: '16:9', resolution: '1080p', seed: 7 },
    result: 'astronaut-in-the-desert.png',
  },
  {
    title: 'A film: five seconds in the Alps',
    photo: 'french-alpine-landscape.jpg',
    type: 'image/jpeg',
    model: 'vidu/q2-pro/image-to-video',
    input: { prompt: 'Slow push in', duration: 5, resolution: '720p', seed: 7 },
    result: 'alpine-push-in.mp4',
  },
];

const photos = join(import.meta.dirname, 'photos');

async function main(signal: AbortSignal): Promise<void> {
  const folder = join(process.cwd(), 'demo-out');
  await mkdir(folder, { recursive: true });
  const begun = performance.now();
  await using gateway = await startPrivateGateway();
  heading('Framegate demo');
  line(`A private gateway is ready at ${gateway.url} after ${since(begun)}.`);
  const connection: Connection = {
    ...gateway,
    signal,
    trace: (request, status) => line(dim(status === 0 ? request : `${request} -> ${status}`)),
  };
  const results: string[] = [];
  for (const scene of scenes) results.push(await playScene(connection, scene, folder));
  heading(`Done in ${since(begun)}. Have a look:`);
  for (const path of results) line(relative(process.cwd(), path));
}

async function playScene(connection: Connection, scene: Scene, folder: string): Promise<string> {
  heading(scene.title);
  const photo = await upload(connection, await readFile(join(photos, scene.photo)), scene.type);
  line(`${scene.photo}, ${describe(photo)}, is now ${photo.id}`);
  const begun = performance.now();
  const input = { ...scene.input, images: [photo.id] };
  line(JSON.stringify({ model: scene.model, input }));
  const created = await createTask(connection, scene.model, input);
  const bar = createBar();
  const task = await followTask(connection, created, ({ state, progress, queue_position: position }) =>
    bar.show(progress, state === 'queued' ? `${state}, position ${position}` : state),
  );
  bar.end();
  const file = task.output?.files[0];
  if (task.state !== 'succeeded' || file === undefined) {
    throw new Error(`The task ${task.state}: ${task.error?.message ?? 'it gave no file'}`);
  }
  line(`${task.state} after ${since(begun)}: ${describe(file)}`);
  const bytes = await download(connection, file);
  if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) {
    throw new Error('What was downloaded is not what the gateway says it stored.');
  }
  const path = join(folder, scene.result);
  await writeFile(path, bytes);
  return path;
}

function describe(file: MediaFile): string {
  const size =
    file.size_bytes < 2 ** 20
      ? `${Math.ceil(file.size_bytes / 1024)} KiB`
      : `${(file.size_bytes / 2 ** 20).toFixed(1)} MiB`;
  const film = file.duration_ms === null ? '' : `, ${(file.duration_ms / 1000).toFixed(3)} s at ${file.frame_rate} fps`;
  return `${file.media_type}, ${file.width}x${file.height}${film}, ${size}`;
}

function since(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => interruption.abort(new Error('Interrupted.')));
try {
  await main(interruption.signal);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
