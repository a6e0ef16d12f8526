/** What the core works with: the ports that are plugged in, and the rules that the owner chose. */
import type { Catalog } from './catalog.ts';
import type { Engine } from './engine-port.ts';
import type { Glimpses } from './glimpses.ts';
import type { RandomBytes } from './ids.ts';
import type { MarksPolicy } from './marks.ts';
import type { Blobs, Fetcher, Marker, Prober, Sealer, Verifier } from './media-ports.ts';
import type { OwnLink } from './own-links.ts';
import type { Clock } from './ports.ts';
import type { BasisPoints, ExchangeRate } from './price.ts';
import type { Store } from './store-port.ts';

/** Rules of the house that are the owner's to choose. Times are milliseconds. */
export type Policy = {
  readonly startLimitMs: number;
  readonly inputLifetimeMs: number;
  /** Undefined: results stay. */
  readonly outputLifetimeMs?: number;
  readonly maximumMediaBytes: number;
  /** How much the uploads of one tenant may hold. */
  readonly uploadQuotaBytes: number;
  /** How long a redirect to the storage itself is good for; without it, the gateway passes all bytes on. */
  readonly redirectMs?: number;
  /** Engines whose tasks cost nothing, whatever the list price says. */
  readonly freeEngines: ReadonlySet<string>;
  readonly offPeak: { readonly startLimitMs: number; readonly discountBasisPoints: BasisPoints };
  readonly exchangeRate: ExchangeRate;
  readonly marks: MarksPolicy;
  /** Whether engines get pictures without what tells where and with what they were taken. */
  readonly isLocationStripped: boolean;
};

export type World = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly prober: Prober;
  readonly verifier: Verifier;
  readonly marker: Marker;
  readonly fetcher: Fetcher;
  readonly sealer: Sealer;
  readonly catalog: Catalog;
  readonly engines: ReadonlyMap<string, Engine>;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly glimpses: Glimpses;
  readonly policy: Policy;
  /** What the URL names if it is a link to a file that this gateway handed out itself. */
  readonly readOwnLink: (url: string) => OwnLink | undefined;
};
