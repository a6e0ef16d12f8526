/** Every model there is, found by what somebody needs. */
import { memo, useCallback, useEffect, useMemo, useState } from 'react';
import type { ListedModel } from '../../../sdk/index.ts';
import { allModels, client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { useLoaded } from '../use-loaded.ts';
import { useSettled } from '../use-settled.ts';
import { FilterBar } from './filter-bar.tsx';
import { type Filters, serverQuery, useFilters } from './filters.ts';
import { ModelCard } from './model-card.tsx';
import { buildTree, makerOf, standsIn } from './navigation.ts';
import { Tree } from './tree.tsx';

/** Cards that are drawn at once; more follow when asked for. */
const pageSize = 60;
/** How long somebody who types pauses before the server is asked. */
const settleMs = 120;
const mostModels = 1000;
/** Where the trees stand beside the list, unfolded; as in gallery.css. */
const wide = '(min-width: 60rem)';

export function Gallery() {
  const { t } = useWords();
  const [filters, setFilter, clear] = useFilters();
  const query = useSettled(JSON.stringify(serverQuery(filters)), settleMs);
  const every = useLoaded('models', allModels);
  const { value: found, error } = useLoaded(query, (signal) => readModels(query, signal));
  const tree = useMemo(() => buildTree(every.value ?? []), [every.value]);
  const [isWide] = useState(() => matchMedia(wide).matches);
  const { nav = '', use } = filters;
  const shown = useMemo(() => narrow(found ?? [], nav, use !== undefined), [found, nav, use]);
  const suffix = suffixOf(filters);
  const choosePlace = useCallback((path: string) => setFilter('nav', path), [setFilter]);
  useEffect(() => {
    document.title = t('gallery.title');
  }, [t]);
  return (
    <div className="gallery">
      <aside>
        <details className="tree-fold" open={isWide}>
          <summary>{t('gallery.tree')}</summary>
          <Tree branches={tree} chosen={nav} onChoose={choosePlace} />
        </details>
      </aside>
      <section aria-labelledby="gallery-title">
        <h1 id="gallery-title">{t('gallery.heading')}</h1>
        {filters.use === undefined ? null : <Notice kind="info">{t('gallery.chooseForUse')}</Notice>}
        {filters.from === undefined ? null : <Notice kind="info">{t('gallery.chooseForRun')}</Notice>}
        <FilterBar models={every.value ?? []} filters={filters} onChange={setFilter} onClear={clear} />
        {error === undefined ? null : <ErrorNotice error={error} />}
        <p className="result-count" role="status">
          {found === undefined ? t('shell.loading') : t('gallery.count', { count: shown.length })}
        </p>
        <Groups models={shown} suffix={suffix} />
      </section>
    </div>
  );
}

async function readModels(query: string, signal: AbortSignal): Promise<readonly ListedModel[]> {
  const given = JSON.parse(query) as Record<string, string>;
  if (Object.keys(given).length === 0) return await allModels();
  const { data } = await client.call('listModels', { query: { ...given, brief: 1, limit: mostModels } }, { signal });
  return data;
}

/** What runs here first; then by maker, as the ids are sorted. */
function narrow(models: readonly ListedModel[], nav: string, isForMedia: boolean): readonly ListedModel[] {
  return models
    .filter((model) => nav === '' || standsIn(model, nav))
    .filter(({ capabilities: { max_images: images, max_videos: videos } }) => !isForMedia || images + videos > 0)
    .toSorted((one, other) => Number(other.available) - Number(one.available));
}

/** What a model is opened with. */
function suffixOf({ use, from }: Filters): string {
  const given = Object.entries({ use, from }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

type GroupsProps = { readonly models: readonly ListedModel[]; readonly suffix: string };

const Groups = memo(function Groups({ models, suffix }: GroupsProps) {
  const { t, named } = useWords();
  // More of one list is not more of the next.
  const [more, setMore] = useState({ models, limit: pageSize });
  const limit = more.models === models ? more.limit : pageSize;
  const groups = Map.groupBy(models.slice(0, limit), (model) => (model.available ? '' : makerOf(model)));
  return (
    <>
      {[...groups].map(([maker, inside]) => (
        <section key={maker} className="group">
          <h2>{maker === '' ? t('gallery.here') : named('maker', maker)}</h2>
          <div className="cards">
            {inside.map((model) => (
              <ModelCard key={model.id} model={model} suffix={suffix} />
            ))}
          </div>
        </section>
      ))}
      {models.length > limit ? (
        <button type="button" className="more" onClick={() => setMore({ models, limit: limit + pageSize })}>
          {t('gallery.more', { count: models.length - limit })}
        </button>
      ) : null}
    </>
  );
});
