/** Checks that look at several fields of an input at once. The catalogue states them as data; this evaluates them. */
import { type Static, Type } from 'typebox';
import { brokenPart, conditionSchema, describeCondition, describePart, holds, type Measure } from './condition.ts';
import type { JsonObject, JsonValue } from './json.ts';

const fields = Type.Array(Type.String(), { minItems: 1 });

/**
 * Exactly one of the last four is given. Names are those of parameters; `subjects.images` counts inside a list, over all
 * its items.
 */
export const checkSchema = Type.Object(
  {
    /** What an issue calls it, and what a dialect finds its own error code by. */
    rule: Type.String({ pattern: '^[a-z]+([A-Z][a-z]+)*$' }),
    /** The check asks nothing unless this holds. */
    when: Type.Optional(conditionSchema),
    /** A list each of whose items `atLeastOne` is asked of; its names are then those of the items' fields. */
    each: Type.Optional(Type.String()),
    atLeastOne: Type.Optional(fields),
    atMostOne: Type.Optional(fields),
    /** What the fields must be; one that is absent breaks nothing. */
    must: Type.Optional(conditionSchema),
    /** A field inside a list whose values differ: `subjects.name`. */
    unique: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type Check = Static<typeof checkSchema>;

/** A check that did not hold: the field it is about, and the predicate of a sentence that says what is wrong. */
export type Breach = { readonly field: string; readonly rule: string; readonly predicate: string };

export function findBreaches(checks: readonly Check[], measure: Measure, input: JsonObject): Breach[] {
  return checks.filter(({ when = {} }) => holds(when, measure)).flatMap((check) => breachOf(check, measure, input));
}

const isPresent = (value: ReturnType<Measure>) => value !== undefined && value !== 0 && value !== '';

function breachOf(check: Check, measure: Measure, input: JsonObject): Breach[] {
  const { rule, each, atLeastOne = [], atMostOne, must, unique } = check;
  const breach = (field: string, predicate: string) => [{ field, rule, predicate }];
  if (each !== undefined) {
    const empty = firstWithout(atLeastOne, each, measure, input);
    return empty === undefined ? [] : breach(each, `must have ${atLeastOne.join(' or ')} in each; [${empty}] has none`);
  }
  if (atLeastOne.length > 0 && !atLeastOne.some((name) => isPresent(measure(name)))) {
    const [first = '', ...others] = atLeastOne;
    return breach(first, others.length === 0 ? 'is required' : `is required, unless there is ${others.join(' or ')}`);
  }
  if (atMostOne !== undefined) {
    const [first, second] = atMostOne.filter((name) => isPresent(measure(name)));
    if (first !== undefined && second !== undefined) return breach(second, `may not stand beside ${first}`);
  }
  if (must !== undefined) {
    const broken = brokenPart(must, (name) => measure(name) ?? presentValue(must[name]));
    if (broken !== undefined) {
      const when = check.when === undefined ? '' : ` with ${describeCondition(check.when)}`;
      return breach(broken, `must be ${describePart(must[broken] ?? [])}${when}; it is ${measure(broken)}`);
    }
  }
  if (unique !== undefined) {
    const repeated = firstRepeated(valuesInside(unique, input));
    if (repeated !== undefined) {
      return breach(
        unique.split('.')[0] ?? unique,
        `may have each ${unique.split('.')[1]} once; ${repeated} is there twice`,
      );
    }
  }
  return [];
}

/** Which item of a list has none of the fields. */
function firstWithout(
  fieldNames: readonly string[],
  list: string,
  measure: Measure,
  input: JsonObject,
): number | undefined {
  const items = input[list];
  const count = Array.isArray(items) ? items.length : 0;
  const isEmpty = (index: number) => !fieldNames.some((name) => isPresent(measure(`${list}[${index}].${name}`)));
  return Array.from({ length: count }, (_, index) => index).find(isEmpty);
}

/** Some value that meets a part, for a field that is absent. */
function presentValue(part: NonNullable<Check['must']>[string] | undefined): ReturnType<Measure> {
  return Array.isArray(part) ? part[0] : part?.from;
}

function valuesInside(path: string, input: JsonObject): JsonValue[] {
  const [list = '', field = ''] = path.split('.');
  const items = input[list];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item) => {
    const value = typeof item === 'object' && item !== null && !Array.isArray(item) ? item[field] : undefined;
    return value === undefined ? [] : [value];
  });
}

function firstRepeated(values: readonly JsonValue[]): JsonValue | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}
