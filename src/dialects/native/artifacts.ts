/** Files: what is uploaded, what is known of it, links to it, and the bytes themselves. */
import { Compile } from 'typebox/compile';
import { GatewayError, inputError } from '../../core/errors.ts';
import { type ArtifactId, parseArtifactId, parseFileToken } from '../../core/ids.ts';
import { describeErrors } from '../../core/issues.ts';
import { type Artifact, type PreviewName, previewFileNames, previewNames } from '../../core/media.ts';
import { defaultLinkMs, type LinkGrant, type LinkSigner, previewTicketName, readTicket } from '../../core/own-links.ts';
import type { UploadSessions } from '../../core/uploads.ts';
import { type DialectServices, jsonResponse, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { encodeArtifact } from './encode.ts';
import { fileResponse } from './files.ts';
import { uploadRoutes } from './uploads.ts';
import { artifactSchema, linkRequestSchema, linkSchema } from './wire.ts';

const linkLimitBytes = 64 * 1024;
const uploadLimitBytes = 100 * 1024 * 1024;
const linkValidator = Compile(linkRequestSchema);

export type ArtifactOptions = { readonly signer: LinkSigner; readonly uploads: UploadSessions };

export function artifactRoutes(
  { gateway, links, clock }: DialectServices,
  { signer, uploads }: ArtifactOptions,
): DocumentedRoute[] {
  const requestedArtifact = async ({ caller, params }: TenantCall): Promise<Artifact> => {
    const id: ArtifactId | undefined = parseArtifactId(params.id ?? '');
    if (id === undefined) throw new GatewayError('not_found', 'There is no artifact of this id that this key may see.');
    return await gateway.artifact(caller, id);
  };

  /** What a signed link grants. Throws GatewayError `not_found`. */
  function requireGrant(ticket: string | undefined, fileName: string): LinkGrant {
    const grant = readTicket(ticket ?? '', fileName, signer, clock.now());
    if (grant === undefined) throw new GatewayError('not_found', 'This link is not valid, or no longer.');
    return grant;
  }

  return [
    {
      method: 'POST',
      path: '/v1/uploads',
      access: 'tenant',
      bodyLimitBytes: uploadLimitBytes,
      doc: {
        id: 'upload',
        step: 'upload',
        summary: 'Store a picture or a film to use as input',
        description: 'The body is the file itself. What it is, is read from its bytes.',
        body: 'application/octet-stream',
        answers: { 201: artifactSchema },
      },
      async handle(call) {
        const artifact = await gateway.upload(call.caller, call.bytes(), call);
        return jsonResponse(encodeArtifact(artifact, links), 201);
      },
    },
    ...uploadRoutes(uploads, links),
    {
      method: 'GET',
      path: '/v1/artifacts/:id',
      access: 'tenant',
      doc: { id: 'getArtifact', summary: 'Read the facts of a stored file', answers: { 200: artifactSchema } },
      handle: async (call) => jsonResponse(encodeArtifact(await requestedArtifact(call), links)),
    },
    {
      method: 'POST',
      path: '/v1/artifacts/:id/links',
      access: 'tenant',
      scope: 'read',
      bodyLimitBytes: linkLimitBytes,
      doc: {
        id: 'createLink',
        summary: 'Make a link to a file that expires',
        body: linkRequestSchema,
        answers: { 201: linkSchema },
      },
      async handle(call) {
        const artifact = await requestedArtifact(call);
        const { value } = await call.json();
        if (!linkValidator.Check(value)) {
          throw inputError(describeErrors([...linkValidator.Errors(value)], value, []));
        }
        const { expires_in: seconds = defaultLinkMs / 1000, download: isDownload = false } = value;
        const { url, expiresAt } = links.signed(artifact, seconds * 1000, { isDownload });
        return jsonResponse({ url, expires_at: new Date(expiresAt).toISOString() }, 201);
      },
    },
    {
      method: 'GET',
      path: '/files/signed/:ticket/:name',
      access: 'public',
      doc: {
        id: 'getSignedFile',
        summary: 'Download by a link that expires',
        answers: { 200: 'application/octet-stream' },
      },
      async handle({ params, request, signal }) {
        const name = params.name ?? '';
        const { artifactId, disposition } = requireGrant(params.ticket, name.includes('/') ? '' : name);
        const artifact = await gateway.artifactByLink(artifactId);
        return await fileResponse(gateway, { artifact, disposition }, request, signal);
      },
    },
    {
      method: 'GET',
      path: '/files/signed/:ticket/previews/:name',
      access: 'public',
      doc: {
        id: 'getSignedPreview',
        summary: 'Download a thumbnail or a poster by a link that expires',
        answers: { 200: 'application/octet-stream' },
      },
      async handle({ params, request, signal }) {
        const { artifactId } = requireGrant(params.ticket, previewTicketName(params.name ?? ''));
        const artifact = await gateway.artifactByLink(artifactId);
        return await fileResponse(gateway, { artifact, preview: requirePreview(params.name) }, request, signal);
      },
    },
    {
      method: 'GET',
      path: '/files/:token/:name',
      access: 'public',
      doc: {
        id: 'getFile',
        step: 'download',
        summary: 'Download a result',
        description: 'The link is the credential, as with the vendors. Range, ETag and HEAD are served.',
        answers: { 200: 'application/octet-stream' },
      },
      async handle({ params, request, signal }) {
        const token = parseFileToken(params.token ?? '');
        if (token === undefined) throw new GatewayError('not_found', 'There is no such file.');
        return await fileResponse(gateway, { artifact: await gateway.artifactByToken(token) }, request, signal);
      },
    },
    {
      method: 'GET',
      path: '/files/:token/previews/:name',
      access: 'public',
      doc: {
        id: 'getPreview',
        summary: 'Download a thumbnail or a poster',
        answers: { 200: 'application/octet-stream' },
      },
      async handle({ params, request, signal }) {
        const token = parseFileToken(params.token ?? '');
        if (token === undefined) throw new GatewayError('not_found', 'There is no such file.');
        const preview = requirePreview(params.name);
        const artifact = await gateway.artifactByToken(token);
        return await fileResponse(gateway, { artifact, preview }, request, signal);
      },
    },
  ];
}

function requirePreview(fileName: string | undefined): PreviewName {
  const preview = previewNames.find((name) => previewFileNames[name] === fileName);
  if (preview === undefined) throw new GatewayError('not_found', 'There is no such file.');
  return preview;
}
