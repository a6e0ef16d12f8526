/** What the matrix of dialects needs of each: how its requests are written, and what must come back in every situation. */
import type { TSchema } from 'typebox';

export const situations = [
  'accepted',
  'queued',
  'running',
  'succeeded',
  'failed by engine',
  'refused by validation',
  'unknown id',
  'foreign id',
  'cancelled queued',
  'cancel while running',
  'no credit',
  'rate limited',
  'wrong key',
] as const;
export type MatrixSituation = (typeof situations)[number];

export type MatrixRequest = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

export type MatrixAnswer = {
  readonly status: number;
  /** Strict: what it does not name must not be there. */
  readonly schema: TSchema;
};

export type MatrixDriver = {
  readonly dialect: string;
  /** A valid submit of something that the preview engine makes quickly, or one that breaks a rule of its model. */
  submit(options: { readonly key: string; readonly isValid: boolean; readonly webhookUrl?: string }): MatrixRequest;
  readId(answer: unknown): string;
  /** Every request that shows a task, in the order of the answers in `expected`. */
  poll(id: string, key: string): readonly MatrixRequest[];
  /** Undefined when the vendor has none. */
  readonly cancel: ((id: string, key: string) => MatrixRequest) | undefined;
  /**
   * `accepted`, `refused by validation`, `no credit`, `rate limited`, `wrong key`: of the submit. `cancelled queued` and
   * `cancel while running`: of the cancel. All others: of each poll.
   */
  readonly expected: Readonly<Record<MatrixSituation, readonly MatrixAnswer[]>>;
  /** Undefined when the vendor announces nothing. `verify` throws when the delivery is not as the vendor's receivers want it. */
  readonly webhook:
    | {
        readonly schema: TSchema;
        verify(delivery: {
          readonly headers: Readonly<Record<string, string>>;
          readonly body: string;
          readonly url: string;
          readonly key: string;
        }): void;
      }
    | undefined;
};
