/** Vidu's error body and its words. Facts: the error pages of platform.vidu.com and platform.vidu.cn. */
import { type Static, Type } from 'typebox';

/** Every documented reason, its HTTP status and how its message begins. In a failed task the same words are `err_code`. */
export const reasons = {
  BadRequest: { status: 400, template: 'bad request' },
  FieldLacking: { status: 400, template: 'missing field' },
  FieldUnwanted: { status: 400, template: 'unwanted field' },
  FieldItemCountOutOfRange: { status: 400, template: 'item count of field out of range' },
  FieldInvalid: { status: 400, template: 'invalid field' },
  PageSizeOutOfRange: { status: 400, template: 'size out of range' },
  ImageDownloadFailure: { status: 400, template: 'image download failure' },
  ImageFormatInvalid: { status: 400, template: 'invalid image format' },
  OperationInProcess: { status: 400, template: 'operation in process' },
  CreditInsufficient: { status: 400, template: 'insufficient credits' },
  ModelUnavailable: { status: 400, template: 'model unavailable' },
  UserCancelled: { status: 400, template: 'cancelled by user' },
  Unauthorized: { status: 401, template: 'unauthorized' },
  Forbidden: { status: 403, template: 'forbidden' },
  TaskNotFound: { status: 404, template: 'task not found' },
  CreationNotFound: { status: 404, template: 'creation not found' },
  NotFound: { status: 404, template: 'not found' },
  Conflict: { status: 409, template: 'conflict' },
  QuotaExceeded: { status: 429, template: 'quota exceeded' },
  TooManyRequests: { status: 429, template: 'too many requests' },
  SystemThrottling: { status: 429, template: 'system throttling' },
  Canceled: { status: 499, template: 'request canceled' },
  InternalServiceFailure: { status: 500, template: 'internal service failure' },
} as const;
export type Reason = keyof typeof reasons;

const strict = { additionalProperties: false } as const;

export const errorSchema = Type.Object(
  {
    code: Type.Integer({ description: 'The HTTP status.' }),
    reason: Type.Unsafe<Reason>({ type: 'string', enum: Object.keys(reasons) }),
    message: Type.String({ description: 'Names the fields, the rule and the value.' }),
    metadata: Type.Object({ trace_id: Type.String() }, strict),
  },
  strict,
);
export type ErrorBody = Static<typeof errorSchema>;
