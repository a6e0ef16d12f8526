/** The schemas of the native API. OpenAPI, validators and types all come from here. */
import { type Static, Type } from 'typebox';
import { errorTable } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { labelWishSchema, markCorners, usualCorner } from '../../core/marks.ts';
import { mediaKinds } from '../../core/media.ts';
import { operations } from '../../core/operations.ts';
import { maximumLinkMs } from '../../core/own-links.ts';
import { taskStates, webhookEvents } from '../../core/task.ts';
import { choice, freeObject, nullable, page, strict, time } from './schema-words.ts';

/** Of its JSON text, in UTF-16 units. */
export const maximumMetadataLength = 16_384;
/** Longer metadata are left out of lists. */
export const listedMetadataLength = 512;

export const createTaskSchema = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 200, description: 'A name from GET /v1/catalog.' }),
    dialect: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'In a dry run: the API whose name `model` is and in whose fields `input` is written.',
      }),
    ),
    input: Type.Unsafe<unknown>({
      type: 'object',
      description:
        'The fields of the model, as its `input_schema` lists them. A medium is an https URL, a data URI, or the id or link of an artifact.',
    }),
    priority: Type.Optional(
      Type.Integer({
        minimum: -10,
        maximum: 10,
        description: 'Higher runs first among your waiting tasks; 0 is normal. Tenants take turns.',
      }),
    ),
    off_peak: Type.Optional(
      Type.Boolean({
        description:
          'Costs less, and runs when its engine has nothing else to do. Canceled without charge when that takes too long.',
      }),
    ),
    metadata: Type.Optional(
      Type.Unsafe<JsonValue>({
        type: ['string', 'object'],
        description: `Kept with the task and given back as it is; at most ${maximumMetadataLength} characters of JSON.`,
      }),
    ),
    marks: Type.Optional(
      Type.Object(
        {
          aigc: Type.Optional(
            Type.Union([Type.Boolean(), labelWishSchema], {
              description:
                'The label AIGC of GB 45438 in the metadata of each file: true, or fields of it. Fields left out are those in `metadata`, then those of the server.',
            }),
          ),
          visible: Type.Optional(
            Type.Boolean({ description: 'Draws a mark into each picture and film, which are encoded anew for it.' }),
          ),
          position: Type.Optional(choice(markCorners, `Where the visible mark stands; ${usualCorner} unless told.`)),
          keep_unmarked: Type.Optional(
            Type.Boolean({ description: 'Keeps the files without the visible mark as well, after those with it.' }),
          ),
        },
        strict,
      ),
    ),
    webhook: Type.Optional(
      Type.Object(
        {
          url: Type.String({ minLength: 1, maxLength: 2048, description: 'An https URL; redirects are not followed.' }),
          events: Type.Optional(
            Type.Array(
              choice(
                webhookEvents,
                'The three final ones unless told. `task.progress` comes twice a second at most and is not tried again.',
              ),
              { minItems: 1, uniqueItems: true },
            ),
          ),
        },
        strict,
      ),
    ),
  },
  strict,
);

const previewSchema = Type.Object({
  url: Type.String({ format: 'uri', description: 'Needs no key; lives as long as the artifact.' }),
  media_type: Type.String(),
  size_bytes: Type.Integer(),
  width: Type.Integer({ description: 'Pixels.' }),
  height: Type.Integer({ description: 'Pixels.' }),
});

export const artifactSchema = Type.Object({
  id: Type.String({ description: '`art_` and 22 characters.' }),
  url: Type.String({ format: 'uri', description: 'Needs no key; lives as long as the artifact.' }),
  kind: choice(mediaKinds, 'What it is.'),
  media_type: Type.String(),
  file_name: Type.String(),
  size_bytes: Type.Integer(),
  sha256: Type.String({ description: 'Lower-case hex.' }),
  width: nullable(Type.Integer({ description: 'Pixels.' })),
  height: nullable(Type.Integer({ description: 'Pixels.' })),
  duration_ms: nullable(Type.Integer()),
  frame_rate: nullable(Type.Number({ description: 'Frames a second.' })),
  /** Made after the result. */
  thumbnail: nullable(previewSchema),
  poster: nullable(previewSchema),
  blurhash: nullable(
    Type.String({ description: 'https://blurha.sh; as thumbnail and poster, null until it is made.' }),
  ),
  created_at: time,
  expires_at: nullable(time),
});

export const taskErrorSchema = Type.Object({
  code: choice(Object.keys(errorTable), 'docs/errors.md explains each.'),
  message: Type.String(),
  details: Type.Optional(freeObject),
});

