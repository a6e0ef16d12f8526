/** How a dialect writes inputs: facts of its pages and clients, kept beside the models because their views need them. */
import { type Static, Type } from 'typebox';
import type { JsonValue } from './json.ts';
import { wireParameterSchema } from './model.ts';

const strict = { additionalProperties: false } as const;

export const dialectRulesSchema = Type.Object(
  {
    /** How a neutral parameter's name is spelled, unless a model says otherwise. */
    spelling: Type.Unsafe<'snake_case' | 'camelCase'>({ type: 'string', enum: ['snake_case', 'camelCase'] }),
    areUnknownKeysRefused: Type.Boolean(),
    /** Whether `null` means that the field is left out. */
    isNullAbsent: Type.Boolean(),
    /** Whether real clients send `"5"` for 5, `5` for `"5"` and `"true"` for true. */
    isLooselyTyped: Type.Boolean(),
    /** Whether URLs of media may be plain http as well; no unless told. */
    isHttpAllowed: Type.Optional(Type.Boolean()),
    /** What it says of a neutral parameter wherever it has that parameter; `as` is its name there. */
    vocabulary: Type.Record(
      Type.String(),
      Type.Object({ ...wireParameterSchema.properties, as: Type.Optional(Type.String()) }, strict),
    ),
    /** Fields of every call that stand for no parameter of the model. */
    callFields: Type.Record(Type.String(), wireParameterSchema),
  },
  strict,
);
export type DialectRules = Static<typeof dialectRulesSchema>;

/** Of a dialect that the catalogue says nothing about. */
export const strictRules: DialectRules = {
  spelling: 'snake_case',
  areUnknownKeysRefused: true,
  isNullAbsent: false,
  isLooselyTyped: false,
  vocabulary: {},
  callFields: {},
};

/** A neutral name as the dialect spells it. */
export function spell(name: string, { spelling, vocabulary }: Pick<DialectRules, 'spelling' | 'vocabulary'>): string {
  const word = vocabulary[name]?.as;
  if (word !== undefined) return word;
  return spelling === 'snake_case'
    ? name
    : name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** What a client meant that sent a value of the wrong type; anything else as it is. */
export function loosen(value: JsonValue, wanted: 'string' | 'integer' | 'number' | 'boolean'): JsonValue {
  if (wanted === 'string') return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof value !== 'string') return value;
  if (wanted === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
}
