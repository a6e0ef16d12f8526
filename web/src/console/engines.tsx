/** What renders, and whether it may. */
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { useLoaded } from '../use-loaded.ts';
import { Act } from './act.tsx';
import { liveMs } from './pages.tsx';
import { Table } from './table.tsx';

export function Engines() {
  const { t, format } = useWords();
  const { value, error, reload } = useLoaded('engines', (signal) => client.call('listEngines', {}, { signal }), {
    everyMs: liveMs,
  });
  return (
    <>
      {error === undefined ? null : <ErrorNotice error={error} />}
      <Table
        label={t('console.engines')}
        heads={[
          t('engines.name'),
          t('engines.concurrency'),
          t('engines.queued'),
          t('engines.health'),
          t('engines.state'),
        ]}
        rows={value?.data.map(({ name, concurrency, queued, problem, paused_at: pausedAt }) => ({
          key: name,
          cells: [
            name,
            format.number(concurrency),
            format.number(queued),
            problem ?? t('engines.well'),
            <span key="state" className="with-action">
              {pausedAt === null ? t('engines.running') : t('engines.pausedSince', { time: format.time(pausedAt) })}
              <Act
                onAct={async () => {
                  await client.call(pausedAt === null ? 'pauseEngine' : 'resumeEngine', { path: { name } });
                  reload();
                }}
              >
                {pausedAt === null ? t('engines.pause') : t('engines.resume')}
              </Act>
            </span>,
          ],
        }))}
      />
    </>
  );
}
