/** Vidu's upload in three steps: begin, put the bytes where the answer says, finish. */
import { Compile } from 'typebox/compile';
import { GatewayError, inputError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import { parseUploadId, type UploadId } from '../../core/ids.ts';
import { describeErrors, issueAt } from '../../core/issues.ts';
import type { LinkSigner } from '../../core/own-links.ts';
import type { Clock } from '../../core/ports.ts';
import type { UploadSessions } from '../../core/uploads.ts';
import {
  beginUploadSchema,
  begunUploadSchema,
  emptySchema,
  finishedUploadSchema,
  finishUploadSchema,
} from '../../wires/vidu/bodies.ts';
import { formatTime, uploadUri } from '../../wires/vidu/words.ts';
import { jsonResponse, type Links } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { encoderOf } from './errors.ts';

export type UploadServices = {
  readonly gateway: Gateway;
  readonly links: Links;
  readonly clock: Clock;
  readonly uploads: UploadSessions;
  readonly signer: LinkSigner;
};

const smallLimitBytes = 64 * 1024;
/** The page says less than 10 MB. */
const fileLimitBytes = 10 * 1024 * 1024;

const validators = { begin: Compile(beginUploadSchema), finish: Compile(finishUploadSchema) };

const subjectOf = (id: UploadId, expiry: string) => ['PUT', id, expiry].join('\n');

function readId(text: string | undefined): UploadId {
  const id = parseUploadId(text ?? '');
  if (id === undefined) throw new GatewayError('not_found', 'there is no upload of this id that this key may see.');
  return id;
}

export function uploadRoutes({ gateway, links, clock, uploads, signer }: UploadServices): DocumentedRoute[] {
  /** The link is the credential, until its time. */
  const putPath = (id: UploadId, expiresAt: number) => {
    const expiry = String(expiresAt);
    return `/tools/v2/files/uploads/${id}/content/${expiry}.${signer.sign(subjectOf(id, expiry))}`;
  };
  /** Throws GatewayError `not_found` for whatever is not a link of ours that still holds. */
  const readTicket = (id: UploadId, ticket: string) => {
    const [expiry = '', signature = '', ...more] = ticket.split('.');
    const isGenuine = signer.isGenuine(subjectOf(id, expiry), signature) && more.length === 0;
    if (!isGenuine || Number(expiry) <= clock.now())
      throw new GatewayError('not_found', 'this link is not valid, or no longer.');
  };

  return [
    {
      method: 'POST',
      path: '/tools/v2/files/uploads',
      access: 'tenant',
      bodyLimitBytes: smallLimitBytes,
      doc: {
        id: 'beginUpload',
        summary: 'Begin an upload',
        body: beginUploadSchema,
        answers: { 200: begunUploadSchema },
      },
      async handle(call) {
        const { value } = await call.json();
        if (!validators.begin.Check(value))
          throw inputError(describeErrors([...validators.begin.Errors(value)], value, []));
        const { id, expiresAt } = await uploads.begin(call.caller, { sizeBytes: fileLimitBytes, fileName: undefined });
        const put_url = links.to(putPath(id, expiresAt));
        return jsonResponse({ id, resource_id: id, put_url, expires_at: formatTime(expiresAt) });
      },
    },
    {
      method: 'PUT',
      path: '/tools/v2/files/uploads/:id/content/:ticket',
      access: 'public',
      bodyLimitBytes: fileLimitBytes,
      encodeError: encoderOf({ invalid_input: 'ImageFormatInvalid' }),
      doc: {
        id: 'putUpload',
        summary: 'Send the bytes of an upload',
        description: 'The link is the credential. The answer names the bytes in its header `etag`.',
        body: 'application/octet-stream',
        answers: { 200: emptySchema },
      },
      async handle(call) {
        const id = readId(call.params.id);
        readTicket(id, call.params.ticket ?? '');
        const { sha256 } = await uploads.fill(id, call.bytes(), call);
        return jsonResponse({}, 200, { etag: `"${sha256}"` });
      },
    },
    {
      method: 'PUT',
      path: '/tools/v2/files/uploads/:id/finish',
      access: 'tenant',
      bodyLimitBytes: smallLimitBytes,
      doc: {
        id: 'finishUpload',
        summary: 'Finish an upload',
        description: 'With the etag, in its quotes or without. A repeat gives the same answer.',
        body: finishUploadSchema,
        answers: { 200: finishedUploadSchema },
      },
      async handle(call) {
        const id = readId(call.params.id);
        const { value } = await call.json();
        if (!validators.finish.Check(value))
          throw inputError(describeErrors([...validators.finish.Errors(value)], value, []));
        const { artifactId } = await uploads.session(call.caller, id);
        if (artifactId === null) throw new GatewayError('invalid_request', 'nothing was put to this upload yet.');
        const { sha256 } = await gateway.artifact(call.caller, artifactId);
        if (value.etag.replaceAll('"', '') !== sha256) {
          throw inputError([issueAt(['etag'], 'etag', 'is not that of the bytes that came')]);
        }
        return jsonResponse({ uri: uploadUri(artifactId) });
      },
    },
  ];
}
