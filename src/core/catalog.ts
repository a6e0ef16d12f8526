/** The set of models, found by the name a dialect has for them. */
import { GatewayError } from './errors.ts';
import { type Model, type ModelView, modelViews, nativeDialect } from './model.ts';

export type Catalog = {
  /** Throws GatewayError `model_not_found`. */
  view(dialect: string, name: string): ModelView;
  /** All models of a dialect, by name. */
  views(dialect: string): readonly ModelView[];
};

/** Throws Error when two models share a name in a dialect. */
export function createCatalog(models: readonly Model[]): Catalog {
  const byDialect = new Map<string, Map<string, ModelView>>();
  for (const view of models.flatMap(modelViews)) {
    const names = byDialect.get(view.dialect) ?? new Map<string, ModelView>();
    byDialect.set(view.dialect, names);
    if (names.has(view.name)) throw new Error(`two models are named ${view.name} in ${view.dialect}`);
    names.set(view.name, view);
  }
  const sorted = new Map(
    [...byDialect].map(([dialect, names]) => [dialect, [...names.values()].sort((a, b) => (a.name < b.name ? -1 : 1))]),
  );
  return {
    view(dialect, name) {
      const view = byDialect.get(dialect)?.get(name);
      if (view !== undefined) return view;
      const where = dialect === nativeDialect ? 'GET /v1/catalog lists them' : 'the model list of this API names them';
      throw new GatewayError(
        'model_not_found',
        `There is no model named ${JSON.stringify(name.slice(0, 100))}; ${where}.`,
      );
    },
    views: (dialect) => sorted.get(dialect) ?? [],
  };
}
