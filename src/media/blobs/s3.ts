/**
 * Blobs in an S3-compatible bucket. The endpoint is the configuration's, never a request's; credentials come from the
 * environment or the machine's role. Each part is signed with its SHA-256, so that the storage refuses what changed on
 * the way. docs/decisions/0054-object-storage.md says why this client.
 */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { GatewayError } from '../../core/errors.ts';
import type { BlobKey, RandomBytes } from '../../core/ids.ts';
import { previewNames } from '../../core/media.ts';
import type { Blobs } from '../../core/media-ports.ts';
import type { CallOptions } from '../../core/ports.ts';
import { checkDigest, createMeter } from './digest.ts';
import { makeBlobKey, parseBlobKey, requireBlobKey } from './keys.ts';
import { cutParts, type Part } from './parts.ts';

export type S3Options = {
  /** Undefined: Amazon's own, of the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly bucket: string;
  /** Stands before every key; empty or ends with a slash. */
  readonly prefix: string;
  /** Whether the bucket is named in the path, as most servers but Amazon's want it. */
  readonly isPathStyle: boolean;
  /** Of one call; for a download, until its first byte and between any two. */
  readonly callMs?: number;
};

/** The smallest that S3 takes for a part that is not the last; 10,000 of them make 50 GB. One is held for each write. */
const partBytes = 5 * 1024 * 1024;
const defaultCallMs = 60_000;
const connectMs = 5_000;
/** Servers refuse signatures whose time is further from their own than this, so their clock is not further from ours. */
const maximumSkewMs = 15 * 60_000;
/** Groups that mean everybody (Amazon S3 user guide, "Access control list overview"). */
const publicGroups = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

type Bucket = {
  readonly options: S3Options;
  /**
   * Makes one call, which ends with the caller's signal or at its deadline. Throws the signal's reason, GatewayError
   * `not_found`, `storage_full`, and `internal` for the rest.
   */
  ask<Output>(
    call: CallOptions,
    work: (client: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<Output>,
  ): Promise<Output>;
};

/** Opens blob storage in a bucket that exists. Throws GatewayError `forbidden` when everybody may read the bucket. */
export async function openS3Blobs(
  options: S3Options,
  randomBytes: RandomBytes,
): Promise<Blobs & Required<Pick<Blobs, 'presign'>> & Disposable> {
  const { endpoint, region, isPathStyle, callMs = defaultCallMs } = options;
  const client = new S3Client({
    region,
    forcePathStyle: isPathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    // Checksums of newer kinds are more than many servers know; the signature covers the bytes as it is.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: connectMs, socketTimeout: callMs },
  });
  const ask: Bucket['ask'] = async ({ signal }, work) => {
    try {
      return await work(client, { abortSignal: AbortSignal.any([signal, AbortSignal.timeout(callMs)]) });
    } catch (error) {
      throw signal.aborted ? signal.reason : storageError(error);
    }
  };
  const bucket: Bucket = { options, ask };
  try {
    await refusePublicBucket(bucket);
  } catch (error) {
    client.destroy();
    throw error;
  }
  const nameOf = (key: BlobKey) => options.prefix + requireBlobKey(key);
  const place = { Bucket: options.bucket };

  async function sizeBytes(key: BlobKey, call: CallOptions): Promise<number | undefined> {
    const head = new HeadObjectCommand({ ...place, Key: nameOf(key) });
    const found = await ask(call, (s3, limit) => s3.send(head, limit)).catch(absentIfGone);
    return found?.ContentLength;
  }

  async function remove(key: BlobKey, call: CallOptions): Promise<void> {
    const name = nameOf(key);
    for (const Key of [...previewNames.map((preview) => `${name}.${preview}`), name]) {
      const removal = new DeleteObjectCommand({ ...place, Key });
      // Some servers answer 404 where S3 says 204.
      await ask(call, (s3, limit) => s3.send(removal, limit)).catch(absentIfGone);
    }
  }

  return {
    async write(bytes, { signal, tenantId, maximumBytes }) {
      const key = makeBlobKey(tenantId, randomBytes);
      const meter = createMeter(maximumBytes);
      await putParts(bucket, nameOf(key), cutParts(bytes, partBytes, meter.add, signal), { signal });
      const digest = meter.digest();
      const found = await sizeBytes(key, { signal });
      if (found === digest.sizeBytes) return { key, ...digest };
      await remove(key, { signal });
      throw new GatewayError('internal', `The storage kept ${found ?? 0} bytes of ${digest.sizeBytes}.`);
    },
    async *read(key, { expected, ...range }) {
      yield* checkDigest(getObject(bucket, nameOf(key), range), expected);
    },
    sizeBytes,
    remove,
    async writePreview(key, name, bytes, call) {
      const put = new PutObjectCommand({ ...place, Key: `${nameOf(key)}.${name}`, Body: bytes });
      await ask(call, (s3, limit) => s3.send(put, limit));
    },
    async *readPreview(key, name, { expected, ...range }) {
      yield* checkDigest(getObject(bucket, `${nameOf(key)}.${name}`, range), expected);
    },
    async *list(call) {
      for (let ContinuationToken: string | undefined; ; ) {
        const list = new ListObjectsV2Command({
          ...place,
          Prefix: options.prefix,
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        });
        const page = await ask(call, (s3, limit) => s3.send(list, limit));
        for (const { Key = '', LastModified } of page.Contents ?? []) {
          const key = parseBlobKey(Key.slice(options.prefix.length));
          if (key !== undefined && LastModified !== undefined) {
            yield { key, writtenAt: LastModified.getTime() + maximumSkewMs };
          }
        }
        ContinuationToken = page.NextContinuationToken;
        if (ContinuationToken === undefined) return;
      }
    },
    presign: (key, { lifetimeMs, contentType, contentDisposition }) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          ...place,
          Key: nameOf(key),
          ResponseContentType: contentType,
          ResponseContentDisposition: contentDisposition,
        }),
        { expiresIn: Math.ceil(lifetimeMs / 1000) },
      ),
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** Puts one part as it is, and more as a multipart upload, which is aborted when anything goes wrong. */
async function putParts(bucket: Bucket, Key: string, parts: AsyncIterable<Part>, call: CallOptions): Promise<void> {
  const { ask, options } = bucket;
  const place = { Bucket: options.bucket, Key };
  let UploadId: string | undefined;
  const finished: { PartNumber: number; ETag: string | undefined }[] = [];
  try {
    for await (const { bytes: Body, number: PartNumber, isLast } of parts) {
      if (isLast && PartNumber === 1) {
        await ask(call, (s3, limit) => s3.send(new PutObjectCommand({ ...place, Body }), limit));
        return;
      }
      const begin = new CreateMultipartUploadCommand(place);
      UploadId ??= (await ask(call, (s3, limit) => s3.send(begin, limit))).UploadId;
      const put = new UploadPartCommand({ ...place, UploadId, PartNumber, Body });
      const { ETag } = await ask(call, (s3, limit) => s3.send(put, limit));
      finished.push({ PartNumber, ETag });
    }
    const MultipartUpload = { Parts: finished };
    const complete = new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload });
    await ask(call, (s3, limit) => s3.send(complete, limit));
  } catch (error) {
    // Not the caller's signal, which may be why we are here. What cannot be aborted now, the bucket's rule for incomplete uploads removes.
    const late = { signal: AbortSignal.timeout(connectMs) };
    const abort = new AbortMultipartUploadCommand({ ...place, UploadId });
    if (UploadId !== undefined) await ask(late, (s3, limit) => s3.send(abort, limit)).catch(() => undefined);
    throw error;
  }
}

