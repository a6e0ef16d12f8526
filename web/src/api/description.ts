/** An API as its OpenAPI description tells of it: the calls of one task, their answers, and how it says errors. */
import type { SampleCall } from './sample-call.ts';

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly default?: unknown;
};

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
export type Step = 'upload' | 'submit' | 'status' | 'result' | 'cancel' | 'download';

type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  readonly 'x-framegate-step'?: Step;
};

type SecurityScheme = { readonly type: string; readonly 'x-framegate-prefix'?: string };

export type Description = {
  readonly info: { readonly title: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  };
  readonly 'x-framegate-errors': readonly {
    readonly code: string;
    readonly status: number;
    readonly says: string;
    readonly title: string;
  }[];
};

/** What the samples are about. */
export type Subject = {
  /** Where the reader reaches the server; without a slash at its end. */
  readonly base: string;
  /** The submit, as the server wrote it for this API. */
  readonly submit: {
    readonly operation: string;
    readonly path: string;
    readonly body: Readonly<Record<string, unknown>>;
  };
  /** The task, by its id in this API; a word that stands for it while there is none. */
  readonly taskId: string;
  /** A link to what it made. */
  readonly fileUrl: string;
};

export type ApiCall = {
  readonly step: Exclude<Step, 'upload'>;
  /** In the words of the description; undefined of the download, which every API has. */
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly call: SampleCall;
  /** What it answers when all is well; undefined of files. */
  readonly answer: Schema | undefined;
};

export const taskIdMark = 'TASK_ID';
const idNames = /^(id|taskId)$/;
const order = ['submit', 'status', 'result', 'cancel'] as const;
type OrderedStep = (typeof order)[number];

/** What stands before the key in this API. */
export function schemeOf({ security, components }: Description): string {
  const [name = ''] = Object.keys(security[0] ?? {});
  return components.securitySchemes[name]?.['x-framegate-prefix'] ?? 'Bearer';
}

/** The calls of one task, in the order they are made. */
export function callsOf(description: Description, subject: Subject): readonly ApiCall[] {
  const scheme = schemeOf(description);
  const found = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]): ApiCall[] => {
      const step = order.find((one) => one === operation['x-framegate-step']);
      if (step === undefined) return [];
      if (step === 'submit' && operation.operationId !== subject.submit.operation) return [];
      const place = { path, method, operation, step };
      return [
        {
          step,
          summary: operation.summary,
          description: operation.description,
          call: { ...requestOf(description, place, subject), scheme },
          answer: answerOf(operation),
        },
      ];
    }),
  );
  const download: ApiCall = {
    step: 'download',
    summary: undefined,
    description: undefined,
    call: { method: 'GET', url: subject.fileUrl, saveAs: nameOf(subject.fileUrl) },
    answer: undefined,
  };
  const steps: readonly Step[] = order;
  const placeOf = ({ step }: ApiCall) => steps.indexOf(step);
  return [...found.toSorted((one, other) => placeOf(one) - placeOf(other)), download];
}

type Place = {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
  readonly step: OrderedStep;
};

function requestOf(description: Description, { path, method, operation, step }: Place, subject: Subject): SampleCall {
  const { base, submit, taskId } = subject;
  if (step === 'submit') return { method: 'POST', url: base + submit.path, body: submit.body };
  const url = base + path.replaceAll(/\{\w+\}/g, () => taskId);
  if (method === 'get') return { method: 'GET', url };
  // Of these calls, a body only names the task; where the path does, there is none.
  const schema = resolve(description, operation.requestBody?.content['application/json']?.schema);
  const names = url === base + path ? Object.keys(schema?.properties ?? {}).filter((name) => idNames.test(name)) : [];
  const body = Object.fromEntries(names.map((name) => [name, taskId]));
  return { method: 'POST', url, ...(names.length === 0 ? {} : { body }) };
}

const nameOf = (url: string) => url.split('/').at(-1) ?? '';

function answerOf({ responses }: Operation): Schema | undefined {
  const good = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => content?.['application/json']?.schema);
  // Of a submit that has both, 200 is the answer to a dry run.
  return good.at(Object.hasOwn(responses, '201') ? -1 : 0);
}

