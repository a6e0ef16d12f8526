/** Checks a request's input against a view of a model, and turns it into neutral parameters with defaults filled in. */
import { Compile, type Validator } from 'typebox/compile';
import { findBreaches } from './check.ts';
import { type Condition, describeCondition, holds, type Measure } from './condition.ts';
import { loosen, spell } from './dialect-rules.ts';
import { inputError } from './errors.ts';
import { describeErrors, issueAt } from './issues.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Parameter } from './model.ts';
import { type Field, inputSchema, type ModelView } from './view.ts';

/** One media string of the input, where it stood. */
export type MediaText = {
  /** The neutral parameter: `images`, or `subjects[0].images` inside a list. */
  readonly field: string;
  readonly index: number;
  readonly text: string;
  /** Its place in the request's own words. */
  readonly path: readonly (string | number)[];
  readonly parameter: Parameter;
};

export type CheckedInput = {
  /** Every neutral parameter but media and the seed, defaults filled in. */
  readonly input: JsonObject;
  readonly media: readonly MediaText[];
  /** Undefined when the request had none, or the one that leaves the choice to us. */
  readonly seed: number | undefined;
  /** What the request said to the dialect, not to the model. */
  readonly call: JsonObject;
  /** Sentences about what has no effect. */
  readonly warnings: readonly string[];
};

type Checked = { readonly Check: (value: unknown) => boolean; readonly Errors: (value: unknown) => readonly unknown[] };

/** What is worked out of a view once, so that a request costs microseconds. */
type Prepared = {
  readonly validator: Checked;
  readonly fields: readonly (readonly [string, Field])[];
  readonly aliases: readonly (readonly [string, readonly string[]])[];
  /** Neutral parameters with a default, and those that may be without effect. */
  readonly defaults: readonly (readonly [string, JsonValue])[];
  readonly ineffective: readonly (readonly [string, Condition, JsonValue | undefined])[];
  /** The seed that means none. */
  readonly drawnSeed: number | undefined;
};
const preparedViews = new WeakMap<ModelView, Prepared>();

/** Compiles a view's validator; a request does that itself if nobody has done it before. */
export function prepareView(view: ModelView): Prepared {
  const known = preparedViews.get(view);
  if (known !== undefined) return known;
  const compiled: Validator = Compile(inputSchema(view));
  const fields = Object.entries(view.fields);
  const parameters = Object.entries(view.model.parameters);
  const prepared: Prepared = {
    validator: compiled as unknown as Checked,
    fields,
    aliases: fields.flatMap(([name, { aliases }]) => (aliases === undefined ? [] : [[name, aliases] as const])),
    defaults: parameters.flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value] as const])),
    ineffective: parameters.flatMap(([name, { ineffectiveWhen, default: value }]) =>
      ineffectiveWhen === undefined ? [] : [[name, ineffectiveWhen, value] as const],
    ),
    drawnSeed: fields.find(([, { of }]) => of === 'seed')?.[1].automatic,
  };
  preparedViews.set(view, prepared);
  return prepared;
}

type Given = Readonly<Record<string, JsonValue>>;

/**
 * Splits a valid input into neutral parameters, media and seed. Throws GatewayError `invalid_input` with one issue for
 * each broken rule; paths start with `root`, the place of the input in the request's body. `textOf` tells what a string
 * was that was taken for an inline medium.
 */
export function checkInput(
  view: ModelView,
  value: unknown,
  root: readonly (string | number)[],
  textOf: (inlineKey: string) => string | undefined = () => undefined,
): CheckedInput {
  const prepared = prepareView(view);
  const { validator } = prepared;
  const meant = restoreTexts(prepared, understand(view, prepared, value), textOf);
  if (!validator.Check(meant)) throw inputError(describeErrors(validator.Errors(meant), meant, root));
  const read = readFields(view, prepared, meant as Given, root);
  const { checks = [], parameters } = view.model;
  const measure = measureOf(parameters, read);
  const breaches = findBreaches(checks, measure, read.input);
  if (breaches.length > 0) {
    throw inputError(
      breaches.map(({ field, rule, predicate }) => issueAt([...root, wireName(view, field)], rule, predicate)),
    );
  }
  const warnings = [...unknownKeys(view, meant as Given), ...withoutEffect(prepared, read.input, measure)];
  return { ...read, warnings };
}

