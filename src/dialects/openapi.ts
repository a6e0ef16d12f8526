/** OpenAPI 3.1 from a dialect's routes: each says what it takes and answers, once, beside its handler. */
import type { TSchema } from 'typebox';
import { type ErrorCode, errorTable } from '../core/errors.ts';
import type { Route } from './dialect.ts';

export type RouteDoc = {
  /** The operation's id, for generated clients. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** A schema for JSON, or the media type of a raw body. */
  readonly body?: TSchema | string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, TSchema | string>>;
  /** What it answers when it refuses, where that differs from the rest of the API. */
  readonly error?: TSchema;
  /** What it is to whoever follows one task from its submit to its file; most routes are none of it. */
  readonly step?: Step;
};

/** `result` alone, without `status`, is polled until the task has ended. */
export type Step = 'upload' | 'submit' | 'status' | 'result' | 'cancel' | 'download';

/** How an API says one of our errors. */
export type ErrorEntry = {
  readonly code: ErrorCode;
  readonly status: number;
  /** What stands in the body for it. */
  readonly says: string;
};

export type DocumentedRoute = Route & { readonly doc: RouteDoc };

export type ApiDescription = {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** Where it is served, without a slash at its end. */
  readonly server: string;
  readonly routes: readonly DocumentedRoute[];
  /** By their names; a schema that is one of these is referred to wherever it stands. */
  readonly components: Readonly<Record<string, TSchema>>;
  /** What every route may answer instead. */
  readonly error: TSchema;
  readonly securitySchemes: Readonly<Record<string, unknown>>;
  /** The name of the scheme that each kind of access needs. */
  readonly securityOf: Readonly<Record<'tenant' | 'admin', string>>;
  readonly errors: readonly ErrorEntry[];
  /** Further components, as JSON Schema. */
  readonly inputs?: Readonly<Record<string, unknown>>;
};

type Components = ApiDescription['components'];

/** Replaces a schema that is a component by a reference to it, wherever it stands. */
function refer(components: Components, schema: unknown, isRoot = false): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const name = Object.entries(components).find(([, component]) => component === schema)?.[0];
  if (name !== undefined && !isRoot) return { $ref: `#/components/schemas/${name}` };
  if (Array.isArray(schema)) return schema.map((item) => refer(components, item));
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, refer(components, value)]));
}

function content(components: Components, body: TSchema | string): Record<string, unknown> {
  if (typeof body === 'string') return { [body]: {} };
  return { 'application/json': { schema: refer(components, body) } };
}

function operation(route: DocumentedRoute, { components, error, securityOf }: ApiDescription): Record<string, unknown> {
  const { doc } = route;
  const inPath = [...route.path.matchAll(/:([a-z]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const optional = (place: 'query' | 'header', names: Readonly<Record<string, string>> = {}) =>
    Object.entries(names).map(([name, description]) => ({ name, in: place, description, schema: { type: 'string' } }));
  const answers = Object.entries(doc.answers).map(([status, body]) => [
    status,
    { description: doc.summary, ...(status === '204' ? {} : { content: content(components, body) }) },
  ]);
  return {
    operationId: doc.id,
    summary: doc.summary,
    ...(doc.description === undefined ? {} : { description: doc.description }),
    ...(doc.step === undefined ? {} : { 'x-framegate-step': doc.step }),
    parameters: [...inPath, ...optional('query', doc.query), ...optional('header', doc.headers)],
    ...(doc.body === undefined ? {} : { requestBody: { required: true, content: content(components, doc.body) } }),
    responses: {
      ...Object.fromEntries(answers),
      default: { description: 'What went wrong', content: content(components, doc.error ?? error) },
    },
    ...(route.access === 'tenant' ? {} : { security: route.access === 'admin' ? [{ [securityOf.admin]: [] }] : [] }),
  };
}

export function createOpenApi(api: ApiDescription): unknown {
  const { title, description, version, server, routes, components, securitySchemes, securityOf, inputs = {} } = api;
  const errors = api.errors.map((entry) => ({ ...entry, title: errorTable[entry.code].title }));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:([a-z]+)(\{[^}]*\})?/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, api) };
  }
  const schemas = Object.entries(components).map(([name, schema]) => [name, refer(components, schema, true)]);
  return {
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: server }],
    security: [{ [securityOf.tenant]: [] }],
    paths,
    components: { securitySchemes, schemas: { ...Object.fromEntries(schemas), ...inputs } },
    'x-framegate-errors': errors,
  };
}
