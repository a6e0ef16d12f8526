/** Who appears when: reads a prompt into shots, each with the references it shows and the words that drive it. Pure. */
import { type Action, actionIn } from './idle.ts';
import { findMentions, type Mention, type Nameable, type Subject } from './subjects.ts';
import { type Transition, transitionPhrases } from './transitions.ts';

/** What one of the references does in a shot. */
export type Role = { readonly reference: number; readonly action: Action };

export type StoryShot = {
  /** Those who appear, in the order of their names: together, or before a film that is named with them. */
  readonly roles: readonly Role[];
  /** The words of this shot, without the names. */
  readonly text: string;
  /** Whether the prompt placed it here; otherwise it is shown because it was given. */
  readonly isNamed: boolean;
  /** How it begins, when the words say so. */
  readonly transition: Transition | undefined;
};

export type Storyboard = {
  readonly shots: readonly StoryShot[];
  /** Words before the first name: they are about all shots. */
  readonly opening: string;
  /** The words ask for this at the film's end. */
  readonly ending: 'black' | 'white' | undefined;
  /** Names that nothing was given for. */
  readonly unknown: readonly string[];
  /** Transitions that the words name, as they stood. */
  readonly transitionWords: readonly string[];
};

const mostCharacters = 5000;
/** Stands for a name while the text is cut into clauses; a private-use character, removed from what comes from outside. */
const nameMark = '\uE000';
const transitionMark = '\uE001';

const sentenceEnd = /[!?;。！？；\n]+|\.(?!\d)|(?:->|→|=>)/;
const sequence =
  /\b(?:and then|then|followed by|after that|afterwards|finally|next(?=,| comes| we| is))\b|然后|接着|随后|之后|最后/;
const clauseBreak = new RegExp(`(${transitionMark}|${sentenceEnd.source}|${sequence.source}|[,，、])`, 'iu');

/** Joins names to names; no word of an action. */
const joining =
  /\b(?:and|with|plus|or|the|an?|of|in|from|as well as)\b|[和与跟及同、,，&+\s\uE000()[\]<>{}'"“”‘’:：]|[-–—*#]/giu;
/** One who was named before, or several of them. */
const severalAgain =
  /\b(?:they|both|together|all (?:of them|three|four)|the two|each other)\b|他们|她们|它们|两人|一起|大家/i;
const everybody = /\b(?:together|both|all of them|side by side|meet(?:s|ing)?|each other)\b|一起|相遇|合影|同框|并排/i;

type Piece = { readonly text: string; readonly separator: string };

function cutClauses(marked: string): Piece[] {
  const parts = marked.split(clauseBreak);
  const pieces: Piece[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    pieces.push({ separator: index === 0 ? '' : (parts[index - 1] ?? ''), text: parts[index] ?? '' });
  }
  return pieces;
}

const isSoft = (separator: string) => /^[,，、]$/.test(separator);

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text.replace(joining, ''));
}

/** A comma parts two shots only when somebody does something on either side of it. */
function mergeLists(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const before = merged.at(-1);
    const acts = (text: string) => text.includes(nameMark) && hasWords(text);
    if (before !== undefined && isSoft(piece.separator) && !(acts(before.text) && acts(piece.text))) {
      merged[merged.length - 1] = { ...before, text: before.text + piece.separator + piece.text };
    } else merged.push(piece);
  }
  return merged;
}

type Draft = {
  text: string;
  mentions: Mention[];
  transition: Transition | undefined;
};

type Marked = {
  readonly text: string;
  readonly transitions: readonly Transition[];
  readonly words: readonly string[];
};

