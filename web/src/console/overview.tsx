/** How the server is, in a few numbers. */
import { Link } from 'wouter';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { useLoaded } from '../use-loaded.ts';
import { liveMs } from './pages.tsx';

const states = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;

export function Overview() {
  const { t, format } = useWords();
  const { value, error } = useLoaded('status', (signal) => client.call('getStatus', {}, { signal }), {
    everyMs: liveMs,
  });
  if (error !== undefined) return <ErrorNotice error={error} />;
  if (value === undefined) return null;
  const proof = value.reconciliation;
  return (
    <>
      <ul className="figures">
        {states.map((state) => (
          <li key={state}>
            <Link href={`/console/tasks?state=${state}`}>
              <strong>{format.number(value.tasks[state])}</strong>
              <span>{t(`state.${state}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {value.engines.map(({ name, problem }) =>
        problem === null ? null : (
          <Notice kind="problem" key={name}>
            {t('engines.problem', { engine: name, problem })}
          </Notice>
        ),
      )}
      {value.files.missing === 0 ? null : (
        <Notice kind="problem">{t('overview.missing', { count: value.files.missing })}</Notice>
      )}
      <dl className="facts">
        <div>
          <dt>{t('overview.version')}</dt>
          <dd>{value.version}</dd>
        </div>
        <div>
          <dt>{t('overview.started')}</dt>
          <dd>{format.time(value.started_at)}</dd>
        </div>
        <div>
          <dt>{t('overview.money')}</dt>
          <dd>
            {proof === null ? t('overview.notProved') : null}
            {proof !== null && proof.differences.length === 0
              ? t('overview.proved', { entries: format.number(proof.entries), time: format.time(proof.finished_at) })
              : null}
            {proof !== null && proof.differences.length > 0
              ? t('overview.differs', { count: proof.differences.length })
              : null}
          </dd>
        </div>
      </dl>
    </>
  );
}
