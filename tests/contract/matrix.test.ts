/**
 * Every dialect in every situation a task can be in: status and body as that vendor's notes have them. The same answers
 * make the table in docs/dialects.md; `UPDATE_GOLDEN=1 node --test` on this file writes it anew.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Compile } from 'typebox/compile';
import { askAdmin, type Member } from '../support/admin-client.ts';
import { finishTask, readTask } from '../support/native-client.ts';
import { assertPagePart } from '../support/page-part.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { type MatrixDriver, type MatrixSituation, situations } from './matrix/driver.ts';
import { nativeMatrix } from './matrix/native.ts';
import { runcomfyMatrix } from './matrix/runcomfy.ts';
import { runninghubMatrix } from './matrix/runninghub.ts';
import { type Shown, tableOf } from './matrix/table.ts';
import { viduMatrix } from './matrix/vidu.ts';
import { vtrixMatrix } from './matrix/vtrix.ts';

const drivers: readonly MatrixDriver[] = [nativeMatrix, runcomfyMatrix, runninghubMatrix, vtrixMatrix, viduMatrix];

let stage: Stage;
let receiver: Receiver;
const shown: Shown[] = [];
before(async () => {
  receiver = await startReceiver((response) => response.writeHead(200).end('{}'));
  stage = await openStage({ allowFetch: [receiver.door] });
});
after(async () => {
  await stage[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

/** An id of the same form that nobody has. */
function unlike(id: string): string {
  const last = id.at(-1) ?? '';
  return id.slice(0, -1) + (/\d/.test(last) ? (Number(last) + 1) % 10 : last === 'a' ? 'b' : 'a');
}

drivers.forEach((driver, number) => {
  const { dialect, expected } = driver;
  const from = `127.3.0.${number + 1}`;

  const ask = async (
    situation: MatrixSituation,
    place: number,
    request: Parameters<Stage['send']>[0],
    ids: readonly string[] = [],
  ) => {
    const answer = await stage.send(request, from);
    const wanted = expected[situation][place];
    assert.ok(wanted, `${dialect} says nothing of answer ${place} to ${situation}`);
    const label = `${dialect}, ${situation}: ${request.method} ${request.path} ${answer.status} ${answer.text}`;
    assert.equal(answer.status, wanted.status, label);
    const validator = Compile(wanted.schema);
    assert.ok(
      validator.Check(answer.body),
      `${label}\n${JSON.stringify([...validator.Errors(answer.body)].slice(0, 3))}`,
    );
    shown.push({ dialect, situation, request, answer, ids });
    return answer.body;
  };
  const askAll = async (situation: MatrixSituation, requests: ReturnType<MatrixDriver['poll']>, ids: string[]) => {
    assert.equal(expected[situation].length, requests.length, `${dialect}, ${situation}`);
    for (const [place, request] of requests.entries()) await ask(situation, place, request, ids);
  };
  const submit = async (member: Member, webhookUrl?: string) => {
    const wish = { key: member.key, isValid: true, ...(webhookUrl === undefined ? {} : { webhookUrl }) };
    const { body, text, status } = await stage.send(driver.submit(wish), from);
    assert.ok(status < 300, `${dialect}: ${status} ${text}`);
    return driver.readId(body);
  };

  describe(`${dialect} in every situation`, () => {
    test('waiting', async () => {
      await askAdmin(stage, '/engines/preview/pause', {});
      const { rich, other } = stage;
      const body = await ask('accepted', 0, driver.submit({ key: rich.key, isValid: true }));
      const id = driver.readId(body);
      await askAll('queued', driver.poll(id, rich.key), [id]);
      await askAll('unknown id', driver.poll(unlike(id), rich.key), [unlike(id)]);
      await askAll('foreign id', driver.poll(id, other.key), [id]);
      if (driver.cancel !== undefined) {
        await ask('cancelled queued', 0, driver.cancel(id, rich.key), [id]);
        assert.equal((await readTask(rich, id)).state, 'canceled');
      }
      await askAdmin(stage, '/engines/preview/resume', {});
    });

    test('in work', async () => {
      const { rich, engine } = stage;
      engine.outcome = 'hold';
      const id = await submit(rich);
      while ((await readTask(rich, id)).state === 'queued') await new Promise((done) => setTimeout(done, 20));
      await askAll('running', driver.poll(id, rich.key), [id]);
      if (driver.cancel !== undefined) await ask('cancel while running', 0, driver.cancel(id, rich.key), [id]);
      engine.outcome = 'succeed';
      await finishTask(rich, id);
    });

    test('ended well, and announced', async () => {
      const { rich, engine } = stage;
      engine.outcome = 'succeed';
      const before = receiver.received.length;
      const id = await submit(rich, driver.webhook === undefined ? undefined : receiver.url);
      assert.equal((await finishTask(rich, id)).state, 'succeeded');
      await askAll('succeeded', driver.poll(id, rich.key), [id]);
      if (driver.webhook === undefined) return;
      await receiver.count(before + 1);
      for (const { headers, body } of receiver.received.slice(before)) {
        const validator = Compile(driver.webhook.schema);
        assert.ok(validator.Check(JSON.parse(body)), `${dialect}: ${body}`);
        const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
        driver.webhook.verify({ headers: flat, body, url: receiver.url, key: rich.key });
      }
    });

    test('failed', async () => {
      const { rich, engine } = stage;
      engine.outcome = 'fail';
      const id = await submit(rich);
      assert.equal((await finishTask(rich, id)).state, 'failed');
      await askAll('failed by engine', driver.poll(id, rich.key), [id]);
    });

    test('not accepted', async () => {
      const { rich, poor } = stage;
      const countBefore = await stage.countTasks();
      await ask('refused by validation', 0, driver.submit({ key: rich.key, isValid: false }));
      await ask('no credit', 0, driver.submit({ key: poor.key, isValid: true }));
      const wrong = driver.submit({ key: 'a-key-that-nobody-has-0123456789', isValid: true });
      await ask('wrong key', 0, wrong);
      for (let count = 0; count < 30; count += 1) await stage.send(wrong, from);
      await ask('rate limited', 0, wrong);
      assert.equal(await stage.countTasks(), countBefore);
    });

    test('nothing was left out', () => {
      const seen = new Set(shown.filter((one) => one.dialect === dialect).map(({ situation }) => situation));
      const cancels = new Set<MatrixSituation>(['cancelled queued', 'cancel while running']);
      const wanted = situations.filter((situation) => driver.cancel !== undefined || !cancels.has(situation));
      assert.deepEqual([...seen].sort(), [...wanted].sort());
    });
  });
});

test('docs/dialects.md shows these answers', () => {
  assertPagePart('docs/dialects.md', 'matrix', tableOf(shown));
});
