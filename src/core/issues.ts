/** What a validator found, as issues that name field, rule and value. */
import { formatPath, type InputIssue } from './errors.ts';

type SchemaError = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string;
};

/** Turns a validator's errors into issues that name field, rule and value. */
export function describeErrors(
  errors: readonly unknown[],
  value: unknown,
  root: readonly (string | number)[],
): InputIssue[] {
  return (errors as readonly SchemaError[]).flatMap((error) => {
    const path = pointerPath(error.instancePath);
    if (error.keyword === 'required') {
      const missing = error.params.requiredProperties as readonly string[];
      return missing.map((name) => issueAt([...root, ...path, name], 'required', 'is required'));
    }
    if (error.keyword === 'additionalProperties') {
      const extra = error.params.additionalProperties as readonly string[];
      return extra.map((name) => issueAt([...root, ...path, name], 'unknown', 'is not a field of this input'));
    }
    // The schema `false` behind a refused extra key: already said by `additionalProperties`.
    if (error.keyword === 'boolean') return [];
    return [issueAt([...root, ...path], error.keyword, sentence(error, valueAt(value, path)))];
  });
}

/** An issue whose message says of the field what `predicate` says. */
export function issueAt(path: readonly (string | number)[], rule: string, predicate: string): InputIssue {
  return { path, rule, message: `${formatPath(path) || 'The body'} ${predicate}.` };
}

function sentence(error: SchemaError, value: unknown): string {
  const limit = error.params.limit;
  const length = typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : 0;
  switch (error.keyword) {
    case 'type':
      return `must be of type ${error.params.type}; it is ${show(value)}`;
    case 'enum':
      return `must be one of ${(error.params.allowedValues as unknown[]).join(', ')}; it is ${show(value)}`;
    case 'maxLength':
      return `may have at most ${limit} characters; it has ${length}`;
    case 'minLength':
      return `must have at least ${limit} characters; it has ${length}`;
    case 'pattern':
      return `must match ${error.params.pattern}; it is ${show(value)}`;
    case 'maxItems':
      return `may have at most ${limit} items; it has ${length}`;
    case 'minItems':
      return `must have at least ${limit} items when it is given; it has ${length}`;
    case 'minimum':
      return `must be at least ${limit}; it is ${show(value)}`;
    case 'maximum':
      return `must be at most ${limit}; it is ${show(value)}`;
    default:
      return `${error.message}; it is ${show(value)}`;
  }
}

/** At most this many characters of a value are shown back. */
const shownLength = 100;

/** A value as a message may show it: JSON, cut short. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
}

function pointerPath(pointer: string): (string | number)[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[part] : undefined),
    value,
  );
}
