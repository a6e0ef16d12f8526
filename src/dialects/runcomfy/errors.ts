/** Our error codes in RunComfy's words. The Model API and the serverless API share an envelope and differ in some codes. */
import { type ErrorCode, errorTable, type GatewayError, type InputIssue } from '../../core/errors.ts';
import { furtherCodes, modelApiCodes, serverlessCodes } from '../../wires/runcomfy/codes.ts';
import type { ErrorBody } from '../../wires/runcomfy/model-api.ts';
import { jsonResponse } from '../dialect.ts';
import type { RuncomfyOptions } from './options.ts';

/** `meaning` is the vendor's name of the code, where it has one. */
export type ErrorRow = { readonly status: number; readonly code: number; readonly meaning?: string };

/** Of the Model API. */
export const errorRows = {
  invalid_request: { status: 400, code: furtherCodes.invalidRequest },
  invalid_input: { status: 422, code: serverlessCodes.validation, meaning: 'Validation' },
  unauthenticated: { status: 401, code: modelApiCodes.userAccount, meaning: 'UserAccountError' },
  insufficient_credit: { status: 402, code: modelApiCodes.insufficientResources, meaning: 'InsufficientResources' },
  forbidden: { status: 403, code: modelApiCodes.permissionDenied, meaning: 'PermissionDeniedError' },
  not_found: { status: 404, code: modelApiCodes.resourceNotFound, meaning: 'ResourceNotFound' },
  model_not_found: {
    status: 400,
    code: modelApiCodes.invalidResourceIdentifier,
    meaning: 'InvalidResourceIdentifier',
  },
  method_not_allowed: { status: 405, code: furtherCodes.methodNotAllowed },
  conflict: { status: 409, code: furtherCodes.conflict },
  idempotency_in_progress: { status: 409, code: furtherCodes.repeatInProgress },
  idempotency_mismatch: { status: 422, code: furtherCodes.repeatDiffers },
  payload_too_large: { status: 413, code: furtherCodes.bodyTooLarge },
  unsupported_media_type: { status: 415, code: furtherCodes.unsupportedMediaType },
  input_unfetchable: { status: 422, code: furtherCodes.inputNotFetched },
  rate_limited: { status: 429, code: furtherCodes.tooManyRequests },
  canceled: { status: 499, code: furtherCodes.clientGone },
  internal: { status: 500, code: serverlessCodes.internal, meaning: 'Internal' },
  engine_failed: { status: 500, code: serverlessCodes.internal, meaning: 'Internal' },
  attempt_unknown: { status: 500, code: serverlessCodes.internal, meaning: 'Internal' },
  price_unpublished: { status: 503, code: furtherCodes.unpriced },
  engine_unavailable: { status: 503, code: furtherCodes.unavailable },
  overloaded: { status: 503, code: furtherCodes.unavailable },
  deadline_exceeded: { status: 504, code: furtherCodes.timedOut },
  storage_full: { status: 507, code: furtherCodes.noRoom },
} as const satisfies Record<ErrorCode, ErrorRow>;

export const serverlessErrorRows = {
  ...errorRows,
  unauthenticated: { status: 401, code: serverlessCodes.unauthorized, meaning: 'Unauthorized' },
  insufficient_credit: { status: 402, code: serverlessCodes.insufficientFunds, meaning: 'InsufficientFunds' },
  forbidden: { status: 403, code: serverlessCodes.forbidden, meaning: 'Forbidden' },
  not_found: { status: 404, code: serverlessCodes.notFound, meaning: 'NotFound' },
  model_not_found: { status: 404, code: serverlessCodes.notFound, meaning: 'NotFound' },
} as const satisfies Record<ErrorCode, ErrorRow>;

/** The Model API's rows with what the owner chose. */
function chosenRow(code: ErrorCode, options: RuncomfyOptions): ErrorRow {
  const row = errorRows[code];
  if (code === 'unauthenticated') return { ...row, status: options.unauthenticatedStatus };
  if (code === 'insufficient_credit') return { ...row, status: options.insufficientCreditStatus };
  if (code === 'model_not_found' && options.isUnknownModelNotFound) return errorRows.not_found;
  return row;
}

export function encodeModelApiError(error: GatewayError, requestId: string, options: RuncomfyOptions): Response {
  return respond(error, requestId, chosenRow(error.code, options));
}

export function encodeServerlessError(error: GatewayError, requestId: string): Response {
  return respond(error, requestId, serverlessErrorRows[error.code]);
}

function respond(error: GatewayError, requestId: string, { status, code }: ErrorRow): Response {
  const body: ErrorBody = {
    error_code: code,
    error_message: error.message || errorTable[error.code].title,
    ...(error.issues.length === 0 ? {} : { detail: error.issues.map(encodeIssue) }),
  };
  const headers: Record<string, string> = { 'x-request-id': requestId };
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000));
  return jsonResponse(body, status, headers);
}

/** The common form of Python frameworks, which RunComfy's `detail` is taken to have. */
function encodeIssue({ path, rule, message }: InputIssue) {
  return { loc: ['body', ...path], msg: message, type: rule };
}
