/** Tasks, prices and accounts in RunningHub's words. */
import type { Delivery, DeliveryAttempt } from '../../core/delivery.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Estimate } from '../../core/estimate.ts';
import type { Account, Gateway } from '../../core/gateway.ts';
import type { Artifact } from '../../core/media.ts';
import { micros, toDollars } from '../../core/money.ts';
import { isFinal, type Task, type TaskError, type TaskState } from '../../core/task.ts';
import type { Key } from '../../core/tenant.ts';
import type { TaskStatus } from '../../wires/runninghub/codes.ts';
import type { ListedKey, Output, PricePreview, TaskObject, WebhookDetails } from '../../wires/runninghub/schemas.ts';
import { encodeMoney, encodePromptTips, encodeTime, makeClientId, maskKey } from '../../wires/runninghub/values.ts';
import type { DialectServices, Links } from '../dialect.ts';
import { modelSentence, taskErrorCode } from './errors.ts';
import type { RunninghubOptions } from './options.ts';

/** Every result is said to come from one node, as of a workflow with one output. */
const resultNode = '1';
/** Balances are in US dollars, as at the vendor's international host. */
export const currency = 'USD';
/** Longer texts are cut: one is an answer's field, not a file. */
const maximumTextBytes = 1024 * 1024;

/** A result as it is shown: `text` is null of what is no text. */
type ShownFile = { readonly url: string; readonly extension: string; readonly text: string | null };

export type Encoder = {
  status(task: Task): TaskStatus;
  /** The answer to a submit, where a client learns the id of its connection as well. */
  submitted(task: Task): Promise<TaskObject>;
  task(task: Task): Promise<TaskObject>;
  outputs(task: Task): Promise<readonly Output[]>;
};

export function createEncoder(
  { gateway, links, randomBytes }: Pick<DialectServices, 'gateway' | 'links' | 'randomBytes'>,
  { canceledStatus, resultLinkMs }: RunninghubOptions,
): Encoder {
  const words = {
    queued: 'QUEUED',
    running: 'RUNNING',
    succeeded: 'SUCCESS',
    failed: 'FAILED',
    canceled: canceledStatus,
  } as const satisfies Record<TaskState, TaskStatus>;
  const status: Encoder['status'] = ({ state }) => words[state];

  const show = async (task: Task): Promise<ShownFile[]> =>
    await Promise.all(
      (await gateway.outputs(task)).map((artifact) => showFile(gateway, links, artifact, resultLinkMs)),
    );

  const encodeTask: Encoder['task'] = async (task) => {
    const files = task.state === 'succeeded' ? await show(task) : [];
    // A success without a result is none to its clients: the files of an old task may have been removed.
    const isOver = task.state === 'succeeded' && files.length === 0;
    const error = isOver ? removedError : taskError(task);
    return {
      taskId: task.wireId ?? '',
      status: isOver ? 'FAILED' : status(task),
      errorCode: error === null ? '' : taskErrorCode(error.code),
      errorMessage: error === null ? '' : modelSentence(error.code, error.message),
      results: files.length === 0 ? null : files.map(encodeResult),
      clientId: '',
      promptTips: '',
      failedReason: error === null ? {} : failedReason(error),
      usage: isFinal(task.state) ? { ...usageOf(task), taskCostTime: '0' } : null,
      parentTaskId: null,
      taskUsageList: null,
    };
  };

  return {
    status,
    task: encodeTask,
    submitted: async (task) => ({
      ...(await encodeTask(task)),
      clientId: makeClientId(randomBytes),
      promptTips: encodePromptTips(resultNode),
    }),
    outputs: async (task) =>
      (await show(task)).map(({ url, extension }) => ({
        fileUrl: url,
        fileType: extension,
        taskCostTime: '0',
        nodeId: resultNode,
        ...usageOf(task),
      })),
  };
}

const removedError: TaskError = { code: 'not_found', message: 'The files of this task were removed.' };

const encodeResult = ({ url, extension, text }: ShownFile) => ({
  url: text === null ? url : null,
  nodeId: resultNode,
  outputType: extension,
  text,
});

async function showFile(
  gateway: Gateway,
  links: Links,
  artifact: Artifact,
  linkMs: number | undefined,
): Promise<ShownFile> {
  const { extension, kind } = artifact.facts;
  const url = linkMs === undefined ? links.file(artifact) : links.signed(artifact, linkMs).url;
  return { url, extension, text: kind === 'text' ? await readText(gateway, artifact) : null };
}

const readMs = 10_000;

