/** Input schemas in the flavour of RunComfy's pages: media have formats of their own, demo values stand as defaults. */
import type { Parameter } from '../../core/model.ts';
import { type Field, inputSchema, type ModelView } from '../../core/view.ts';
import type { Validation } from '../../wires/runcomfy/model-api.ts';

type Schema = Readonly<Record<string, unknown>>;

export function encodeInputSchema(view: ModelView): Record<string, unknown> {
  const strict = inputSchema(view).properties as Readonly<Record<string, Schema>>;
  const entries = Object.entries(view.fields);
  return {
    type: 'object',
    title: 'Input',
    required: requiredFields(view),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, encodeField(field, strict[name] ?? {})])),
  };
}

export function requiredFields({ fields }: ModelView): string[] {
  return Object.entries(fields).flatMap(([name, { required }]) => (required === true ? [name] : []));
}

const kept = ['enum', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'items'] as const;

/** `strict` is the field as the validator knows it. */
function encodeField(field: Field, strict: Schema): Schema {
  const shown = field.demo ?? strict.default;
  return {
    title: field.title,
    description: field.description,
    type: strict.type === 'number' ? 'float' : strict.type,
    ...Object.fromEntries(kept.flatMap((key) => (strict[key] === undefined ? [] : [[key, strict[key]]]))),
    ...(field.type === 'media' ? mediaHints(field) : {}),
    ...(shown === undefined ? {} : { default: shown }),
  };
}

function mediaHints({ media, isSingle, accepts, minItems, maxItems }: Field): Schema {
  const validations = encodeValidations(accepts ?? {});
  const limits = validations.length === 0 ? {} : { validations };
  const format = `${media}_uri`;
  if (isSingle === true) return { format, ...limits };
  return {
    items: { type: 'string', format },
    ...(minItems === undefined ? {} : { minItems }),
    ...(maxItems === undefined ? {} : { maxItems }),
    ...limits,
  };
}

const bytesPerMegabyte = 1024 * 1024;

function encodeValidations({ maximumBytes, minimumSide, ratio }: NonNullable<Parameter['accepts']>): Validation[] {
  const rule = (name: Validation['validation_rule'], value: number | undefined, text: string): Validation[] =>
    value === undefined ? [] : [{ validation_rule: name, validation_value: value, validation_error: text }];
  const megabytes = maximumBytes === undefined ? undefined : maximumBytes / bytesPerMegabyte;
  return [
    ...rule('file_size_mb<', megabytes, `The file may have at most ${megabytes} MB.`),
    ...rule('width_pixels>', minimumSide, `The width must be at least ${minimumSide} pixels.`),
    ...rule('height_pixels>', minimumSide, `The height must be at least ${minimumSide} pixels.`),
    ...rule(
      'width/height>',
      ratio && ratio.from.width / ratio.from.height,
      `The ratio must be at least ${ratio?.from.width}:${ratio?.from.height}.`,
    ),
    ...rule(
      'width/height<',
      ratio && ratio.to.width / ratio.to.height,
      `The ratio must be at most ${ratio?.to.width}:${ratio?.to.height}.`,
    ),
  ];
}
