/** RunningHub's two sets of codes, as its error page and live answers of clients have them (spelling theirs). */

/** `code` of the legacy envelope, and the word in `msg` that clients compare. */
export const legacyWords = {
  301: 'PARAMS_INVALID',
  380: 'WORKFLOW_NOT_EXISTS',
  412: 'TOKEN_INVALID',
  415: 'TASK_INSTANCE_MAXED',
  416: 'TASK_CREATE_FAILED_BY_NOT_ENOUGH_WALLET',
  421: 'TASK_QUEUE_MAXED',
  435: 'TASK_USER_EXCLAPI_INSTANCE_NOT_FOUND',
  500: 'UNKNOWN_ERROR',
  802: 'APIKEY_UNAUTHORIZED',
  803: 'APIKEY_INVALID_NODE_INFO',
  804: 'APIKEY_TASK_IS_RUNNING',
  805: 'APIKEY_TASK_STATUS_ERROR',
  807: 'APIKEY_TASK_NOT_FOUND',
  808: 'APIKEY_UPLOAD_FAILED',
  809: 'APIKEY_FILE_SIZE_EXCEEDED',
  813: 'APIKEY_TASK_IS_QUEUED',
  901: 'WEBAPP_NOT_EXISTS',
} as const;

/** 1 has no word: its `msg` is the reason. */
export type LegacyCode = 1 | keyof typeof legacyWords;

/** `errorCode` of a task object: a string, empty while nothing is wrong. Legacy numbers surface there, too. */
export const modelCodes = {
  '380': 'no such workflow',
  '416': 'balance too low',
  '901': 'no such AI app',
  '1000': 'unknown failure',
  '1001': 'media URL invalid or unreachable',
  '1002': 'key invalid',
  '1003': 'too many requests',
  '1004': 'task missing or expired',
  '1005': 'internal fault',
  '1006': 'task took too long',
  '1007': 'parameter validation',
  '1008': 'file too large',
  '1009': 'operation not permitted',
  '1010': 'service unavailable',
  '1011': 'system busy',
  '1012': 'upstream provider failed',
  '1013': 'file processing failed',
  '1015': 'generation failed',
} as const;
export type ModelCode = keyof typeof modelCodes;

/** Whole envelopes that are not made from the tables. */
export const accountKeyMissing = { code: 1601, msg: 'param apiKey is required' } as const;
export const uploadKeyRefused = { code: 401, message: 'ApiKey verification failed' } as const;
export const legacyUploadKeyRefused = { code: -1, msg: 'ApiKey verification failed' } as const;
export const webhookMissing = { code: 1, msg: 'webhook event not exists' } as const;

/** The only words of a task's state that are safe for every client; `CANCEL` is known to the official ones alone. */
export const taskStatuses = ['QUEUED', 'RUNNING', 'SUCCESS', 'FAILED', 'CANCEL'] as const;
export type TaskStatus = (typeof taskStatuses)[number];
