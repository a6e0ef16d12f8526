/** The set of models, found by the name a dialect has for them. Views are made when they are first asked for. */
import type { DialectRules } from './dialect-rules.ts';
import { GatewayError } from './errors.ts';
import { type Model, nativeDialect, type Parameter } from './model.ts';
import { sortUpdates, type Update } from './updates.ts';
import { createView, type ModelView, mediaParameter, mediaPath, viewNames } from './view.ts';

export type Catalog = {
  /** In the order of their ids. */
  readonly models: readonly Model[];
  /** What an owner sets to have an engine, by its name. */
  readonly engineSettings: Readonly<Record<string, string>>;
  /** What changed, newest first. */
  readonly updates: readonly Update[];
  /** Undefined when the catalogue has no model of this id. */
  model(id: string): Model | undefined;
  /** What a task's model asks of a media field in the dialect the task came in by; undefined when either has gone. */
  mediaParameter(task: { readonly model: string; readonly dialect: string }, field: string): Parameter | undefined;
  /** Where a task's medium stood in its request; in neutral words when the model has gone. */
  mediaPath(
    task: { readonly model: string; readonly dialect: string },
    medium: { readonly field: string; readonly index: number },
  ): readonly (string | number)[];
  /** Throws GatewayError `model_not_found`. */
  view(dialect: string, name: string): ModelView;
  /** All models of a dialect, by name. */
  views(dialect: string): readonly ModelView[];
};

export type CatalogFacts = {
  readonly dialects?: Readonly<Record<string, DialectRules>>;
  readonly engineSettings?: Readonly<Record<string, string>>;
  readonly updates?: readonly Update[];
};

/** Throws Error when two models share a name in a dialect. */
export function createCatalog(
  models: readonly Model[],
  { dialects = {}, engineSettings = {}, updates = [] }: CatalogFacts = {},
): Catalog {
  const byDialect = new Map<string, Map<string, Model>>();
  for (const model of models) {
    for (const { dialect, name } of viewNames(model)) {
      const names = byDialect.get(dialect) ?? new Map<string, Model>();
      byDialect.set(dialect, names);
      if (names.has(name)) throw new Error(`two models are named ${name} in ${dialect}`);
      names.set(name, model);
    }
  }
  const known = new Map<string, ModelView>();
  const viewOf = (dialect: string, name: string, model: Model): ModelView => {
    const key = `${dialect} ${name}`;
    const view = known.get(key) ?? createView(model, dialect, name, dialects[dialect]);
    known.set(key, view);
    return view;
  };
  const viewOfTask = ({ model: id, dialect }: { readonly model: string; readonly dialect: string }) => {
    const model = byDialect.get(nativeDialect)?.get(id);
    const name = model && viewNames(model).find((one) => one.dialect === dialect)?.name;
    return name === undefined || model === undefined ? undefined : viewOf(dialect, name, model);
  };
  const byName = <Entry extends readonly [string, unknown]>(entries: Iterable<Entry>) =>
    [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
  const byId = byDialect.get(nativeDialect) ?? new Map<string, Model>();
  return {
    models: byName(byId).map(([, model]) => model),
    engineSettings,
    updates: sortUpdates(updates),
    model: (id) => byId.get(id),
    mediaParameter(task, field) {
      const view = viewOfTask(task);
      return view === undefined ? undefined : mediaParameter(view, field);
    },
    mediaPath(task, medium) {
      const view = viewOfTask(task);
      return view === undefined ? [medium.field, medium.index] : mediaPath(view, medium);
    },
    view(dialect, name) {
      const model = byDialect.get(dialect)?.get(name);
      if (model !== undefined) return viewOf(dialect, name, model);
      const where = dialect === nativeDialect ? 'GET /v1/catalog lists them' : 'the model list of this API names them';
      throw new GatewayError(
        'model_not_found',
        `There is no model named ${JSON.stringify(name.slice(0, 100))}; ${where}.`,
      );
    },
    views: (dialect) => byName(byDialect.get(dialect) ?? []).map(([name, model]) => viewOf(dialect, name, model)),
  };
}
