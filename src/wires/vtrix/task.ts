/**
 * A generation task on Vtrix's wire, as its submit, its poll and its callback show it (vtrix.md 3, 4 and 8). Strict: real
 * clients decode the whole object at once, and a wrong type makes them poll until they give up.
 */
import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false } as const;

const choice = <const Words extends readonly string[]>(words: Words) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words] });

/** The browser client takes any further word at the top level for a failure. */
export const taskStatuses = ['in_progress', 'completed', 'failed'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** Inside `output` where that is an object, as the page of viduq2_reference2image has it. */
export const outputStatuses = ['in_queue', 'processing', 'success', 'failed'] as const;
export type OutputStatus = (typeof outputStatuses)[number];

export const contentTypes = ['image', 'video', 'audio', 'text', 'file'] as const;
export type ContentType = (typeof contentTypes)[number];

export const contentSchema = Type.Object(
  {
    type: choice(contentTypes),
    url: Type.Optional(Type.String({ description: 'Where the file is; of media.' })),
    text: Type.Optional(Type.String({ description: 'The result itself; of texts.' })),
    jobId: Type.Optional(Type.String({ description: "The engine's own id of the work, else that of our attempt." })),
    watermarked_url: Type.Optional(
      Type.String({ description: 'The same with the visible mark, when one was asked for.' }),
    ),
  },
  strict,
);
export type WireContent = Static<typeof contentSchema>;

/** `error` as most clients read it: two keys of the same text. */
export const textErrorSchema = Type.Object(
  {
    code: Type.String({ description: 'Nine digits.' }),
    message: Type.String(),
    error_message: Type.String(),
  },
  strict,
);
/** `error` as the page of viduq2_pro_reference has it; leading zeros are lost. */
export const integerErrorSchema = Type.Object({ code: Type.Integer(), error_message: Type.String() }, strict);

export const outputGroupsSchema = Type.Array(Type.Object({ content: Type.Array(contentSchema) }, strict));
export const outputObjectSchema = Type.Object(
  { status: choice(outputStatuses), content: Type.Array(contentSchema) },
  strict,
);

export const usageSchema = Type.Object(
  {
    cost: Type.String({ pattern: '^\\d+(\\.\\d{1,6})?$', description: 'US dollars.' }),
    discount: Type.Number({ description: 'US dollars that were taken off.' }),
  },
  strict,
);

export const taskSchema = Type.Object(
  {
    id: Type.String({ minLength: 1 }),
    created_at: Type.Integer({ description: 'Unix seconds.' }),
    status: choice(taskStatuses),
    model: Type.String(),
    progress: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'While it is in progress.' })),
    error: Type.Optional(Type.Union([textErrorSchema, integerErrorSchema])),
    output: Type.Optional(Type.Union([outputGroupsSchema, outputObjectSchema])),
    usage: Type.Optional(usageSchema),
    metadata: Type.Object(
      {
        engine: Type.Optional(Type.String()),
        seed: Type.Optional(Type.Integer()),
        width: Type.Optional(Type.Integer()),
        height: Type.Optional(Type.Integer()),
        durationMs: Type.Optional(Type.Integer()),
      },
      strict,
    ),
    payload: Type.Optional(Type.String({ description: 'As the request had it.' })),
  },
  strict,
);
export type WireTask = Static<typeof taskSchema>;

/** The canonical form of a submit; the flat one has the parameters beside `model`. */
export const submitSchema = Type.Object({
  model: Type.String({ minLength: 1, description: 'As the model list names it.' }),
  input: Type.Optional(
    Type.Array(Type.Object({ params: Type.Record(Type.String(), Type.Unknown()) }, strict), {
      minItems: 1,
      maxItems: 1,
      description: 'The parameters; without it, they stand beside `model`.',
    }),
  ),
  moderation: Type.Optional(Type.Boolean({ description: 'Ignored.' })),
});

/** Every answer that is not 2xx, in the one form that all readers of it understand (vtrix.md 5). */
export const errorSchema = Type.Object(
  {
    message: Type.String(),
    status: Type.Object({ code: Type.Integer(), message: Type.String(), error_code: Type.Integer() }, strict),
    data: Type.Null(),
  },
  strict,
);
export type WireError = Static<typeof errorSchema>;