const costLineSchema = Type.Object({
  kind: choice(['price', 'discount'], 'The amount of a discount is not above 0.'),
  of: Type.String({
    description: '`task` or the field that is counted; of a discount `tenant`, `off_peak` or `engine`.',
  }),
  units: Type.Optional(Type.Integer()),
  unit_micros: Type.Optional(Type.Integer()),
  percent: Type.Optional(Type.Number({ description: 'Of what the lines above add up to.' })),
  amount_micros: Type.Integer(),
});

const exchangeSchema = Type.Object({
  currency: Type.String(),
  micros_per_dollar: Type.Integer({ description: 'Millionths of that currency for one US dollar.' }),
  date: Type.String({ format: 'date' }),
});

export const taskSchema = Type.Object({
  id: Type.String({ description: '`task_` and 22 characters: 128 random bits.' }),
  state: choice(taskStates, 'queued, running, then one of the three final states.'),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  queue_position: nullable(Type.Integer({ description: '1 is next; null unless queued.' })),
  model: Type.String(),
  operation: choice(operations, 'What the model does.'),
  engine: Type.String({ description: 'What renders it.' }),
  priority: Type.Integer({ description: 'Higher runs first among your own.' }),
  off_peak: Type.Boolean(),
  dialect: Type.String({ description: 'The API it came in by.' }),
  wire_id: nullable(Type.String({ description: 'Its id in that API.' })),
  seed: Type.Integer({ description: 'The seed that is really used, drawn when the request had none.' }),
  input: freeObject,
  media: Type.Array(
    Type.Object({
      field: Type.String(),
      index: Type.Integer(),
      artifact: nullable(Type.String()),
      url: nullable(Type.String()),
    }),
  ),
  metadata: Type.Unsafe<JsonValue>({
    type: ['string', 'object', 'null'],
    description: `As it was given; null without, and in lists also when it is longer than ${listedMetadataLength} characters.`,
  }),
  warnings: Type.Array(Type.String(), { description: 'What the request said without effect, one sentence each.' }),
  marks: nullable(
    Type.Object({
      aigc: nullable(Type.Object(labelWishSchema.properties)),
      visible: Type.Boolean(),
      position: nullable(choice(markCorners, 'Null without a visible mark.')),
      keep_unmarked: Type.Boolean(),
    }),
  ),
  output: nullable(Type.Object({ files: Type.Array(artifactSchema), metadata: freeObject })),
  error: nullable(taskErrorSchema),
  cost: Type.Object({
    list_micros: Type.Integer({ description: 'The list price in micro-dollars.' }),
    reserved_micros: Type.Integer({ description: 'Taken from the balance at submit.' }),
    captured_micros: nullable(Type.Integer({ description: 'Kept of it; null until the task is final.' })),
    lines: Type.Array(costLineSchema, { description: 'Their amounts add up to the price.' }),
    price_list: nullable(Type.String({ format: 'date', description: 'The day of the price list.' })),
    exchange: nullable(exchangeSchema),
  }),
  attempts: Type.Integer({ description: 'How often an engine was asked.' }),
  created_at: time,
  started_at: nullable(time),
  finished_at: nullable(time),
  cancel_requested_at: nullable(time),
  urls: Type.Object({ self: Type.String(), events: Type.String(), cancel: Type.String() }),
});

export const taskListSchema = page(taskSchema);

/** What a list of many models is read for; how each is asked is left out of it. */
const modelFacts = {
  id: Type.String(),
  title: Type.String(),
  description: Type.String(),
  operation: choice(operations, 'What it does.'),
  output: choice(['image', 'video', 'audio', 'text', '3d'], 'What comes out.'),
  engines: Type.Array(Type.String(), { description: 'In the order they are asked.' }),
  available: Type.Boolean({ description: 'Whether a task of it would run here.' }),
  availability: Type.String({ description: 'By what it would run, or what is missing.' }),
  retired: Type.Boolean({ description: 'No vendor offers it any more under this name.' }),
  typical_price_micros: nullable(
    Type.Integer({ description: 'The lowest list price of a task with defaults; null where none is published.' }),
  ),
  capabilities: Type.Object({
    min_seconds: nullable(Type.Number()),
    max_seconds: nullable(Type.Number()),
    resolutions: Type.Array(Type.String()),
    aspect_ratios: Type.Array(Type.String()),
    max_images: Type.Integer(),
    max_videos: Type.Integer(),
    max_audios: Type.Integer(),
    sound: Type.Boolean(),
  }),
  names: Type.Array(Type.Object({ dialect: Type.String(), name: Type.String() })),
  navigation: Type.Array(Type.String(), { description: "Where it stands in vendors' pages." }),
  modified: Type.String({ format: 'date' }),
};

