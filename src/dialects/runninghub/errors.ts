/** Our errors in RunningHub's words: which code, under which HTTP status, in the shape of which family of routes. */
import { type ErrorCode, errorTable, formatPath, type GatewayError } from '../../core/errors.ts';
import {
  accountKeyMissing,
  type LegacyCode,
  legacyUploadKeyRefused,
  legacyWords,
  type ModelCode,
  modelCodes,
  uploadKeyRefused,
} from '../../wires/runninghub/codes.ts';
import type { TaskObject } from '../../wires/runninghub/schemas.ts';
import { jsonResponse } from '../dialect.ts';
import type { RunninghubOptions } from './options.ts';

type WireError = {
  readonly model: ModelCode;
  readonly legacy: LegacyCode;
  /** The HTTP status of what may pass by itself; all else is answered with 200. */
  readonly transientStatus?: 429 | 500 | 503;
};

/** Of every answer that a retry would not change. */
const businessStatus = 200;

const wireErrors = {
  invalid_request: { model: '1007', legacy: 301 },
  invalid_input: { model: '1007', legacy: 301 },
  unauthenticated: { model: '1002', legacy: 802 },
  insufficient_credit: { model: '416', legacy: 416 },
  forbidden: { model: '1009', legacy: 1 },
  not_found: { model: '1004', legacy: 807 },
  model_not_found: { model: '1009', legacy: 412 },
  method_not_allowed: { model: '1009', legacy: 412 },
  conflict: { model: '1009', legacy: 1 },
  idempotency_in_progress: { model: '1011', legacy: 421 },
  idempotency_mismatch: { model: '1007', legacy: 301 },
  payload_too_large: { model: '1008', legacy: 809 },
  unsupported_media_type: { model: '1007', legacy: 301 },
  input_unfetchable: { model: '1001', legacy: 805 },
  rate_limited: { model: '1003', legacy: 421, transientStatus: 429 },
  canceled: { model: '1000', legacy: 805 },
  internal: { model: '1005', legacy: 500, transientStatus: 500 },
  engine_failed: { model: '1015', legacy: 805 },
  attempt_unknown: { model: '1012', legacy: 805 },
  price_unpublished: { model: '1009', legacy: 1 },
  engine_unavailable: { model: '1010', legacy: 415 },
  overloaded: { model: '1011', legacy: 415, transientStatus: 503 },
  deadline_exceeded: { model: '1006', legacy: 805 },
  storage_full: { model: '1011', legacy: 415, transientStatus: 503 },
} as const satisfies Record<ErrorCode, WireError>;

/** The table as the documents show it. */
export const errorRows = (Object.keys(wireErrors) as ErrorCode[]).map((code) => {
  const { model, legacy, transientStatus }: WireError = wireErrors[code];
  const word = legacy === 1 ? '(the reason)' : legacyWords[legacy];
  return {
    code,
    errorCode: model,
    meaning: modelCodes[model],
    legacyCode: legacy,
    legacyMessage: word,
    status: transientStatus ?? businessStatus,
  };
});

/** What a finished task says of its error: an input that proved wrong after the submit has the code of its URL. */
export function taskErrorCode(code: ErrorCode): ModelCode {
  return code === 'invalid_input' ? '1001' : wireErrors[code].model;
}

/**
 * Official clients submit the same body up to three times unless they find one of their stop words in the message, such as
 * `invalid parameter`, `unauthorized`, `insufficient` or `balance`. So what will never pass says one of them.
 */
const openings: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'unauthorized: ',
  forbidden: 'unauthorized: ',
  insufficient_credit: 'insufficient balance: ',
};
const endings: Partial<Record<ErrorCode, string>> = {
  canceled: ' What it did not use went back to the balance.',
  attempt_unknown: ' Look at the balance before you submit it again.',
};
const stopWord = 'invalid parameter: ';

export function modelSentence(code: ErrorCode, message: string): string {
  const ending = endings[code] ?? '';
  const isFinal = !errorTable[code].retryable && ending === '';
  return (openings[code] ?? (isFinal ? stopWord : '')) + message + ending;
}

const shownIssues = 3;

/** `missing` is the vendor's own sentence about a field that is not there. */
function describe(error: GatewayError, missing: (field: string) => string): string {
  const { issues, message, code } = error;
  if (issues.length === 0) return message || errorTable[code].title;
  const sentences = issues.map(({ rule, path, message: own }) =>
    rule === 'required' ? missing(formatPath(path)) : own,
  );
  return sentences.slice(0, shownIssues).join(' ');
}

const modelMessage = (error: GatewayError) =>
  modelSentence(
    error.code,
    describe(error, (field) => `field '${field}' is required, can not be empty`),
  );
const legacyMessage = (error: GatewayError) => describe(error, (field) => `${field} must not be blank`);

/** A task object that speaks of no task. */
function noTask(status: TaskObject['status'], errorCode: string, errorMessage: string): TaskObject {
  return {
    taskId: '',
    status,
    errorCode,
    errorMessage,
    results: null,
    clientId: '',
    promptTips: '',
    failedReason: {},
    usage: null,
    parentTaskId: null,
    taskUsageList: null,
  };
}

const legacyEnvelope = (code: number, msg: string, sentence: string | null = null) => ({
  code,
  msg,
  errorMessages: sentence === null || sentence === msg ? null : [sentence],
  data: null,
});
const utilityEnvelope = (code: number, msg: string, message = msg) => ({
  code,
  msg,
  message,
  errorMessages: null,
  data: null,
});

