/** Models as core sees them: what can be asked for. The facts themselves are data under catalog/. */

/** What a model does, in words that no vendor owns. */
export const operations = ['reference-to-image', 'image-to-video'] as const;
export type Operation = (typeof operations)[number];
