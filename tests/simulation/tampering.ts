/** How a planted bug gets between the code and its ports: each gives the port as the code shall see it. */

import type { Engine } from '../../src/core/engine-port.ts';
import type { RandomBytes } from '../../src/core/ids.ts';
import type { Blobs, Fetcher } from '../../src/core/media-ports.ts';
import type { Store } from '../../src/core/store-port.ts';

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
