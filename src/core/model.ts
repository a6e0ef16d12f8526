/**
 * Models: what can be asked for. The facts are data under catalog/, one file a model; this file says what such a file
 * may hold, and what a model looks like in one dialect.
 */
import { type Static, Type } from 'typebox';

/** What a model does, in words that no vendor owns. */
export const operations = [
  ...['text-to-image', 'image-to-image', 'reference-to-image', 'upscale-image'],
  ...['text-to-video', 'image-to-video', 'start-end-to-video', 'reference-to-video'],
  ...['extend-video', 'upscale-video', 'interpolate-video'],
] as const;
export type Operation = (typeof operations)[number];

const choice = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] });

const strict = { additionalProperties: false } as const;

/** As MediaFacts name them in `extension`; `jpg` stands for .jpeg as well. */
const mediaFormats = [
  ...['png', 'jpg', 'webp', 'gif', 'bmp', 'tiff'],
  ...['mp4', 'mov', 'avi', 'webm', 'mkv'],
  ...['mp3', 'wav', 'flac', 'm4a'],
] as const;

const sides = Type.Object({ width: Type.Integer({ minimum: 1 }), height: Type.Integer({ minimum: 1 }) }, strict);

/** What a media parameter takes, as the vendor's page says; a page's MB is 1,048,576 bytes. All limits are inclusive. */
const mediaRuleSchema = Type.Object(
  {
    formats: Type.Optional(Type.Array(Type.Enum(mediaFormats), { minItems: 1 })),
    /** Pixels of the shorter side, EXIF orientation applied, as for `ratio`. */
    minimumSide: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Width to height. */
    ratio: Type.Optional(Type.Object({ from: sides, to: sides }, strict)),
    maximumBytes: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Exclusive, of the decoded bytes of a data URI. */
    inlineBytesBelow: Type.Optional(Type.Integer({ minimum: 1 })),
    /** How long each may be when the field holds at most so many items. */
    lengths: Type.Optional(
      Type.Array(
        Type.Object({ items: Type.Integer({ minimum: 1 }), maximumMs: Type.Integer({ minimum: 1 }) }, strict),
        { minItems: 1 },
      ),
    ),
  },
  strict,
);
export type MediaRule = Static<typeof mediaRuleSchema>;

const parameterFields = {
  title: Type.String({ minLength: 1 }),
  description: Type.String(),
  type: choice(['string', 'integer', 'number', 'boolean', 'media']),
  required: Type.Optional(Type.Boolean()),
  /** Filled in when the request leaves the field out. */
  default: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
  /** Shown as a vendor's page shows it, and never filled in. */
  demo: Type.Optional(Type.Unknown()),
  enum: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  /** The value that leaves the choice to the engine; priced as `maximum` until it is known what was chosen. */
  automatic: Type.Optional(Type.Number()),
  /** Lengths count Unicode code points. */
  minLength: Type.Optional(Type.Integer({ minimum: 0 })),
  maxLength: Type.Optional(Type.Integer({ minimum: 0 })),
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  /** Media fields are arrays of URLs, data URIs or artifact ids. */
  media: Type.Optional(choice(['image', 'video', 'audio'])),
  /** Whether its URLs may be plain http: for dialects whose pages say so. */
  isHttpAllowed: Type.Optional(Type.Boolean()),
  accepts: Type.Optional(mediaRuleSchema),
  minItems: Type.Optional(Type.Integer({ minimum: 0 })),
  maxItems: Type.Optional(Type.Integer({ minimum: 1 })),
};
const parameterSchema = Type.Object(parameterFields, strict);
export type Parameter = Static<typeof parameterSchema>;

/** A range is inclusive on both ends; for a media field it ranges over the number of items. */
const conditionSchema = Type.Record(
  Type.String(),
  Type.Union([Type.Array(Type.String()), Type.Object({ from: Type.Number(), to: Type.Number() }, strict)]),
);
const priceRowSchema = Type.Object(
  {
    when: conditionSchema,
    micros: Type.Integer({ minimum: 0 }),
    /** Added for each unit of a numeric parameter above `from`. */
    step: Type.Optional(
      Type.Object({ of: Type.String(), from: Type.Number(), micros: Type.Integer({ minimum: 0 }) }, strict),
    ),
  },
  strict,
);
const sourceSchema = Type.Object(
  { of: Type.String(), mark: choice(['seed', 'docs', 'client', 'assumed']), where: Type.String() },
  strict,
);

