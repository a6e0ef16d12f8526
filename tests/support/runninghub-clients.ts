/**
 * How four public clients of RunningHub send requests and read answers: composed from a description of each, not from our
 * encoders and not from their code. A and B are the two Python clients of the vendor, C its command-line skills, D a
 * JavaScript client of the legacy calls. Each throws where that client would give up.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { encodeForm, exchange } from './exchange.ts';

type Fields = Readonly<Record<string, unknown>>;
const json = { 'content-type': 'application/json' };
const pollMs = 50;

export type Result = { readonly url: string | null; readonly outputType: string; readonly text: string | null };

/** A and B do not look at `status` alone: any text in one of these is a failure, on submit and on every poll. */
function refuseErrors(answer: Fields): void {
  if (answer.errorCode || answer.errorMessage) {
    throw new Error(`${String(answer.errorCode)} ${String(answer.errorMessage)}`);
  }
}

const stopWords = /violation|nsfw|moderation|unauthorized|invalid parameter|balance|insufficient|quota/i;

/** A and B: `base` ends with /openapi/v2. */
export function createOfficialClient(base: string, key: string) {
  const headers = { ...json, authorization: `Bearer ${key}`, 'user-agent': 'python-requests/2.32' };
  let submits = 0;
  const post = async (path: string, body: unknown) => {
    const answer = await exchange(`${base}/${path}`, headers, JSON.stringify(body));
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
    return answer.body as Fields;
  };
  const submitOnce = async (endpoint: string, payload: unknown): Promise<string> => {
    submits += 1;
    const answer = await post(endpoint, payload);
    refuseErrors(answer);
    if (typeof answer.taskId !== 'string' || answer.taskId === '') throw new Error('no taskId');
    return answer.taskId;
  };
  const poll = async (taskId: string): Promise<readonly Result[]> => {
    const known = ['CREATE', 'QUEUED', 'RUNNING', 'SUCCESS', 'FAILED', 'CANCEL'];
    for (;;) {
      const answer = await post('query', { taskId });
      refuseErrors(answer);
      if (!known.includes(String(answer.status))) throw new Error(`unknown status ${JSON.stringify(answer.status)}`);
      if (answer.status === 'FAILED' || answer.status === 'CANCEL') throw new Error('failed');
      if (answer.status === 'SUCCESS') {
        const results = answer.results as readonly Result[];
        if (!results.some(({ url, text }) => Boolean(url) || Boolean(text)))
          throw new Error('success without a result');
        return results;
      }
      await delay(pollMs);
    }
  };
  return {
    submits: () => submits,
    poll,
    async upload(bytes: Uint8Array, fileName: string): Promise<string> {
      const form = encodeForm([{ name: 'file', value: bytes, fileName }]);
      const sent = { authorization: `Bearer ${key}`, 'content-type': form.contentType };
      const { body } = await exchange(`${base}/media/upload/binary`, sent, form.bytes);
      const { code, message, data } = body as { code: number; message: string; data: { download_url: string } };
      if (code !== 0) throw new Error(message);
      return data.download_url;
    },
    /** Submits the same again, up to three times, unless the message says that it is of no use. */
    async run(endpoint: string, payload: unknown): Promise<readonly Result[]> {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await poll(await submitOnce(endpoint, payload));
        } catch (error) {
          if (attempt === 3 || stopWords.test((error as Error).message)) throw error;
        }
      }
    },
    async rest(path: string, body: unknown): Promise<unknown> {
      const { code, msg, message, data } = await post(path, body);
      if (code !== 0) throw new Error(String(msg ?? message));
      return data;
    },
  };
}

