/** What the server says of an input, put beside the fields it says it of. */
import type { ErrorSchema } from '@rjsf/utils';
import type { Issue } from '../../../sdk/index.ts';

const root = 'input';

/** `input.images[0]` as its parts below the input. */
export function pathOf({ path }: Issue): readonly string[] {
  const parts = path.split(/[.[\]]+/).filter((part) => part !== '');
  return parts[0] === root ? parts.slice(1) : parts;
}

/** The sentence without the path in front, which the field's own name stands for. */
function sentenceOf({ path, message }: Issue): string {
  const rest = message.startsWith(`${path} `) ? message.slice(path.length + 1) : message;
  return rest.replace(/^./, (letter) => letter.toUpperCase());
}

export function errorSchemaOf(issues: readonly Issue[]): ErrorSchema {
  const top: Record<string, unknown> = {};
  for (const issue of issues) {
    let place = top;
    for (const part of pathOf(issue)) {
      const inner = (place[part] as Record<string, unknown> | undefined) ?? {};
      place[part] = inner;
      place = inner;
    }
    place.__errors = [...((place.__errors as string[] | undefined) ?? []), sentenceOf(issue)];
  }
  return top as ErrorSchema;
}

/** Every error at and below a place. */
export function allErrors(schema: ErrorSchema | undefined): readonly string[] {
  return Object.entries(schema ?? {}).flatMap(([name, inner]) =>
    name === '__errors' ? (inner as unknown as string[]) : allErrors(inner as ErrorSchema),
  );
}
