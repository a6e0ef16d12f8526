/** Subjects of a reference film: what belongs to each, and where the prompt names them with an @. Pure. */
import type { JsonObject } from '../../../core/json.ts';
import type { RenderMedium } from '../protocol.ts';

/** A subject as the request lists it; its media are those of the field `subjects[<its place>]`. */
export type Subject = { readonly name: string };

export function subjectsOf({ subjects }: JsonObject): readonly Subject[] {
  if (!Array.isArray(subjects)) return [];
  return (subjects as readonly JsonObject[]).map(({ name, id }) => ({ name: String(name ?? id ?? '') }));
}

function subjectOf({ field }: Pick<RenderMedium, 'field'>): number | undefined {
  const place = /^subjects\[(\d+)\]\./.exec(field)?.[1];
  return place === undefined ? undefined : Number(place);
}

export function subjectName(medium: Pick<RenderMedium, 'field'>, subjects: readonly Subject[]): { subject?: string } {
  const name = subjects[subjectOf(medium) ?? -1]?.name;
  return name === undefined || name === '' ? {} : { subject: name };
}

/** Blanks every `@name`, longer names first, so that `@cat` is not found in `@cats`; tells where each was first. */
function findNames(
  prompt: string,
  subjects: readonly Subject[],
): { rest: string; places: ReadonlyMap<number, number> } {
  const places = new Map<number, number>();
  let rest = prompt;
  const longestFirst = subjects
    .map(({ name }, index) => ({ index, mention: `@${name}` }))
    .filter(({ mention }) => mention !== '@')
    .sort((one, other) => other.mention.length - one.mention.length);
  for (const { index, mention } of longestFirst) {
    const place = rest.indexOf(mention);
    if (place < 0) continue;
    places.set(index, place);
    rest = rest.replaceAll(mention, ' '.repeat(mention.length));
  }
  return { rest, places };
}

/** A subject called `zoom` asks for no zoom. */
export function withoutNames(prompt: string, subjects: readonly Subject[]): string {
  return findNames(prompt, subjects).rest;
}

/** In the order in which the prompt names them; what it does not name keeps its order, after those. */
export function inPromptOrder<Source extends { readonly medium: Pick<RenderMedium, 'field'> }>(
  sources: readonly Source[],
  subjects: readonly Subject[],
  prompt: string,
): readonly Source[] {
  const { places } = findNames(prompt, subjects);
  const rank = ({ medium }: Source) => {
    const subject = subjectOf(medium);
    if (subject === undefined) return -1;
    // Beyond the prompt's end, those it does not name follow in the order of the request.
    return places.get(subject) ?? prompt.length + subject;
  };
  return sources.toSorted((one, other) => rank(one) - rank(other));
}
