/** Vtrix's wire to core: what a submit asks for, in its wrapped and its flat form (vtrix.md 2). */
import { GatewayError, type InputIssue, inputError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/idempotency.ts';
import { issueAt } from '../../core/issues.ts';
import type { JsonValue } from '../../core/json.ts';
import type { SubmitRequest, WebhookRequest } from '../../core/submit.ts';
import type { Task, WebhookEvent } from '../../core/task.ts';
import type { Caller } from '../../core/tenant.ts';
import type { ModelView } from '../../core/view.ts';
import { bareMediaModels, isOffPeakSilent, literallyRequired, markPositions } from '../../wires/vtrix/pages.ts';
import type { JsonBody, TenantCall } from '../dialect.ts';
import type { Switches, VtrixOptions } from './options.ts';

type Fields = Readonly<Record<string, JsonValue>>;

/** Parameters, and where they stand in the body. */
export type Parameters = { readonly params: Fields; readonly root: readonly (string | number)[] };

/** Of the envelope, whichever form it has. */
const envelopeKeys: ReadonlySet<string> = new Set(['model', 'moderation', 'input']);
const wrappedRoot = ['input', 0, 'params'] as const;

export function asFields(value: unknown, path: readonly (string | number)[]): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw inputError([issueAt(path, 'type', 'must be an object')]);
}

/** Throws GatewayError `invalid_input` unless it is a name. */
export function readModelName(body: Fields): string {
  const { model } = body;
  if (typeof model === 'string' && model !== '') return model;
  throw inputError([issueAt(['model'], 'required', 'is required: the id of a model')]);
}

/**
 * The parameters of either form. Throws GatewayError `invalid_input` for an `input` that is not one set of parameters, and
 * for parameters that stand beside it and differ: which was meant, nobody can know.
 */
export function readParameters(body: Fields, isField: (name: string) => boolean): Parameters {
  const beside = Object.entries(body).filter(([name]) => !envelopeKeys.has(name));
  const { input } = body;
  if (input === undefined || input === null) return { params: Object.fromEntries(beside), root: [] };
  if (!Array.isArray(input) || input.length !== 1) {
    throw inputError([issueAt(['input'], 'items', 'must be an array of one object with params')]);
  }
  const { params } = asFields(input[0], ['input', 0]);
  const wrapped = asFields(params, wrappedRoot);
  const issues = beside
    .filter(([name, value]) => (Object.hasOwn(wrapped, name) ? !isSame(wrapped[name], value) : isField(name)))
    .map(([name]) => issueAt([name], 'conflict', 'stands beside input and is not the same there'));
  if (issues.length > 0) throw inputError(issues);
  return { params: wrapped, root: wrappedRoot };
}

function isSame(one: JsonValue | undefined, other: JsonValue): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

const mebibyte = 1024 * 1024;
/** The most that a body may have, and the most when a film stands in it: twenty of film are that many as base64. */
export const bodyLimitBytes = { usual: 20 * mebibyte, withFilm: 28 * mebibyte } as const;

/** Throws GatewayError `payload_too_large` for a body that only one with a film in it may be. */
export function checkBodySize({ sizeBytes, inline }: JsonBody, { fields }: ModelView, params: Fields): void {
  if (sizeBytes <= bodyLimitBytes.usual) return;
  const films = Object.entries(fields).filter(([, { type, media }]) => type === 'media' && media === 'video');
  if (films.some(([name]) => [params[name]].flat().some((one) => typeof one === 'string' && inline.has(one)))) return;
  throw new GatewayError(
    'payload_too_large',
    `The body is larger than ${bodyLimitBytes.usual} bytes, which is the most for one without a film in it.`,
  );
}

export type Submit = {
  readonly caller: Caller;
  readonly view: ModelView;
  readonly body: JsonBody;
  readonly wireId: string;
} & Parameters;

export type SubmitRules = Pick<VtrixOptions, 'offPeak'> & {
  readonly switches: Switches;
  /** What a callback hears of. */
  readonly events: readonly WebhookEvent[];
};

/** The request that core accepts, without its idempotency. */
export function readSubmit(
  { caller, view, body, wireId, params, root }: Submit,
  { switches, offPeak, events }: SubmitRules,
): Omit<SubmitRequest, 'idempotency'> {
  const wantsOffPeak = params.off_peak === true;
  const { strict_required: isStrict, late_validation: isLate } = switches;
  const missing = isStrict ? (literallyRequired[view.name] ?? []).filter((name) => !isGiven(params[name])) : [];
  const isLoud = params.audio === true && isOffPeakSilent(view.name);
  const atOffPeak = (predicate: string) => issueAt([...root, 'off_peak'], 'offPeak', predicate);
  const issues: InputIssue[] = [
    ...missing.map((name) => issueAt([...root, name], 'required', 'is required')),
    ...(wantsOffPeak && offPeak === 'reject'
      ? [atOffPeak('may not be true: off-peak work is not to be had here')]
      : []),
    ...(wantsOffPeak && offPeak === 'honour' && isLoud ? [atOffPeak('may not be true with audio')] : []),
  ];
  return {
    caller,
    view,
    wireId,
    // Kept with the call, so that the task can show the name it was asked for by.
    value: { ...normalize(params, view), model: view.name },
    inline: body.inline,
    root,
    issues,
    isBadInputTaken: isLate,
    // Absent and 0 mean the same to every model (vtrix.md 9).
    isSeedZeroRandom: true,
    priority: 0,
    isOffPeak: wantsOffPeak && offPeak === 'honour',
    metadata: null,
    marks: null,
    webhook: readCallback(params, root, events),
  };
}

/** Puts right what pages spell in two ways. */
function normalize(params: Fields, { name, fields }: ModelView): Fields {
  const { images, wm_position: position } = params;
  const isBare = typeof images === 'string' && bareMediaModels.has(name);
  const type = fields.wm_position?.type;
  const number = type === 'integer' ? markPositions.indexOf(position as (typeof markPositions)[number]) + 1 : 0;
  const word = type === 'string' && typeof position === 'number' ? markPositions[position - 1] : undefined;
  return {
    ...params,
    ...(isBare ? { images: [images] } : {}),
    ...(number > 0 ? { wm_position: number } : {}),
    ...(word === undefined ? {} : { wm_position: word }),
  };
}

function isGiven(value: JsonValue | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';
}

/** An empty text asks for nothing: the pages' samples have one. */
function readCallback(
  { callback_url: url }: Fields,
  root: readonly (string | number)[],
  events: readonly WebhookEvent[],
): WebhookRequest | null {
  if (typeof url !== 'string' || url === '') return null;
  return { url, events, path: [...root, 'callback_url'] };
}

/** Accepts what a submit of either protocol asks for. Throws GatewayError `invalid_input` with the codes of broken rules. */
export type Submitter = (
  call: TenantCall,
  body: JsonBody,
  view: ModelView,
  parameters: Parameters,
  answer: (task: Task) => Promise<Response>,
) => Promise<Response>;