const tokenInvalid = (error: GatewayError) =>
  utilityEnvelope(
    412,
    legacyWords[412],
    describe(error, (field) => `${field} is missing`),
  );

function legacyBody(error: GatewayError) {
  const { legacy } = wireErrors[error.code];
  const sentence = legacyMessage(error);
  // A missing key is a missing parameter here, and what is wrong with parameters stands in `msg` itself.
  const code = isKeyMissing(error) ? 301 : legacy;
  const word = code === 1 || code === 301 ? sentence : legacyWords[code];
  return legacyEnvelope(code, word, sentence);
}

/** Whether the request had no key at all, rather than a wrong one. */
function isKeyMissing({ code, issues }: GatewayError): boolean {
  return code === 'unauthenticated' && issues.some(({ rule }) => rule === 'required');
}

/** The families of routes; each fails in a shape of its own. `undefined` leaves it to the family's general shape. */
const families = {
  /** v2 calls that make a task. */
  submit(error: GatewayError, { isSubmitRefusedAsTask }: RunninghubOptions) {
    const isRefusedAsPath = error.code === 'unauthenticated' && !isSubmitRefusedAsTask;
    if (isRefusedAsPath || error.code === 'model_not_found') return tokenInvalid(error);
    return noTask('', wireErrors[error.code].model, modelMessage(error));
  },
  /** v2 calls that look at one: what stays wrong ends the client's loop. */
  query(error: GatewayError) {
    if (error.code === 'unauthenticated') return tokenInvalid(error);
    const { model, transientStatus }: WireError = wireErrors[error.code];
    return noTask(transientStatus === undefined ? 'FAILED' : '', model, modelMessage(error));
  },
  price(error: GatewayError) {
    return {
      errorCode: wireErrors[error.code].model,
      errorMessage: modelMessage(error),
      estimatedPrice: 0,
      currency: '',
      priceText: '',
      priceTextEn: '',
      freeLimit: false,
      freeLimitCount: 0,
      remainingFreeLimitCount: 0,
      isFreeThisCall: false,
    };
  },
  utility(error: GatewayError) {
    if (error.code === 'unauthenticated') return tokenInvalid(error);
    return utilityEnvelope(Number(wireErrors[error.code].model), modelMessage(error));
  },
  upload(error: GatewayError) {
    if (error.code === 'unauthenticated') {
      const { code, message } = uploadKeyRefused;
      return utilityEnvelope(code, `${message}: ${modelMessage(error)}`);
    }
    const model = error.code === 'invalid_input' ? '1013' : wireErrors[error.code].model;
    return utilityEnvelope(Number(model), modelMessage(error));
  },
  legacy: legacyBody,
  account(error: GatewayError) {
    if (!isKeyMissing(error)) return legacyBody(error);
    return legacyEnvelope(accountKeyMissing.code, accountKeyMissing.msg);
  },
  legacyUpload(error: GatewayError) {
    if (error.code === 'unauthenticated') {
      return legacyEnvelope(legacyUploadKeyRefused.code, legacyUploadKeyRefused.msg, legacyMessage(error));
    }
    return error.code === 'invalid_input'
      ? legacyEnvelope(808, legacyWords[808], legacyMessage(error))
      : legacyBody(error);
  },
  /** A plain ComfyUI client stands behind these: it looks at the HTTP status. */
  native: legacyBody,
  /** Paths that are nowhere. */
  path: tokenInvalid,
} as const satisfies Record<string, (error: GatewayError, options: RunninghubOptions) => unknown>;

export type Family = keyof typeof families;

function statusOf(family: Family, code: ErrorCode, { hasTransientStatus }: RunninghubOptions): number {
  if (family === 'native') return errorTable[code].status;
  if (family === 'legacyUpload' && code === 'unauthenticated') return 401;
  const { transientStatus }: WireError = wireErrors[code];
  return (hasTransientStatus ? transientStatus : undefined) ?? businessStatus;
}

export function encodeFailure(family: Family, error: GatewayError, options: RunninghubOptions): Response {
  const retryAfter =
    error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) };
  const body = families[family](error, options);
  return jsonResponse(body, statusOf(family, error.code, options), retryAfter);
}

/** A refusal by one of the legacy codes that no error of ours stands for. */
export function legacyRefusal(code: keyof typeof legacyWords, sentence: string, status = businessStatus): Response {
  return jsonResponse(legacyEnvelope(code, legacyWords[code], sentence), status);
}

/** The same in v2, where a task was to be made. */
export function submitRefusal(code: ModelCode, sentence: string): Response {
  return jsonResponse(noTask('', code, stopWord + sentence));
}

export function utilityRefusal(code: ModelCode, sentence: string): Response {
  return jsonResponse(utilityEnvelope(Number(code), stopWord + sentence));
}

export const legacySuccess = (data: unknown, msg: 'success' | 'SUCCESS' | '' = 'success') =>
  jsonResponse({ code: 0, msg, errorMessages: null, data });
export const utilitySuccess = (data: unknown) =>
  jsonResponse({ code: 0, msg: 'success', message: 'success', errorMessages: null, data });
export const legacyState = (code: 804 | 805 | 813, data: unknown) =>
  jsonResponse({ code, msg: legacyWords[code], errorMessages: null, data });
