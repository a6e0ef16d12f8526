/** What single controls need to know of the whole input. */
import type { RJSFSchema } from '@rjsf/utils';
import { type Mention, mentionsOf } from './mentions.ts';
import type { Input } from './use-estimate.ts';

export type FormFacts = {
  readonly mentions: readonly Mention[];
  /** The shape that is asked for, such as `16:9`, and its width by its height; undefined when none is. */
  readonly shape: Shape | undefined;
};

export type Shape = { readonly name: string; readonly ratio: number };

export function factsOf(schema: RJSFSchema, input: Input): FormFacts {
  const chosen = input.aspect_ratio ?? (schema.properties?.aspect_ratio as RJSFSchema | undefined)?.default;
  return { mentions: mentionsOf(schema, input), shape: readShape(chosen) };
}

export function readShape(value: unknown): Shape | undefined {
  const [, width, height] = /^(\d{1,4}):(\d{1,4})$/.exec(String(value)) ?? [];
  const ratio = Number(width) / Number(height);
  return Number.isFinite(ratio) && ratio > 0 ? { name: String(value), ratio } : undefined;
}