/** The request as the dialect's clients mean it: aliases, nulls and loose types put right where the dialect allows. */
function understand({ rules }: ModelView, { fields, aliases }: Prepared, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const isAsMeant = aliases.length === 0 && !rules.isLooselyTyped;
  const given = rules.isNullAbsent ? withoutNulls(value as Given) : (value as Given);
  if (isAsMeant) return given;
  const meant: Record<string, JsonValue> = { ...given };
  for (const [name, others] of aliases) {
    const alias = Object.hasOwn(meant, name) ? undefined : others.find((other) => Object.hasOwn(meant, other));
    if (alias === undefined) continue;
    meant[name] = meant[alias] as JsonValue;
    delete meant[alias];
  }
  if (rules.isLooselyTyped) loosenFields(fields, meant);
  return meant;
}

/** Puts texts back that only look like media, such as a text to be echoed that begins with `data:`. */
function restoreTexts({ fields }: Prepared, value: unknown, textOf: (key: string) => string | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const given = value as Given;
  const restored = fields.flatMap(([name, { type }]) => {
    const present = type === 'string' && Object.hasOwn(given, name) ? given[name] : undefined;
    const text = typeof present === 'string' ? textOf(present) : undefined;
    return text === undefined ? [] : [[name, text] as const];
  });
  return restored.length === 0 ? given : { ...given, ...Object.fromEntries(restored) };
}

/** What a request that breaks its model's rules says to the dialect, as far as that is of the right type. */
export function readCall(view: ModelView, value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const given = value as Given;
  const fits = ({ type, maxLength }: Field, one: JsonValue) =>
    typeof one === type && (typeof one !== 'string' || maxLength === undefined || [...one].length <= maxLength);
  return Object.fromEntries(
    Object.entries(view.fields).flatMap(([name, field]) => {
      const present = field.of === undefined && Object.hasOwn(given, name) ? given[name] : undefined;
      return present !== undefined && fits(field, present) ? [[name, present]] : [];
    }),
  );
}

function withoutNulls(given: Given): Given {
  if (!Object.values(given).includes(null)) return given;
  return Object.fromEntries(Object.entries(given).filter(([, one]) => one !== null));
}

function loosenFields(fields: Prepared['fields'], meant: Record<string, JsonValue>): void {
  for (const [name, field] of fields) {
    const present = Object.hasOwn(meant, name) ? meant[name] : undefined;
    const wanted = field.isText === true ? 'string' : field.type;
    if (present === undefined || wanted === 'media' || wanted === 'list') continue;
    const loosened = loosen(present, wanted);
    meant[name] = field.areChoicesNumbered === true ? chosen(field, loosened) : loosened;
  }
}

/** The choice at this place, beginning with 1; a place that is none stays what it is, and is no choice. */
function chosen({ enum: choices = [] }: Field, present: JsonValue): JsonValue {
  const isPlace = /^[1-9]\d?$/.test(String(present)) && !choices.some((choice) => choice === present);
  return isPlace ? (choices[Number(present) - 1] ?? present) : present;
}

type Reading = Omit<CheckedInput, 'warnings'>;

function readFields(
  view: ModelView,
  { fields, defaults, drawnSeed }: Prepared,
  given: Given,
  root: readonly (string | number)[],
): Reading {
  const media: MediaText[] = [];
  const input: Record<string, JsonValue> = view.model.isOpen === true ? withoutCallFields(fields, given) : {};
  const call: Record<string, JsonValue> = {};
  for (const [name, field] of fields) {
    const present = Object.hasOwn(given, name) ? given[name] : undefined;
    if (field.of === undefined) {
      if (present !== undefined) call[name] = present;
      // A model that takes any field took this one, too.
      delete input[name];
    } else if (field.type === 'media') {
      if (present !== undefined) media.push(...readMedia(field, field.of, present, [...root, name]));
    } else if (field.type === 'list' && field.fields !== undefined) {
      if (present !== undefined)
        input[field.of] = readList(view, field, present as readonly Given[], [...root, name], media);
    } else if (present !== undefined) {
      input[field.of] = neutralValue(field, present);
    } else if (field.default !== undefined) {
      input[field.of] = field.default;
    }
  }
  // What the dialect has no field for still has the model's own default.
  for (const [name, fallback] of defaults) input[name] ??= fallback;
  const { seed, ...others } = input;
  const isDrawn = seed === undefined || seed === drawnSeed;
  return { input: others, media, call, seed: isDrawn ? undefined : (seed as number) };
}

