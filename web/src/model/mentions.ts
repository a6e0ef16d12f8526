/** The media of an input by the names that a prompt calls them by: `@Picture1`, `@Video1`, `@Audio1`, `@a-subject`. */
import type { RJSFSchema } from '@rjsf/utils';
import { fieldsOf, type MediaKind, mediaOf } from './schema.ts';
import type { Input } from './use-estimate.ts';

export type Mention = {
  /** As it stands in the prompt. */
  readonly name: string;
  /** Of a subject that is called by its own name, undefined. */
  readonly medium: { readonly kind: MediaKind; readonly value: string } | undefined;
};

const words: Readonly<Record<MediaKind, string>> = { image: 'Picture', video: 'Video', audio: 'Audio' };
const subjectsField = 'subjects';

/** Empty for a model that takes one medium at most: there is nothing to tell apart. */
export function mentionsOf(schema: RJSFSchema, input: Input): readonly Mention[] {
  const counts = { image: 0, video: 0, audio: 0 };
  let most = 0;
  const media = fieldsOf(schema).flatMap(([name, field]): readonly Mention[] => {
    const kind = mediaOf(field)?.['x-media'];
    if (kind === undefined) return [];
    most += field.type === 'array' ? (field.maxItems ?? Number.POSITIVE_INFINITY) : 1;
    const given = input[name];
    const values = Array.isArray(given) ? given : given === undefined ? [] : [given];
    return values.map((value) => {
      counts[kind] += 1;
      return { name: `@${words[kind]}${counts[kind]}`, medium: { kind, value: String(value) } };
    });
  });
  return [...(most > 1 ? media : []), ...subjectsOf(input)];
}

function subjectsOf(input: Input): readonly Mention[] {
  const subjects = input[subjectsField];
  if (!Array.isArray(subjects)) return [];
  return subjects.flatMap((subject: { readonly name?: unknown; readonly id?: unknown } | undefined) => {
    const name = subject?.name ?? subject?.id;
    return typeof name === 'string' && name !== '' ? [{ name: `@${name}`, medium: undefined }] : [];
  });
}

/** Where the `@` of a name that is being written stands before the caret; undefined when none is. */
export function openMention(text: string, caret: number): number | undefined {
  const start = text.lastIndexOf('@', caret - 1);
  if (start < 0 || /\s/.test(text.slice(start, caret))) return undefined;
  return start;
}

/** The text with a name in the place from `start` to `end`, set apart by spaces, and where the caret goes. */
export function putMention(
  text: string,
  start: number,
  end: number,
  name: string,
): { readonly text: string; readonly caret: number } {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  const lead = before === '' || /[\s(（「“"]$/.test(before) ? '' : ' ';
  const tail = /^[\s.,;:!?)，。；：！？）]/.test(after) ? '' : ' ';
  const inserted = lead + name + tail;
  return { text: before + inserted + after, caret: start + inserted.length };
}

/** A text in pieces, each a name or what lies between two. */
export function splitByMentions(
  text: string,
  names: readonly string[],
): readonly { readonly text: string; readonly isMention: boolean }[] {
  if (names.length === 0) return [{ text, isMention: false }];
  const known = new Set(names);
  // Longest first, so that @Picture12 is not taken for @Picture1.
  const alternatives = names
    .toSorted((one, other) => other.length - one.length)
    .map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return text
    .split(new RegExp(`(${alternatives.join('|')})(?!\\d)`))
    .filter((part) => part !== '')
    .map((part) => ({ text: part, isMention: known.has(part) }));
}
