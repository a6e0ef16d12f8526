/** The settings that hold, and where each came from. */
import { useState } from 'react';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { useLoaded } from '../use-loaded.ts';
import { Table } from './table.tsx';

export function Settings() {
  const { t } = useWords();
  const [text, setText] = useState('');
  return (
    <>
      <search className="filters">
        <label className="filter filter-text">
          <span>{t('shell.search')}</span>
          <input type="search" value={text} onChange={({ target }) => setText(target.value)} />
        </label>
      </search>
      <SettingsTable isShown={(name) => name.includes(text.trim().toLowerCase())} />
    </>
  );
}

export function SettingsTable({ isShown }: { readonly isShown: (name: string) => boolean }) {
  const { t } = useWords();
  const { value, error } = useLoaded('settings', (signal) => client.call('getConfig', {}, { signal }));
  if (error !== undefined) return <ErrorNotice error={error} />;
  return (
    <Table
      label={t('console.settings')}
      heads={[t('settings.name'), t('settings.value'), t('settings.origin')]}
      rows={Object.entries(value ?? {})
        .filter(([name]) => isShown(name))
        .map(([name, setting]) => ({
          key: name,
          cells: [<code key="name">{name}</code>, show(setting.value), setting.origin],
        }))}
    />
  );
}

const show = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));
