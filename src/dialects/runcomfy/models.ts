/** The catalogue of the Model API: GET /v1/models, /v1/models/categories, /v1/models/{model_id}. */
import type { Gateway } from '../../core/gateway.ts';
import type { Price } from '../../core/model.ts';
import { micros, toDollars } from '../../core/money.ts';
import type { Operation } from '../../core/operations.ts';
import type { ModelView } from '../../core/view.ts';
import {
  categoriesSchema,
  type ModelEntry,
  modelEntrySchema,
  modelPageSchema,
} from '../../wires/runcomfy/model-api.ts';
import { jsonResponse, type Links } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { modelNamed, modelViews } from './deployments.ts';
import { encodeInputSchema, requiredFields } from './input-schema.ts';

const pageSize = { default: 100, maximum: 500 };

export function modelRoutes(gateway: Gateway, links: Links): DocumentedRoute[] {
  return [
    {
      method: 'GET',
      path: '/v1/models',
      access: 'tenant',
      doc: {
        id: 'listModels',
        summary: 'List the models',
        query: {
          search: 'Stands in the id or the name.',
          category: 'One of GET /v1/models/categories.',
          kind: '`model`, `workflow` or `inference`; all are models here.',
          include_schema: '`true` adds the input schema of each.',
          limit: `1 to ${pageSize.maximum}; ${pageSize.default} unless told.`,
          offset: 'How many to leave out.',
        },
        answers: { 200: modelPageSchema },
      },
      handle: async ({ query }) => {
        const limit = readCount(query, 'limit', { fallback: pageSize.default, minimum: 1, maximum: pageSize.maximum });
        const offset = readCount(query, 'offset', { fallback: 0, minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
        const search = (query.get('search') ?? '').toLowerCase();
        const category = query.get('category');
        const isKindWanted = (query.get('kind') ?? 'model') === 'model';
        const matching = modelViews(gateway.catalog)
          .filter(() => isKindWanted)
          .filter(({ name, model }) => `${name} ${model.title}`.toLowerCase().includes(search))
          .filter((view) => category === null || categoryOf(view) === category);
        const isSchemaIncluded = query.get('include_schema') === 'true';
        const models = matching
          .slice(offset, offset + limit)
          .map((view) => encodeModel(view, gateway, links, isSchemaIncluded));
        return jsonResponse({ models, total: matching.length, limit, offset });
      },
    },
    {
      method: 'GET',
      path: '/v1/models/categories',
      access: 'tenant',
      doc: { id: 'listCategories', summary: 'List what models can do', answers: { 200: categoriesSchema } },
      handle: async () => {
        const categories = [...new Set(modelViews(gateway.catalog).map(categoryOf))].sort();
        return jsonResponse({ categories });
      },
    },
    {
      method: 'GET',
      path: '/v1/models/:model{.+}',
      access: 'tenant',
      doc: { id: 'getModel', summary: 'Read a model with its input schema', answers: { 200: modelEntrySchema } },
      handle: async ({ params }) =>
        jsonResponse(encodeModel(modelNamed(gateway.catalog, params.model ?? ''), gateway, links, true)),
    },
  ];
}

/** A whole number of the query, kept within its bounds as clients of different versions send different ones. */
function readCount(
  query: URLSearchParams,
  key: string,
  { fallback, minimum, maximum }: { readonly fallback: number; readonly minimum: number; readonly maximum: number },
): number {
  const text = query.get(key);
  if (text === null || !/^\d{1,9}$/.test(text)) return fallback;
  return Math.min(maximum, Math.max(minimum, Number(text)));
}

function encodeModel(view: ModelView, gateway: Gateway, links: Links, isSchemaIncluded: boolean): ModelEntry {
  const { model, name } = view;
  const { price } = model;
  const typicalMicros = gateway.standing(model).typicalMicros ?? 0;
  // The first row is the plainest; one in another currency is shown as it is charged.
  const base = price === null || price.currency === 'CNY' ? typicalMicros : (price.rows[0]?.micros ?? 0);
  return {
    model_id: name,
    display_name: model.title,
    description: model.description,
    kind: 'model',
    categories: [categoryOf(view)],
    base_price_usd: toDollars(micros(base)),
    price_unit: price?.unit ?? 'output',
    pricing_note: describePrice(price),
    model_url: links.to(`/v1/models/${name}`),
    inputs: Object.keys(view.fields),
    required_inputs: requiredFields(view),
    ...(isSchemaIncluded ? { input_schema: encodeInputSchema(view) } : {}),
  };
}

function describePrice(price: Price | null): string {
  if (price === null) return 'No price is published.';
  const amounts = price.rows.map((row) => row.micros / 1_000_000);
  const [least, most] = [Math.min(...amounts), Math.max(...amounts)];
  const range = least === most ? String(least) : `${least} to ${most}`;
  const names = [...new Set(price.rows.flatMap(({ when }) => Object.keys(when)))];
  return `${range} ${price.currency ?? 'USD'} per ${price.unit}${names.length === 0 ? '' : `, by ${names.join(', ')}`}.`;
}

/** Where RunComfy's name for what a model does is not ours. */
const categories: Partial<Record<Operation, string>> = {
  'reference-to-image': 'image-to-image',
  'start-end-to-video': 'image-to-video',
  'reference-to-video': 'image-to-video',
};

function categoryOf({ model }: ModelView): string {
  return categories[model.operation] ?? model.operation;
}
