/** What RunComfy's public pages leave open; the owner chooses. */

/** The settings as they are written. */
export type RuncomfySettings = {
  readonly 'runcomfy.seed_zero': 'random' | 'literal';
  readonly 'runcomfy.unauthenticated_status': '400' | '401';
  readonly 'runcomfy.insufficient_credit_status': '400' | '402';
  readonly 'runcomfy.unknown_model_status': '400' | '404';
  readonly 'runcomfy.cancelled_status': 'cancelled' | 'completed';
  readonly 'runcomfy.error_layout': 'object' | 'text';
  readonly 'runcomfy.absent_fields': 'omitted' | 'null';
  readonly 'runcomfy.queue_base': '0' | '1';
  readonly 'runcomfy.unknown_keys': 'ignored' | 'refused';
  readonly 'runcomfy.v1_spelling': 'cancelled' | 'canceled';
  readonly 'runcomfy.webhook_retries': 'standard' | 'vendor';
};

export type RuncomfyOptions = {
  /** Whether `seed: 0`, which is also the default, asks for a random seed. */
  readonly isSeedZeroRandom: boolean;
  readonly unauthenticatedStatus: 400 | 401;
  readonly insufficientCreditStatus: 400 | 402;
  readonly isUnknownModelNotFound: boolean;
  /** The status word beside the outcome of a cancel that took effect. */
  readonly cancelledStatus: 'cancelled' | 'completed';
  /** Whether a failed result's error is its message alone. */
  readonly isErrorText: boolean;
  /** Whether fields of a result that are not there yet are null. */
  readonly areAbsentFieldsNull: boolean;
  /** The queue position of the request that is next. */
  readonly queueBase: 0 | 1;
  readonly areUnknownKeysRefused: boolean;
  /** The word for a cancelled request under /prod/v1. */
  readonly v1Cancelled: 'cancelled' | 'canceled';
  /** Whether webhooks are given up after a day, as RunComfy gives them up, and not after three. */
  readonly areRetriesVendors: boolean;
};

export function readOptions(settings: RuncomfySettings): RuncomfyOptions {
  return {
    isSeedZeroRandom: settings['runcomfy.seed_zero'] === 'random',
    unauthenticatedStatus: settings['runcomfy.unauthenticated_status'] === '400' ? 400 : 401,
    insufficientCreditStatus: settings['runcomfy.insufficient_credit_status'] === '400' ? 400 : 402,
    isUnknownModelNotFound: settings['runcomfy.unknown_model_status'] === '404',
    cancelledStatus: settings['runcomfy.cancelled_status'],
    isErrorText: settings['runcomfy.error_layout'] === 'text',
    areAbsentFieldsNull: settings['runcomfy.absent_fields'] === 'null',
    queueBase: settings['runcomfy.queue_base'] === '0' ? 0 : 1,
    areUnknownKeysRefused: settings['runcomfy.unknown_keys'] === 'refused',
    v1Cancelled: settings['runcomfy.v1_spelling'],
    areRetriesVendors: settings['runcomfy.webhook_retries'] === 'vendor',
  };
}