export const modelSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9.-]+(/[a-z0-9.-]+)*$' }),
    title: Type.String({ minLength: 1 }),
    description: Type.String({ minLength: 1 }),
    operation: choice(operations),
    /** What comes out of it. */
    output: choice(['image', 'video']),
    /** The day these facts were last changed, YYYY-MM-DD. */
    modified: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    sources: Type.Array(sourceSchema, { minItems: 1 }),
    parameters: Type.Record(Type.String(), parameterSchema),
    /** Names it has elsewhere, and where that dialect's parameters differ from those above. */
    names: Type.Array(
      Type.Object(
        {
          dialect: Type.String(),
          name: Type.String(),
          parameters: Type.Record(Type.String(), Type.Partial(parameterSchema)),
          /** Parameters above that this dialect does not have. */
          without: Type.Optional(Type.Array(Type.String())),
        },
        strict,
      ),
    ),
    /** Engines that serve it, in the order they are asked. */
    offers: Type.Array(Type.Object({ engine: Type.String() }, strict)),
    /** The list price of one task: the first row whose conditions all hold. */
    price: Type.Object(
      {
        unit: choice(['output', 'second']),
        /** What the amounts are millionths of; US dollars unless told. */
        currency: Type.Optional(choice(['USD', 'CNY'])),
        rows: Type.Array(priceRowSchema, { minItems: 1 }),
      },
      strict,
    ),
  },
  strict,
);
export type Model = Static<typeof modelSchema>;
export type PriceRow = Static<typeof priceRowSchema>;

/** A model as one dialect shows it: its name there, and its parameters with that dialect's deviations. */
export type ModelView = {
  readonly model: Model;
  readonly dialect: string;
  readonly name: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
};

/** The dialect whose names and parameters are the catalogue's own. */
export const nativeDialect = 'native';

/** Every view of a model: its own, then one for each name it has in a dialect. */
export function modelViews(model: Model): ModelView[] {
  const own: ModelView = { model, dialect: nativeDialect, name: model.id, parameters: model.parameters };
  return [
    own,
    ...model.names.map(({ dialect, name, parameters, without = [] }): ModelView => {
      const kept = Object.entries(model.parameters).filter(([field]) => !without.includes(field));
      const merged = kept.map(([field, parameter]) => [field, { ...parameter, ...parameters[field] }] as const);
      return { model, dialect, name, parameters: Object.fromEntries(merged) };
    }),
  ];
}

/** The JSON Schema of a view's input, as the validator uses it: media items are strings. */
export function inputSchema(view: ModelView, areUnknownKeysRefused: boolean): Record<string, unknown> {
  const entries = Object.entries(view.parameters);
  return {
    type: 'object',
    required: entries.filter(([, parameter]) => parameter.required === true).map(([field]) => field),
    properties: Object.fromEntries(entries.map(([field, parameter]) => [field, parameterJsonSchema(parameter)])),
    ...(areUnknownKeysRefused ? { additionalProperties: false } : {}),
  };
}

function parameterJsonSchema(parameter: Parameter): Record<string, unknown> {
  const {
    required: _required,
    demo: _demo,
    automatic: _automatic,
    accepts,
    media,
    type,
    minItems,
    maxItems,
    ...shared
  } = parameter;
  if (type !== 'media') return { type, ...shared };
  const items = { type: 'string', minLength: 1 };
  const { title, description } = shared;
  return {
    type: 'array',
    title,
    description,
    items: { ...items, 'x-media': media, ...(accepts === undefined ? {} : { 'x-accepts': accepts }) },
    ...(minItems === undefined ? {} : { minItems }),
    ...(maxItems === undefined ? {} : { maxItems }),
  };
}