async function* getObject(
  { ask, options }: Bucket,
  Key: string,
  range: CallOptions & { readonly start?: number; readonly end?: number },
): AsyncIterable<Uint8Array> {
  const { start = 0, end } = range;
  const isWhole = range.start === undefined && end === undefined;
  const get = new GetObjectCommand({
    Bucket: options.bucket,
    Key,
    ...(isWhole ? {} : { Range: `bytes=${start}-${end ?? ''}` }),
  });
  const { Body } = await ask(range, (s3, limit) => s3.send(get, limit));
  if (Body === undefined) return;
  const stream = Body as unknown as AsyncIterable<Uint8Array> & { destroy(): void };
  const stop = () => stream.destroy();
  range.signal.addEventListener('abort', stop);
  try {
    yield* stream;
    range.signal.throwIfAborted();
  } finally {
    range.signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Results are their owners' alone; a server without access lists, or that does not let us see them, has none to refuse. */
async function refusePublicBucket({ ask, options }: Bucket): Promise<void> {
  const look = new GetBucketAclCommand({ Bucket: options.bucket });
  const { signal } = new AbortController();
  const grants = await ask({ signal }, (s3, limit) => s3.send(look, limit)).then(
    ({ Grants = [] }) => Grants,
    (error: GatewayError) => {
      if (error.code === 'not_found') {
        throw new GatewayError('not_found', `There is no bucket ${options.bucket} at the storage.`, { cause: error });
      }
      if (error.cause instanceof S3ServiceException) return [];
      throw error;
    },
  );
  if (!grants.some(({ Grantee }) => publicGroups.test(Grantee?.URI ?? ''))) return;
  throw new GatewayError('forbidden', `The bucket ${options.bucket} is open to everybody: make it private.`);
}

function absentIfGone(error: unknown): undefined {
  if (!(error instanceof GatewayError && error.code === 'not_found')) throw error;
}

/** A caller learns no host, key or bucket: all that is in `cause`. */
function storageError(cause: unknown): GatewayError {
  if (!(cause instanceof S3ServiceException)) {
    return new GatewayError('internal', 'The storage does not answer.', { cause });
  }
  const { httpStatusCode: status } = cause.$metadata;
  if (status === 404) return new GatewayError('not_found', 'The file is gone.', { cause });
  // What servers with a quota answer: 507, or QuotaExceeded as Ceph names it.
  const isFull = status === 507 || cause.name.includes('Quota');
  return new GatewayError(isFull ? 'storage_full' : 'internal', 'The storage refused a call.', { cause });
}
