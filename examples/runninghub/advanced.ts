/**
 * Several films at once, announced by webhook: the account is looked at first, each price is asked for before anything is
 * spent, and no poll is made. `node examples/runninghub/advanced.ts photo.jpg "slow push in" "pan left"`.
 *
 * The receiver listens on this machine, so the gateway must be allowed to call it:
 * FRAMEGATE_ALLOW_FETCH=127.0.0.1:8899 npm start
 */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { download, type Envelope, openClient, post, submit, type TaskAnswer, upload } from './client.ts';

const model = 'vidu/image-to-video-q2-pro';
const [photo = 'examples/photos/coffee.png', ...given] = process.argv.slice(2);
const prompts = given.length > 0 ? given : ['slow push in', 'pan left'];
const port = Number(process.env.RECEIVER_PORT ?? 8899);
const client = openClient(600_000);

type Account = {
  readonly currentTaskCounts: string;
  readonly remainMoney: string | null;
  readonly currency: string | null;
};
const account = await post<Envelope<Account>>(client, '/uc/openapi/accountStatus', { apikey: client.key });
console.log(`${account.data?.remainMoney} ${account.data?.currency}, ${account.data?.currentTaskCounts} tasks in work`);

/** Resolves with the tasks that ended, once all have. */
function receive(count: number): Promise<TaskAnswer[]> {
  return new Promise((done, failed) => {
    const ended = new Map<string, TaskAnswer>();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.end('ok');
        const { event, taskId, eventData } = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
        if (event !== 'TASK_END' || taskId === undefined) return;
        // The same end may be announced twice; what it says is JSON inside of JSON.
        ended.set(taskId, JSON.parse(eventData ?? '{}') as TaskAnswer);
        console.log(`${taskId} has ended`);
        if (ended.size < count) return;
        server.close();
        done([...ended.values()]);
      });
    });
    server.on('error', failed);
    client.signal.addEventListener('abort', () => server.close(() => failed(client.signal.reason)));
    server.listen(port, '127.0.0.1');
  });
}

const all = receive(prompts.length);
const { url } = await upload(client, photo);
const taskIds: string[] = [];
for (const prompt of prompts) {
  const parameters = { imageUrl: url, prompt, duration: '2', resolution: '540p' };
  const price = await post<{ priceTextEn?: string; estimatedPrice: number; currency: string }>(
    client,
    `/openapi/v2/price-preview/${model}`,
    parameters,
  );
  console.log(`"${prompt}" costs ${price.estimatedPrice} ${price.currency}`);
  const webhookUrl = `http://127.0.0.1:${port}/task-end`;
  taskIds.push((await submit(client, model, { ...parameters, webhookUrl })).taskId);
}
await all;
for (const taskId of taskIds) {
  const { results } = await post<TaskAnswer>(client, '/openapi/v2/query', { taskId });
  const link = results?.[0]?.url;
  if (link === null || link === undefined) throw new Error(`${taskId} has no file`);
  await writeFile(`${taskId}.mp4`, await download(client, link));
  console.log(`wrote ${taskId}.mp4`);
}
