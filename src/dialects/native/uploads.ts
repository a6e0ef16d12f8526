/** Uploads in pieces: begin, send, look, complete, delete. */
import { Compile } from 'typebox/compile';
import { GatewayError, inputError } from '../../core/errors.ts';
import { parseUploadId, type UploadId } from '../../core/ids.ts';
import { describeErrors } from '../../core/issues.ts';
import type { UploadSession } from '../../core/upload-session.ts';
import type { UploadSessions } from '../../core/uploads.ts';
import { jsonResponse, type Links, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { encodeArtifact, encodeError, isoTime } from './encode.ts';
import { artifactSchema, beginUploadSchema, uploadSchema, type WireUpload } from './wire.ts';

const smallLimitBytes = 64 * 1024;
/** Of one piece; the file may be as large as the owner allows. */
const pieceLimitBytes = 100 * 1024 * 1024;
const offsetHeader = 'Upload-Offset';

const validateBegin = Compile(beginUploadSchema);

function requestedId({ params }: TenantCall): UploadId {
  const id = parseUploadId(params.id ?? '');
  if (id === undefined) throw new GatewayError('not_found', 'There is no upload of this id that this key may see.');
  return id;
}

/** Undefined when the header is not there. Throws GatewayError `invalid_request` when it is no number of bytes. */
function readBytesHeader(request: Request, name: string): number | undefined {
  const text = request.headers.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new GatewayError('invalid_request', `${name} must be a number of bytes.`);
  return Number(text);
}

export function uploadRoutes(uploads: UploadSessions, links: Links): DocumentedRoute[] {
  const pathOf = ({ id }: UploadSession) => `/v1/uploads/sessions/${id}`;
  const encode = (session: UploadSession): WireUpload => ({
    id: session.id,
    offset: session.receivedBytes,
    size_bytes: session.sizeBytes,
    artifact: session.artifactId,
    expires_at: isoTime(session.expiresAt),
    urls: { self: links.to(pathOf(session)), complete: links.to(`${pathOf(session)}/complete`) },
  });
  const respond = (session: UploadSession, status = 200, headers: Record<string, string> = {}) =>
    jsonResponse(encode(session), status, { [offsetHeader]: String(session.receivedBytes), ...headers });

  /** Whoever is refused for its offset is told the right one where a program looks for it. */
  async function tellOffset(error: unknown, { caller, requestId }: TenantCall, id: UploadId): Promise<Response> {
    if (!(error instanceof GatewayError) || error.code !== 'conflict') throw error;
    const { receivedBytes } = await uploads.session(caller, id);
    const response = encodeError(error, requestId);
    response.headers.set(offsetHeader, String(receivedBytes));
    return response;
  }

  return [
    {
      method: 'POST',
      path: '/v1/uploads/sessions',
      access: 'tenant',
      bodyLimitBytes: smallLimitBytes,
      doc: {
        id: 'beginUpload',
        summary: 'Begin an upload that may break off and go on',
        description: 'Its whole size counts as held until it is complete, deleted or expired.',
        body: beginUploadSchema,
        answers: { 201: uploadSchema },
      },
      async handle(call) {
        const { value } = await call.json();
        if (!validateBegin.Check(value)) throw inputError(describeErrors([...validateBegin.Errors(value)], value, []));
        const { size_bytes: sizeBytes, file_name: fileName } = value;
        const session = await uploads.begin(call.caller, { sizeBytes, fileName });
        return respond(session, 201, { location: links.to(pathOf(session)) });
      },
    },
    {
      method: 'GET',
      path: '/v1/uploads/sessions/:id',
      access: 'tenant',
      doc: {
        id: 'getUpload',
        summary: 'Read how much of an upload has arrived',
        description: 'HEAD is served, too: the header `Upload-Offset` says where the next piece begins.',
        answers: { 200: uploadSchema },
      },
      handle: async (call) => respond(await uploads.session(call.caller, requestedId(call))),
    },
    {
      method: 'PATCH',
      path: '/v1/uploads/sessions/:id',
      access: 'tenant',
      bodyLimitBytes: pieceLimitBytes,
      doc: {
        id: 'sendUploadPiece',
        summary: 'Send the next piece of an upload',
        description:
          'The body is the bytes themselves, at most 100 MiB at once. What arrived before a request broke off is kept. ' +
          'At another offset, or while another request is at it, the answer is 409 with the right `Upload-Offset`.',
        body: 'application/octet-stream',
        headers: { [offsetHeader]: 'Required: where in the file the piece begins, as the last answer said.' },
        answers: { 200: uploadSchema },
      },
      async handle(call) {
        const id = requestedId(call);
        const { request } = call;
        const offset = readBytesHeader(request, offsetHeader);
        if (offset === undefined) throw new GatewayError('invalid_request', `${offsetHeader} is missing.`);
        const sizeBytes = readBytesHeader(request, 'Content-Length');
        try {
          return respond(await uploads.append(call.caller, id, { offset, sizeBytes, bytes: call.bytes() }));
        } catch (error) {
          return await tellOffset(error, call, id);
        }
      },
    },
    {
      method: 'POST',
      path: '/v1/uploads/sessions/:id/complete',
      access: 'tenant',
      bodyLimitBytes: smallLimitBytes,
      doc: {
        id: 'completeUpload',
        summary: 'Make the artifact of an upload that has arrived',
        description: 'Answers as a whole upload does. Repeating it gives the same artifact until the upload expires.',
        answers: { 201: artifactSchema },
      },
      async handle(call) {
        const id = requestedId(call);
        try {
          return jsonResponse(encodeArtifact(await uploads.complete(call.caller, id, call), links), 201);
        } catch (error) {
          return await tellOffset(error, call, id);
        }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/uploads/sessions/:id',
      access: 'tenant',
      doc: {
        id: 'deleteUpload',
        summary: 'Give up an upload',
        description: 'What arrived of it is gone; the artifact of a complete one stays.',
        answers: { 204: 'application/json' },
      },
      async handle(call) {
        await uploads.remove(call.caller, requestedId(call));
        return new Response(null, { status: 204 });
      },
    },
  ];
}
