/**
 * Writes sdk/api-types.ts: every schema and operation of the native API as TypeScript, read from the OpenAPI description that
 * the server itself gives. `--check` only tells, by exit 1, whether the file is what it would be.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig } from '../src/config.ts';
import { startGateway } from '../src/main.ts';

type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
};
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
};
type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

const path = join(import.meta.dirname, '../sdk/api-types.ts');

/** The text that sdk/api-types.ts should have. */
export async function sdkTypes(): Promise<string> {
  const api = await readOpenApi();
  const schemas = Object.entries(api.components.schemas).map(
    ([name, schema]) => `${comment(schema.description, '')}export type ${name} = ${toType(schema, '')};\n`,
  );
  const operations = Object.entries(api.paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route, method: method.toUpperCase(), operation })),
  );
  return `/** Written by scripts/sdk-types.ts from the server's own description; a test holds the two together. */

${schemas.join('\n')}
/** What each operation takes and answers; of its path and query, the names. */
export type Operations = {
${operations.map(({ operation }) => operationType(operation)).join('')}};

/** Where each operation is served. */
export const operations = {
${operations.map(({ route, method, operation }) => `  ${operation.operationId}: { method: '${method}', path: '${route}' },\n`).join('')}} as const satisfies Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>>;
`;
}

async function readOpenApi(): Promise<OpenApi> {
  const directory = mkdtempSync(join(tmpdir(), 'framegate-sdk-'));
  try {
    const environment = { PORT: '0', FRAMEGATE_DATA: directory, FRAMEGATE_WORKER_ENABLED: 'false' };
    const gateway = await startGateway(await loadConfig([], environment, directory), pino({ level: 'silent' }));
    try {
      return (await (await fetch(`${gateway.url}/openapi.json`)).json()) as OpenApi;
    } finally {
      await gateway.close(0);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function operationType({ operationId, summary, parameters, requestBody, responses }: Operation): string {
  const namesIn = (place: string) =>
    parameters
      .filter((one) => one.in === place)
      .map(({ name }) => `'${name}'`)
      .join(' | ') || 'never';
  const body = requestBody === undefined ? 'undefined' : contentType(requestBody.content, '    ');
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const answers = good.map(([, { content }]) => (content === undefined ? 'undefined' : contentType(content, '    ')));
  return `  /** ${summary}. */
  ${operationId}: {
    path: ${namesIn('path')};
    query: ${namesIn('query')};
    body: ${body};
    answer: ${[...new Set(answers)].join(' | ')};
  };
`;
}

function contentType(content: Content, indent: string): string {
  const schema = content['application/json']?.schema;
  return schema === undefined ? 'Blob' : toType(schema, indent);
}

function comment(text: string | undefined, indent: string): string {
  return text === undefined ? '' : `${indent}/** ${text} */\n`;
}

function toType(schema: Schema, indent: string): string {
  const { $ref, enum: choices, anyOf, type, items } = schema;
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? '';
  if (choices !== undefined) return choices.map((choice) => `'${choice}'`).join(' | ');
  if (anyOf !== undefined) return anyOf.map((one) => toType(one, indent)).join(' | ');
  if (Array.isArray(type)) return type.map((one: string) => toType({ ...schema, type: one }, indent)).join(' | ');
  switch (type) {
    case 'object':
      return objectType(schema, indent);
    case 'array':
      return `readonly ${wrap(toType(items ?? {}, indent))}[]`;
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    default:
      return 'unknown';
  }
}

/** Unions need brackets before `[]`. */
function wrap(type: string): string {
  return type.includes(' | ') && !type.startsWith('{') ? `(${type})` : type;
}

function objectType({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  if (properties === undefined) {
    const value = typeof additionalProperties === 'object' ? toType(additionalProperties, indent) : 'unknown';
    return `Readonly<Record<string, ${value}>>`;
  }
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(
    ([name, schema]) =>
      `${comment(schema.description, inner)}${inner}readonly ${name}${required.includes(name) ? '' : '?'}: ${toType(schema, inner)};\n`,
  );
  return fields.length === 0 ? 'Readonly<Record<string, never>>' : `{\n${fields.join('')}${indent}}`;
}

if (import.meta.main) {
  const wanted = await sdkTypes();
  if (!process.argv.includes('--check')) writeFileSync(path, wanted);
  else if (readFileSync(path, 'utf8') !== wanted) {
    console.error('sdk/api-types.ts is not what the server describes: run node scripts/sdk-types.ts');
    process.exitCode = 1;
  }
}
