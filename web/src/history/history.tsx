/** All tasks of the tenant, newest first. */
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { isFinal, type Operations, type Task } from '../../../sdk/index.ts';
import { allModels, client, ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { promptOf } from '../result/task-view.tsx';
import { asError, useLoaded } from '../use-loaded.ts';

type Page = Operations['listTasks']['answer'];

const pageSize = 24;
/** While something is under way. */
const refreshMs = 2_000;
const states = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;

export function History() {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const state = params.get('state') ?? '';
  const model = params.get('model') ?? '';
  const query = { limit: pageSize, state: state || undefined, model: model || undefined };
  const [isBusy, setBusy] = useState(false);
  const { value, error } = useLoaded(
    JSON.stringify(query),
    (signal) => client.call('listTasks', { query }, { signal }),
    isBusy ? { everyMs: refreshMs } : {},
  );
  const { value: models = [] } = useLoaded('models', allModels);
  useEffect(() => setBusy(value?.data.some((task) => !isFinal(task)) === true), [value]);
  useEffect(() => {
    document.title = t('history.title');
  }, [t]);
  const set = (name: string, chosen: string) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (chosen === '') after.delete(name);
      else after.set(name, chosen);
      return after;
    });
  const used = models.filter(({ available, id }) => available || id === model);
  return (
    <div className="page">
      <h1>{t('history.heading')}</h1>
      <search className="filters">
        <label className="filter">
          <span>{t('history.state')}</span>
          <select value={state} onChange={({ target }) => set('state', target.value)}>
            <option value="">{t('gallery.any')}</option>
            {states.map((name) => (
              <option key={name} value={name}>
                {t(`state.${name}`)}
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
      </search>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {value?.data.length === 0 ? <p className="empty">{t('history.empty')}</p> : null}
      {value === undefined ? null : <Tasks key={JSON.stringify(query)} first={value} query={query} />}
    </div>
  );
}

type TasksProps = { readonly first: Page; readonly query: { readonly limit: number } };

/** The first page stays fresh; older ones are added below it. */
function Tasks({ first, query }: TasksProps) {
  const { t } = useWords();
  const [older, setOlder] = useState<readonly Page[]>([]);
  const [error, setError] = useState<ReturnType<typeof asError>>();
  const cursor = (older.at(-1) ?? first).next_cursor;
  const more = async () => {
    if (cursor === null) return;
    try {
      const page = await client.call('listTasks', { query: { ...query, cursor } });
      setOlder((before) => [...before, page]);
    } catch (caught) {
      setError(asError(caught));
    }
  };
  const tasks = new Map([first, ...older].flatMap(({ data }) => data.map((task) => [task.id, task])));
  return (
    <>
      <ul className="contact-sheet">
        {[...tasks.values()].map((task) => (
          <li key={task.id}>
            <TaskTile task={task} />
          </li>
        ))}
      </ul>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {cursor === null ? null : (
        <button type="button" className="more" onClick={() => void more()}>
          {t('history.more')}
        </button>
      )}
    </>
  );
}

function TaskTile({ task }: { readonly task: Task }) {
  const { t, format } = useWords();
  const file = task.output?.files[0];
  const look = file?.thumbnail ?? file?.poster ?? (file?.kind === 'image' ? file : null);
  return (
    <Link href={`/tasks/${task.id}`} className="frame" data-state={task.state}>
      <span className="frame-look">
        {look == null ? null : <img src={ownPath(look.url)} alt="" loading="lazy" />}
        {task.state === 'succeeded' ? null : <span className="frame-state">{t(`state.${task.state}`)}</span>}
        {task.state === 'running' ? <progress max={1} value={task.progress} aria-label={t('state.progress')} /> : null}
      </span>
      <span className="frame-prompt">{promptOf(task) || task.operation}</span>
      <span className="frame-foot">
        <span>{task.model}</span>
        <time dateTime={task.created_at}>{format.time(task.created_at)}</time>
      </span>
    </Link>
  );
}
