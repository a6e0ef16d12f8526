/** All tasks of the tenant, newest first. */
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useSearchParams } from 'wouter';
import { isFinal, type Operations, type Task } from '../../../sdk/index.ts';
import { allModels, client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { asError, useLoaded } from '../use-loaded.ts';
import { ChosenBar } from './chosen-bar.tsx';
import { createSelection, type Selection } from './selection.ts';
import { TaskTile } from './task-tile.tsx';

type Page = Operations['listTasks']['answer'];
type Query = { readonly limit: number; readonly [name: string]: string | number | undefined };

const pageSize = 24;
/** While something is under way. */
const refreshMs = 2_000;
const states = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;

/** The first moment of a day in the reader's own zone, `later` days after it. */
function dayStart(day: string, later: number): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const at = new Date(year, month - 1, date + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

export function History() {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const get = (name: string) => params.get(name) ?? '';
  const [state, model, from, until] = [get('state'), get('model'), get('from'), get('until')];
  const name = JSON.stringify([state, model, from, until]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name has all of them.
  const query = useMemo(
    (): Query => ({
      limit: pageSize,
      state: state || undefined,
      model: model || undefined,
      created_from: dayStart(from, 0),
      created_before: dayStart(until, 1),
    }),
    [name],
  );
  const [isBusy, setBusy] = useState(false);
  const { value, error } = useLoaded(
    name,
    (signal) => client.call('listTasks', { query }, { signal }),
    isBusy ? { everyMs: refreshMs } : {},
  );
  const { value: models = [] } = useLoaded('models', allModels);
  useEffect(() => setBusy(value?.data.some((task) => !isFinal(task)) === true), [value]);
  useEffect(() => {
    document.title = t('history.title');
  }, [t]);
  const set = (filter: string, chosen: string) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (chosen === '') after.delete(filter);
      else after.set(filter, chosen);
      return after;
    });
  const used = models.filter(({ available, id }) => available || id === model);
  const day = (filter: string, label: string, chosen: string) => (
    <label className="filter">
      <span>{label}</span>
      <input type="date" value={chosen} onChange={({ target }) => set(filter, target.value)} />
    </label>
  );
  return (
    <div className="page">
      <h1>{t('history.heading')}</h1>
      <search className="filters">
        <label className="filter">
          <span>{t('history.state')}</span>
          <select value={state} onChange={({ target }) => set('state', target.value)}>
            <option value="">{t('gallery.any')}</option>
            {states.map((one) => (
              <option key={one} value={one}>
                {t(`state.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label className="filter">
          <span>{t('history.model')}</span>
          <select value={model} onChange={({ target }) => set('model', target.value)}>
            <option value="">{t('gallery.any')}</option>
            {used.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {day('from', t('history.from'), from)}
        {day('until', t('history.until'), until)}
      </search>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {value?.data.length === 0 ? <p className="empty">{t('history.empty')}</p> : null}
      {value === undefined ? null : <Tasks key={name} first={value} query={query} />}
    </div>
  );
}

type TasksProps = { readonly first: Page; readonly query: Query };

/** The first page stays fresh; older ones come below it as they are scrolled to. */
function Tasks({ first, query }: TasksProps) {
  const { t } = useWords();
  const [older, setOlder] = useState<readonly Page[]>([]);
  const [error, setError] = useState<ReturnType<typeof asError>>();
  const isLoading = useRef(false);
  const cursor = (older.at(-1) ?? first).next_cursor;
  const more = useCallback(async () => {
    if (cursor === null || isLoading.current) return;
    isLoading.current = true;
    try {
      const page = await client.call('listTasks', { query: { ...query, cursor } });
      setOlder((before) => [...before, page]);
    } catch (caught) {
      setError(asError(caught));
    } finally {
      isLoading.current = false;
    }
  }, [cursor, query]);
  const tasks = useMemo(
    () => [...new Map([first, ...older].flatMap(({ data }) => data.map((task) => [task.id, task]))).values()],
    [first, older],
  );
  const newest = useRef(tasks);
  newest.current = tasks;
  const [selection] = useState(() => createSelection(() => newest.current.map(({ id }) => id)));
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const element = button.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => {
      // Only on the way down: whoever opens the page has not asked for more yet.
      if (entry?.isIntersecting === true && scrollY > 0) void more();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [more]);
  return (
    <>
      <Chosen tasks={tasks} selection={selection} />
      <ul className="contact-sheet" aria-describedby="history-keys" onKeyDown={selection.onKeyDown}>
        {tasks.map((task) => (
          <TaskTile key={task.id} task={task} selection={selection} />
        ))}
      </ul>
      <p className="visually-hidden" id="history-keys">
        {t('history.keys')}
      </p>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {cursor === null ? null : (
        <button type="button" className="more" ref={button} onClick={() => void more()}>
          {t('history.more')}
        </button>
      )}
    </>
  );
}

type ChosenProps = { readonly tasks: readonly Task[]; readonly selection: Selection };

function Chosen({ tasks, selection }: ChosenProps) {
  const ids = useSyncExternalStore(selection.listen, selection.ids);
  return <ChosenBar tasks={tasks.filter(({ id }) => ids.has(id))} onClear={selection.clear} />;
}
