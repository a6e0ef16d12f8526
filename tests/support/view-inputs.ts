/** Inputs for any view of the catalogue: valid ones, and one broken in a single place. */
import fc from 'fast-check';
import type { Model, Parameter } from '../../src/core/model.ts';
import { type Field, inputSchema, isFilledIn, type ModelView } from '../../src/core/view.ts';

type Schema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
};
type Values = Readonly<Record<string, unknown>>;

/** Longer texts say nothing more about a rule, and take time. */
const textLength = 20;

function arbitraryOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const { minimum = -1000, maximum = 1000, minItems = 0, minLength = 0 } = schema;
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: minimum, max: Math.max(minimum, maximum) });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}), {
        minLength: minItems,
        maxLength: Math.min(schema.maxItems ?? minItems + 2, minItems + 2),
      });
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, one]) => [key, arbitraryOf(one)])),
      );
    default:
      if (schema.pattern !== undefined && schema.maxLength === undefined) {
        return fc.integer({ min: 1, max: 9 }).map(String);
      }
      if (schema.pattern !== undefined) {
        return fc.stringMatching(new RegExp(schema.pattern)).filter(({ length }) => length >= minLength);
      }
      return fc.string({
        unit: 'grapheme-ascii',
        minLength,
        maxLength: Math.max(minLength, Math.min(schema.maxLength ?? textLength, textLength)),
      });
  }
}

const propertiesOf = (view: ModelView) => inputSchema(view).properties as Readonly<Record<string, Schema>>;

/** Those about fields of the input itself; what is asked of each item of a list concerns nothing outside it. */
const checksOfFields = ({ checks = [] }: Model) => checks.filter(({ each }) => each === undefined);

/** Fields that no check of the model speaks of, beside those that must be there. */
function freeFields({ model, fields }: ModelView): [string, Field][] {
  const checks = checksOfFields(model);
  const needed = new Set(checks.flatMap(({ atLeastOne = [] }) => atLeastOne.slice(0, 1)));
  const spoken = new Set(
    checks
      .flatMap(({ when, atLeastOne, atMostOne, must, unique }) => [
        ...Object.keys(when ?? {}),
        ...(atLeastOne ?? []),
        ...(atMostOne ?? []),
        ...Object.keys(must ?? {}),
        ...(unique === undefined ? [] : [unique]),
      ])
      .map((name) => name.split('.')[0] ?? name),
  );
  return Object.entries(fields).filter(
    ([, { of = '', required }]) => required === true || needed.has(of) || !spoken.has(of),
  );
}

/** What is needed is not empty: zero items, or a text of no length, are none. */
const notEmpty = (schema: Schema): Schema => ({
  ...schema,
  minItems: Math.max(1, schema.minItems ?? 0),
  minLength: Math.max(1, schema.minLength ?? 0),
});

export function validInputs(view: ModelView): fc.Arbitrary<Values> {
  const schemas = propertiesOf(view);
  const fields = freeFields(view);
  const needed = new Set(checksOfFields(view.model).flatMap(({ atLeastOne = [] }) => atLeastOne.slice(0, 1)));
  const isNeeded = ({ of = '', required }: Field) => required === true || needed.has(of);
  return fc.record(
    Object.fromEntries(
      fields.map(([name, field]) => [
        name,
        arbitraryOf(isNeeded(field) ? notEmpty(schemas[name] ?? {}) : (schemas[name] ?? {})),
      ]),
    ),
    { requiredKeys: fields.filter(([, field]) => isNeeded(field)).map(([name]) => name) },
  );
}

/** Each field alone as it may be; what several of them together must hold to is left to chance. */
export function anyInputs(view: ModelView): fc.Arbitrary<Values> {
  const schemas = propertiesOf(view);
  return fc.record(Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, arbitraryOf(schema)])), {
    requiredKeys: Object.entries(view.fields).flatMap(([name, { required }]) => (required === true ? [name] : [])),
  });
}

export type Mutation = { readonly field: string; readonly kind: string; readonly apply: (valid: Values) => Values };

/** Each breaks one rule of one field, and nothing else. */
export function mutationsOf(view: ModelView): Mutation[] {
  const schemas = propertiesOf(view);
  return Object.entries(view.fields).flatMap(([field, parameter]) => {
    const schema = schemas[field] ?? {};
    const set = (kind: string, value: unknown): Mutation => ({
      field,
      kind,
      apply: (valid) => ({ ...valid, [field]: value }),
    });
    const isRequired = parameter.required === true && !isFilledIn(parameter);
    return [
      ...(isRequired ? [{ field, kind: 'missing', apply: (valid: Values) => without(valid, field) }] : []),
      set('wrong type', schema.type === 'object' ? [] : {}),
      ...(schema.enum === undefined
        ? []
        : [set('unknown choice', schema.type === 'string' ? 'no such choice' : 987_654)]),
      ...(schema.enum === undefined ? numberMutations(schema, set) : []),
      ...(schema.enum === undefined ? lengthMutations(schema, parameter, set) : []),
    ];
  });
}

function without(valid: Values, field: string): Values {
  const { [field]: _removed, ...rest } = valid;
  return rest;
}

type Setter = (kind: string, value: unknown) => Mutation;

function numberMutations({ type, minimum, maximum }: Schema, set: Setter): Mutation[] {
  if (type !== 'integer' && type !== 'number') return [];
  return [
    ...(minimum === undefined ? [] : [set('below', minimum - 1)]),
    ...(maximum === undefined ? [] : [set('above', maximum + 1)]),
    ...(type === 'integer' ? [set('a fraction', (minimum ?? 0) + 0.5)] : []),
  ];
}

function lengthMutations(schema: Schema, { type }: Parameter, set: Setter): Mutation[] {
  const { minLength = 0, maxLength, minItems = 0, maxItems, items } = schema;
  if (schema.type === 'string') {
    return [
      ...(minLength > 0 ? [set('too short', '')] : []),
      ...(schema.pattern !== undefined && maxLength !== undefined
        ? [set('other letters', '\u{1F600}'.repeat(maxLength))]
        : []),
      // Astral characters: two code units, one code point.
      ...(maxLength === undefined || maxLength > 10_000 ? [] : [set('too long', '\u{1F600}'.repeat(maxLength + 1))]),
    ];
  }
  if (schema.type !== 'array') return [];
  const many = (count: number) =>
    Array.from({ length: count }, () => (items?.type === 'object' ? {} : 'https://example.org/a'));
  return [
    ...(minItems > 0 ? [set('too few', many(minItems - 1))] : []),
    ...(maxItems === undefined ? [] : [set('too many', many(maxItems + 1))]),
    ...(type === 'media' ? [set('wrong item', [5])] : []),
  ];
}
