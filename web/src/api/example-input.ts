/** An input that a model takes, for samples of a form that is not filled in yet. */
import type { RJSFSchema } from '@rjsf/utils';
import { type FieldSchema, fieldsOf, type MediaKind, mediaOf } from '../model/schema.ts';
import type { Input } from '../model/use-estimate.ts';

/** Hosts that are nobody's (RFC 2606): the reader puts a link of theirs in place of it. */
const exampleMedia: Readonly<Record<MediaKind, string>> = {
  image: 'https://example.com/photo.jpg',
  video: 'https://example.com/film.mp4',
  audio: 'https://example.com/sound.mp3',
};
const exampleText = 'A quiet harbour at dusk';

/** What was given, with examples for the rest of what must be there. */
export function completeInput(schema: RJSFSchema, input: Input): Input {
  const required = new Set(schema.required ?? []);
  const missing = fieldsOf(schema).filter(([name]) => required.has(name) && isEmpty(input[name]));
  return { ...input, ...Object.fromEntries(missing.map(([name, field]) => [name, exampleOf(field)])) };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function exampleOf(field: FieldSchema): unknown {
  if (field.default !== undefined) return field.default;
  if (field.enum !== undefined) return field.enum[0];
  const medium = mediaOf(field)?.['x-media'];
  const { minItems = 1, minimum = 1 } = field;
  switch (field.type) {
    case 'array': {
      const items = (field.items ?? {}) as FieldSchema;
      return Array.from({ length: Math.max(1, minItems) }, () => exampleOf(items));
    }
    case 'object':
      return completeInput(field, {});
    case 'integer':
    case 'number':
      return minimum;
    case 'boolean':
      return false;
    default:
      return medium === undefined ? exampleText : exampleMedia[medium];
  }
}
