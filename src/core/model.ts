/**
 * Models: what can be asked for. The facts are data under catalog/; this file says what a model is once the files are
 * read. How they are written is catalog-files.ts, what a model looks like in one dialect is view.ts.
 */
import { type Static, Type } from 'typebox';
import { checkSchema } from './check.ts';
import { type Condition, conditionSchema } from './condition.ts';
import { operations } from './operations.ts';

const choice = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] });

const strict = { additionalProperties: false } as const;
const count = Type.Integer({ minimum: 0 });
const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

/** As MediaFacts name them in `extension`; `jpg` stands for .jpeg as well. */
const mediaFormats = [
  ...['png', 'jpg', 'webp', 'gif', 'bmp', 'tiff'],
  ...['mp4', 'mov', 'avi', 'webm', 'mkv', 'ts'],
  ...['mp3', 'wav', 'flac', 'm4a', 'aac', 'ogg'],
] as const;

const positive = Type.Integer({ minimum: 1 });
const sides = Type.Object({ width: positive, height: positive }, strict);
const fraction = Type.Object({ numerator: positive, denominator: positive }, strict);

/** What a media parameter takes, as the vendor's page says; a page's MB is 1,048,576 bytes. All limits are inclusive. */
const mediaRuleSchema = Type.Object(
  {
    formats: Type.Optional(Type.Array(Type.Enum(mediaFormats), { minItems: 1 })),
    /** Pixels of the shorter side, EXIF orientation applied, as for `ratio`. */
    minimumSide: Type.Optional(positive),
    /** Pixels of the longer side. */
    maximumSide: Type.Optional(positive),
    /** Width to height. */
    ratio: Type.Optional(Type.Object({ from: sides, to: sides }, strict)),
    maximumBytes: Type.Optional(positive),
    /** Exclusive, of the decoded bytes of a data URI. */
    inlineBytesBelow: Type.Optional(positive),
    /** Frames a second, exclusive. */
    frameRateBelow: Type.Optional(positive),
    /** How long each must be at least. */
    minimumMs: Type.Optional(positive),
    /** How long each may be when the field holds at most so many items. */
    lengths: Type.Optional(Type.Array(Type.Object({ items: positive, maximumMs: positive }, strict), { minItems: 1 })),
    /** The quotient of a field's first medium and each further one, by width to height or by their number of pixels. */
    likeness: Type.Optional(Type.Object({ by: choice(['ratio', 'pixels']), from: fraction, to: fraction }, strict)),
  },
  strict,
);
export type MediaRule = Static<typeof mediaRuleSchema>;

const parameterFields = {
  title: Type.String({ minLength: 1 }),
  description: Type.String(),
  /** A list holds strings, or objects when it has `fields`. */
  type: choice(['string', 'integer', 'number', 'boolean', 'media', 'list']),
  /** Which part of a form it stands in. */
  group: Type.Optional(choice(['input', 'output', 'style', 'sound', 'advanced', 'delivery'])),
  required: Type.Optional(Type.Boolean()),
  /** Filled in when the request leaves the field out. */
  default: Type.Optional(scalar),
  /** Shown as a vendor's page shows it, and never filled in. */
  demo: Type.Optional(Type.Unknown()),
  enum: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number()]), { minItems: 1 })),
  /** The value that leaves the choice to the engine, as absence does of a seed; priced as `maximum` until it is known. */
  automatic: Type.Optional(Type.Number()),
  /** It changes nothing while this holds, of what is made where the input leaves that to the engine. */
  ineffectiveWhen: Type.Optional(conditionSchema),
  /** Lengths count Unicode code points. */
  minLength: Type.Optional(count),
  maxLength: Type.Optional(count),
  /** Of a text: an expression in the dialect of JSON Schema. */
  pattern: Type.Optional(Type.String({ minLength: 1 })),
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  /** Media fields are arrays of URLs, data URIs or artifact ids. */
  media: Type.Optional(choice(['image', 'video', 'audio'])),
  /** Whether its URLs may be plain http: for dialects whose pages say so. */
  isHttpAllowed: Type.Optional(Type.Boolean()),
  accepts: Type.Optional(mediaRuleSchema),
  /** What each item of a media field is, where order says it. */
  roles: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  minItems: Type.Optional(count),
  maxItems: Type.Optional(positive),
};
const isSingle = Type.Optional(Type.Boolean());
/** A medium inside a list may be a bare string in every dialect: that of a key frame, which is never more than one. */
const flatParameterSchema = Type.Object({ ...parameterFields, isSingle }, strict);
const parameterSchema = Type.Object(
  {
    ...parameterFields,
    /** What each item of a list holds. */
    fields: Type.Optional(Type.Record(Type.String(), flatParameterSchema)),
  },
  strict,
);
export type Parameter = Static<typeof parameterSchema>;

