/** The native routes of the catalogue: what can be asked for, whether it runs here, and what it costs. */
import { type Static, Type } from 'typebox';
import { capabilitiesOf, type ModelFilter } from '../../core/discovery.ts';
import { inputError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import { type Model, nativeDialect } from '../../core/model.ts';
import { type Micros, micros } from '../../core/money.ts';
import { operations } from '../../core/operations.ts';
import { isAbout } from '../../core/updates.ts';
import { inputSchema, viewNames } from '../../core/view.ts';
import { jsonResponse } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { refuseCursor } from './query.ts';
import { modelListSchema, modelSchema, type WireModel } from './wire.ts';

const pageSize = { default: 100, maximum: 1000 };

const listQuery = {
  q: 'Words that all stand in the id, title, description or another name.',
  operation: 'What it does, such as `image-to-video`.',
  vendor: 'Who made it or sells it.',
  resolution: 'It can make this, such as `1080p`.',
  min_seconds: 'It can make films at least this long.',
  max_price: 'In dollars, of one task of this length and resolution with defaults for the rest.',
  available: '`true` or `false`: whether it runs here.',
  brief: '`1` leaves out `input_schema`, `checks` and `price`.',
  limit: `How many, 1 to ${pageSize.maximum}; ${pageSize.default} unless told.`,
  cursor: 'The `next_cursor` of the page before.',
} as const;

const updatesQuery = {
  model: 'Only what is about this model.',
  since: 'Only what changed on this day or later, YYYY-MM-DD.',
} as const;

const nullable = (words: string) => Type.Union([Type.String(), Type.Null()], { description: words });
const updateListSchema = Type.Object({
  data: Type.Array(
    Type.Object({
      date: Type.String({ description: 'YYYY-MM-DD.' }),
      what: Type.String(),
      models: Type.Array(Type.String(), {
        description: "Ids, or the beginning of ids and a star; empty for what is about a vendor's list as a whole.",
      }),
      source: nullable('Where it is known from; null for what we changed ourselves.'),
    }),
  ),
});

export function modelRoutes(gateway: Gateway): DocumentedRoute[] {
  const list = async ({ query }: { readonly query: URLSearchParams }) => {
    const limit = readNumber(query, 'limit', { minimum: 1, maximum: pageSize.maximum }) ?? pageSize.default;
    const found = gateway.findModels(readFilter(query));
    const cursor = query.get('cursor');
    const isBrief = query.get('brief') === '1';
    const start = cursor === null ? 0 : found.findIndex(({ id }) => id === cursor) + 1;
    if (cursor !== null && start === 0) refuseCursor();
    const page = found.slice(start, start + limit);
    const isMore = start + limit < found.length;
    return jsonResponse({
      data: page.map((model) => (isBrief ? encodeFacts(gateway, model) : encodeModel(gateway, model))),
      total: found.length,
      next_cursor: isMore ? (page.at(-1)?.id ?? null) : null,
    });
  };
  const listUpdates = async ({ query }: { readonly query: URLSearchParams }) => {
    const model = query.get('model');
    const since = query.get('since') ?? '';
    if (!/^(\d{4}-\d{2}-\d{2})?$/.test(since)) {
      throw inputError([{ path: ['since'], rule: 'format', message: 'since must be a day such as 2026-11-21.' }]);
    }
    const data = gateway.catalog.updates
      .filter((update) => update.date >= since && (model === null || isAbout(update, model)))
      .map(({ date, what, models = [], source }) => ({ date, what, models, source: source?.where ?? null }));
    return jsonResponse({ data } satisfies Static<typeof updateListSchema>);
  };
  return [
    {
      method: 'GET',
      path: '/v1/catalog/updates',
      access: 'tenant',
      doc: {
        id: 'listModelUpdates',
        summary: 'List what changed in the catalogue',
        description: 'Newest first.',
        query: updatesQuery,
        answers: { 200: updateListSchema },
      },
      handle: listUpdates,
    },
    {
      method: 'GET',
      path: '/v1/catalog',
      access: 'tenant',
      doc: {
        id: 'listModels',
        summary: 'List the models',
        description: 'In the order of their ids. Several filters narrow each other down.',
        query: listQuery,
        answers: { 200: modelListSchema },
      },
      handle: list,
    },
    {
      method: 'GET',
      path: '/v1/catalog/:model{.+}',
      access: 'tenant',
      doc: { id: 'getModel', summary: 'Read a model and its input schema', answers: { 200: modelSchema } },
      handle: async ({ params }) =>
        jsonResponse(encodeModel(gateway, gateway.catalog.view(nativeDialect, params.model ?? '').model)),
    },
    {
      method: 'GET',
      path: '/v1/admin/models',
      access: 'admin',
      doc: {
        id: 'listModelsAsOwner',
        summary: 'List the models',
        query: listQuery,
        answers: { 200: modelListSchema },
      },
      handle: list,
    },
  ];
}

/** The input schema of every model, by a name that OpenAPI takes for a component. */
export function inputComponents({ catalog }: Gateway): Record<string, unknown> {
  const named = catalog
    .views(nativeDialect)
    .map((view) => [`Input.${view.name.replaceAll('/', '.')}`, inputSchema(view)]);
  return Object.fromEntries(named) as Record<string, unknown>;
}

function readFilter(query: URLSearchParams): ModelFilter {
  const word = (key: string) => query.get(key) ?? undefined;
  const operation = readChoice(query, 'operation', operations);
  const isAvailable = readChoice(query, 'available', ['true', 'false']);
  const minimumSeconds = readNumber(query, 'min_seconds', { minimum: 0, maximum: 86_400 });
  const dollars = readNumber(query, 'max_price', { minimum: 0, maximum: 1_000_000 });
  const maximumMicros: Micros | undefined = dollars === undefined ? undefined : micros(Math.round(dollars * 1_000_000));
  const [text, vendor, resolution] = [word('q'), word('vendor'), word('resolution')];
  return {
    ...(operation === undefined ? {} : { operation }),
    ...(vendor === undefined ? {} : { vendor }),
    ...(text === undefined ? {} : { text }),
    ...(resolution === undefined ? {} : { resolution }),
    ...(minimumSeconds === undefined ? {} : { minimumSeconds }),
    ...(maximumMicros === undefined ? {} : { maximumMicros }),
    ...(isAvailable === undefined ? {} : { isAvailable: isAvailable === 'true' }),
  };
}

function readChoice<Word extends string>(
  query: URLSearchParams,
  key: string,
  words: readonly Word[],
): Word | undefined {
  const text = query.get(key);
  if (text === null) return undefined;
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw inputError([{ path: [key], rule: 'enum', message: `${key} must be one of ${words.join(', ')}.` }]);
}

function readNumber(
  query: URLSearchParams,
  key: string,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): number | undefined {
  const text = query.get(key);
  if (text === null) return undefined;
  const value = Number(text);
  if (text !== '' && value >= minimum && value <= maximum) return value;
  throw inputError([{ path: [key], rule: 'range', message: `${key} must be a number from ${minimum} to ${maximum}.` }]);
}

function encodeModel(gateway: Gateway, model: Model): WireModel {
  return {
    ...encodeFacts(gateway, model),
    input_schema: inputSchema(gateway.catalog.view(nativeDialect, model.id)),
    checks: [...(model.checks ?? [])],
    price: model.price === null ? null : { ...model.price },
  };
}

function encodeFacts(gateway: Gateway, model: Model): Omit<WireModel, 'input_schema' | 'checks' | 'price'> {
  const { isAvailable, reason, typicalMicros } = gateway.standing(model);
  const { shortestSeconds, longestSeconds, resolutions, aspectRatios, mostMedia, hasSound } = capabilitiesOf(model);
  return {
    id: model.id,
    title: model.title,
    description: model.description,
    operation: model.operation,
    output: model.output,
    engines: model.offers.map(({ engine }) => engine),
    available: isAvailable,
    availability: reason,
    retired: model.isRetired ?? false,
    typical_price_micros: typicalMicros ?? null,
    capabilities: {
      min_seconds: shortestSeconds,
      max_seconds: longestSeconds,
      resolutions: [...resolutions],
      aspect_ratios: [...aspectRatios],
      max_images: mostMedia.image,
      max_videos: mostMedia.video,
      max_audios: mostMedia.audio,
      sound: hasSound,
    },
    names: viewNames(model)
      .slice(1)
      .map(({ dialect, name }) => ({ dialect, name })),
    navigation: [...(model.navigation ?? [])],
    modified: model.modified,
  };
}