/** C: curl with --fail-with-body, so any HTTP status from 400 is the end; it says its own Host. */
export function createSkillClient(base: string, key: string) {
  const host = new URL(base).host;
  const checked = async (answer: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await answer;
    if (status >= 400) throw new Error(`curl: (22) ${status}`);
    return body as Fields;
  };
  const bearer = { ...json, authorization: `Bearer ${key}` };
  const call = (path: string, headers: Readonly<Record<string, string>>, body: string) =>
    checked(exchange(base + path, { ...headers, host }, body));
  return {
    async account() {
      const { data } = await call('/uc/openapi/accountStatus', bearer, JSON.stringify({ apikey: key }));
      const { remainMoney, currency, remainCoins, currentTaskCounts, apiType } = data as Record<string, string>;
      return { remainMoney, currency, remainCoins, tasks: Number.parseInt(currentTaskCounts ?? '', 10), apiType };
    },
    async listApps() {
      const body = JSON.stringify({ current: 1, size: 20, sort: 'RECOMMEND', days: 7 });
      const { code, data } = await call('/openapi/v2/aiapp/list', { ...json, authorization: key }, body);
      if (code !== 0) throw new Error('list');
      return data as { records: unknown[]; total: number; hasNext: boolean };
    },
    demo: (webappId: string) =>
      checked(exchange(`${base}/api/webapp/apiCallDemo?apiKey=${key}&webappId=${webappId}`, { host })),
    /** The id is a bare integer, and each node repeats all that the demo said of it. */
    runApp: (webappId: string) =>
      call(
        '/task/openapi/ai-app/run',
        json,
        `{"apiKey": "${key}", "webappId": ${webappId}, "nodeInfoList": [{"nodeId": "52", "nodeName": "Text", "fieldName": "text", "fieldValue": "hi", "fieldType": "STRING", "description": "d", "descriptionEn": "d"}]}`,
      ),
    async uploadLegacy(bytes: Uint8Array) {
      const form = encodeForm([
        { name: 'apiKey', value: key },
        { name: 'fileType', value: 'input' },
        { name: 'file', value: bytes, fileName: 'a.png' },
      ]);
      const sent = exchange(`${base}/task/openapi/upload`, { 'content-type': form.contentType, host }, form.bytes);
      const { msg, data } = await checked(sent);
      if (msg !== 'success') throw new Error(String(msg));
      return (data as { fileName: string }).fileName;
    },
    /** Knows SUCCESS and FAILED, and polls on through everything else. */
    async run(model: string, body: unknown) {
      const submitted = await call(`/openapi/v2/${model}`, bearer, JSON.stringify(body));
      if (!submitted.taskId) throw new Error(JSON.stringify(submitted));
      for (let round = 0; round < 1200; round += 1) {
        const answer = await call('/openapi/v2/query', bearer, JSON.stringify({ taskId: submitted.taskId }));
        if (answer.status === 'FAILED') throw new Error(JSON.stringify(answer));
        if (answer.status === 'SUCCESS') {
          const [first] = answer.results as readonly Result[];
          const { consumeMoney, thirdPartyConsumeMoney, taskCostTime } = answer.usage as Record<string, string | null>;
          return { ...first, cost: consumeMoney ?? thirdPartyConsumeMoney, taskCostTime };
        }
        await delay(pollMs);
      }
      throw new Error('time is up');
    },
  };
}

/** D: no Authorization header at all, and the vendor's Host whatever the base is. */
export function createLegacyClient(base: string, key: string) {
  const host = { host: 'www.runninghub.cn' };
  const post = async (path: string, body: unknown) =>
    (await exchange(base + path, { ...json, ...host }, JSON.stringify(body))).body as Fields;
  return {
    account: () => post('/uc/openapi/accountStatus', { apikey: key }),
    async uploadImage(bytes: Uint8Array) {
      const form = encodeForm([
        { name: 'file', value: bytes, fileName: 'image.png' },
        { name: 'apiKey', value: key },
        { name: 'fileType', value: 'image' },
      ]);
      const { body } = await exchange(
        `${base}/task/openapi/upload`,
        { 'content-type': form.contentType, ...host },
        form.bytes,
      );
      return body as Fields;
    },
    create: (workflowId: string) => post('/task/openapi/create', { apiKey: key, workflowId, nodeInfoList: [] }),
    /** Done only when code and msg both say so; every other answer is polled again, failures too. */
    async outputs(taskId: string) {
      for (let attempt = 0; attempt < 60; attempt += 1) {
        const { code, msg, data } = await post('/task/openapi/outputs', { apiKey: key, taskId });
        if (code === 0 && msg === 'success') {
          return data as readonly { fileUrl: string; consumeMoney: string | null; taskCostTime: string }[];
        }
        if (msg !== 'APIKEY_TASK_IS_RUNNING' && msg !== 'APIKEY_TASK_IS_QUEUED') throw new Error(String(msg));
        await delay(pollMs);
      }
      throw new Error('time is up');
    },
  };
}
