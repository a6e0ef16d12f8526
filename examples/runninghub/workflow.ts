/**
 * Runs a ComfyUI workflow with values of one's own: `node examples/runninghub/workflow.ts <workflowId> 6:text="a fox"`.
 * Each `node:field=value` becomes an entry of nodeInfoList. Where no ComfyUI is set up, the API says so, and so does this.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Envelope, openClient, post } from './client.ts';

const [workflowId = '1904136902449209346', ...changes] = process.argv.slice(2);
const client = openClient(600_000);

const nodeInfoList = changes.map((change) => {
  const [, nodeId, fieldName, fieldValue] = /^([^:]+):([^=]+)=(.*)$/s.exec(change) ?? [];
  if (nodeId === undefined) throw new Error(`"${change}" is not node:field=value.`);
  return { nodeId, fieldName, fieldValue };
});

type Created = { readonly taskId: string; readonly taskStatus: string; readonly netWssUrl: string | null };
const created = await post<Envelope<Created>>(client, '/task/openapi/create', {
  apiKey: client.key,
  workflowId,
  nodeInfoList,
});
if (created.code !== 0 || created.data === null) {
  console.log(`The workflow was not started: ${created.code} ${created.msg}`);
  process.exit(2);
}
const { taskId } = created.data;
for (;;) {
  const { code, msg, data } = await post<Envelope<{ fileUrl: string }[]>>(client, '/task/openapi/outputs', {
    apiKey: client.key,
    taskId,
  });
  if (code === 0) {
    for (const { fileUrl } of data ?? []) console.log(fileUrl);
    break;
  }
  console.log(msg);
  if (code !== 804 && code !== 813) process.exit(1);
  await sleep(2_000, undefined, { signal: client.signal });
}
