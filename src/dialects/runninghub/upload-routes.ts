/** Uploads: the binary one of v2, whose link goes into model parameters, and the legacy one. */
import { GatewayError, inputError } from '../../core/errors.ts';
import { issueAt } from '../../core/issues.ts';
import type { Artifact, MediaKind } from '../../core/media.ts';
import { legacyUploadAnswerSchema, mediaUploadedSchema, uploadRequestSchema } from '../../wires/runninghub/schemas.ts';
import type { TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { legacySuccess, utilitySuccess } from './errors.ts';
import { type Parts, tenantRoute } from './route.ts';

/** What a form has around its file. */
const formBytes = 1024 * 1024;
/** As the documents promise. */
const downloadLinkMs = 24 * 60 * 60 * 1000;

const kindWords = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  archive: 'zip',
  mesh: 'mesh',
  text: 'text',
} as const satisfies Record<MediaKind, string>;

export function uploadRoutes(parts: Parts): DocumentedRoute[] {
  const { gateway, links, options } = parts;

  const store = async (call: TenantCall, limitBytes: number): Promise<Artifact> => {
    const { file } = await call.form();
    if (file === undefined) throw inputError([issueAt(['file'], 'required', 'is required')]);
    if (file.sizeBytes > limitBytes) {
      const message = `The file has ${file.sizeBytes} bytes, and ${limitBytes} is the most this route takes.`;
      throw new GatewayError('payload_too_large', message);
    }
    return await gateway.upload(call.caller, file.bytes(), call);
  };
  const nameOf = (place: string, { sha256, facts }: Artifact) => `${place}/${sha256}.${facts.extension}`;

  return [
    tenantRoute(parts, {
      method: 'POST',
      path: '/openapi/v2/media/upload/binary',
      family: 'upload',
      bodyLimitBytes: options.uploadBytes + formBytes,
      doc: {
        id: 'uploadMedia',
        step: 'upload',
        summary: 'File upload (new)',
        description: 'A form with the part `file`. `download_url` goes into media parameters of models, for a day.',
        body: 'multipart/form-data',
        answers: { 200: mediaUploadedSchema },
      },
      async handle(call) {
        const artifact = await store(call, options.uploadBytes);
        return utilitySuccess({
          type: kindWords[artifact.facts.kind],
          download_url: links.signed(artifact, downloadLinkMs).url,
          fileName: nameOf('openapi', artifact),
          size: String(artifact.sizeBytes),
        });
      },
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/task/openapi/upload',
      family: 'legacyUpload',
      bodyLimitBytes: options.legacyUploadBytes + formBytes,
      doc: {
        id: 'uploadResource',
        summary: 'Upload Resource',
        description: 'A form with `apiKey`, `file` and `fileType`, in any order.',
        body: uploadRequestSchema,
        answers: { 200: legacyUploadAnswerSchema },
      },
      async handle(call) {
        const artifact = await store(call, options.legacyUploadBytes);
        const { fields } = await call.form();
        return legacySuccess({ fileName: nameOf('api', artifact), fileType: fields.get('fileType') || 'input' });
      },
    }),
  ];
}
