/** The words that the native schemas are written in. */
import { type TSchema, Type } from 'typebox';

/** For what comes in: fields that are not known are refused. */
export const strict = { additionalProperties: false } as const;
export const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
export const choice = <const Values extends readonly string[]>(values: Values, description: string) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], description });
export const time = Type.String({ format: 'date-time', description: 'UTC, ISO 8601 with milliseconds.' });
export const freeObject = Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' });
const nextCursor = nullable(Type.String({ description: 'Pass it as `cursor` for the next page; null on the last.' }));
/** One page of a list. */
export const page = <Schema extends TSchema>(item: Schema) =>
  Type.Object({ data: Type.Array(item), next_cursor: nextCursor });
