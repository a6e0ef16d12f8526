/** The use cases about webhooks: which URLs may be one, what was delivered, sending again, and signing secrets. */
import type { Delivery, DeliveryAttempt, DeliveryState, EndpointSecret } from './delivery.ts';
import type { FailingEndpoint } from './endpoint-health.ts';
import { GatewayError, inputError } from './errors.ts';
import type { DeliveryId, RandomBytes, TaskId, TenantId } from './ids.ts';
import { issueAt } from './issues.ts';
import type { Fetcher, Sealer } from './media-ports.ts';
import type { Clock } from './ports.ts';
import type { DeliveryFilter, Store } from './store-port.ts';
import type { Caller } from './tenant.ts';

/** What webhooks need of the world. */
export type WebhookWorld = {
  readonly store: Store;
  readonly fetcher: Pick<Fetcher, 'judge'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
};

/** Another URL that a delivery goes to from now on, and where it stood in the request. */
export type ResendTarget = { readonly url: string; readonly path: readonly string[] };

export type Webhooks = {
  deliveries(filter: DeliveryFilter): Promise<readonly Delivery[]>;
  /** Throws GatewayError `not_found` for an unknown id and for a foreign one alike. */
  delivery(caller: Caller, id: DeliveryId): Promise<Delivery>;
  attempts(caller: Caller, id: DeliveryId): Promise<readonly DeliveryAttempt[]>;
  /**
   * Owes it again, at once and under the same id, to `target` if one is given. Throws GatewayError `not_found`, `conflict`
   * when it is too old, `invalid_input` that names the target's path.
   */
  resend(caller: Caller, id: DeliveryId, target?: ResendTarget): Promise<Delivery>;
  /** Owes again what was created from `since` until `until`; answers how many. Throws GatewayError `invalid_input`. */
  resendRange(caller: Caller, range: { since: number; until: number; state: DeliveryState }): Promise<number>;
  /** Endpoints that fail or are disabled, by URL, those after `afterUrl`. */
  failingEndpoints(caller: Caller, afterUrl: string, limit: number): Promise<readonly FailingEndpoint[]>;
  /** Makes a failing or disabled endpoint as good as new; answers its stored spelling. Idempotent. */
  enableEndpoint(caller: Caller, url: string): Promise<string>;
  /** When the endpoint got its secret, and until when the one before it signs too. Throws GatewayError `not_found`. */
  secretFacts(caller: Caller, url: string): Promise<EndpointSecret>;
  /** Gives the endpoint a new secret, and shows it this once. Throws GatewayError `invalid_input`. */
  renewSecret(caller: Caller, url: string): Promise<{ readonly facts: EndpointSecret; readonly secret: string }>;
};

const hour = 60 * 60 * 1000;
const secretBytes = 32;
const secretPrefix = 'whsec_';
const resendMs = 30 * 24 * hour;
/** Both secrets sign for this long after a rotation. */
const overlapMs = 24 * hour;

/** The URL in the one spelling that is stored. Throws GatewayError `invalid_input` that names `path`. */
export function judgeEndpoint(
  { fetcher }: Pick<WebhookWorld, 'fetcher'>,
  url: string,
  path: readonly (string | number)[],
): string {
  const refuse = (predicate: string, cause?: unknown) => {
    const issue = issueAt(path, 'url', predicate);
    return new GatewayError('invalid_input', issue.message, { issues: [issue], cause });
  };
  if (!URL.canParse(url)) throw refuse('must be an https URL');
  try {
    fetcher.judge(url);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'invalid_input') throw refuse(error.message, error);
    throw error;
  }
  return new URL(url).href;
}

const callerKeyContext = (taskId: TaskId) => `caller key ${taskId}`;

export function sealCallerKey({ sealer }: Pick<WebhookWorld, 'sealer'>, taskId: TaskId, key: string): string {
  return sealer.seal(key, callerKeyContext(taskId));
}

