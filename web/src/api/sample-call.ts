/** One call of an API, as a sample in any language shows it. */

export type SampleCall = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** What stands before the key in `Authorization`; undefined of a call that needs no key. */
  readonly scheme?: string | undefined;
  /** Sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  /** A file beside the sample that is sent as it is, in place of JSON. */
  readonly file?: string | undefined;
  /** What the answer is saved as; unless told, it is JSON and printed. */
  readonly saveAs?: string | undefined;
};

/** The environment variable that samples read the key from: none of them holds a key. */
export const keyVariable = 'FRAMEGATE_KEY';
/** Stands for the key until a sample's language has its own way to read a variable. */
export const keyMark = 'the-key-of-the-reader';

/** How a file becomes an input: by the gateway's own API, for the models of every API. */
export function uploadTo(base: string): SampleCall {
  return { method: 'POST', url: `${base}/v1/uploads`, scheme: 'Bearer', file: 'photo.jpg' };
}
