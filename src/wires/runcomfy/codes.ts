/**
 * RunComfy's error codes, of both APIs: docs.runcomfy.com/model-apis/error-codes and /serverless/error-codes. The first
 * three digits read like an HTTP status.
 */
export const modelApiCodes = {
  invalidResourceIdentifier: 400001,
  insufficientResources: 400002,
  userAccount: 400004,
  permissionDenied: 403001,
  resourceNotFound: 404001,
} as const;

export const serverlessCodes = {
  insufficientFunds: 10001,
  unauthorized: 401001,
  forbidden: 403003,
  notFound: 404001,
  validation: 422001,
  internal: 500001,
} as const;

/** In the same form, for what neither list has. */
export const furtherCodes = {
  invalidRequest: 400000,
  methodNotAllowed: 405001,
  conflict: 409001,
  repeatInProgress: 409002,
  bodyTooLarge: 413001,
  unsupportedMediaType: 415001,
  inputNotFetched: 422002,
  repeatDiffers: 422003,
  tooManyRequests: 429001,
  clientGone: 499001,
  unavailable: 503001,
  unpriced: 503002,
  timedOut: 504001,
  noRoom: 507001,
} as const;
