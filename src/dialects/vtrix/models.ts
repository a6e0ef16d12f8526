/** The models as Vtrix's own command line reads them: a list, and the parameters of each. Public, as it sends no key there. */
import type { Gateway } from '../../core/gateway.ts';
import { type Field, inputSchema, isFilledIn, type ModelView } from '../../core/view.ts';
import {
  good,
  modelListSchema,
  modelSpecSchema,
  type WireConstraints,
  type WireInnerParameter,
  type WireModelSummary,
  type WireParameter,
} from '../../wires/vtrix/models.ts';
import { hasInnerModel, literallyRequired } from '../../wires/vtrix/pages.ts';
import { jsonResponse, type Links } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { dialectName, switchesFor, type VtrixOptions } from './options.ts';

export const submitPath = '/model/v1/generation';
const listPath = '/api/v1/skill/models';
const pageSize = { default: 20, maximum: 500 } as const;

export function modelRoutes(gateway: Gateway, links: Links, options: VtrixOptions): DocumentedRoute[] {
  return [
    {
      method: 'GET',
      path: listPath,
      access: 'public',
      doc: {
        id: 'listModels',
        summary: 'List the models',
        query: {
          page: 'From 1.',
          page_size: `How many on a page, at most ${pageSize.maximum}; ${pageSize.default} unless told.`,
          type: 'What comes out: image, video, audio or text.',
          keywords: 'Words that all stand in the id, name or description.',
        },
        answers: { 200: modelListSchema },
      },
      handle: async ({ query }) => jsonResponse(listModels(gateway.catalog.views(dialectName), query)),
    },
    {
      method: 'GET',
      path: `${listPath}/:model{.+}/spec`,
      access: 'public',
      doc: { id: 'getModelSpec', summary: 'Read the parameters of a model', answers: { 200: modelSpecSchema } },
      async handle({ params }) {
        const view = gateway.catalog.view(dialectName, params.model ?? '');
        const { strict_required: isStrict } = switchesFor(options, view.name);
        return jsonResponse(describeModel(view, links.to(submitPath), isStrict));
      },
    },
  ];
}

function listModels(views: readonly ModelView[], query: URLSearchParams): unknown {
  const type = query.get('type');
  const keywords = (query.get('keywords') ?? '').toLowerCase().split(/\s+/);
  const found = views.filter(({ name, model }) => {
    if (type !== null && type !== '' && model.output !== type.toLowerCase()) return false;
    const text = `${name} ${model.title} ${model.description}`.toLowerCase();
    return keywords.every((word) => text.includes(word));
  });
  const size = readNumber(query, 'page_size', pageSize.default, pageSize.maximum);
  const page = readNumber(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const models = found.slice((page - 1) * size, page * size).map(summarize);
  const total_pages = Math.ceil(found.length / size);
  return { data: { models, total: found.length, page, page_size: size, total_pages }, status: good };
}

/** A whole number from 1; anything else is what a client would have meant by leaving it out. */
function readNumber(query: URLSearchParams, name: string, fallback: number, maximum: number): number {
  const text = query.get(name) ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Math.min(maximum, Number(text)) : fallback;
}

function summarize({ name, model: { title, description, output }, fields }: ModelView): WireModelSummary {
  const media = Object.values(fields).flatMap(({ media: kind }) => (kind === undefined ? [] : [kind]));
  const hasText = Object.values(fields).some(({ of, type }) => of !== undefined && type === 'string');
  return {
    id: name,
    name: title,
    type: output,
    description,
    input_modalities: [...(hasText ? ['text'] : []), ...new Set(media)],
    output_modalities: [output],
  };
}

function describeModel(view: ModelView, endpoint: string, isStrict: boolean): unknown {
  const { name, model } = view;
  const [maker = ''] = model.id.split('/');
  return {
    data: {
      model_id: name,
      name: model.title,
      vendor: maker.charAt(0).toUpperCase() + maker.slice(1),
      type: model.output,
      api: { endpoint, method: 'POST', headers: { Authorization: 'Bearer {{API_KEY}}' } },
      parameters: describeParameters(view, isStrict),
      agent_prompt: '',
    },
    status: good,
  };
}

type Schemas = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function describeParameters(view: ModelView, isStrict: boolean): WireParameter[] {
  const { name: model, fields } = view;
  const properties = inputSchema(view).properties as Schemas;
  const demanded = isStrict ? (literallyRequired[model] ?? []) : [];
  return Object.entries(fields)
    .filter(([name]) => name !== 'model' || hasInnerModel(model))
    .map(([name, field]) => {
      const isRequired = (field.required === true && !isFilledIn(field)) || demanded.includes(name);
      const described = describe(name, `input[].params.${name}`, field, isRequired, properties[name] ?? {});
      return field.fields === undefined ? described : { ...described, children: describeChildren(name, properties) };
    });
}

function describeChildren(list: string, properties: Schemas): WireInnerParameter[] {
  const items = properties[list]?.items as { properties: Schemas; required: readonly string[] };
  return Object.entries(items.properties).map(([name, schema]) =>
    describe(
      name,
      `input[].params.${list}[].${name}`,
      { type: schema.type as Field['type'], description: String(schema.description) },
      items.required.includes(name),
      schema,
    ),
  );
}

function describe(
  name: string,
  path: string,
  field: Pick<Field, 'type' | 'description' | 'isSingle' | 'fields'>,
  required: boolean,
  schema: Readonly<Record<string, unknown>>,
): WireInnerParameter {
  return {
    name,
    path,
    type: typeOf(field),
    required,
    description: field.description,
    constraints: constraintsOf(schema),
  };
}

function typeOf({ type, isSingle, fields }: Pick<Field, 'type' | 'isSingle' | 'fields'>): WireInnerParameter['type'] {
  if (type === 'media') return isSingle === true ? 'string' : 'array';
  if (type === 'list') return fields === undefined ? 'array' : 'array[object]';
  return type;
}

const constraintNames = {
  default: 'default',
  minimum: 'min',
  maximum: 'max',
  minLength: 'min_length',
  maxLength: 'max_length',
  minItems: 'min_items',
  maxItems: 'max_items',
} as const satisfies Record<string, keyof WireConstraints>;

function constraintsOf(schema: Readonly<Record<string, unknown>>): WireConstraints {
  const named = Object.entries(constraintNames).flatMap(([key, name]) =>
    schema[key] === undefined ? [] : [[name, schema[key]]],
  );
  const choices = schema.enum as readonly unknown[] | undefined;
  return { ...(choices === undefined ? {} : { enum: choices.map(String) }), ...Object.fromEntries(named) };
}
