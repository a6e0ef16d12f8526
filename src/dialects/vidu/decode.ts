/** A request of Vidu, from its body to what core is asked. */
import { GatewayError, inputError } from '../../core/errors.ts';
import { type ArtifactId, parseArtifactId, parseUploadId, type UploadId } from '../../core/ids.ts';
import { issueAt } from '../../core/issues.ts';
import type { Field, ModelView } from '../../core/view.ts';
import { type Endpoint, offPeakProblem, usualResolution } from '../../wires/vidu/endpoints.ts';
import { parseUploadUri } from '../../wires/vidu/words.ts';
import type { JsonBody } from '../dialect.ts';

export type RequestBody = Readonly<Record<string, unknown>>;

/** Throws GatewayError `invalid_request`. */
export function readObject({ value }: JsonBody): RequestBody {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RequestBody;
  throw new GatewayError('invalid_request', 'the body must be a JSON object.');
}

/** The catalogue's name of what is asked: the endpoint, and the model where the endpoint has several. Throws GatewayError `invalid_input`. */
export function readViewName({ path, echo }: Endpoint, { model }: RequestBody): string {
  if (!echo.includes('model')) return path;
  if (typeof model === 'string' && model !== '') return `${path}/${model}`;
  if (model === undefined || model === null || model === '')
    throw inputError([issueAt(['model'], 'required', 'is required')]);
  throw inputError([issueAt(['model'], 'type', 'must be of type string')]);
}

/** Whether it may wait for a quiet hour. Throws GatewayError `invalid_input` when the vendor offers none for this. */
export function readOffPeak(body: RequestBody, isChecked: boolean): boolean {
  if (body.off_peak !== true) return false;
  const problem = isChecked ? offPeakProblem(String(body.model ?? ''), body.audio === true) : undefined;
  if (problem !== undefined) throw inputError([issueAt(['off_peak'], 'offPeak', problem)]);
  return true;
}

/** Clients send these empty for none. */
const emptyMeansNone: ReadonlySet<string> = new Set(['callback_url', 'wm_url', 'meta_data', 'voice_id']);

/**
 * The body without what has no effect here: documented fields that this model has not, and empty texts for none. The pages
 * say of a required text too that it is missing when it is empty.
 */
export function withoutIgnored(body: RequestBody, { ignored = [] }: Endpoint, { fields }: ModelView): RequestBody {
  const entries = Object.entries(body).filter(([name, value]) => {
    if (ignored.includes(name) && !Object.hasOwn(fields, name)) return false;
    return value !== '' || !(emptyMeansNone.has(name) || fields[name]?.required === true);
  });
  return Object.fromEntries(entries);
}

/** The body with the default that hangs on another field, which no single field of the catalogue can have. */
export function withDefaults(body: RequestBody, { fields: { resolution } }: ModelView): RequestBody {
  if (resolution === undefined || resolution.default !== undefined || body.resolution != null) return body;
  const usual = usualResolution(String(body.model ?? ''), body.duration);
  return usual === undefined ? body : { ...body, resolution: usual };
}

/** The file that an upload became; undefined when there is no such upload that the caller may see. */
export type FindUpload = (id: UploadId) => Promise<ArtifactId | undefined>;

/**
 * Each `ssupload:?id=<id>` in a media field becomes the id of the file that was uploaded. Clients write what the last step
 * of an upload answers, or make it themselves of the id that the first step gave.
 */
export function withUploads(body: RequestBody, { fields }: ModelView, find: FindUpload): Promise<RequestBody> {
  return mapFields(body, fields, find);
}

type Fields = Readonly<Record<string, Pick<Field, 'type' | 'fields'>>>;

async function mapFields(body: RequestBody, fields: Fields, find: FindUpload): Promise<RequestBody> {
  const entries = Object.entries(body).map(async ([name, value]) => [name, await mapValue(value, fields[name], find)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function mapValue(value: unknown, field: Fields[string] | undefined, find: FindUpload): Promise<unknown> {
  if (field?.type === 'media') {
    return Array.isArray(value)
      ? await Promise.all(value.map((one) => asArtifact(one, find)))
      : await asArtifact(value, find);
  }
  const inner = field?.type === 'list' ? field.fields : undefined;
  if (inner === undefined || !Array.isArray(value)) return value;
  const map = (item: unknown) =>
    typeof item === 'object' && item !== null ? mapFields(item as RequestBody, inner, find) : item;
  return await Promise.all(value.map(map));
}

async function asArtifact(text: unknown, find: FindUpload): Promise<unknown> {
  const id = typeof text === 'string' ? parseUploadUri(text) : undefined;
  if (id === undefined) return text;
  const uploadId = parseUploadId(id);
  return (uploadId === undefined ? parseArtifactId(id) : await find(uploadId)) ?? text;
}
