/** The calls of Vidu that make something. */
import { GatewayError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import type { ArtifactId, RandomBytes, UploadId } from '../../core/ids.ts';
import { pairOutputs } from '../../core/shown-outputs.ts';
import type { WebhookRequest } from '../../core/submit.ts';
import type { Caller } from '../../core/tenant.ts';
import type { UploadSessions } from '../../core/uploads.ts';
import type { WebhookDialect } from '../../core/webhook-dialect.ts';
import { submitSchema } from '../../wires/vidu/bodies.ts';
import { createdSchema, type Endpoint, endpoints, requestLimitBytes } from '../../wires/vidu/endpoints.ts';
import { makeTaskId, parseCreationId } from '../../wires/vidu/words.ts';
import { type Dialect, jsonResponse, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import {
  type RequestBody,
  readObject,
  readOffPeak,
  readViewName,
  withDefaults,
  withoutIgnored,
  withUploads,
} from './decode.ts';
import { dialectName, type Encoder } from './encode.ts';
import { encoderOf } from './errors.ts';

export type SubmitServices = {
  readonly gateway: Gateway;
  readonly encoder: Encoder;
  readonly randomBytes: RandomBytes;
  readonly uploads: Pick<UploadSessions, 'session'>;
  readonly readKey: Dialect['readKey'];
  readonly callbackEvents: WebhookDialect['events'];
  /** Whether off-peak work is refused where the vendor is said to refuse it. */
  readonly isOffPeakChecked: boolean;
};

export function submitRoutes(services: SubmitServices): DocumentedRoute[] {
  return endpoints.flatMap((endpoint) =>
    [endpoint.path, ...(endpoint.alsoAt ?? [])].map((path) => submitRoute(endpoint, path, services)),
  );
}

function submitRoute(endpoint: Endpoint, path: string, services: SubmitServices): DocumentedRoute {
  const { gateway, encoder, randomBytes, uploads } = services;
  return {
    method: 'POST',
    path: `/ent/v2/${path}`,
    access: 'tenant',
    bodyLimitBytes: endpoint.bodyLimitBytes ?? requestLimitBytes,
    encodeError: encoderOf({ not_found: 'CreationNotFound' }),
    doc: {
      id: operationOf(path),
      step: 'submit',
      summary: endpoint.summary,
      description: 'Takes the fields of its models; GET /v1/catalog lists them.',
      body: submitSchema,
      answers: { 200: createdSchema(endpoint) },
    },
    async handle(call) {
      const json = await call.json();
      const body = readObject(json);
      const view = gateway.catalog.view(dialectName, readViewName(endpoint, body));
      const isOffPeak = readOffPeak(body, services.isOffPeakChecked);
      const webhook = await readCallback(call, body, services);
      const find = (id: UploadId) => findUpload(uploads, call.caller, id);
      const known = await withUploads(withDefaults(withoutIgnored(body, endpoint, view), view), view, find);
      return await call.once(json, {
        accept: async (idempotency) =>
          await gateway.submit(
            {
              caller: call.caller,
              view,
              wireId: makeTaskId(randomBytes),
              value: endpoint.takesCreation === true ? await withCreation(gateway, call.caller, known) : known,
              inline: json.inline,
              root: [],
              isSeedZeroRandom: true,
              priority: 0,
              isOffPeak,
              metadata: null,
              marks: null,
              webhook,
              idempotency,
            },
            call,
          ),
        answer: async (task) => jsonResponse(await encoder.created(task, endpoint, view)),
      });
    },
  };
}

const operationOf = (path: string) => path.replaceAll(/[^a-z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase());

/** The catalogue's names are the endpoint, and the model where the endpoint has several. */
export const writeSubmit: Dialect['writeSubmit'] = ({ name }, fields) => {
  const [path] = endpoints
    .map((endpoint) => endpoint.path)
    .filter((one) => name === one || name.startsWith(`${one}/`))
    .sort((one, other) => other.length - one.length);
  if (path === undefined) throw new Error(`${name} is at no endpoint`);
  const model = name.slice(path.length + 1);
  const body = model === '' ? fields : { model, ...fields };
  return { operation: operationOf(path), path: `/ent/v2/${path}`, body };
};

/** A URL that is no text is refused with the other fields. */
async function readCallback(
  call: TenantCall,
  { callback_url: url }: RequestBody,
  { callbackEvents: events, readKey }: SubmitServices,
): Promise<WebhookRequest | null> {
  if (typeof url !== 'string' || url === '') return null;
  const callerKey = await readKey(call);
  return { url, events, path: ['callback_url'], ...(callerKey === undefined ? {} : { callerKey }) };
}

/** The file of an upload whose session still lives. */
async function findUpload(
  uploads: SubmitServices['uploads'],
  caller: Caller,
  id: UploadId,
): Promise<ArtifactId | undefined> {
  try {
    return (await uploads.session(caller, id)).artifactId ?? undefined;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/**
 * A result that is named by its id becomes the film itself; the old upscale takes the id alone, which then must be that of
 * a result. Throws GatewayError `not_found`.
 */
async function withCreation(gateway: Gateway, caller: Caller, body: RequestBody): Promise<RequestBody> {
  const { video_creation_id: id, ...others } = body;
  if (typeof body.creation_id === 'string' && body.creation_id !== '') {
    await findCreation(gateway, caller, 'creation_id', body.creation_id);
  }
  if (typeof id !== 'string' || id === '') return body;
  return { ...others, video_url: await findCreation(gateway, caller, 'video_creation_id', id) };
}

async function findCreation(gateway: Gateway, caller: Caller, field: string, id: string): Promise<ArtifactId> {
  const place = parseCreationId(id);
  const unknown = new GatewayError('not_found', `${field} names no creation of yours.`);
  if (place === undefined) throw unknown;
  const task = await gateway.taskByWireId(caller, dialectName, place.taskId).catch((error: unknown) => {
    throw error instanceof GatewayError && error.code === 'not_found' ? unknown : error;
  });
  const output = pairOutputs(task, await gateway.outputs(task))[place.index];
  if (output === undefined) throw unknown;
  return output.clean.id;
}
