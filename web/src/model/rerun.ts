/** The input of a task, as the form had it. */
import type { RJSFSchema } from '@rjsf/utils';
import type { Task } from '../../../sdk/index.ts';
import { type FieldSchema, fieldsOf, mediaOf } from './schema.ts';
import type { Input } from './use-estimate.ts';

/** Media stand beside the input of a task; here they are put back into their fields. */
export function inputOf(task: Task, schema: RJSFSchema): Input {
  const media = fieldsOf(schema).flatMap(([name, field]): [string, unknown][] => {
    if (mediaOf(field) === undefined) return [];
    return entryOf(
      name,
      field,
      task.media.filter((one) => one.field === name),
    );
  });
  const known = new Set(fieldsOf(schema).map(([name]) => name));
  const rest = Object.entries(task.input).filter(([name]) => known.has(name));
  return { ...Object.fromEntries(rest), seed: task.seed, ...Object.fromEntries(media) };
}

type Given = Task['media'];

function entryOf(name: string, { type, maxItems }: FieldSchema, given: Given): [string, unknown][] {
  const values = given
    .toSorted((one, other) => one.index - other.index)
    .flatMap(({ artifact, url }) => artifact ?? url ?? []);
  if (values.length === 0) return [];
  return [[name, type === 'array' ? values.slice(0, maxItems) : values[0]]];
}

/**
 * As `inputOf`, for a model that may call its fields otherwise: media of a field that it does not have go to its first one
 * of their kind, and what it does not take is left out.
 */
export function inputForOther(task: Task, kinds: ReadonlyMap<string, string>, schema: RJSFSchema): Input {
  const { seed, ...input } = inputOf(task, schema);
  const fields = fieldsOf(schema);
  const names = new Set(fields.map(([name]) => name));
  const homeless = task.media.filter(({ field }) => !names.has(field));
  const moved = fields.flatMap(([name, field], place): [string, unknown][] => {
    const kind = mediaOf(field)?.['x-media'];
    const isFirst = fields.findIndex(([, one]) => mediaOf(one)?.['x-media'] === kind) === place;
    if (kind === undefined || !isFirst || name in input) return [];
    return entryOf(
      name,
      field,
      homeless.filter(({ artifact }) => kinds.get(artifact ?? '') === kind),
    );
  });
  const fitting = Object.entries(input).filter(([name, value]) => isTaken(schema, name, value));
  return { ...Object.fromEntries(fitting), ...Object.fromEntries(moved), ...(names.has('seed') ? { seed } : {}) };
}

/** A value of a list that this model does not have would only be an error. */
function isTaken(schema: RJSFSchema, name: string, value: unknown): boolean {
  const field = schema.properties?.[name] as FieldSchema | undefined;
  return field?.enum === undefined || (field.enum as readonly unknown[]).includes(value);
}

/** An input that begins with one medium, in the first field that takes its kind. */
export function inputWith(artifact: string, kind: string, schema: RJSFSchema): Input {
  const field = fieldsOf(schema).find(([, one]) => mediaOf(one)?.['x-media'] === kind);
  if (field === undefined) return {};
  const [name, { type }] = field;
  return { [name]: type === 'array' ? [artifact] : artifact };
}
