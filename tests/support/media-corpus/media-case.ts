/** One file of the corpus, made when it is needed, and the verdict it must get. */
import type { MediaFacts } from '../../../src/core/media.ts';
import type { MediaProblemRule } from '../../../src/core/media-rules.ts';
import type { Parameter } from '../../../src/core/model.ts';

export type MediaCase = {
  readonly name: string;
  readonly make: () => Uint8Array | Promise<Uint8Array>;
  /** What the field asks for that the file is given to. */
  readonly field: 'image' | 'video';
  /** How many media the field holds. */
  readonly itemCount?: number;
  /** Facts it must have, or the rules of which it must break one. */
  readonly verdict: { readonly facts: Partial<MediaFacts> } | { readonly breaks: readonly MediaProblemRule[] };
};

/** As the pages of the vendors say it. */
export const parameters: Readonly<Record<MediaCase['field'], Parameter>> = {
  image: {
    title: 'Images',
    description: '',
    type: 'media',
    media: 'image',
    accepts: {
      formats: ['png', 'jpg', 'webp'],
      minimumSide: 128,
      ratio: { from: { width: 1, height: 4 }, to: { width: 4, height: 1 } },
      maximumBytes: 50 * 1024 * 1024,
    },
  },
  video: {
    title: 'Videos',
    description: '',
    type: 'media',
    media: 'video',
    accepts: {
      formats: ['mp4', 'avi', 'mov'],
      minimumSide: 128,
      ratio: { from: { width: 1, height: 4 }, to: { width: 4, height: 1 } },
      maximumBytes: 100 * 1024 * 1024,
      inlineBytesBelow: 20 * 1024 * 1024,
      lengths: [
        { items: 1, maximumMs: 8_000 },
        { items: 2, maximumMs: 5_000 },
      ],
    },
  },
};

export function good(
  field: MediaCase['field'],
  name: string,
  make: MediaCase['make'],
  facts: Partial<MediaFacts> = {},
): MediaCase {
  return { name, make, field, verdict: { facts } };
}

export function bad(
  field: MediaCase['field'],
  name: string,
  make: MediaCase['make'],
  ...breaks: readonly MediaProblemRule[]
): MediaCase {
  return { name, make, field, verdict: { breaks } };
}
