/** How a planted bug gets between the code and its ports: each gives the port as the code shall see it. */
import type { RandomBytes } from '../../src/core/ids.ts';
import type { Blobs, Engine, Fetcher, Store } from '../../src/core/ports.ts';

type Media = { readonly blobs: Blobs; readonly fetcher: Fetcher };

export type Tampering = {
  store?(store: Store, tools: Tools): Store;
  engine?(engine: Engine, tools: Tools): Engine;
  outside?(media: Media, tools: Tools): Media;
};

export type Tools = {
  readonly randomBytes: RandomBytes;
  /** Resolves when the scheduler chooses, never after the end of the life that is tampered with. */
  wait(label: string): Promise<void>;
};
