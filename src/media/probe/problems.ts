/** The words in which a parser refuses a file. */
import type { GatewayError } from '../../core/errors.ts';
import { mediaError } from '../../core/media-rules.ts';

/** The bytes end before what they announce. `what` is a clause: `the PNG header is not whole`. */
export const truncated = (what: string): GatewayError =>
  mediaError({ rule: 'truncated', predicate: `is cut off: ${what}` });

/** The bytes contradict themselves or their format. */
export const corrupt = (what: string): GatewayError =>
  mediaError({ rule: 'corrupt', predicate: `is damaged: ${what}` });

/** Sound or not, it is not what we take. */
export const unsupported = (what: string): GatewayError =>
  mediaError({ rule: 'unsupported', predicate: `is not a file of a kind that is taken: ${what}` });

export const tooLarge = (what: string): GatewayError =>
  mediaError({ rule: 'tooLarge', predicate: `is too large to be looked at: ${what}` });
