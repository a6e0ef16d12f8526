/** The world of a worker under test: the pieces it is given, and plain ones for the rest. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { createCatalog } from '../../src/core/catalog.ts';
import { createGlimpses } from '../../src/core/glimpses.ts';
import type { Blobs, Fetcher } from '../../src/core/media-ports.ts';
import { micros } from '../../src/core/money.ts';
import type { Store } from '../../src/core/store-port.ts';
import type { World } from '../../src/core/world.ts';
import { createMarker } from '../../src/media/marks/index.ts';
import { createProber } from '../../src/media/probe/index.ts';
import { createSealer } from '../../src/sealer.ts';

/** Nothing answers anywhere, and every endpoint is content. */
const quietFetcher: Fetcher = {
  judge: () => {},
  async *fetch() {
    yield* [];
  },
  post: async () => ({ status: 200, retryAfter: undefined, start: new Uint8Array() }),
};

export function testWorld(given: Partial<World> & { readonly store: Store; readonly blobs: Blobs }): World {
  return {
    prober: createProber(given.blobs),
    // What an engine made is not decoded again.
    verifier: { verify: async () => {} },
    marker: createMarker(given.blobs, { ffmpegPath: '', scratchDirectory: tmpdir() }),
    fetcher: quietFetcher,
    catalog: createCatalog([]),
    engines: new Map(),
    clock: { now: () => Date.now() },
    randomBytes,
    glimpses: createGlimpses(),
    policy: {
      startLimitMs: 1e6,
      inputLifetimeMs: 1e6,
      maximumMediaBytes: 1e6,
      uploadQuotaBytes: 1e9,
      freeEngines: new Set(),
      offPeak: { startLimitMs: 1e6, discountBasisPoints: 5_000 },
      marks: { isLabelOn: false, contentProducer: '', contentPropagator: '' },
      isLocationStripped: true,
      exchangeRate: { microsPerDollar: micros(7_000_000), date: '2026-11-21' },
    },
    readOwnLink: () => undefined,
    sealer: createSealer('a secret of this test', 'test'),
    ...given,
  };
}
