/** A real S3-compatible server for tests, on a free port and a directory of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, parse } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { listFiles } from './list-files.ts';

export const bucket = 'framegate';
/** What the server takes, as the environment gives it to a client. */
export const s3Credentials = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

export type S3Server = AsyncDisposable & {
  readonly endpoint: string;
  /** Multipart uploads that it keeps parts of and was not asked to abort: it neither lists them nor aborts any. */
  unfinishedUploads(): Promise<readonly string[]>;
};

/**
 * It signs the paths of calls on the bucket itself without their last slash, which the client has: a server that checks
 * signatures serves the calls on objects only.
 */
export async function startS3Server({ isStrict = false } = {}): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    allowMismatchedSignatures: !isStrict,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const aborted = new Set<string>();
  server.middleware.unshift(async ({ method, query }, next) => {
    if (method === 'DELETE' && query.uploadId !== undefined) aborted.add(query.uploadId);
    await next();
  });
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async unfinishedUploads() {
      const uploads = (await listFiles(directory))
        .map(parse)
        .filter(({ dir, base }) => base === 'key' && dir.includes('upload'));
      return uploads.map(({ dir }) => basename(dir)).filter((id) => !aborted.has(id));
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