/** An open model takes any field, but not those that are said to the dialect. */
function withoutCallFields(fields: Prepared['fields'], given: Given): Record<string, JsonValue> {
  const ofCall = new Set(fields.flatMap(([name, { of }]) => (of === undefined ? [name] : [])));
  return Object.fromEntries(Object.entries(given).filter(([name]) => !ofCall.has(name)));
}

function readMedia(field: Field, of: string, present: JsonValue, path: readonly (string | number)[]): MediaText[] {
  const parameter: Parameter = field;
  if (field.isSingle === true) return [{ field: of, index: field.at ?? 0, text: present as string, path, parameter }];
  return (present as readonly string[]).map((text, index) => ({
    field: of,
    index,
    text,
    path: [...path, index],
    parameter,
  }));
}

/** The objects of a list without their media, which are put into `media`. */
function readList(
  { rules }: ModelView,
  { of = '', fields = {} }: Field,
  items: readonly Given[],
  path: readonly (string | number)[],
  media: MediaText[],
): JsonValue {
  return items.map((item, index) => {
    const neutral: Record<string, JsonValue> = {};
    for (const [name, inner] of Object.entries(fields)) {
      const key = spell(name, rules);
      const present = item[key];
      if (inner.type === 'media') {
        const place = `${of}[${index}].${name}`;
        if (present !== undefined)
          media.push(...readMedia({ ...inner, of: name }, place, present, [...path, index, key]));
      } else if (present !== undefined || inner.default !== undefined) {
        neutral[name] = present ?? (inner.default as JsonValue);
      }
    }
    return neutral;
  });
}

function neutralValue({ values, isText, type }: Field, present: JsonValue): JsonValue {
  const word = String(present);
  const spelled = values !== undefined && Object.hasOwn(values, word) ? values[word] : undefined;
  if (spelled !== undefined) return spelled;
  return isText === true ? loosen(present, type === 'boolean' || type === 'integer' ? type : 'number') : present;
}

/**
 * Measures of an input as prices and checks name them; `subjects.images` counts in all items of a list, and
 * `subjects[0].images` in one.
 */
export function measureOf(
  parameters: Readonly<Record<string, Parameter>>,
  { input, media }: { readonly input: JsonObject; readonly media: readonly { readonly field: string }[] },
): Measure {
  return (name) => {
    if (name.includes('.')) return countInside(name, parameters, input, media);
    if (parameters[name]?.type === 'media') return media.filter(({ field }) => field === name).length;
    const value = input[name];
    if (parameters[name]?.type === 'list') return Array.isArray(value) ? value.length : 0;
    return typeof value === 'object' || value === null ? undefined : (value as string | number | boolean | undefined);
  };
}

/** How many media there are of this name, or how many items have such a field. */
function countInside(
  name: string,
  parameters: Readonly<Record<string, Parameter>>,
  input: JsonObject,
  media: readonly { readonly field: string }[],
): number {
  const [, list = '', position, inner = ''] = /^([^.[]+)(?:\[(\d+)\])?\.(.+)$/.exec(name) ?? [];
  if (parameters[list]?.fields?.[inner]?.type === 'media') {
    const isMeant = (field: string) =>
      position === undefined ? field.startsWith(`${list}[`) && field.endsWith(`].${inner}`) : field === name;
    return media.filter(({ field }) => isMeant(field)).length;
  }
  const items = Array.isArray(input[list]) ? (input[list] as readonly JsonObject[]) : [];
  return items.filter((item, index) => item[inner] !== undefined && String(index) === (position ?? String(index)))
    .length;
}

function wireName({ fields }: ModelView, name: string): string {
  const [outer = ''] = name.split('.');
  return Object.entries(fields).find(([, { of }]) => of === outer)?.[0] ?? outer;
}

function unknownKeys({ model, fields }: ModelView, given: Given): string[] {
  if (model.isOpen === true) return [];
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => `${name} is not a field of this model, and was ignored.`);
}

function withoutEffect({ ineffective }: Prepared, input: JsonObject, measure: Measure): string[] {
  return ineffective.flatMap(([name, condition, fallback]) => {
    const isChosen = input[name] !== undefined && input[name] !== fallback;
    if (!isChosen || !holds(condition, measure)) return [];
    return [`${name} has no effect with ${describeCondition(condition)}.`];
  });
}
