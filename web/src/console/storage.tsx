/** How full the disk is, and how long things are kept. */
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { useLoaded } from '../use-loaded.ts';
import { liveMs } from './pages.tsx';
import { SettingsTable } from './settings.tsx';

/** The settings that say where things lie and for how long. */
const concerned = /^(data$|storage|blobs|retention|uploads|limits\.(stor|upload)|s3|spool)/;

export function Storage() {
  const { t, format } = useWords();
  const { value, error } = useLoaded('storage', (signal) => client.call('getStatus', {}, { signal }), {
    everyMs: liveMs,
  });
  if (error !== undefined) return <ErrorNotice error={error} />;
  if (value === undefined) return null;
  const { database_bytes: database, free_bytes: free, total_bytes: total } = value.storage;
  return (
    <>
      <p className="usage-total">
        <strong>{format.bytes(free)}</strong>
        <span className="faint">{t('storage.freeOf', { total: format.bytes(total) })}</span>
      </p>
      <meter
        className="disk-bar"
        min={0}
        max={total}
        high={total * 0.9}
        value={total - free}
        aria-label={t('storage.used')}
      />
      {value.files.missing === 0 ? null : (
        <Notice kind="problem">{t('overview.missing', { count: value.files.missing })}</Notice>
      )}
      <dl className="facts">
        <div>
          <dt>{t('storage.database')}</dt>
          <dd>{format.bytes(database)}</dd>
        </div>
        <div>
          <dt>{t('storage.missing')}</dt>
          <dd>{format.number(value.files.missing)}</dd>
        </div>
      </dl>
      <h2>{t('storage.retention')}</h2>
      <SettingsTable isShown={(name) => concerned.test(name)} />
    </>
  );
}
