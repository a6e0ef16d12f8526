/** A request of Vidu, from its body to what core is asked. */
import { GatewayError, inputError } from '../../core/errors.ts';
import { parseArtifactId } from '../../core/ids.ts';
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

/** The body without what has no effect here: documented fields that this model has not, and empty texts for none. */
export function withoutIgnored(body: RequestBody, { ignored = [] }: Endpoint, { fields }: ModelView): RequestBody {
  const entries = Object.entries(body).filter(([name, value]) => {
    if (ignored.includes(name) && !Object.hasOwn(fields, name)) return false;
    return value !== '' || !emptyMeansNone.has(name);
  });
  return Object.fromEntries(entries);
}

/** The body with the default that hangs on another field, which no single field of the catalogue can have. */
export function withDefaults(body: RequestBody, { fields: { resolution } }: ModelView): RequestBody {
  if (resolution === undefined || resolution.default !== undefined || body.resolution != null) return body;
  const usual = usualResolution(String(body.model ?? ''), body.duration);
  return usual === undefined ? body : { ...body, resolution: usual };
}

/** Each `ssupload:?id=<id>` in a media field becomes the id of the file that was uploaded. */
export function withUploads(body: RequestBody, { fields }: ModelView): RequestBody {
  return mapFields(body, fields);
}

type Fields = Readonly<Record<string, Pick<Field, 'type' | 'fields'>>>;

function mapFields(body: RequestBody, fields: Fields): RequestBody {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, mapValue(value, fields[name])]));
}

function mapValue(value: unknown, field: Fields[string] | undefined): unknown {
  if (field?.type === 'media') return Array.isArray(value) ? value.map(asArtifact) : asArtifact(value);
  const inner = field?.type === 'list' ? field.fields : undefined;
  if (inner === undefined || !Array.isArray(value)) return value;
  return value.map((item) =>
    typeof item === 'object' && item !== null ? mapFields(item as RequestBody, inner) : item,
  );
}

function asArtifact(text: unknown): unknown {
  const id = typeof text === 'string' ? parseUploadUri(text) : undefined;
  return id === undefined ? text : (parseArtifactId(id) ?? text);
}
