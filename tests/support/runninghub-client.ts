/** Calls of RunningHub's API against a stage, with the key where the documents put it. */
import assert from 'node:assert/strict';
import type { TaskObject } from '../../src/wires/runninghub/schemas.ts';
import type { Member } from './admin-client.ts';
import { finishTask, readTask } from './native-client.ts';
import type { Stage } from './stage.ts';

export const textToVideo = 'vidu/text-to-video';
/** What its model asks for at least. */
export const textToVideoBody = { prompt: 'a quiet lake', style: 'general', duration: '1', resolution: '540p' } as const;

export type Envelope = {
  readonly code: number;
  readonly msg: string;
  readonly message?: string;
  readonly errorMessages: readonly string[] | null;
  readonly data: unknown;
};

export type Caller = {
  /** A v2 call: the key in its header. */
  v2<Answer = TaskObject>(path: string, body?: unknown): Promise<Answer>;
  /** A legacy call: the key in its body. */
  legacy(path: string, body: Readonly<Record<string, unknown>>): Promise<Envelope>;
  submit(body?: Readonly<Record<string, unknown>>): Promise<string>;
};

const json = { 'content-type': 'application/json' };

export function createCaller({ send }: Pick<Stage, 'send'>, { key }: Pick<Member, 'key'>): Caller {
  const v2: Caller['v2'] = async (path, body) => {
    const method = body === undefined ? 'GET' : 'POST';
    const answer = await send({
      method,
      path: `/openapi/v2/${path}`,
      headers: { ...json, authorization: `Bearer ${key}` },
      body,
    });
    assert.equal(answer.status, 200, answer.text);
    return answer.body as never;
  };
  return {
    v2,
    async legacy(path, body) {
      const answer = await send({ method: 'POST', path, headers: json, body: { apiKey: key, ...body } });
      assert.equal(answer.status, 200, answer.text);
      return answer.body as Envelope;
    },
    async submit(body = {}) {
      const { taskId, errorMessage } = await v2(textToVideo, { ...textToVideoBody, ...body });
      assert.match(taskId, /^\d{19}$/, errorMessage);
      return taskId;
    },
  };
}

/** Waits until the engine has it. */
export async function untilRunning(member: Member, id: string): Promise<void> {
  while ((await readTask(member, id)).state === 'queued') await new Promise((done) => setTimeout(done, 20));
}

/** Brings a new task into a final state. */
export async function finished(stage: Stage, caller: Caller, outcome: 'succeed' | 'fail', body = {}): Promise<string> {
  stage.engine.outcome = outcome;
  const id = await caller.submit(body);
  await finishTask(stage.rich, id);
  return id;
}
