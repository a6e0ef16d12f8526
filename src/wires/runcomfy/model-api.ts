/**
 * The bodies of RunComfy's Model API: docs.runcomfy.com/model-apis/async-queue-endpoints, the API page of
 * vidu/q2/reference-to-image, and for the catalogue what its official clients read.
 */
import { type Static, Type } from 'typebox';
import type { MediaKind } from '../../core/media.ts';

const strict = { additionalProperties: false } as const;
const word = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] });
const url = Type.String({ format: 'uri' });
const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

export const requestId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' });
export const time = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?[+-]\\d{2}:\\d{2}$',
  description: 'With a numeric offset, never Z.',
});

/** The status route knows no failure: what failed has completed, and its result says how. */
export const statusWords = ['in_queue', 'in_progress', 'completed', 'cancelled'] as const;
export type StatusWord = (typeof statusWords)[number];
export const resultWords = ['in_queue', 'in_progress', 'succeeded', 'failed', 'cancelled'] as const;
export type ResultWord = (typeof resultWords)[number];

export const submittedSchema = Type.Object(
  { request_id: requestId, status_url: url, result_url: url, cancel_url: url },
  strict,
);
export type SubmittedBody = Static<typeof submittedSchema>;

export const statusSchema = Type.Object(
  {
    request_id: requestId,
    status: word(statusWords),
    /** Only in the queue. */
    queue_position: Type.Optional(Type.Integer({ minimum: 0 })),
    status_url: url,
    result_url: url,
  },
  strict,
);
export type StatusBody = Static<typeof statusSchema>;

/** The pages name image and video; the others follow their form. */
export const pluralKeys = {
  image: 'images',
  video: 'videos',
  audio: 'audios',
  archive: 'archives',
  mesh: 'meshes',
  text: 'texts',
} as const satisfies Record<MediaKind, string>;

/** One file stands under the singular key, several under the plural. */
export const outputSchema = Type.Unsafe<Readonly<Record<string, string | readonly string[]>>>({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(pluralKeys).flatMap(([one, several]) => [
      [one, url],
      [several, Type.Array(url, { minItems: 2 })],
    ]),
  ),
  ...strict,
});

const taskErrorSchema = Type.Object({ error_code: Type.Integer(), error_message: Type.String() }, strict);

/** Fields that are not there yet are left out, or null where an owner chose that. */
export const resultSchema = Type.Object(
  {
    request_id: requestId,
    status: word(resultWords),
    output: Type.Optional(nullable(outputSchema)),
    error: Type.Optional(Type.Union([taskErrorSchema, Type.String({ minLength: 1 }), Type.Null()])),
    created_at: time,
    finished_at: Type.Optional(nullable(time)),
    /** US dollars; only when `include_cost=true` was sent. */
    cost: Type.Optional(Type.Number({ minimum: 0 })),
  },
  strict,
);
export type ResultBody = Static<typeof resultSchema>;

export const canceledSchema = Type.Object(
  { request_id: requestId, status: word(statusWords), outcome: word(['cancelled', 'not_cancellable']) },
  strict,
);
export type CanceledBody = Static<typeof canceledSchema>;

export const errorSchema = Type.Object(
  {
    error_code: Type.Integer(),
    error_message: Type.String({ minLength: 1 }),
    detail: Type.Optional(
      Type.Array(
        Type.Object(
          { loc: Type.Array(Type.Union([Type.String(), Type.Integer()])), msg: Type.String(), type: Type.String() },
          strict,
        ),
        { minItems: 1 },
      ),
    ),
  },
  strict,
);
export type ErrorBody = Static<typeof errorSchema>;

export const modelKinds = ['model', 'workflow', 'inference'] as const;

/** A limit of a medium, as the catalogue's schemas say it beside JSON Schema. */
export const validationSchema = Type.Object(
  {
    validation_rule: word(['file_size_mb<', 'width/height>', 'width/height<', 'width_pixels>', 'height_pixels>']),
    validation_value: Type.Number(),
    validation_error: Type.String(),
  },
  strict,
);
export type Validation = Static<typeof validationSchema>;

export const modelEntrySchema = Type.Object(
  {
    model_id: Type.String(),
    display_name: Type.String(),
    description: Type.String(),
    kind: word(modelKinds),
    categories: Type.Array(Type.String()),
    base_price_usd: Type.Number({ minimum: 0 }),
    price_unit: word(['output', 'second', 'characters']),
    pricing_note: Type.String(),
    model_url: url,
    inputs: Type.Array(Type.String()),
    required_inputs: Type.Array(Type.String()),
    /** JSON Schema in RunComfy's flavour; always there when one model is asked for. */
    input_schema: Type.Optional(Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' })),
  },
  strict,
);
export type ModelEntry = Static<typeof modelEntrySchema>;

export const modelPageSchema = Type.Object(
  {
    models: Type.Array(modelEntrySchema),
    /** Before paging. */
    total: Type.Integer({ minimum: 0 }),
    limit: Type.Integer({ minimum: 1 }),
    offset: Type.Integer({ minimum: 0 }),
  },
  strict,
);
export const categoriesSchema = Type.Object({ categories: Type.Array(Type.String()) }, strict);
