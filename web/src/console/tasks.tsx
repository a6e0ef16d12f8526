/** The tasks of all tenants. */
import { useSearchParams } from 'wouter';
import type { Operations } from '../../../sdk/index.ts';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Pages } from './pages.tsx';
import { Table } from './table.tsx';

type AdminTask = Operations['listAllTasks']['answer']['data'][number];

const states = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;

export function AllTasks() {
  const { t, format } = useWords();
  const [params, setParams] = useSearchParams();
  const state = params.get('state') ?? '';
  const cost = ({ cost: { captured_micros: captured, reserved_micros: reserved } }: AdminTask) =>
    format.money(captured ?? reserved);
  return (
    <>
      <search className="filters">
        <label className="filter">
          <span>{t('history.state')}</span>
          <select
            value={state}
            onChange={({ target }) => setParams(target.value === '' ? {} : { state: target.value })}
          >
            <option value="">{t('gallery.any')}</option>
            {states.map((name) => (
              <option key={name} value={name}>
                {t(`state.${name}`)}
              </option>
            ))}
          </select>
        </label>
      </search>
      <Pages
        key={state}
        name={`tasks ${state}`}
        load={(cursor, signal) =>
          client.call('listAllTasks', { query: { cursor, state: state === '' ? undefined : state } }, { signal })
        }
      >
        {(tasks) => (
          <Table
            label={t('console.tasks')}
            heads={[
              t('tasks.state'),
              t('tasks.model'),
              t('tasks.engine'),
              t('tasks.cost'),
              t('tasks.created'),
              t('tasks.id'),
            ]}
            rows={tasks.map((task) => ({
              key: task.id,
              cells: [
                task.state === 'running'
                  ? `${t('state.running')} ${format.percent(task.progress)}`
                  : t(`state.${task.state}`),
                task.model,
                task.engine,
                cost(task),
                format.time(task.created_at),
                <code key="id">{task.id}</code>,
              ],
            }))}
          />
        )}
      </Pages>
    </>
  );
}