export const modelSchema = Type.Object({
  ...modelFacts,
  input_schema: freeObject,
  checks: Type.Array(freeObject, { description: 'What several fields together must hold to.' }),
  price: nullable(freeObject),
});

export const listedModelSchema = Type.Object({
  ...modelFacts,
  input_schema: Type.Optional(freeObject),
  checks: Type.Optional(modelSchema.properties.checks),
  price: Type.Optional(modelSchema.properties.price),
});

export const modelListSchema = Type.Object({
  ...page(listedModelSchema).properties,
  total: Type.Integer({ description: 'Of all pages.' }),
});

export const estimateSchema = Type.Object({
  model: Type.String(),
  input: freeObject,
  media: Type.Array(Type.Object({ field: Type.String(), index: Type.Integer() })),
  seed: nullable(Type.Integer({ description: 'Null when it would be drawn.' })),
  warnings: Type.Array(Type.String()),
  engines: Type.Array(
    Type.Object({
      engine: Type.String(),
      problem: nullable(Type.String({ description: 'Why it would not be asked.' })),
      price_published: Type.Boolean(),
      list_micros: Type.Integer({ description: 'Before discounts.' }),
      total_micros: Type.Integer({ description: 'What would be reserved.' }),
      lines: Type.Array(costLineSchema),
      price_list: Type.String({ format: 'date' }),
      exchange: nullable(exchangeSchema),
    }),
    { description: 'In the order they are asked; the first without a problem gets the task.' },
  ),
});

export const translateRequestSchema = Type.Object(
  {
    model: createTaskSchema.properties.model,
    input: Type.Unsafe<unknown>({
      type: 'object',
      description: 'As for a task; a medium is a link, or the id of an artifact.',
    }),
  },
  strict,
);

/** One API's way to ask for the same. */
export const translationSchema = Type.Object({
  dialect: Type.String(),
  name: Type.String({ description: 'What the model is called there.' }),
  description_url: Type.String({ format: 'uri', description: 'Where that API is described, in OpenAPI.' }),
  operation: Type.String({ description: 'The `operationId` of the submit in that description.' }),
  path: Type.String({ description: 'Of the submit, a POST.' }),
  body: Type.Unsafe<JsonObject>({ type: 'object', description: 'Of the submit, as JSON.' }),
  unsaid: Type.Array(Type.String(), { description: 'Fields of the input that it has no words for.' }),
  input_schema: freeObject,
});
export const translationListSchema = Type.Object({ data: Type.Array(translationSchema) });

export const linkRequestSchema = Type.Object(
  {
    expires_in: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: maximumLinkMs / 1000,
        description: 'Seconds, at most seven days; an hour unless told.',
      }),
    ),
    download: Type.Optional(Type.Boolean({ description: 'Whether browsers save the file instead of showing it.' })),
  },
  strict,
);

export const linkSchema = Type.Object({ url: Type.String({ format: 'uri' }), expires_at: time });

export const beginUploadSchema = Type.Object(
  {
    size_bytes: Type.Integer({ minimum: 1, description: 'Of the whole file.' }),
    file_name: Type.Optional(
      Type.String({ maxLength: 255, description: 'The start of the name that the file is served with is made of it.' }),
    ),
  },
  strict,
);

export const uploadSchema = Type.Object({
  id: Type.String(),
  offset: Type.Integer({ description: 'How many bytes are kept: where the next piece begins.' }),
  size_bytes: Type.Integer(),
  artifact: nullable(Type.String({ description: 'What it became; null until it is complete.' })),
  expires_at: time,
  urls: Type.Object({ self: Type.String({ format: 'uri' }), complete: Type.String({ format: 'uri' }) }),
});

export const errorSchema = Type.Object({
  error: Type.Object({
    code: choice(Object.keys(errorTable), 'docs/errors.md explains each.'),
    message: Type.String(),
    retryable: Type.Boolean({ description: 'Whether the same request may succeed later.' }),
    request_id: Type.String(),
    issues: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), rule: Type.String(), message: Type.String() })),
    ),
  }),
});

export const estimateReportSchema = Type.Object({
  estimate: nullable(estimateSchema),
  error: nullable(errorSchema.properties.error),
});

export type WireMarksWish = NonNullable<Static<typeof createTaskSchema>['marks']>;
export type WireTask = Static<typeof taskSchema>;
export type WireEstimate = Static<typeof estimateSchema>;
export type WireTranslation = Static<typeof translationSchema>;
export type WireArtifact = Static<typeof artifactSchema>;
export type WireUpload = Static<typeof uploadSchema>;
export type WireModel = Static<typeof modelSchema>;
