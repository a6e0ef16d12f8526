/** The bodies of Vidu's other answers and small requests. */
import { type Static, Type } from 'typebox';
import { states } from './words.ts';

const strict = { additionalProperties: false } as const;
const stateSchema = Type.Unsafe<(typeof states)[number]>({ type: 'string', enum: [...states] });
const url = Type.String({ description: 'Absolute; ends after a while.' });

export const creationSchema = Type.Object(
  {
    id: Type.String({ description: 'Decimal digits, below 2^63.' }),
    url,
    cover_url: Type.String({ description: 'Of a picture the picture itself; empty until a film has its poster.' }),
    watermarked_url: Type.String({ description: 'Empty when there is none.' }),
    video: Type.Optional(
      Type.Object(
        {
          duration: Type.Number({ description: 'Seconds.' }),
          fps: Type.Integer(),
          resolution: Type.Object({ width: Type.Integer(), height: Type.Integer() }, strict),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type Creation = Static<typeof creationSchema>;

/** A task, as a query and a callback tell it. */
export const resultSchema = Type.Object(
  {
    id: Type.String(),
    state: stateSchema,
    err_code: Type.String({ description: 'Empty unless it failed.' }),
    credits: Type.Integer({ description: 'One is half a US cent.' }),
    payload: Type.String(),
    bgm: Type.Boolean(),
    off_peak: Type.Boolean(),
    progress: Type.Integer({ description: 'Percent.' }),
    creations: Type.Array(creationSchema),
  },
  strict,
);
export type Result = Static<typeof resultSchema>;

const listedSchema = Type.Object(
  {
    id: Type.String(),
    key_id: Type.String(),
    state: stateSchema,
    err_code: Type.String(),
    credits: Type.Integer(),
    template: Type.String(),
    model: Type.String(),
    prompt: Type.String(),
    images: Type.Array(Type.String()),
    duration: Type.Number(),
    seed: Type.Integer(),
    resolution: Type.String(),
    aspect_ratio: Type.String(),
    bgm: Type.Boolean(),
    off_peak: Type.Boolean(),
    watermark: Type.Boolean(),
    created_at: Type.String({ format: 'date-time' }),
    creations: Type.Array(creationSchema),
  },
  strict,
);
export type Listed = Static<typeof listedSchema>;

export const listSchema = Type.Object(
  {
    tasks: Type.Array(listedSchema),
    next_page_token: Type.String({ description: 'Empty at the end.' }),
  },
  strict,
);

/** What every request that makes something has in common; its model says the rest. */
export const submitSchema = Type.Object({
  model: Type.Optional(Type.String()),
  payload: Type.Optional(Type.String({ maxLength: 1_048_576, description: 'Comes back as it is.' })),
  callback_url: Type.Optional(Type.String({ maxLength: 2048, description: 'Hears of every change of state.' })),
  off_peak: Type.Optional(Type.Boolean({ description: 'Costs less and may wait for two days.' })),
});

export const emptySchema = Type.Object({}, strict);
export const cancelSchema = Type.Object({ id: Type.Optional(Type.String()) });

const remainSchema = Type.Object(
  {
    type: Type.Literal('metered'),
    credit_remain: Type.Integer(),
    concurrency_limit: Type.Integer({ description: '0: none of its own.' }),
    current_concurrency: Type.Integer(),
    queue_count: Type.Integer(),
  },
  strict,
);

/** The pages call the first key by either name; both are there. */
export const creditsSchema = Type.Object(
  {
    remains: Type.Array(remainSchema),
    remaining_credits: Type.Array(remainSchema),
    packages: Type.Array(emptySchema, { description: 'None are sold here.' }),
  },
  strict,
);

export const beginUploadSchema = Type.Object({ scene: Type.Literal('vidu') });
export const begunUploadSchema = Type.Object(
  {
    id: Type.String(),
    resource_id: Type.String({ description: 'As id, for a client that reads it here.' }),
    put_url: Type.String({ description: 'Takes the bytes without a key, once, until it ends.' }),
    expires_at: Type.String({ format: 'date-time' }),
  },
  strict,
);
export const finishUploadSchema = Type.Object({ etag: Type.String({ minLength: 1, maxLength: 200 }) });
export const finishedUploadSchema = Type.Object(
  { uri: Type.String({ description: 'Stands for the file in later requests.' }) },
  strict,
);
