/** A model's input schema, as far as the form reads it, and how each of its fields is shown. */
import type { RJSFSchema, UiSchema } from '@rjsf/utils';
import type { LengthRule } from './length-rule.ts';

export type MediaKind = 'image' | 'video' | 'audio';

export type FieldSchema = RJSFSchema & {
  readonly 'x-order'?: number;
  /** The part of the form it stands in. */
  readonly 'x-group'?: string;
  readonly 'x-widget'?: string;
  readonly 'x-media'?: MediaKind;
  readonly 'x-accepts'?: LengthRule & { readonly formats?: readonly string[]; readonly maximumBytes?: number };
};

/** What the server calls a widget, as the form's own. */
const widgets: Readonly<Record<string, string>> = {
  text: 'textarea',
  line: 'text',
  select: 'choice',
  slider: 'range',
  number: 'number',
  switch: 'checkbox',
};

export function fieldsOf(schema: RJSFSchema): readonly (readonly [string, FieldSchema])[] {
  const entries = Object.entries((schema.properties ?? {}) as Record<string, FieldSchema>);
  return entries.toSorted(([, one], [, other]) => (one['x-order'] ?? 0) - (other['x-order'] ?? 0));
}

/** What one medium of a field must be; undefined of a field that takes none. */
export function mediaOf(schema: FieldSchema): FieldSchema | undefined {
  const item = schema.type === 'array' ? (schema.items as FieldSchema | undefined) : schema;
  return item?.['x-media'] === undefined ? undefined : item;
}

export function uiSchemaOf(schema: RJSFSchema): UiSchema {
  const fields = fieldsOf(schema);
  return {
    ...Object.fromEntries(fields.map(([name, field]) => [name, uiOf(name, field)])),
    'ui:order': [...fields.map(([name]) => name), '*'],
  };
}

function uiOf(name: string, field: FieldSchema): UiSchema {
  if (mediaOf(field) !== undefined) return { 'ui:field': 'media' };
  if (field.type === 'array') {
    const items = field.items as FieldSchema | undefined;
    return items?.type === 'object' ? { items: uiSchemaOf(items) } : {};
  }
  if (name === 'prompt') return { 'ui:widget': 'prompt' };
  if (name === 'seed') return { 'ui:widget': 'seed' };
  return { 'ui:widget': widgets[field['x-widget'] ?? ''] ?? 'text' };
}

/** A random number within a field's limits. */
export function drawSeed({ minimum = 0, maximum = 2 ** 31 - 1 }: Pick<RJSFSchema, 'minimum' | 'maximum'>): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  const lowest = Math.max(0, minimum);
  return lowest + (random % (maximum - lowest + 1));
}
