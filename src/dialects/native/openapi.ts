/** OpenAPI 3.1 from the native routes: each says what it takes and answers, once, beside its handler. */
import type { TSchema } from 'typebox';
import type { Route } from '../dialect.ts';
import { artifactSchema, errorSchema, modelSchema, taskErrorSchema, taskSchema, uploadSchema } from './wire.ts';

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
};

export type NativeRoute = Route & { readonly doc: RouteDoc };

const components = {
  Task: taskSchema,
  Artifact: artifactSchema,
  Upload: uploadSchema,
  Model: modelSchema,
  TaskError: taskErrorSchema,
  Error: errorSchema,
} as const satisfies Record<string, TSchema>;

/** Replaces a schema that is a component by a reference to it, wherever it stands. */
function refer(schema: unknown, isRoot = false): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const name = Object.entries(components).find(([, component]) => component === schema)?.[0];
  if (name !== undefined && !isRoot) return { $ref: `#/components/schemas/${name}` };
  if (Array.isArray(schema)) return schema.map((item) => refer(item));
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, refer(value)]));
}

function content(body: TSchema | string): Record<string, unknown> {
  if (typeof body === 'string') return { [body]: {} };
  return { 'application/json': { schema: refer(body) } };
}

function operation(route: NativeRoute): Record<string, unknown> {
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
    { description: doc.summary, ...(status === '204' ? {} : { content: content(body) }) },
  ]);
  return {
    operationId: doc.id,
    summary: doc.summary,
    ...(doc.description === undefined ? {} : { description: doc.description }),
    parameters: [...inPath, ...optional('query', doc.query), ...optional('header', doc.headers)],
    ...(doc.body === undefined ? {} : { requestBody: { required: true, content: content(doc.body) } }),
    responses: {
      ...Object.fromEntries(answers),
      default: { description: 'What went wrong', content: content(errorSchema) },
    },
    ...securityOf(route),
  };
}

function securityOf({ access }: NativeRoute): Record<string, unknown> {
  if (access === 'tenant') return {};
  return { security: access === 'admin' ? [{ admin_key: [] }] : [] };
}

export function createOpenApi(routes: readonly NativeRoute[], version: string, server: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:([a-z]+)(\{[^}]*\})?/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Framegate',
      version,
      description: 'Image and video generation as durable tasks, on your own machine.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: server }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: "A tenant's key." },
        admin_key: {
          type: 'http',
          scheme: 'bearer',
          description: "The owner's key; opens /v1/admin and nothing else.",
        },
      },
      schemas: Object.fromEntries(Object.entries(components).map(([name, schema]) => [name, refer(schema, true)])),
    },
  };
}
