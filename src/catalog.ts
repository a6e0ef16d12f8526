/** Reads catalog/*.json. Every file is checked against the schema of a model; the folder itself is the registry. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { type Catalog, createCatalog } from './core/catalog.ts';
import { describeErrors } from './core/input.ts';
import { type Model, modelSchema } from './core/model.ts';

/** Throws Error naming the file and the field when a file is not a model. */
export function readCatalog(directory: string = join(import.meta.dirname, '../catalog')): Catalog {
  const validator = Compile(modelSchema);
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const models = files.sort().map((name): Model => {
    const value: unknown = JSON.parse(readFileSync(join(directory, name), 'utf8'));
    if (validator.Check(value)) return value;
    const [issue] = describeErrors([...validator.Errors(value)], value, []);
    throw new Error(`catalog/${name}: ${issue?.message ?? 'not a model'}`);
  });
  return createCatalog(models);
}
