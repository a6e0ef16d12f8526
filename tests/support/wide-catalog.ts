/** The catalogue with every model that the built-in engine may serve offered by it, whatever the input. */
import { readCatalog } from '../../src/catalog.ts';
import { type Catalog, createCatalog } from '../../src/core/catalog.ts';
import type { Model } from '../../src/core/model.ts';

export function wideCatalog(isWidened: (model: Model) => boolean = () => true): Catalog {
  const { models, engineSettings, views } = readCatalog();
  const dialects = Object.fromEntries(
    ['native', 'runcomfy', 'runninghub', 'vidu', 'vtrix'].flatMap((dialect) => {
      const [view] = views(dialect);
      return view === undefined ? [] : [[dialect, view.rules] as const];
    }),
  );
  const widened = models.map((model) => (isWidened(model) ? { ...model, offers: [{ engine: 'preview' }] } : model));
  return createCatalog(widened, { dialects, engineSettings });
}
