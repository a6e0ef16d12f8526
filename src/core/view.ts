/** A model as one dialect shows it: its name there, its fields as they are written there, and their JSON Schema. */
import { type DialectRules, spell, strictRules } from './dialect-rules.ts';
import { type Model, nativeDialect, type Parameter, type WireParameter } from './model.ts';

/** A field of the wire: the neutral parameter with the dialect's deviations. */
export type Field = Parameter &
  Pick<WireParameter, 'at' | 'isSingle' | 'isText' | 'values' | 'aliases' | 'areChoicesNumbered'> & {
    /** The neutral parameter it stands for; undefined of a field of the call. */
    readonly of: string | undefined;
  };

export type ModelView = {
  readonly model: Model;
  readonly dialect: string;
  readonly name: string;
  readonly rules: DialectRules;
  /** By the name on the wire. */
  readonly fields: Readonly<Record<string, Field>>;
};

/** What a model calls itself natively and in each dialect that has it. */
export function viewNames(model: Model): readonly { readonly dialect: string; readonly name: string }[] {
  const elsewhere = model.names.flatMap(({ dialect, name, alsoNamed = [] }) =>
    [name, ...alsoNamed].map((one) => ({ dialect, name: one })),
  );
  return [{ dialect: nativeDialect, name: model.id }, ...elsewhere];
}

/** Throws Error when a name of the model speaks of a parameter that the model does not have. */
export function createView(model: Model, dialect: string, name: string, rules: DialectRules = strictRules): ModelView {
  const deviations = model.names.find(
    (one) => one.dialect === dialect && (one.name === name || one.alsoNamed?.includes(name) === true),
  );
  return { model, dialect, name, rules, fields: fieldsOf(model, rules, deviations?.parameters, deviations?.without) };
}

function fieldsOf(
  model: Model,
  rules: DialectRules,
  wire: Readonly<Record<string, WireParameter>> = {},
  without: readonly string[] = [],
): Record<string, Field> {
  const bySpelling = new Map(Object.keys(model.parameters).map((name) => [spell(name, rules), name]));
  const stated = Object.entries(wire).map(([key, one]) => {
    const of = one.isOfCall === true ? undefined : (one.of ?? bySpelling.get(key));
    if (one.isOfCall !== true && (of === undefined || !Object.hasOwn(model.parameters, of))) {
      throw new Error(`${model.id}: ${key} stands for no parameter`);
    }
    return { key, of, one };
  });
  const fields: Record<string, Field> = {};
  for (const [name, parameter] of Object.entries(model.parameters)) {
    if (without.includes(name)) continue;
    const own = stated.filter(({ of }) => of === name);
    const { as: _as, ...word } = rules.vocabulary[name] ?? {};
    const isHttp = rules.isHttpAllowed === true && parameter.type === 'media';
    const usual = isHttp ? { isHttpAllowed: true, ...word } : word;
    if (own.length === 0) fields[spell(name, rules)] = mergeField(parameter, usual, name);
    for (const { key, one } of own) fields[key] = mergeField(parameter, { ...usual, ...one }, name);
  }
  const call = [
    ...Object.entries(rules.callFields).filter(([key]) => !without.includes(key)),
    ...stated.filter(({ of }) => of === undefined).map(({ key, one }) => [key, one] as const),
  ];
  for (const [key, one] of call) {
    fields[key] = mergeField({ title: key, description: '', type: 'string', group: 'delivery' }, one, undefined);
  }
  return fields;
}

function mergeField(parameter: Parameter, deviation: WireParameter, of: string | undefined): Field {
  const { of: _of, isOfCall: _isOfCall, ...stated } = deviation;
  const field: Field = { ...parameter, ...stated, of };
  if (field.required !== true || field.default !== '') return field;
  // No text is what the model falls back to where it may be left out: it is no value for what must be there.
  const { default: _default, ...others } = field;
  return others;
}

/** A medium as tasks name it. */
type MediaPlace = { readonly field: string; readonly index: number };

const mediaPlace = /^([^[.]+)(?:\[(\d+)\]\.(.+))?$/;

/** What a view says of a media field as tasks name it: `images`, or `subjects[0].images` inside a list. */
export function mediaParameter({ fields }: ModelView, path: string): Parameter | undefined {
  const [, outer, , inner] = mediaPlace.exec(path) ?? [];
  const field = Object.values(fields).find(({ of }) => of === outer);
  return inner === undefined ? field : field?.fields?.[inner];
}

/** Where a medium of a task stood in the request's own words: `images[2]`, `wm_url`. */
export function mediaPath({ fields, rules }: ModelView, { field, index }: MediaPlace): readonly (string | number)[] {
  const [, outer = '', position, inner] = mediaPlace.exec(field) ?? [];
  const entries = Object.entries(fields).filter(([, { of }]) => of === outer);
  const [name, found] = entries.find(([, { at = index }]) => at === index) ?? entries[0] ?? [field];
  if (inner !== undefined) return [name, Number(position), spell(inner, rules), index];
  return found?.isSingle === true ? [name] : [name, index];
}

/** Whether the server has a value for a required field that is left out. */
export function isFilledIn({ required, default: fallback }: Field): boolean {
  return required === true && fallback !== undefined;
}

/** The JSON Schema of a view's input, as the validator uses it: media items are strings. */
export function inputSchema({ model, rules, fields }: ModelView): Record<string, unknown> {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    required: entries.filter(([, field]) => field.required === true && !isFilledIn(field)).map(([name]) => name),
    properties: Object.fromEntries(
      entries.map(([name, field], order) => [name, { ...fieldSchema(field, rules), ...formHints(field, order) }]),
    ),
    ...(rules.areUnknownKeysRefused && model.isOpen !== true ? { additionalProperties: false } : {}),
  };
}