/** Puts a mark where the words name a transition. */
function markTransitions(text: string): Marked {
  const found: { at: number; words: string; meaning: Transition }[] = [];
  for (const [pattern, meaning] of transitionPhrases) {
    for (const match of text.matchAll(new RegExp(pattern.source, 'giu'))) {
      const end = match.index + match[0].length;
      const isTaken = found.some(({ at, words }) => match.index < at + words.length && at < end);
      if (!isTaken) found.push({ at: match.index, words: match[0], meaning });
    }
  }
  found.sort((one, other) => one.at - other.at);
  let rest = '';
  let last = 0;
  for (const { at, words } of found) {
    rest += text.slice(last, at) + transitionMark;
    last = at + words.length;
  }
  return {
    text: rest + text.slice(last),
    transitions: found.map(({ meaning }) => meaning),
    words: found.map(({ words }) => words.trim().toLowerCase()),
  };
}

function markNames(prompt: string, mentions: readonly Mention[]): string {
  let rest = '';
  let last = 0;
  for (const { at, words, references } of mentions) {
    rest += prompt.slice(last, at) + (references.length > 0 ? nameMark : ' ');
    last = at + words.length;
  }
  return rest + prompt.slice(last);
}

const plain = (text: string) =>
  text
    .replace(/[\uE000\uE001]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** What the words after a name say, up to the next name; where there are none, those of all. */
function rolesOf(draft: Draft, references: readonly number[]): Role[] {
  const parts = draft.text.split(nameMark).slice(1);
  const common = actionIn(plain(draft.text));
  return references.map((reference) => {
    const own = draft.mentions.flatMap((mention, index) => {
      const words = parts[index] ?? '';
      return mention.references.includes(reference) && hasWords(words) ? [actionIn(plain(words))] : [];
    });
    return { reference, action: own[0] ?? common };
  });
}

function readDrafts(pieces: readonly Piece[], named: readonly Mention[], transitions: readonly Transition[]) {
  const drafts: Draft[] = [];
  let opening = '';
  let next = 0;
  let transitionNumber = 0;
  let pending: Transition | undefined;
  for (const { text, separator } of pieces) {
    if (separator === transitionMark) pending = transitions[transitionNumber++];
    const count = text.split(nameMark).length - 1;
    const last = drafts.at(-1);
    if (count > 0) {
      drafts.push({ text, mentions: named.slice(next, next + count), transition: pending });
      next += count;
      pending = undefined;
    } else if (last === undefined) opening += `${separator === transitionMark ? '' : separator}${text}`;
    else if (hasWords(text)) {
      const all = [
        ...new Map(drafts.flatMap(({ mentions }) => mentions).map((one) => [one.references.join(), one])).values(),
      ];
      if (all.length > 1 && severalAgain.test(text)) {
        drafts.push({ text: nameMark.repeat(all.length) + text, mentions: all, transition: pending });
        pending = undefined;
      } else last.text += `${separator === transitionMark ? ',' : separator}${text}`;
    }
  }
  return { drafts, opening, pending };
}

/** With no names at all, cuts between as many clauses as there are references tell which clause is whose. */
function shotsByCuts(
  pieces: readonly Piece[],
  transitions: readonly Transition[],
  count: number,
): StoryShot[] | undefined {
  const clauses: { text: string; transition: Transition | undefined }[] = [];
  let number = 0;
  for (const { text, separator } of pieces) {
    const isCut = separator === transitionMark;
    const given = isCut ? transitions[number++] : undefined;
    const last = clauses.at(-1);
    if (last === undefined || (isCut && hasWords(last.text))) clauses.push({ text, transition: given });
    else last.text += `${isCut ? '' : separator}${text}`;
  }
  if (count < 2 || clauses.length !== count || clauses.some(({ text }) => !hasWords(text))) return undefined;
  return clauses.map(({ text, transition }, reference) => ({
    roles: [{ reference, action: actionIn(plain(text)) }],
    text: plain(text),
    isNamed: true,
    transition,
  }));
}

/**
 * Reads the prompt. References that it does not name follow, in the order of the request; a subject's further pictures
 * come right after the first one, or one each time it is named again.
 */
export function readStoryboard(
  prompt: string,
  references: readonly Nameable[],
  subjects: readonly Subject[],
): Storyboard {
  const text = prompt
    .slice(0, mostCharacters)
    .normalize('NFKC')
    .replace(/[\uE000\uE001]/g, ' ');
  const mentions = findMentions(text, references, subjects);
  const named = mentions.filter((mention) => mention.references.length > 0);
  const unknown = [...new Set(mentions.filter((one) => one.references.length === 0).map(({ words }) => words))];
  const marked = markTransitions(markNames(text, mentions));
  const pieces = mergeLists(cutClauses(marked.text));
  const { drafts, opening, pending } = readDrafts(pieces, named, marked.transitions);
  const ending = pending?.kind === 'black' || pending?.kind === 'white' ? pending.kind : undefined;
  const read = { unknown, ending, transitionWords: marked.words };
  const pictures = references.flatMap(({ isFilm }, index) => (isFilm ? [] : [index]));

  if (named.length === 0) {
    const byCuts = shotsByCuts(pieces, marked.transitions, references.length);
    if (byCuts !== undefined) return { ...read, shots: byCuts, opening: '', ending: undefined };
    const words = plain(
      pieces.map((piece) => (piece.separator === transitionMark ? ' ' : piece.separator) + piece.text).join(''),
    );
    const action = actionIn(words);
    const groups =
      pictures.length > 1 && everybody.test(words)
        ? [pictures, ...references.flatMap(({ isFilm }, index) => (isFilm ? [[index]] : []))]
        : references.map((_, index) => [index]);
    const shots = groups.map((group, index) => ({
      roles: group.map((reference) => ({ reference, action })),
      text: words,
      isNamed: false,
      transition: index === 0 ? undefined : marked.transitions[(index - 1) % Math.max(1, marked.transitions.length)],
    }));
    return { ...read, shots, opening: '' };
  }

  const seen = new Map<string, number>();
  const shots: StoryShot[] = [];
  const shown = new Set<number>();
  for (const draft of drafts) {
    const chosen = draft.mentions.map((mention) => {
      const key = mention.references.join();
      const time = seen.get(key) ?? 0;
      seen.set(key, time + 1);
      return { mention, view: mention.references[time % mention.references.length] as number };
    });
    const views = [...new Set(chosen.map(({ view }) => view))];
    // The view stands for its subject, whose words are looked for under any of its pictures.
    const roles = rolesOf(draft, views);
    shots.push({ roles, text: plain(draft.text), isNamed: true, transition: draft.transition });
    for (const view of views) shown.add(view);
  }
  return {
    ...read,
    shots: [...withViews(shots, named, shown), ...unnamed(references, named, opening)],
    opening: plain(opening),
  };
}

/** Puts a named subject's other pictures behind the first shot that shows it alone. */
function withViews(shots: readonly StoryShot[], named: readonly Mention[], shown: ReadonlySet<number>): StoryShot[] {
  const left = new Set(named.flatMap(({ references }) => references).filter((reference) => !shown.has(reference)));
  const result: StoryShot[] = [];
  for (const shot of shots) {
    result.push(shot);
    const mates = named.filter(({ references }) => shot.roles.some(({ reference }) => references.includes(reference)));
    for (const reference of new Set(mates.flatMap(({ references }) => references))) {
      if (!left.delete(reference)) continue;
      result.push({
        ...shot,
        roles: [{ reference, action: shot.roles[0]?.action ?? 'idle' }],
        isNamed: false,
        transition: undefined,
      });
    }
  }
  return result;
}

function unnamed(references: readonly Nameable[], named: readonly Mention[], opening: string): StoryShot[] {
  const known = new Set(named.flatMap((mention) => mention.references));
  return references.flatMap((_, reference) =>
    known.has(reference)
      ? []
      : [
          {
            roles: [{ reference, action: 'idle' as const }],
            text: plain(opening),
            isNamed: false,
            transition: undefined,
          },
        ],
  );
}