async function readText(gateway: Gateway, artifact: Artifact): Promise<string> {
  const { sizeBytes } = artifact;
  const signal = AbortSignal.timeout(readMs);
  const end = Math.min(sizeBytes, maximumTextBytes) - 1;
  const chunks = end < 0 ? [] : await Array.fromAsync(gateway.read(artifact, { signal, start: 0, end }));
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** Why there is no result; a canceled task has no error of its own. */
function taskError({ state, error }: Task): TaskError | null {
  return state === 'canceled' ? { code: 'canceled', message: 'The task was cancelled.' } : error;
}

export function failedReason({ code, message }: TaskError) {
  return {
    exception_type: code,
    exception_message: message,
    node_id: resultNode,
    node_name: '',
    traceback: '',
    current_inputs: {},
    current_outputs: {},
  };
}

export const failureOf = (task: Task) => ({
  failedReason: failedReason(taskError(task) ?? { code: 'internal', message: '' }),
});

/** The cost of a model's work stands where the vendor puts what another provider charged. */
function usageOf({ price: { capturedMicros } }: Task) {
  const cost = capturedMicros === null ? null : encodeMoney(capturedMicros);
  return { thirdPartyConsumeMoney: cost, consumeMoney: null, consumeCoins: null };
}

/** Throws GatewayError `engine_unavailable`, `price_unpublished` where a submit would. */
export function encodePrice({ engines }: Estimate): PricePreview {
  const chosen = engines.find(({ problem }) => problem === undefined) ?? engines[0];
  if (chosen === undefined) throw new GatewayError('engine_unavailable', 'No engine is known to serve this model.');
  if (!chosen.isChargeable) throw new GatewayError('price_unpublished', 'There is no published price for this.');
  const amount = chosen.price.totalMicros;
  const text = `$${encodeMoney(amount)}`;
  return {
    errorCode: '',
    errorMessage: '',
    estimatedPrice: toDollars(micros(amount)),
    currency,
    priceText: text,
    priceTextEn: text,
    freeLimit: false,
    freeLimitCount: 0,
    remainingFreeLimitCount: 0,
    isFreeThisCall: amount === 0,
  };
}

/** Every key is what the vendor calls an enterprise key of the shared kind: it may use all that there is. */
export const keyClass = 'SHARED';

export function encodeAccount({ balanceMicros, queuedCount, runningCount }: Account) {
  return {
    remainCoins: '0',
    currentTaskCounts: String(queuedCount + runningCount),
    remainMoney: encodeMoney(balanceMicros),
    currency,
    apiType: keyClass,
  };
}

/** The vendor's default for keys of this class; here it is the engines that limit. */
const usualLimit = 50;

export function encodeQueue({ queuedCount, runningCount }: Account, key: Key | undefined) {
  return {
    apiKeyType: keyClass,
    concurrentLimit: key?.concurrency ?? usualLimit,
    runningCount: String(runningCount),
    queuedCount: String(queuedCount),
    totalCurrentTasks: String(queuedCount + runningCount),
    instanceCount: 0,
  };
}

const minuteMs = 60_000;

export function encodeKey(key: Key, now: number): ListedKey {
  const { name, hint, createdAt, expiresAt, revokedAt, spendCapMicros, spentMicros } = key;
  const isOver = revokedAt !== null || (expiresAt !== null && expiresAt <= now);
  return {
    key: maskKey(hint),
    apiKeyName: name,
    status: isOver ? 'DISABLED' : 'ACTIVE',
    quotaLimit: spendCapMicros === null ? null : encodeMoney(spendCapMicros),
    quotaUsed: encodeMoney(spentMicros),
    visible: true,
    expireAt: expiresAt === null ? null : encodeTime(expiresAt),
    expireInMinute: expiresAt === null ? null : Math.max(0, Math.floor((expiresAt - now) / minuteMs)),
    createdAt: encodeTime(createdAt),
  };
}

/** A task has one webhook event, so the event is called as its task is. */
export function encodeDelivery(
  task: Task,
  delivery: Delivery,
  attempts: readonly DeliveryAttempt[],
  { eventData, keyHint }: { readonly eventData: string; readonly keyHint: string },
): WebhookDetails {
  const last = attempts.at(-1);
  const taskId = task.wireId ?? '';
  return {
    id: taskId,
    userApiKey: maskKey(keyHint),
    taskId,
    webhookUrl: delivery.url,
    event: 'TASK_END',
    eventData,
    callbackStatus: delivery.state === 'delivered' ? 'SUCCESS' : 'FAILED',
    callbackResponse: last?.error ?? last?.answer ?? '',
    retryCount: Math.max(0, delivery.attemptCount - 1),
    createTime: encodeTime(delivery.createdAt),
    updateTime: encodeTime(last?.finishedAt ?? delivery.createdAt),
  };
}
