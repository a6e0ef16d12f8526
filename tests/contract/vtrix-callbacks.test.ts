/** Vtrix's callbacks (vtrix.md 8): the poll object on every end, with the payload, three times or for three days. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishTask } from '../support/native-client.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openStage, type Stage } from '../support/stage.ts';

const path = '/model/v1/generation';
type Body = Record<string, unknown> & { id: string; status: string };

async function submit({ rich }: Stage, receiver: Receiver): Promise<Body> {
  const body = {
    model: 'viduq2_text2video',
    prompt: 'a hill',
    payload: 'order 9',
    callback_url: `${receiver.url}?order=9`,
  };
  const response = await rich.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200);
  return (await response.json()) as Body;
}

const poll = async ({ rich }: Stage, id: string) => (await (await rich.send(`${path}/task/${id}`)).json()) as Body;
const bodies = ({ received }: Receiver) => received.map(({ body }) => JSON.parse(body) as Body);

test('one call for each end, well, failed or cancelled: the poll object with the payload', async () => {
  await using receiver = await startReceiver((response) => response.writeHead(204).end());
  await using stage = await openStage({ allowFetch: [receiver.door] });
  for (const outcome of ['succeed', 'fail', 'hold'] as const) {
    stage.engine.outcome = outcome;
    const count = receiver.received.length;
    const { id } = await submit(stage, receiver);
    if (outcome === 'hold') await stage.rich.send(`${path}/task/${id}/cancel`, { method: 'POST' });
    await finishTask(stage.rich, id);
    await receiver.count(count + 1);
    assert.deepEqual(bodies(receiver).at(-1), await poll(stage, id));
    const last = receiver.received.at(-1);
    assert.equal(last?.url, '/hook?order=9');
    assert.match(String(last?.headers['webhook-id']), /^msg_/);
  }
  assert.deepEqual(
    bodies(receiver).map(({ status, payload }) => [status, payload]),
    [
      ['completed', 'order 9'],
      ['failed', 'order 9'],
      ['failed', 'order 9'],
    ],
  );
});

test('the start is told as well where the owner wants it', async () => {
  await using receiver = await startReceiver((response) => response.writeHead(200).end());
  await using stage = await openStage({
    allowFetch: [receiver.door],
    environment: { FRAMEGATE_VTRIX_CALLBACK_START: 'true' },
  });
  stage.engine.outcome = 'hold';
  const { id } = await submit(stage, receiver);
  await receiver.count(1);
  assert.equal(bodies(receiver)[0]?.status, 'in_progress');
  stage.engine.outcome = 'succeed';
  await finishTask(stage.rich, id);
  await receiver.count(2);
  assert.equal(bodies(receiver)[1]?.status, 'completed');
});

test('an endpoint that fails is tried again under the same id, and never holds the task up', async () => {
  await using receiver = await startReceiver((response, before) => response.writeHead(before === 0 ? 500 : 200).end());
  await using stage = await openStage({
    allowFetch: [receiver.door],
    environment: { FRAMEGATE_VTRIX_CALLBACK_SCHEDULE: 'vendor' },
  });
  stage.engine.outcome = 'succeed';
  const { id } = await submit(stage, receiver);
  assert.equal((await finishTask(stage.rich, id)).state, 'succeeded');
  await receiver.count(2);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  assert.equal(ids[0], ids[1]);
  assert.deepEqual(bodies(receiver)[0], bodies(receiver)[1]);
});
