/** Reads multipart/form-data: bounded while it streams, its one file spooled to disk, and gone once the answer is made. */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { GatewayError } from '../core/errors.ts';
import type { FormBody, FormFile } from '../dialects/dialect.ts';
import { isDiskFull } from '../util/disk-full.ts';
import type { BodyReader } from './body.ts';

/** No form of the APIs that are spoken here has half as much. */
const limits = { files: 1, fields: 32, parts: 40, fieldNameSize: 100, fieldSize: 64 * 1024, headerPairs: 32 } as const;

/** A form may be read before its sender is known, so what strangers may put on the disk is bounded. */
const maximumUnknownForms = 16;
const fullRetryMs = 2_000;

/** Disposing it removes the file. */
export type OpenForm = FormBody & AsyncDisposable;

export type FormReader = {
  /**
   * Throws GatewayError `payload_too_large`, `invalid_request`, `unsupported_media_type`, `storage_full`, and `overloaded`
   * while too many of unknown senders are open; then nothing is left behind.
   */
  form(request: Request, limitBytes: number, isSenderKnown: boolean): Promise<OpenForm>;
};

/** `directory` is for files that nobody misses after a restart. */
export function createFormReader(directory: string, { bytes }: Pick<BodyReader, 'bytes'>): FormReader {
  let unknownCount = 0;
  return {
    async form(request, limitBytes, isSenderKnown) {
      const contentType = request.headers.get('content-type') ?? '';
      if (!/^multipart\/form-data\s*;/i.test(contentType)) {
        throw new GatewayError('unsupported_media_type', 'The body must be sent as Content-Type: multipart/form-data.');
      }
      const countedForms = isSenderKnown ? 0 : 1;
      if (unknownCount + countedForms > maximumUnknownForms) {
        throw new GatewayError('overloaded', 'Too many forms are being read.', { retryAfterMs: fullRetryMs });
      }
      unknownCount += countedForms;
      const path = join(directory, `form-${randomUUID()}`);
      const close = async () => {
        unknownCount -= countedForms;
        await rm(path, { force: true });
      };
      try {
        const form = await spool(bytes(request, limitBytes), contentType, path);
        return { ...form, [Symbol.asyncDispose]: close };
      } catch (error) {
        await close();
        throw asFormError(error);
      }
    },
  };
}

async function spool(bytes: AsyncIterable<Uint8Array>, contentType: string, path: string): Promise<FormBody> {
  const fields = new Map<string, string>();
  let file: FormFile | undefined;
  let part: BusboyFileStream | undefined;
  let written: Promise<void> | undefined;
  const parser = new Busboy({ headers: { 'content-type': contentType }, limits });
  const refuse = (problem: string) => parser.destroy(new GatewayError('invalid_request', problem));
  parser.on('field', (name, value, isNameCut, isValueCut) => {
    const shown = name.slice(0, limits.fieldNameSize);
    if (isNameCut || isValueCut) refuse(`The field ${shown} of the form is too long.`);
    else if ((fields.get(name) ?? value) !== value) refuse(`The form has the field ${shown} twice.`);
    else fields.set(name, value);
  });
  parser.on('file', (fieldName: string, stream: BusboyFileStream, fileName: string | undefined) => {
    part = stream;
    let sizeBytes = 0;
    const count = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        sizeBytes += chunk.byteLength;
        yield chunk;
      }
    };
    written = pipeline(stream, count, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
      .then(() => {
        file = { fieldName, fileName: fileName ?? '', sizeBytes, bytes: () => createReadStream(path) };
      })
      .catch((error: Error) => {
        parser.destroy(error);
      });
  });
  parser.once('filesLimit', () => refuse('The form has more than one file.'));
  parser.once('fieldsLimit', () => refuse(`The form has more than ${limits.fields} fields.`));
  parser.once('partsLimit', () => refuse(`The form has more than ${limits.parts} parts.`));
  try {
    await pipeline(Readable.from(bytes), parser);
  } catch (error) {
    // A parser that is destroyed leaves the part that it was at as it is, and whoever reads that would wait for ever.
    part?.destroy();
    throw error;
  } finally {
    await written;
  }
  return { fields, file };
}

function asFormError(error: unknown): unknown {
  if (error instanceof GatewayError) return error;
  if (isDiskFull(error)) {
    return new GatewayError('storage_full', 'There is no room left to take this file.', { cause: error });
  }
  return new GatewayError('invalid_request', 'The body is not well-formed multipart/form-data.', { cause: error });
}
