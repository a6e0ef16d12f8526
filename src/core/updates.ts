/** The log of what changed in the catalogue: facts with a day, of the vendors' lists and of our own. Pure. */
import { type Static, Type } from 'typebox';
import type { Model } from './model.ts';

const strict = { additionalProperties: false } as const;
const words = Type.String({ minLength: 1 });

/** `updates.json`. */
export const updatesSchema = Type.Array(
  Type.Object(
    {
      /** YYYY-MM-DD. */
      date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      what: words,
      /** Ids of models, or the beginning of ids and a star. Without it, the entry is about a vendor's list as a whole. */
      models: Type.Optional(Type.Array(words, { minItems: 1 })),
      source: Type.Optional(Type.Object({ mark: words, where: words }, strict)),
    },
    strict,
  ),
);
export type Update = Static<typeof updatesSchema>[number];

export function isAbout({ models = [] }: Update, id: string): boolean {
  return models.some((name) => (name.endsWith('*') ? id.startsWith(name.slice(0, -1)) : id === name));
}

/** Newest first; those of one day as they are written. */
export function sortUpdates(updates: readonly Update[]): readonly Update[] {
  return updates.toSorted((one, other) => (one.date === other.date ? 0 : one.date < other.date ? 1 : -1));
}

/** The models whose last change nobody has told: their day has no entry that is about them. */
export function untoldModels(models: readonly Model[], updates: readonly Update[]): readonly Model[] {
  return models.filter(
    ({ id, modified }) => !updates.some((update) => update.date === modified && isAbout(update, id)),
  );
}
