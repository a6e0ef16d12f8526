/** Results have exactly the size, the length, the frame rate and the number of frames that was asked for. */
import { after, test } from 'node:test';
import { openPreviewWorld } from '../support/preview-engine.ts';
import { checkExact, randomRequests } from '../support/random-requests.ts';

const world = openPreviewWorld();
after(() => world[Symbol.asyncDispose]());

/** The bench draws a hundred. */
const count = Number(process.env.PREVIEW_REQUESTS ?? 32);

test(`${count} random requests are met exactly`, { concurrency: 2 }, async (t) => {
  const all = randomRequests(count).map((request, index) =>
    t.test(`${index}: ${request.operation} ${JSON.stringify(request.input)}`, () => checkExact(world, request)),
  );
  await Promise.all(all);
});
