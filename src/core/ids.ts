/**
 * Branded identifiers: made only by their parser or maker here, so a TaskId never fits where a TenantId goes.
 *
 * Public ids are `<prefix>_` and 22 base62 characters (128 random bits and a little more); the store also keeps one
 * integer sequence per table, which never leaves the process.
 */

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

export type TaskId = Branded<string, 'TaskId'>;
export type ArtifactId = Branded<string, 'ArtifactId'>;
/** Names an upload that comes in pieces, and the file its bytes gather in. */
export type UploadId = Branded<string, 'UploadId'>;
export type TenantId = Branded<string, 'TenantId'>;
export type KeyId = Branded<string, 'KeyId'>;
export type DeliveryId = Branded<string, 'DeliveryId'>;
export type AttemptKey = Branded<string, 'AttemptKey'>;
/** The unguessable part of a result link: `/files/<token>/name.ext`. */
export type FileToken = Branded<string, 'FileToken'>;
/** Where the bytes of an artifact lie in blob storage. Made by us (media/blobs/keys.ts), never from outside text. */
export type BlobKey = Branded<string, 'BlobKey'>;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^22 > 2^130: the smallest base62 length that holds 128 bits. */
const bodyLength = 22;

const prefixes = {
  task: 'task_',
  artifact: 'art_',
  tenant: 'tenant_',
  key: 'key_',
  attempt: 'att_',
  delivery: 'msg_',
  upload: 'upload_',
} as const;
type IdKind = keyof typeof prefixes;

/** Fills `length` bytes with secure random values. Passed in, so that tests and simulations choose them. */
export type RandomBytes = (length: number) => Uint8Array;

/**
 * `length` characters of base62, each drawn without bias: bytes of 248 and above (the last multiple of 62 below 256)
 * are thrown away and drawn again.
 */
export function randomBase62(length: number, randomBytes: RandomBytes): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length + 4)) {
      if (byte < 248 && text.length < length) text += alphabet[byte % 62];
    }
  }
  return text;
}

/** `length` decimal digits, each drawn without bias: bytes of 250 and above are thrown away and drawn again. */
export function randomDigits(length: number, randomBytes: RandomBytes): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length + 1)) {
      if (byte < 250 && text.length < length) text += String(byte % 10);
    }
  }
  return text;
}

function parser<Id extends string>(kind: IdKind): (text: string) => Id | undefined {
  const pattern = new RegExp(`^${prefixes[kind]}[0-9A-Za-z]{${bodyLength}}$`);
  return (text) => (pattern.test(text) ? (text as Id) : undefined);
}

function maker<Id extends string>(kind: IdKind): (randomBytes: RandomBytes) => Id {
  return (randomBytes) => (prefixes[kind] + randomBase62(bodyLength, randomBytes)) as Id;
}

export const parseTaskId = parser<TaskId>('task');
export const parseArtifactId = parser<ArtifactId>('artifact');
export const parseDeliveryId = parser<DeliveryId>('delivery');
export const parseUploadId = parser<UploadId>('upload');

export const parseTenantId = parser<TenantId>('tenant');
export const parseKeyId = parser<KeyId>('key');

export const makeTaskId = maker<TaskId>('task');
export const makeArtifactId = maker<ArtifactId>('artifact');
export const makeTenantId = maker<TenantId>('tenant');
export const makeKeyId = maker<KeyId>('key');
export const makeDeliveryId = maker<DeliveryId>('delivery');
export const makeUploadId = maker<UploadId>('upload');
export const makeAttemptKey = maker<AttemptKey>('attempt');

export function makeFileToken(randomBytes: RandomBytes): FileToken {
  return randomBase62(bodyLength, randomBytes) as FileToken;
}

export function parseFileToken(text: string): FileToken | undefined {
  return /^[0-9A-Za-z]{22}$/.test(text) ? (text as FileToken) : undefined;
}
