/** The catalogue as if the built-in engine served every model in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalog } from '../../src/catalog.ts';
import { type Catalog, createCatalog } from '../../src/core/catalog.ts';
import type { DialectRules } from '../../src/core/dialect-rules.ts';
import type { Model } from '../../src/core/model.ts';

const dialectsFile = join(import.meta.dirname, '../../catalog/dialects.json');

/** `more` stand beside those of the catalogue. */
export function everyModel(more: readonly Model[] = []): Catalog {
  return createCatalog(
    [...readCatalog().models, ...more].map((model) => ({ ...model, offers: [{ engine: 'preview' }] })),
    { dialects: JSON.parse(readFileSync(dialectsFile, 'utf8')) as Record<string, DialectRules> },
  );
}