/** The key that a task's caller came with; undefined when it is not kept, or not any more. */
export async function openCallerKey(
  { store, sealer }: Pick<WebhookWorld, 'store' | 'sealer'>,
  taskId: TaskId,
): Promise<string | undefined> {
  const sealed = await store.webhookKey(taskId);
  return sealed === undefined ? undefined : sealer.open(sealed, callerKeyContext(taskId));
}

const sealContext = ({ tenantId, url }: { tenantId: TenantId; url: string }) => `${tenantId} ${url}`;

function makeSecret({ sealer, clock, randomBytes }: WebhookWorld, tenantId: TenantId, url: string) {
  const secret = secretPrefix + btoa(String.fromCharCode(...randomBytes(secretBytes)));
  const sealed = sealer.seal(secret, sealContext({ tenantId, url }));
  return { secret, kept: { tenantId, url, sealed, createdAt: clock.now() } };
}

/** The keys that sign for an endpoint now, the newest first. One that has none yet gets one. */
export async function signingKeys(world: WebhookWorld, tenantId: TenantId, url: string): Promise<Uint8Array[]> {
  const { store, sealer, clock } = world;
  if ((await store.endpointSecret(tenantId, url)) === undefined) {
    await store.insertEndpointSecret(makeSecret(world, tenantId, url).kept);
  }
  const kept = await store.endpointSecret(tenantId, url);
  if (kept === undefined) throw new GatewayError('internal', 'A secret that was written is not there.');
  const { sealed, previous } = kept;
  const both = previous !== null && previous.until > clock.now() ? [sealed, previous.sealed] : [sealed];
  return both.map((text) => {
    const encoded = sealer.open(text, sealContext(kept)).slice(secretPrefix.length);
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  });
}

function storedSpelling(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}

export function createWebhooks(world: WebhookWorld): Webhooks {
  const { store, clock } = world;
  const delivery: Webhooks['delivery'] = async ({ tenantId }, id) => {
    const found = await store.delivery(tenantId, id);
    if (found !== undefined) return found;
    throw new GatewayError('not_found', 'There is no delivery of this id that this key may see.');
  };
  return {
    deliveries: (filter) => store.deliveries(filter),
    delivery,
    attempts: ({ tenantId }, id) => store.deliveryAttempts(tenantId, id),
    async resend(caller, id, target) {
      const now = clock.now();
      const url = target === undefined ? undefined : judgeEndpoint(world, target.url, target.path);
      const { createdAt } = await delivery(caller, id);
      if (createdAt < now - resendMs) throw new GatewayError('conflict', 'Deliveries are sent again for 30 days.');
      await store.resendDelivery(caller.tenantId, id, now, url);
      return await delivery(caller, id);
    },
    async resendRange({ tenantId }, { since, until, state }) {
      const now = clock.now();
      if (until <= since) throw inputError([issueAt(['until'], 'range', 'must be later than since')]);
      if (since < now - resendMs) throw inputError([issueAt(['since'], 'range', 'must be of the last 30 days')]);
      return await store.resendDeliveries({ tenantId, state, since, until, now });
    },
    failingEndpoints: ({ tenantId }, afterUrl, limit) => store.failingEndpoints(tenantId, afterUrl, limit),
    async enableEndpoint({ tenantId }, url) {
      const stored = storedSpelling(url);
      await store.enableEndpoint(tenantId, stored);
      return stored;
    },
    async secretFacts({ tenantId }, url) {
      const facts = await store.endpointSecret(tenantId, storedSpelling(url));
      if (facts === undefined) throw new GatewayError('not_found', 'This endpoint has no secret yet.');
      return facts;
    },
    async renewSecret({ tenantId }, url) {
      const { secret, kept } = makeSecret(world, tenantId, judgeEndpoint(world, url, ['url']));
      await store.rotateEndpointSecret(kept, kept.createdAt + overlapMs);
      const facts = await store.endpointSecret(tenantId, kept.url);
      return { facts: facts ?? { ...kept, previous: null }, secret };
    },
  };
}
