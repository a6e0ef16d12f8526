/** The input of a task, as the form had it. */
import type { RJSFSchema } from '@rjsf/utils';
import type { Task } from '../../../sdk/index.ts';
import { fieldsOf, mediaOf } from './schema.ts';
import type { Input } from './use-estimate.ts';

/** Media stand beside the input of a task; here they are put back into their fields. */
export function inputOf(task: Task, schema: RJSFSchema): Input {
  const media = fieldsOf(schema).flatMap(([name, field]): [string, unknown][] => {
    if (mediaOf(field) === undefined) return [];
    const given = task.media
      .filter((one) => one.field === name)
      .toSorted((one, other) => one.index - other.index)
      .flatMap(({ artifact, url }) => artifact ?? url ?? []);
    if (given.length === 0) return [];
    return [[name, field.type === 'array' ? given : given[0]]];
  });
  const known = new Set(fieldsOf(schema).map(([name]) => name));
  const rest = Object.entries(task.input).filter(([name]) => known.has(name));
  return { ...Object.fromEntries(rest), seed: task.seed, ...Object.fromEntries(media) };
}

/** An input that begins with one medium, in the first field that takes its kind. */
export function inputWith(artifact: string, kind: string, schema: RJSFSchema): Input {
  const field = fieldsOf(schema).find(([, one]) => mediaOf(one)?.['x-media'] === kind);
  if (field === undefined) return {};
  const [name, { type }] = field;
  return { [name]: type === 'array' ? [artifact] : artifact };
}
