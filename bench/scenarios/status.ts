/** Reads the status of queued tasks against one indexed read. */
import { floorBody, postJson, type Scenario } from './scenario.ts';
import { runcomfyBody, runcomfyPath } from './submit-runcomfy.ts';

/** Enough that no answer comes from a single hot page, few enough to make in a second. */
const taskCount = 500;

export const status: Scenario = {
  name: 'status',
  title: 'status, RunComfy dialect : one indexed read',
  async prepareGateway(url, key) {
    const headers = { authorization: `Bearer ${key}` };
    const paths = await makeTasks(async () => {
      const answer = (await postJson(url + runcomfyPath, runcomfyBody, headers)) as { request_id: string };
      return `/v1/requests/${answer.request_id}/status`;
    });
    return { method: 'GET', paths, headers };
  },
  async prepareFloor(url) {
    const paths = await makeTasks(async () => `/${((await postJson(url, floorBody)) as { id: string }).id}`);
    return { method: 'GET', paths, headers: {} };
  },
};

async function makeTasks(make: () => Promise<string>): Promise<readonly string[]> {
  const paths: string[] = [];
  for (let made = 0; made < taskCount; made++) paths.push(await make());
  return paths;
}
