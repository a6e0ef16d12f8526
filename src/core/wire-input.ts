/** Writes a neutral input as one dialect's request: the inverse of input.ts. */
import { spell } from './dialect-rules.ts';
import { prepareView } from './input.ts';
import { describeErrors } from './issues.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { type Field, type ModelView, toWire } from './view.ts';

/** What is asked for, as tasks keep it. */
export type NeutralInput = {
  /** Parameters but media and the seed. */
  readonly input: JsonObject;
  /** Undefined leaves the choice to whoever renders. */
  readonly seed: number | undefined;
  /** Each with the text that stands for it on the wire; inside lists the field is `subjects[0].images`. */
  readonly media: readonly { readonly field: string; readonly index: number; readonly text: string }[];
};

export type WireInput = {
  readonly body: Readonly<Record<string, JsonValue>>;
  /** Neutral names of what this view has no words for: a parameter it lacks, a value it refuses, an absence it fills in. */
  readonly unsaid: readonly string[];
};

/** The fields of the model in the words of `view`; those of the call are left to the dialect. */
export function encodeInput(view: ModelView, neutral: NeutralInput): WireInput {
  const written = view.model.isOpen === true ? writeOpen(view, neutral) : writeFields(view, neutral);
  const nameOf = (field: string) => view.fields[field]?.of ?? field;
  const unsaid = new Set([...written.unsaid, ...refusedFields(view, written.body).map(nameOf)]);
  // What would be said in part or wrongly is not said at all.
  const body = Object.fromEntries(Object.entries(written.body).filter(([field]) => !unsaid.has(nameOf(field))));
  return { body, unsaid: [...unsaid] };
}

/** What is not published is passed on as it came. */
function writeOpen({ fields }: ModelView, { input, seed }: NeutralInput): WireInput {
  const own = Object.entries(input).filter(([name]) => !Object.hasOwn(fields, name));
  return { body: Object.fromEntries(seed === undefined ? own : [...own, ['seed', seed]]), unsaid: [] };
}

function writeFields(view: ModelView, neutral: NeutralInput): WireInput {
  const fields = Object.entries(view.fields).filter(([, { of }]) => of !== undefined);
  const body: Record<string, JsonValue> = {};
  const unsaid = [...unspoken(view, neutral)];
  for (const [name, field] of fields) {
    const value = wireValue(view, field, neutral);
    if (value !== undefined) body[name] = value;
    else if (isFilled(field, view.model)) unsaid.push(field.of ?? name);
  }
  return { body, unsaid };
}

/** Whether absence would be read as something: not as a seed that means none, nor as what every view fills in. */
function isFilled({ default: fallback, automatic, of = '', type }: Field, { parameters }: ModelView['model']): boolean {
  if (type === 'media' || fallback === undefined || fallback === parameters[of]?.default) return false;
  return of !== 'seed' || fallback !== automatic;
}

/** Undefined when there is nothing to write. */
function wireValue(view: ModelView, field: Field, neutral: NeutralInput): JsonValue | undefined {
  const { of = '', type } = field;
  if (type === 'media') return writeMedia(field, mediaAt(neutral, of));
  if (type === 'list' && field.fields !== undefined) return writeList(view, field, neutral);
  const value = of === 'seed' ? neutral.seed : neutral.input[of];
  if (value === undefined || type === 'list') return value;
  return toWire(field, value as string | number | boolean) as JsonValue;
}

type Medium = NeutralInput['media'][number];

const mediaAt = ({ media }: NeutralInput, place: string): Medium[] =>
  media.filter(({ field }) => field === place).sort((one, other) => one.index - other.index);

function writeMedia({ isSingle, at = 0 }: Field, items: readonly Medium[]): JsonValue | undefined {
  if (isSingle === true) return items.find(({ index }) => index === at)?.text;
  return items.length === 0 ? undefined : items.map(({ text }) => text);
}

function writeList(
  { rules }: ModelView,
  { of = '', fields = {} }: Field,
  neutral: NeutralInput,
): JsonValue | undefined {
  const items = neutral.input[of] as readonly JsonObject[] | undefined;
  return items?.map((item, index) => {
    const written = Object.entries(fields).map(([name, inner]) => {
      const items = mediaAt(neutral, `${of}[${index}].${name}`);
      return [
        spell(name, rules),
        inner.type === 'media' ? writeMedia({ ...inner, of: name }, items) : item[name],
      ] as const;
    });
    return Object.fromEntries(written.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
  });
}

/** What no field of the view stands for, unless it is the model's default: that needs no words. */
function* unspoken({ model, fields }: ModelView, { input, seed, media }: NeutralInput): Iterable<string> {
  const spoken = new Set(Object.values(fields).map(({ of }) => of));
  for (const [name, value] of Object.entries(input)) {
    if (!spoken.has(name) && value !== model.parameters[name]?.default) yield name;
  }
  if (seed !== undefined && !isSeedSayable(fields, seed)) yield 'seed';
  for (const medium of media) {
    const [outer = ''] = medium.field.split('[');
    const places = Object.values(fields).filter(({ of }) => of === outer);
    if (!places.some((place) => canHold(place, medium, media))) yield outer;
  }
}

/** A field of several has no gaps, which matters where the place of an item says what it is. */
function canHold({ of, isSingle, at = 0, roles }: Field, { field, index }: Medium, media: readonly Medium[]): boolean {
  if (of !== field) return true;
  if (isSingle === true) return at === index;
  return roles === undefined || media.filter((other) => other.field === field && other.index < index).length === index;
}

function isSeedSayable(fields: ModelView['fields'], seed: number): boolean {
  const field = Object.values(fields).find(({ of }) => of === 'seed');
  return field !== undefined && field.automatic !== seed;
}

/** Fields whose value breaks a rule that this view has and others lack, and those that it needs and did not get. */
function refusedFields(view: ModelView, body: WireInput['body']): string[] {
  const { validator } = prepareView(view);
  if (validator.Check(body)) return [];
  return describeErrors(validator.Errors(body), body, []).map(({ path: [name = ''] }) => String(name));
}
