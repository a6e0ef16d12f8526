/** The model list and the specs that Vtrix's own command line reads, and the balance of its sister host (vtrix.md 7, 10). */
import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false } as const;

const goodStatus = Type.Object({ code: Type.Integer(), message: Type.String() }, strict);

const words = Type.Array(Type.String());

export const modelSummarySchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: Type.String({ description: 'What comes out: image, video, audio or text.' }),
    description: Type.String(),
    input_modalities: words,
    output_modalities: words,
  },
  strict,
);
export type WireModelSummary = Static<typeof modelSummarySchema>;

export const modelListSchema = Type.Object(
  {
    data: Type.Object(
      {
        models: Type.Array(modelSummarySchema),
        total: Type.Integer(),
        page: Type.Integer(),
        page_size: Type.Integer(),
        total_pages: Type.Integer(),
      },
      strict,
    ),
    status: goodStatus,
  },
  strict,
);

const constraintsSchema = Type.Object(
  {
    enum: Type.Optional(Type.Array(Type.String(), { description: 'Text also for numbers.' })),
    default: Type.Optional(Type.Unknown()),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    min_length: Type.Optional(Type.Integer()),
    max_length: Type.Optional(Type.Integer()),
    min_items: Type.Optional(Type.Integer()),
    max_items: Type.Optional(Type.Integer()),
  },
  strict,
);
export type WireConstraints = Static<typeof constraintsSchema>;

const parameterFields = {
  name: Type.String(),
  path: Type.String({ description: 'Where it stands in a submit, such as `input[].params.prompt`.' }),
  type: Type.Unsafe<'string' | 'integer' | 'number' | 'boolean' | 'array' | 'array[object]'>({
    type: 'string',
    enum: ['string', 'integer', 'number', 'boolean', 'array', 'array[object]'],
  }),
  required: Type.Boolean(),
  description: Type.String(),
  constraints: constraintsSchema,
};
const innerParameterSchema = Type.Object(parameterFields, strict);
export type WireInnerParameter = Static<typeof innerParameterSchema>;
export const parameterSchema = Type.Object(
  { ...parameterFields, children: Type.Optional(Type.Array(innerParameterSchema)) },
  strict,
);
export type WireParameter = Static<typeof parameterSchema>;

export const modelSpecSchema = Type.Object(
  {
    data: Type.Object(
      {
        model_id: Type.String(),
        name: Type.String(),
        vendor: Type.String(),
        type: Type.String(),
        api: Type.Object(
          {
            endpoint: Type.String({ description: 'Absolute: clients submit there, and poll below it.' }),
            method: Type.Literal('POST'),
            headers: Type.Record(Type.String(), Type.String()),
          },
          strict,
        ),
        parameters: Type.Array(parameterSchema, { description: 'All of them: clients drop what is not listed.' }),
        agent_prompt: Type.String(),
      },
      strict,
    ),
    status: goodStatus,
  },
  strict,
);

/** All amounts are US dollars as text. */
export const balanceSchema = Type.Object(
  {
    data: Type.Object(
      {
        user_id: Type.String(),
        balance: Type.String(),
        total_recharged: Type.String(),
        currency: Type.String(),
        billing_mode: Type.String(),
        credit_limit: Type.String(),
        arrears: Type.String(),
        available_balance: Type.String(),
      },
      strict,
    ),
    status: goodStatus,
  },
  strict,
);

export const good = { code: 200, message: 'ok' } as const;