/** What a dialect's field says about the neutral parameter it stands for; the rest is the parameter's own. */
export const wireParameterSchema = Type.Object(
  {
    ...Type.Partial(parameterSchema).properties,
    /** The neutral parameter; unless told, the one whose spelling in this dialect is the field's name. */
    of: Type.Optional(Type.String()),
    /** The field belongs to the call, not to the model: it is read by the dialect, and stands for no parameter. */
    isOfCall: Type.Optional(Type.Boolean()),
    /** One medium as a bare string; `at` is its place among the parameter's items. */
    isSingle,
    at: Type.Optional(count),
    /** Numbers and booleans travel as strings. */
    isText: Type.Optional(Type.Boolean()),
    /** Wire values that differ from the neutral ones. */
    values: Type.Optional(Type.Record(Type.String(), scalar)),
    /** Other names that clients send it under. */
    aliases: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    /** Clients send a choice by its place in the list as well, beginning with 1. */
    areChoicesNumbered: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type WireParameter = Static<typeof wireParameterSchema>;

const stepSchema = Type.Object(
  {
    /** A parameter, or something that only the engine's usage tells, such as `seconds`. A text counts its characters. */
    of: Type.String(),
    from: Type.Number(),
    micros: count,
    /** How many make a unit; 1 unless told. */
    size: Type.Optional(positive),
    /** Counted while nobody has said how many. */
    most: Type.Optional(positive),
  },
  strict,
);
const priceRowSchema = Type.Object(
  {
    when: conditionSchema,
    micros: count,
    /** Added for each unit above `from`. */
    step: Type.Optional(stepSchema),
  },
  strict,
);
export type PriceRow = Static<typeof priceRowSchema>;

const priceSchema = Type.Object(
  {
    unit: choice(['output', 'second', 'characters']),
    /** What the amounts are millionths of; US dollars unless told. */
    currency: Type.Optional(choice(['USD', 'CNY'])),
    /** The day of the list; that of the model's facts unless told. */
    date: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
    rows: Type.Array(priceRowSchema, { minItems: 1 }),
    /** Where these hold, they are the price of off-peak work, and no percentage is taken off. */
    offPeakRows: Type.Optional(Type.Array(priceRowSchema, { minItems: 1 })),
    /** Added for each that holds; the parameter it is for names the line. */
    extras: Type.Optional(Type.Array(Type.Object({ of: Type.String(), when: conditionSchema, micros: count }, strict))),
  },
  strict,
);
export type Price = Static<typeof priceSchema>;

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
    output: choice(['image', 'video', 'audio', 'text', '3d']),
    /** The day these facts were last changed, YYYY-MM-DD. */
    modified: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    /** No vendor offers it any more under this name. */
    isRetired: Type.Optional(Type.Boolean()),
    /** Its parameters are not published: any object is taken as it is. */
    isOpen: Type.Optional(Type.Boolean()),
    /** Where it stands in vendors' navigation, folders first and the entry's name last. */
    navigation: Type.Optional(Type.Array(Type.String())),
    sources: Type.Array(sourceSchema, { minItems: 1 }),
    parameters: Type.Record(Type.String(), parameterSchema),
    /** What several fields together must hold to, beyond what each says alone. */
    checks: Type.Optional(Type.Array(checkSchema)),
    /** Names it has elsewhere, and where that dialect's fields differ from those above. */
    names: Type.Array(
      Type.Object(
        {
          dialect: Type.String(),
          name: Type.String(),
          /** Further names of the same shape there. */
          alsoNamed: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
          parameters: Type.Optional(Type.Record(Type.String(), wireParameterSchema)),
          /** Parameters above that this dialect does not have. */
          without: Type.Optional(Type.Array(Type.String())),
        },
        strict,
      ),
    ),
    /** Engines that serve it, in the order they are asked. */
    offers: Type.Array(
      Type.Object(
        {
          engine: Type.String(),
          /** The input it serves; any unless told. */
          when: Type.Optional(conditionSchema),
          /** Where it differs from the model's; null when this engine's is not published. */
          price: Type.Optional(Type.Union([priceSchema, Type.Null()])),
        },
        strict,
      ),
    ),
    /** The list price of one task: the first row whose conditions all hold. Null when none is published. */
    price: Type.Union([priceSchema, Type.Null()]),
  },
  strict,
);
export type Model = Static<typeof modelSchema>;

/** When parameters change nothing, by their names. */
export function ineffectiveRules({ parameters }: Model): Readonly<Record<string, Condition>> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { ineffectiveWhen }]) =>
      ineffectiveWhen === undefined ? [] : [[name, ineffectiveWhen]],
    ),
  );
}

/** The dialect whose names and parameters are the catalogue's own. */
export const nativeDialect = 'native';
