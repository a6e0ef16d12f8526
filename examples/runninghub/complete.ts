/**
 * A photograph becomes a film, from upload to file, with nothing but the calls that every model shares:
 * `node examples/runninghub/complete.ts photo.jpg "slow push in"`.
 */
import { writeFile } from 'node:fs/promises';
import { download, openClient, submit, upload, waitFor } from './client.ts';

const [photo = 'examples/photos/coffee.png', prompt = 'slow push in'] = process.argv.slice(2);
const client = openClient(600_000);

const { url } = await upload(client, photo);
const { taskId } = await submit(client, 'vidu/image-to-video-q2-pro', {
  imageUrl: url,
  prompt,
  duration: '2',
  resolution: '540p',
});
console.log(`task ${taskId}`);
const { results } = await waitFor(client, taskId, (status) => console.log(status));
for (const [index, { url: link, outputType }] of (results ?? []).entries()) {
  if (link === null) continue;
  const name = `${taskId}-${index}.${outputType}`;
  await writeFile(name, await download(client, link));
  console.log(`wrote ${name}`);
}
