/** Reads the status of queued tasks against the same read of the same store. */
import { postJson, type Scenario } from './scenario.ts';
import { runcomfyBody, runcomfyPath } from './submit-runcomfy.ts';

/** Enough that no answer comes from a single hot page, few enough to make in a second. */
const taskCount = 500;

export const status: Scenario = {
  name: 'status',
  title: 'status, RunComfy dialect : the same read',
  async prepareGateway(url, key) {
    const headers = { authorization: `Bearer ${key}` };
    const paths: string[] = [];
    for (let made = 0; made < taskCount; made++) {
      const answer = (await postJson(url + runcomfyPath, runcomfyBody, headers)) as { request_id: string };
      paths.push(`/v1/requests/${answer.request_id}/status`);
    }
    return { method: 'GET', paths, headers };
  },
  prepareFloor: (gatewayLoad) => gatewayLoad,
};
