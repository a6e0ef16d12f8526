/** Idempotency-Key on every submit: the first answer again, byte for byte, and never a second task. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  startGatewayProcess,
} from '../support/gateway-process.ts';
import { photoDataUri } from '../support/photos.ts';

const model = 'vidu/q2/reference-to-image';
let gateway: GatewayProcess;
let directory: string;
const environment = { FRAMEGATE_WORKER_ENABLED: 'false' };
before(async () => {
  directory = await makeDirectory();
  gateway = await startGatewayProcess({ directory, environment });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await removeDirectory(directory);
});

type Answer = { readonly status: number; readonly body: string; readonly isReplayed: boolean };

const submits = {
  native: (input: Record<string, unknown>) => ({ path: '/v1/tasks', body: { model, input } }),
  RunComfy: (input: Record<string, unknown>) => ({ path: `/v1/models/${model}`, body: input }),
};

async function submit(dialect: keyof typeof submits, key: string, input: Record<string, unknown>): Promise<Answer> {
  const { path, body } = submits[dialect](input);
  const response = await gateway.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  const isReplayed = response.headers.get('idempotency-replayed') === 'true';
  return { status: response.status, body: await response.text(), isReplayed };
}

async function countTasks(): Promise<number> {
  const { data } = (await (await gateway.send('/v1/tasks?limit=100')).json()) as { data: unknown[] };
  return data.length;
}

for (const dialect of ['native', 'RunComfy'] as const) {
  test(`${dialect}: the same key and body give the same status and bytes, also after a restart`, async () => {
    const tasks = await countTasks();
    const key = `first ${dialect}`;
    const input = { prompt: 'a boat', images: [photoDataUri('chelsea.png')] };
    const first = await submit(dialect, key, input);
    assert.equal(first.isReplayed, false);
    const again = await submit(dialect, key, { images: input.images, prompt: 'a boat' });
    assert.deepEqual([again.status, again.body, again.isReplayed], [first.status, first.body, true]);
    await gateway.stop('SIGKILL');
    gateway = await startGatewayProcess({ directory, environment });
    const later = await submit(dialect, key, input);
    const withoutPort = (text: string) => text.replaceAll(/127\.0\.0\.1:\d+/g, 'host');
    assert.deepEqual([later.status, withoutPort(later.body)], [first.status, withoutPort(first.body)]);
    assert.equal(await countTasks(), tasks + 1);
  });

  test(`${dialect}: the same key with another body is refused, a text or a picture apart`, async () => {
    const tasks = await countTasks();
    const key = `other ${dialect}`;
    const one = photoDataUri('chelsea.png');
    await submit(dialect, key, { prompt: 'a boat', images: [one] });
    for (const input of [
      { prompt: 'a ship', images: [one] },
      { prompt: 'a boat', images: [photoDataUri('coffee.png')] },
      { prompt: 'a boat' },
    ]) {
      const refused = await submit(dialect, key, input);
      assert.equal(refused.status, 422);
      assert.match(refused.body, /Idempotency-Key was used with another body/);
    }
    assert.equal(await countTasks(), tasks + 1);
  });

  test(`${dialect}: a refused request is not remembered`, async () => {
    const key = `refused ${dialect}`;
    assert.equal((await submit(dialect, key, { prompt: '' })).status, 422);
    const fixed = await submit(dialect, key, { prompt: 'a boat' });
    assert.ok(fixed.status === 200 || fixed.status === 201);
  });

  test(`${dialect}: fifty at once make one task; each is its answer or a 409 that says to try again`, async () => {
    const tasks = await countTasks();
    const key = `many ${dialect}`;
    const answers = await Promise.all(Array.from({ length: 50 }, () => submit(dialect, key, { prompt: 'a boat' })));
    const good = answers.filter(({ status }) => status === 200 || status === 201);
    assert.ok(good.length >= 1);
    assert.equal(new Set(good.map(({ body }) => body)).size, 1);
    for (const { status } of answers) assert.ok(status === good[0]?.status || status === 409, String(status));
    assert.equal(await countTasks(), tasks + 1);
  });

  test(`${dialect}: a key of a wrong form is refused`, async () => {
    for (const key of ['x'.repeat(256), 'tab\there']) {
      const refused = await submit(dialect, key, { prompt: 'a boat' });
      assert.equal(refused.status, 400, key);
      assert.match(refused.body, /1 to 255 printable/);
    }
  });
}

test('one key on two routes is two keys', async () => {
  const native = await submit('native', 'shared', { prompt: 'a boat' });
  const other = await submit('RunComfy', 'shared', { prompt: 'a boat' });
  assert.deepEqual([native.status, other.status, other.isReplayed], [201, 200, false]);
});
