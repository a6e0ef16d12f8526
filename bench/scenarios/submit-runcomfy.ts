/** Submits in the RunComfy dialect against one durable row. */
import { floorSubmit, type Scenario } from './scenario.ts';

export const runcomfyPath = '/v1/models/vidu/q2/reference-to-image';
export const runcomfyBody = JSON.stringify({
  prompt: 'A lighthouse at dusk, seen from the sea',
  aspect_ratio: '16:9',
  resolution: '1080p',
  seed: 7,
});

export const submitRuncomfy: Scenario = {
  name: 'submit-runcomfy',
  title: 'submit, RunComfy dialect : one durable row',
  prepareGateway: async (_url, key) => ({
    method: 'POST',
    paths: [runcomfyPath],
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: runcomfyBody,
  }),
  prepareFloor: () => floorSubmit,
};
