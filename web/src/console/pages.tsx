/** Long lists of the console: page after page, the first one read anew while it is looked at. */
import { useState } from 'react';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { useLoaded } from '../use-loaded.ts';

type Page<Item> = { readonly data: readonly Item[]; readonly next_cursor: string | null };

export const liveMs = 5_000;

type PagesProps<Item> = {
  readonly name: string;
  readonly load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>;
  readonly children: (items: readonly Item[], reload: () => void) => React.ReactNode;
};

export function Pages<Item>({ name, load, children }: PagesProps<Item>) {
  const { t } = useWords();
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const { value, error, reload } = useLoaded(`${name} ${cursor ?? ''}`, (signal) => load(cursor, signal), {
    everyMs: liveMs,
  });
  const next = value?.next_cursor ?? null;
  return (
    <>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {value === undefined ? null : children(value.data, reload)}
      {cursors.length === 0 && next === null ? null : (
        <div className="pager">
          <button type="button" disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
            {t('console.newer')}
          </button>
          <button
            type="button"
            disabled={next === null}
            onClick={() => next !== null && setCursors([...cursors, next])}
          >
            {t('console.older')}
          </button>
        </div>
      )}
    </>
  );
}
