/**
 * Shows what a task is doing, with the older calls that clients from before the task query V2 use: status until it has
 * ended, then outputs. `node examples/runninghub/progress.ts photo.jpg`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Envelope, openClient, post, submit, upload } from './client.ts';

const client = openClient(600_000);
const [photo = 'examples/photos/coffee.png'] = process.argv.slice(2);
const { url } = await upload(client, photo);
const parameters = { imageUrl: url, prompt: 'orbit', duration: '2', resolution: '540p' };
const { taskId } = await submit(client, 'vidu/image-to-video-q2-pro', parameters);

const begun = performance.now();
for (;;) {
  const { code, msg, data } = await post<Envelope<string>>(client, '/task/openapi/status', {
    apiKey: client.key,
    taskId,
  });
  if (code !== 0) throw new Error(`${code} ${msg}`);
  console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s: ${data}`);
  if (data === 'SUCCESS' || data === 'FAILED') break;
  await sleep(1_000, undefined, { signal: client.signal });
}

type Output = { readonly fileUrl: string; readonly fileType: string; readonly taskCostTime: string };
const outputs = await post<Envelope<Output[]>>(client, '/task/openapi/outputs', { apiKey: client.key, taskId });
// 804 and 813 say that it is too early, 805 that it failed.
if (outputs.code !== 0) throw new Error(`${outputs.code} ${outputs.msg}`);
for (const { fileUrl, fileType } of outputs.data ?? []) console.log(`${fileType}: ${fileUrl}`);
