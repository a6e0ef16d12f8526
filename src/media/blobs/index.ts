/** Opens the storage that the owner chose. */
import { GatewayError } from '../../core/errors.ts';
import type { RandomBytes } from '../../core/ids.ts';
import type { Blobs } from '../../core/media-ports.ts';
import { openFileBlobs } from './fs.ts';
import type { S3Options } from './s3.ts';

export type StorageOptions = {
  readonly kind: 'disk' | 's3';
  /** Where the local disk's files lie. */
  readonly directory: string;
  readonly s3: S3Options;
};

/** Throws GatewayError `invalid_request` when what is needed was not said, and what openS3Blobs throws. */
export async function openBlobs(
  { kind, directory, s3 }: StorageOptions,
  randomBytes: RandomBytes,
): Promise<Blobs & Disposable> {
  if (kind === 'disk') return { ...(await openFileBlobs(directory, randomBytes)), [Symbol.dispose]() {} };
  if (s3.bucket === '')
    throw new GatewayError('invalid_request', 'storage.kind is s3, so storage.s3_bucket must be set.');
  if (s3.prefix !== '' && !s3.prefix.endsWith('/')) {
    throw new GatewayError('invalid_request', 'storage.s3_prefix must end with a slash.');
  }
  if (s3.endpoint !== undefined && !/^https?:\/\//.test(s3.endpoint)) {
    throw new GatewayError('invalid_request', 'storage.s3_endpoint must be an http or https URL.');
  }
  // Its client takes a while to load, and most owners need none.
  const { openS3Blobs } = await import('./s3.ts');
  return await openS3Blobs(s3, randomBytes);
}
