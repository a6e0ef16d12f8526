/** Reads catalog/. Every file is checked against its schema, every model against that of a model; the folder is the registry. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Catalog, createCatalog } from './core/catalog.ts';
import { dialectsSchema, enginesSchema, expandFamily, familySchema, glossarySchema } from './core/catalog-files.ts';
import { describeErrors } from './core/issues.ts';
import { modelSchema } from './core/model.ts';
import { updatesSchema } from './core/updates.ts';

/** Throws Error naming the file and the field when a file is not what it should be. */
export function readCatalog(directory: string = join(import.meta.dirname, '../catalog')): Catalog {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), 'utf8'));
  const readAs = <Schema extends TSchema>(schema: Schema, name: string): Static<Schema> =>
    createCheck(schema)(read(name), name);

  const glossary = readAs(glossarySchema, 'parameters.json');
  const dialects = readAs(dialectsSchema, 'dialects.json');
  const engines = readAs(enginesSchema, 'engines.json');
  const updates = readAs(updatesSchema, 'updates.json');
  const checkFamily = createCheck(familySchema);
  const checkModel = createCheck(modelSchema);
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json') && /[\\/]/.test(name))
    .sort();
  const models = files.flatMap((name) =>
    expandFamily(checkFamily(asFamily(read(name)), name), glossary).map((row) =>
      checkModel(row, `${name} ${String(row.id)}`),
    ),
  );
  const engineSettings = Object.fromEntries(Object.entries(engines).map(([name, { setting }]) => [name, setting]));
  return createCatalog(models, { dialects, engineSettings, updates });
}

/** A file may hold one model alone. */
function asFamily(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'models' in value ? value : { models: [value] };
}

/** A function that gives a value back as what it is, or throws Error naming the place. */
function createCheck<Schema extends TSchema>(schema: Schema): (value: unknown, place: string) => Static<Schema> {
  const validator = Compile(schema);
  return (value, place) => {
    if (validator.Check(value)) return value;
    const [issue] = describeErrors([...validator.Errors(value)], value, []);
    throw new Error(`catalog/${place}: ${issue?.message ?? 'is not what it should be'}`);
  };
}
