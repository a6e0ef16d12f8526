/** The settings that hold, and where each came from. */
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { useLoaded } from '../use-loaded.ts';
import { Table } from './table.tsx';

export function Settings() {
  const { t } = useWords();
  const { value, error } = useLoaded('settings', (signal) => client.call('getConfig', {}, { signal }));
  return (
    <>
      {error === undefined ? null : <ErrorNotice error={error} />}
      <Table
        label={t('console.settings')}
        heads={[t('settings.name'), t('settings.value'), t('settings.origin')]}
        rows={Object.entries(value ?? {}).map(([name, setting]) => ({
          key: name,
          cells: [<code key="name">{name}</code>, show(setting.value), setting.origin],
        }))}
      />
    </>
  );
}

const show = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));
