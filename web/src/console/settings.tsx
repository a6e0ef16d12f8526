/** The settings that hold, and where each came from. */
import { useState } from 'react';
import { client } from '../api.ts';
import { type MessageKey, useWords, type Words } from '../i18n/index.tsx';
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
  const words = useWords();
  const { t } = words;
  const { value, error } = useLoaded('settings', (signal) => client.call('getConfig', {}, { signal }));
  if (error !== undefined) return <ErrorNotice error={error} />;
  return (
    <Table
      label={t('console.settings')}
      heads={[t('settings.name'), t('settings.value'), t('settings.origin')]}
      rows={
        value &&
        Object.entries(value)
          .filter(([name]) => isShown(name))
          .map(([name, setting]) => ({
            key: name,
            cells: [<code key="name">{name}</code>, show(setting.value, words), showOrigin(setting.origin, words)],
          }))
      }
    />
  );
}

/** As the server writes a secret that is set. */
const hidden = '(hidden)';
const nothing = '–';

function show(value: unknown, { t }: Words): string {
  if (value === hidden) return t('settings.hidden');
  return (Array.isArray(value) ? value.join(', ') : String(value)) || nothing;
}

/** The server says `default`, or a kind and a name: `environment PORT`. */
function showOrigin(origin: string, { t }: Words): string {
  const [kind = '', name = ''] = origin.split(/ (.*)/);
  const kinds: Readonly<Record<string, MessageKey>> = {
    default: 'settings.default',
    environment: 'settings.environment',
    flag: 'settings.flag',
    file: 'settings.file',
  };
  const key = kinds[kind];
  return key === undefined ? origin : t(key, { name });
}
