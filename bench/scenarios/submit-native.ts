/** Submits in the native API against one durable row. */
import { floorSubmit, type Scenario } from './scenario.ts';

export const submitNative: Scenario = {
  name: 'submit-native',
  title: 'submit, native API : one durable row',
  prepareGateway: async (_url, key) => ({
    method: 'POST',
    paths: ['/v1/tasks'],
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'vidu/q2/reference-to-image',
      input: { prompt: 'A lighthouse at dusk, seen from the sea' },
    }),
  }),
  prepareFloor: () => floorSubmit,
};
