/** The playground and the console: the built pages, and who signs in to them. */
import type { Admin } from '../core/admin.ts';
import type { RandomBytes } from '../core/ids.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store-port.ts';
import { keyScopes } from '../core/tenant.ts';
import type { Route } from '../dialects/dialect.ts';
import { hashKey } from '../util/key-text.ts';
import type { Authenticator } from './auth.ts';
import { createPageSessions, createSignInCodes, type PageSessions, sessionMs } from './page-sessions.ts';
import { createPages, type Pages } from './pages.ts';
import { sessionRoutes } from './session-routes.ts';

export type Ui = {
  readonly pages: Pages;
  readonly sessions: PageSessions;
  readonly routes: readonly Route[];
  /** A link that signs one browser in as the owner; `base` is where the pages are served. */
  makeSignInLink(base: string): { readonly url: string; readonly expiresAt: number };
};

export type UiOptions = {
  /** What the build made. */
  readonly directory: string;
  /** Origins, besides our own, that links to files may lead to. */
  readonly mediaOrigins: readonly string[];
  /** Signs which sessions are the owner's. */
  readonly secret: string;
  /** Where the server listens, and how others reach it; empty when only by that. */
  readonly host: string;
  readonly publicUrl: string;
  readonly store: Pick<Store, 'tenants' | 'keyByHash'>;
  readonly admin: Pick<Admin, 'createKey' | 'revokeKey'>;
  readonly authenticator: Authenticator;
  /** Whether `/v1/admin` is served beside the pages. */
  readonly hasAdmin: boolean;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly version: string;
};

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];
/** How the keys of browsers are called. */
const browserKeyName = 'a browser of the owner';

export function openUi(options: UiOptions): Ui {
  const { directory, mediaOrigins, secret, host, publicUrl, store, admin, authenticator, clock, randomBytes } = options;
  const outside = publicUrl === '' ? undefined : new URL(publicUrl);
  const sessions = createPageSessions({
    secret,
    hosts: new Set([...loopbackNames, host.toLowerCase(), ...(outside === undefined ? [] : [outside.hostname])]),
    ...(outside?.protocol === 'https:' ? { secureHost: outside.host } : {}),
  });
  const codes = createSignInCodes(clock, randomBytes);
  return {
    pages: createPages(directory, mediaOrigins),
    sessions,
    routes: sessionRoutes({
      sessions,
      codes,
      authenticate: authenticator.authenticate,
      hasAdmin: options.hasAdmin,
      version: options.version,
      async makeOwnerKey() {
        const [first] = await store.tenants();
        if (first === undefined) throw new Error('the first tenant was made at the start');
        const { text } = await admin.createKey(first.id, {
          name: browserKeyName,
          scopes: keyScopes,
          spendCapMicros: null,
          concurrency: null,
          expiresAt: clock.now() + sessionMs,
        });
        return text;
      },
      async revokeOwnerKey(text) {
        const key = await store.keyByHash(hashKey(text));
        if (key?.name === browserKeyName) await admin.revokeKey(key.tenantId, key.id);
      },
    }),
    makeSignInLink(base) {
      const { code, expiresAt } = codes.make();
      // Behind the #, so that it is in no log and in no Referer.
      return { url: `${base}/ui/sign-in#${code}`, expiresAt };
    },
  };
}
