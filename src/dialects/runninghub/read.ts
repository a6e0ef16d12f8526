/** Reads what RunningHub's clients send: keys from five places, ids as text or number, fields that must be there. */
import { type ErrorCode, GatewayError, inputError } from '../../core/errors.ts';
import { issueAt } from '../../core/issues.ts';
import { isWireId } from '../../wires/runninghub/values.ts';
import type { Call } from '../dialect.ts';

const keyNames = ['apiKey', 'apikey'] as const;

/** A body may be read for its key before anybody knows who sends it; this much of JSON. */
const anonymousJsonBytes = 1024 * 1024;

/**
 * The key from wherever real clients put it: the path of the native proxy, the header with or without `Bearer`, the body,
 * the form, the query. Throws GatewayError `unauthenticated` when there is none, or there are two that differ.
 */
export async function readKey(call: Call): Promise<string> {
  if (call.params.key !== undefined) return call.params.key;
  const found = [headerKey(call.request), queryKey(call.query)];
  const isHeaderEnough = /\/openapi\/v2\//.test(new URL(call.request.url).pathname) || isForm(call.request);
  if (found.every((key) => key === undefined) || !isHeaderEnough) found.push(await bodyKey(call));
  const keys = [...new Set(found.filter((key) => key !== undefined))];
  if (keys.length > 1) {
    throw new GatewayError('unauthenticated', 'The request carries two different credentials; send one.');
  }
  const [key] = keys;
  if (key !== undefined) return key;
  const issue = issueAt(['apiKey'], 'required', 'is required');
  throw new GatewayError('unauthenticated', 'This route needs a key.', { issues: [issue] });
}

function headerKey(request: Request): string | undefined {
  const header = request.headers.get('authorization')?.trim() ?? '';
  if (header === '' || /^bearer$/i.test(header)) return undefined;
  return /^bearer\s+(\S+)$/i.exec(header)?.[1] ?? header;
}

function queryKey(query: URLSearchParams): string | undefined {
  return keyNames.map((name) => query.get(name)).find((text) => text !== null && text !== '') ?? undefined;
}

function isForm(request: Request): boolean {
  return /^multipart\/form-data/i.test(request.headers.get('content-type') ?? '');
}

async function bodyKey(call: Call): Promise<string | undefined> {
  const { request } = call;
  if (request.method === 'GET') return undefined;
  try {
    if (isForm(request)) {
      const { fields } = await call.form();
      return keyNames.map((name) => fields.get(name)).find((text) => text !== undefined && text !== '');
    }
    const length = Number(request.headers.get('content-length') ?? Number.NaN);
    if (!(length <= anonymousJsonBytes)) return undefined;
    const { value } = await call.json();
    const body = asObject(value);
    return keyNames.map((name) => body[name]).find((text): text is string => typeof text === 'string' && text !== '');
  } catch (error) {
    // A body that cannot be read has no key in it; the handler says what is wrong to those who have one.
    const isUnreadable = error instanceof GatewayError && unreadable.has(error.code);
    if (!isUnreadable) throw error;
    return undefined;
  }
}

const unreadable: ReadonlySet<ErrorCode> = new Set(['invalid_request', 'unsupported_media_type']);

export type Fields = Readonly<Record<string, unknown>>;

function asObject(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The fields of a JSON body. Throws GatewayError `invalid_request` unless it is an object. */
export async function readFields(call: Call): Promise<Fields> {
  const { value } = await call.json();
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new GatewayError('invalid_request', 'The body must be a JSON object.');
}

/** What a field says, as text; numbers keep their digits. Throws GatewayError `invalid_input` unless it is there. */
export function requireText(fields: Fields, name: string): string {
  const value = fields[name];
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && text.trim() !== '') return text.trim();
  if (value === undefined || value === null || value === '')
    throw inputError([issueAt([name], 'required', 'is required')]);
  throw inputError([issueAt([name], 'type', 'must be a string')]);
}

/** An id in this API's form. Throws GatewayError `invalid_input` for what is no id, `not_found` for what can be nobody's. */
export function requireId(fields: Fields, name: string): string {
  const text = requireText(fields, name);
  // The sentence of the vendor's own validator.
  if (!/^\d+$/.test(text) || /^0+$/.test(text)) {
    throw new GatewayError('invalid_input', `${name} must be positive`);
  }
  if (!isWireId(text)) throw unknownTask();
  return text;
}

export function unknownTask(): GatewayError {
  return new GatewayError('not_found', 'There is no task of this id that this key may see.');
}

/** A text that may be left out; empty counts as left out. Throws GatewayError `invalid_input`. */
export function readOptionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  return requireText(fields, name);
}

/** A whole number that comes as such or as text. */
export function readCount(fields: Fields, name: string, fallback: number, maximum: number): number {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return fallback;
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= maximum) return count;
  throw inputError([issueAt([name], 'range', `must be a whole number from 1 to ${maximum}`)]);
}

/** The body without what is for us: a model that takes any field must not keep a key. */
export function withoutKey(value: unknown): unknown {
  if (!keyNames.some((name) => Object.hasOwn(asObject(value), name))) return value;
  const { apiKey: _apiKey, apikey: _apikey, ...input } = asObject(value);
  return input;
}
