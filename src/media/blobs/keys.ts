/** The names of blobs: the tenant and a random part, both of our own making. */
import { GatewayError } from '../../core/errors.ts';
import { type BlobKey, type RandomBytes, randomBase62, type TenantId } from '../../core/ids.ts';

/** 62^32 > 2^190: keys never meet. */
const randomLength = 32;
/** Keys that are older than tenants' prefixes are random alone. */
const pattern = /^([0-9A-Za-z]{1,64}\/)?[0-9A-Za-z]{32}$/;

export function makeBlobKey(tenantId: TenantId, randomBytes: RandomBytes): BlobKey {
  const prefix = tenantId.slice(tenantId.indexOf('_') + 1);
  return `${prefix}/${randomBase62(randomLength, randomBytes)}` as BlobKey;
}

export function parseBlobKey(text: string): BlobKey | undefined {
  return pattern.test(text) ? (text as BlobKey) : undefined;
}

/** Keys come back through the store; anything else must not become a path. Throws GatewayError `not_found`. */
export function requireBlobKey(text: string): BlobKey {
  const key = parseBlobKey(text);
  if (key === undefined) throw new GatewayError('not_found', 'There is no such file.');
  return key;
}
