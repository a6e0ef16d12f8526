/** What RunningHub's pages and clients leave open; the owner chooses. */
export type RunninghubOptions = {
  /** Whether what may pass by itself has an HTTP status of its own, which clients take as a reason to ask again. */
  readonly hasTransientStatus: boolean;
  /** Whether a submit with a wrong key is answered by a task object with 1002, or by the envelope TOKEN_INVALID. */
  readonly isSubmitRefusedAsTask: boolean;
  /** The word for a canceled task. */
  readonly canceledStatus: 'FAILED' | 'CANCEL';
  /** Whether `eventData` is JSON in a string or an object. */
  readonly isEventDataText: boolean;
  /** Whether webhooks are tried again as the vendor does, three times, or as all others are. */
  readonly isVendorSchedule: boolean;
  /** How long links to results are good for; undefined for as long as the file is kept. */
  readonly resultLinkMs: number | undefined;
  /** The largest file of each upload. */
  readonly uploadBytes: number;
  readonly legacyUploadBytes: number;
};
