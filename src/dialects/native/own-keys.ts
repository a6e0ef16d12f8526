/** A tenant's keys and ledger, by its own key. Only a key that nothing limits may make or revoke others. */
import { Compile } from 'typebox/compile';
import { GatewayError } from '../../core/errors.ts';
import { parseKeyId } from '../../core/ids.ts';
import type { Micros } from '../../core/money.ts';
import { configuredKeyName, type Key, keyScopes } from '../../core/tenant.ts';
import { jsonResponse, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { type AdminServices, readBody, readExpiry } from './admin.ts';
import {
  createKeySchema,
  encodeEntry,
  encodeKey,
  entryListSchema,
  keyListSchema,
  keySchema,
  newKeySchema,
} from './admin-wire.ts';
import { pageQuery, readEntryCursor, readLimit } from './query.ts';

type OwnKeyServices = Pick<AdminServices, 'keys' | 'createKey' | 'revokeKey' | 'ledger'>;

const bodyLimitBytes = 64 * 1024;
const validator = Compile(createKeySchema);
const unlimited =
  'The key must be one that may read and submit, without spend cap, limit of concurrency or end, or the one to be revoked.';

/**
 * Whether a key stands for its whole tenant. A limited one could give itself, in several new keys, more than it has; one
 * that ends could outlive itself.
 */
function isUnlimited({ scopes, spendCapMicros, concurrency, expiresAt }: Key): boolean {
  const hasAllScopes = keyScopes.every((scope) => scopes.includes(scope));
  return hasAllScopes && spendCapMicros === null && concurrency === null && expiresAt === null;
}

export function ownKeyRoutes(admin: OwnKeyServices, now: () => number): DocumentedRoute[] {
  const ownKey = async ({ caller }: TenantCall): Promise<Key> => {
    const key = (await admin.keys(caller.tenantId)).find(({ id }) => id === caller.keyId);
    // Deleted between its check and now.
    if (key === undefined) throw new GatewayError('unauthenticated', 'The key is unknown, expired or revoked.');
    return key;
  };
  const requireUnlimited = async (call: TenantCall) => {
    if (isUnlimited(await ownKey(call))) return;
    throw new GatewayError('forbidden', `This key may not manage keys. ${unlimited}`);
  };
  return [
    {
      method: 'GET',
      path: '/v1/keys',
      access: 'tenant',
      doc: { id: 'listOwnKeys', summary: 'List the keys of your tenant', answers: { 200: keyListSchema } },
      handle: async ({ caller }) => jsonResponse({ data: (await admin.keys(caller.tenantId)).map(encodeKey) }),
    },
    {
      method: 'POST',
      path: '/v1/keys',
      access: 'tenant',
      bodyLimitBytes,
      doc: {
        id: 'createOwnKey',
        summary: 'Make a key of your tenant',
        description: `The answer holds the key itself, which is shown once: only its hash is kept. ${unlimited}`,
        body: createKeySchema,
        answers: { 201: newKeySchema },
      },
      async handle(call) {
        await requireUnlimited(call);
        const wish = await readBody(call, validator);
        const { key, text } = await admin.createKey(call.caller.tenantId, {
          name: wish.name,
          scopes: wish.scopes ?? keyScopes,
          spendCapMicros: (wish.spend_cap_micros ?? null) as Micros | null,
          concurrency: wish.concurrency ?? null,
          expiresAt: readExpiry(wish.expires_at, now()),
        });
        return jsonResponse({ ...encodeKey(key), key: text }, 201, { 'cache-control': 'no-store' });
      },
    },
    {
      method: 'POST',
      path: '/v1/keys/:id/revoke',
      access: 'tenant',
      bodyLimitBytes,
      doc: {
        id: 'revokeOwnKey',
        summary: 'Revoke a key of your tenant',
        description: `It stops at once, and its tasks run on. Revoking it again changes nothing. ${unlimited}`,
        answers: { 200: keySchema },
      },
      async handle(call) {
        const { tenantId, keyId } = call.caller;
        const id = parseKeyId(call.params.id ?? '');
        const key = (await admin.keys(tenantId)).find((one) => one.id === id);
        if (key === undefined) throw new GatewayError('not_found', 'Your tenant has no key of this id.');
        if (key.id !== keyId) await requireUnlimited(call);
        if (key.name === configuredKeyName) {
          throw new GatewayError(
            'conflict',
            `${configuredKeyName} comes from the configuration: the owner ends it there.`,
          );
        }
        return jsonResponse(encodeKey(await admin.revokeKey(tenantId, key.id)));
      },
    },
    {
      method: 'GET',
      path: '/v1/ledger',
      access: 'tenant',
      doc: {
        id: 'listOwnLedger',
        summary: "List your tenant's ledger entries, newest first",
        query: pageQuery,
        answers: { 200: entryListSchema },
      },
      async handle({ caller, query }) {
        const limit = readLimit(query.get('limit'));
        const entries = await admin.ledger(caller.tenantId, readEntryCursor(query.get('cursor')), limit + 1);
        const page = entries.slice(0, limit);
        const next = entries.length > limit ? String(page.at(-1)?.sequence) : null;
        return jsonResponse({ data: page.map(encodeEntry), next_cursor: next });
      },
    },
  ];
}