/** Texts longer than this get more than one line. */
const lineLength = 200;

/** What a form needs beyond the schema: the order of fields, the part of the form, and what to fill each in with. */
export function formHints(field: Field, order: number): Record<string, unknown> {
  return { 'x-order': order, 'x-group': field.group ?? 'input', 'x-widget': widgetOf(field) };
}

function widgetOf({ type, enum: choices, minimum, maximum, maxLength = lineLength + 1 }: Field): string {
  if (type === 'media') return 'media';
  if (choices !== undefined) return 'select';
  if (type === 'boolean') return 'switch';
  if (type === 'integer' || type === 'number') {
    return minimum !== undefined && maximum !== undefined && maximum - minimum <= 100 ? 'slider' : 'number';
  }
  if (type === 'list') return 'list';
  return maxLength > lineLength ? 'text' : 'line';
}

const schemaKeys = [
  ...['default', 'enum', 'minLength', 'maxLength', 'pattern'],
  ...['minimum', 'maximum', 'minItems', 'maxItems'],
] as const;

function fieldSchema(field: Field, rules: DialectRules): Record<string, unknown> {
  const { title, description } = field;
  const limits = Object.fromEntries(schemaKeys.flatMap((key) => (field[key] === undefined ? [] : [[key, field[key]]])));
  const { minItems: _minItems, maxItems: _maxItems, ...ofOne } = limits;
  if (field.type === 'media') {
    const item = { type: 'string', minLength: 1, 'x-media': field.media, ...acceptsOf(field) };
    if (field.isSingle === true) return { title, description, ...item };
    return { title, description, type: 'array', items: item, ...countLimits(field) };
  }
  if (field.type === 'list')
    return { title, description, type: 'array', items: itemSchema(field, rules), ...countLimits(field) };
  const choices = wireChoices(field);
  if (field.isText === true) return { title, description, ...ofText(field, choices) };
  return {
    title,
    description,
    type: field.type,
    ...ofOne,
    ...(choices === undefined ? {} : { enum: choices }),
    ...(field.default === undefined ? {} : { default: toWire(field, field.default) }),
  };
}

const acceptsOf = ({ accepts }: Parameter) => (accepts === undefined ? {} : { 'x-accepts': accepts });

function countLimits({ minItems, maxItems }: Parameter): Record<string, unknown> {
  return { ...(minItems === undefined ? {} : { minItems }), ...(maxItems === undefined ? {} : { maxItems }) };
}

function ofText(field: Field, choices: readonly (string | number)[] | undefined): Record<string, unknown> {
  return {
    type: 'string',
    ...(choices === undefined ? { pattern: '^-?\\d+(\\.\\d+)?$' } : { enum: choices.map(String) }),
    ...(field.default === undefined ? {} : { default: String(field.default) }),
  };
}

/** The values that may stand on the wire; a whole number that travels as text is one of a list. */
function wireChoices(field: Field): readonly (string | number)[] | undefined {
  const { type, enum: choices, isText, minimum, maximum } = field;
  if (choices !== undefined) return choices.flatMap((choice) => wireWords(field, choice));
  if (isText !== true) return undefined;
  if (type === 'boolean') return ['true', 'false'];
  if (type !== 'integer' || minimum === undefined || maximum === undefined) return undefined;
  return Array.from({ length: maximum - minimum + 1 }, (_, index) => minimum + index);
}

/** What the wire has for a neutral value: words of its own, or the value itself. */
function wireWords<Value>({ values = {}, type }: Field, neutral: Value): (Value | string | number)[] {
  const words = Object.entries(values).flatMap(([word, value]) => (value === neutral ? [word] : []));
  if (words.length === 0) return [neutral];
  return type === 'integer' ? words.map(Number) : words;
}

/** A neutral value as the field writes it. */
export function toWire(field: Field, neutral: string | number | boolean): unknown {
  const [value] = wireWords(field, neutral);
  return field.isText === true ? String(value) : value;
}

function itemSchema(list: Field, rules: DialectRules): Record<string, unknown> {
  if (list.fields === undefined) return { type: 'string', ...(list.enum === undefined ? {} : { enum: list.enum }) };
  const entries = Object.entries(list.fields);
  return {
    type: 'object',
    required: entries.filter(([, { required }]) => required === true).map(([name]) => name),
    properties: Object.fromEntries(
      entries.map(([name, inner]) => [spell(name, rules), fieldSchema({ ...inner, of: name }, rules)]),
    ),
    ...(rules.areUnknownKeysRefused ? { additionalProperties: false } : {}),
  };
}