export function resolve({ components }: Description, schema: Schema | undefined): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : components.schemas[name];
}

export type Field = {
  /** From the top: `output.files[].url`. */
  readonly path: string;
  readonly type: string;
  readonly description: string | undefined;
};

const deepest = 5;

/** Every field of an answer, outer ones first. */
export function fieldsOf(description: Description, schema: Schema | undefined, path = '', depth = 0): readonly Field[] {
  const plain = plainOf(description, schema);
  if (plain === undefined || depth > deepest) return [];
  if (plain.type === 'array') return fieldsOf(description, plain.items, `${path}[]`, depth);
  return Object.entries(plain.properties ?? {}).flatMap(([name, inner]) => {
    const place = path === '' ? name : `${path}.${name}`;
    const type = typeOf(description, inner);
    return [{ path: place, type, description: inner.description }, ...fieldsOf(description, inner, place, depth + 1)];
  });
}

/** Without references, and without the null that it may be instead. */
function plainOf(description: Description, schema: Schema | undefined): Schema | undefined {
  const known = resolve(description, schema);
  const inner = known?.anyOf?.find(({ type }) => type !== 'null');
  return inner === undefined ? known : plainOf(description, inner);
}

export function typeOf(description: Description, schema: Schema): string {
  const known = resolve(description, schema) ?? {};
  if (known.anyOf !== undefined) return [...new Set(known.anyOf.map((one) => typeOf(description, one)))].join(' | ');
  if (known.const !== undefined) return JSON.stringify(known.const);
  if (known.enum !== undefined) return known.enum.map((one) => String(one)).join(' | ');
  if (known.type === 'array') return `${typeOf(description, known.items ?? {})}[]`;
  return [known.type ?? 'any'].flat().join(' | ');
}

const goodEnds = /^(succeeded|success|completed)$/i;
const waiting = /^(queued|in_queue|created)$/i;

/** An answer as it may look: after the submit of a task that waits, after the rest of one that is done. */
export function exampleOf(description: Description, call: ApiCall, subject: Subject): unknown {
  const isDone = call.step === 'result' || call.step === 'status';
  return sketch({ description, subject, wanted: isDone ? goodEnds : waiting }, call.answer, '', 0);
}

type Sketch = { readonly description: Description; readonly subject: Subject; readonly wanted: RegExp };

const usualText: Readonly<Record<string, string>> = {
  'date-time': '2026-11-21T12:00:00.000Z',
  date: '2026-11-21',
};

function sketch(context: Sketch, schema: Schema | undefined, name: string, depth: number): unknown {
  const isNullable = schema?.anyOf?.some(({ type }) => type === 'null') === true;
  if (isNullable && /error|cancel|poster|metadata|exchange/.test(name)) return null;
  const known = plainOf(context.description, schema);
  if (known === undefined || depth > deepest) return null;
  if (known.const !== undefined) return known.const;
  if (known.enum !== undefined) {
    return known.enum.find((one) => context.wanted.test(String(one))) ?? known.enum[0];
  }
  const [type] = [known.type ?? 'string'].flat();
  if (type === 'array') return known.items === undefined ? [] : [sketch(context, known.items, name, depth + 1)];
  if (type === 'object') {
    const entries = Object.entries(known.properties ?? {}).filter(
      ([key]) => !/error/i.test(key) || known.required?.includes(key) === true,
    );
    return Object.fromEntries(entries.map(([key, inner]) => [key, sketch(context, inner, key, depth + 1)]));
  }
  if (type === 'integer' || type === 'number') return name === 'progress' ? 1 : 0;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  return sketchText(context, known, name);
}

function sketchText({ subject }: Sketch, { format = '' }: Schema, name: string): string {
  if (usualText[format] !== undefined) return usualText[format];
  if (/error/i.test(name)) return '';
  if (/^(id|taskId|task_id|request_id|requestId|jobId|wire_id)$/.test(name)) return subject.taskId;
  if (/url|uri|image|video/i.test(name) || format === 'uri') return subject.fileUrl;
  const said = subject.submit.body[name];
  return typeof said === 'string' ? said : '';
}
