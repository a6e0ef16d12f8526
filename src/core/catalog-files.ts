/**
 * How the catalogue's files are put together. A fact that many rows share is written once: common parameters in
 * `parameters.json`, those of a family at the top of its file; a row says only where it differs. Pure.
 */
import { type Static, Type } from 'typebox';
import { dialectRulesSchema } from './dialect-rules.ts';

const strict = { additionalProperties: false } as const;
const record = Type.Record(Type.String(), Type.Unknown());

/** A file under catalog/<maker>/: rows, and what they have in common. Rows are checked once they are put together. */
export const familySchema = Type.Object(
  {
    /** Where each row has none of its own. */
    modified: Type.Optional(Type.String()),
    /** They stand before each row's own. */
    sources: Type.Optional(Type.Array(record)),
    parameters: Type.Optional(Type.Record(Type.String(), record)),
    models: Type.Array(record, { minItems: 1 }),
  },
  strict,
);
export type Family = Static<typeof familySchema>;

/** `parameters.json`: what a parameter of this name is, wherever nobody says otherwise. */
export const glossarySchema = Type.Record(Type.String(), record);
export type Glossary = Static<typeof glossarySchema>;

/** `dialects.json` and `engines.json`. */
export const dialectsSchema = Type.Record(Type.String(), dialectRulesSchema);
export const enginesSchema = Type.Record(
  Type.String(),
  Type.Object(
    {
      /** What the owner sets to have it. */
      setting: Type.String({ minLength: 1 }),
    },
    strict,
  ),
);

type Row = Readonly<Record<string, unknown>>;

/** The rows of a family with everything they share written into each; what comes out is a model if all is well. */
export function expandFamily({ modified, sources = [], parameters = {}, models }: Family, glossary: Glossary): Row[] {
  return models.map((row) => ({
    ...(modified === undefined ? {} : { modified }),
    names: [],
    ...row,
    sources: [...sources, ...((row.sources as readonly unknown[] | undefined) ?? [])],
    parameters: Object.fromEntries(
      Object.entries((row.parameters ?? {}) as Readonly<Record<string, Row>>).map(([name, own]) => [
        name,
        { title: titleOf(name), description: '', ...glossary[name], ...parameters[name], ...own },
      ]),
    ),
  }));
}

/** `movement_amplitude` as people read it: `Movement amplitude`. */
function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
