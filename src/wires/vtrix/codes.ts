/**
 * The error codes of failed tasks: nine digits as text. `008` stands for Vidu, the next three for the endpoint, the last
 * three for the reason. Only the table of viduq2_reference2image is published; that the other endpoints share its reasons
 * is assumed, and so is their slot `000` (vtrix.md 6).
 */
export const reasons = {
  /** No images and no subjects. */
  mediaMissing: '001',
  mediaCount: '002',
  promptMissing: '003',
  generationFailed: '095',
  resultUnreadable: '096',
  /** The maker answered with an error. */
  upstreamError: '097',
  statusUnknown: '098',
  creationFailed: '099',
} as const;
export type Reason = keyof typeof reasons;

const makerDigits = '008';
/** Of the one endpoint whose table is published. */
export const publishedSlots: Readonly<Record<string, string>> = { viduq2_reference2image: '023' };

/** The three digits of an endpoint. */
export function isSlot(text: string): boolean {
  return /^\d{3}$/.test(text);
}

export function makeCode(slot: string, reason: Reason): string {
  return makerDigits + slot + reasons[reason];
}
