/** Conditions on the values of an input, as prices and checks of the catalogue state them. Pure. */
import { type Static, Type } from 'typebox';

const scalarSchema = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

/** All parts hold: a value is one of a list, or lies in a range that includes both ends. */
export const conditionSchema = Type.Record(
  Type.String(),
  Type.Union([
    Type.Array(scalarSchema),
    Type.Object({ from: Type.Number(), to: Type.Number() }, { additionalProperties: false }),
  ]),
);
export type Condition = Static<typeof conditionSchema>;

/** The value of a parameter; of a list or of media, how many items it has; undefined when there is none. */
export type Measure = (name: string) => string | number | boolean | undefined;

export function holds(condition: Condition, measure: Measure): boolean {
  return brokenPart(condition, measure) === undefined;
}

/** The first name whose part of `condition` does not hold. */
export function brokenPart(condition: Condition, measure: Measure): string | undefined {
  return Object.entries(condition).find(([name, part]) => {
    const value = measure(name);
    if (Array.isArray(part)) return value === undefined || !part.includes(value);
    return typeof value !== 'number' || value < part.from || value > part.to;
  })?.[0];
}

/** `images 1 to 3, resolution 720p or 1080p`. */
export function describeCondition(condition: Condition): string {
  return Object.entries(condition)
    .map(([name, part]) => `${name} ${describePart(part)}`)
    .join(', ');
}

export function describePart(part: Condition[string]): string {
  if (Array.isArray(part)) return part.join(' or ');
  return part.from === part.to ? String(part.from) : `${part.from} to ${part.to}`;
}
