/** The keys of a tenant: made, shown once, revoked. */
import { type FormEvent, useState } from 'react';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { asError, useLoaded } from '../use-loaded.ts';
import { Act } from './act.tsx';
import type { KeySource } from './key-source.ts';
import { Table } from './table.tsx';

const microsPerDollar = 1_000_000;

export function Keys({ source }: { readonly source: KeySource }) {
  const { t, format, named } = useWords();
  const { value, error, reload } = useLoaded(`keys ${source.name}`, (signal) => source.list(signal));
  if (error !== undefined) return <ErrorNotice error={error} />;
  return (
    <>
      <Table
        label={t('keys.heading')}
        heads={[
          t('keys.name'),
          t('keys.begins'),
          t('keys.scopes'),
          t('keys.spent'),
          t('keys.lastUsed'),
          t('keys.state'),
        ]}
        rows={value?.map((key) => ({
          key: key.id,
          cells: [
            key.name,
            <code key="hint">{key.hint}</code>,
            key.scopes.map((scope) => named('scope', scope)).join(', '),
            key.spend_cap_micros === null
              ? format.money(key.spent_micros)
              : t('keys.spentOf', { spent: format.money(key.spent_micros), cap: format.money(key.spend_cap_micros) }),
            key.last_used_at === null ? t('keys.never') : format.time(key.last_used_at),
            key.revoked_at === null ? (
              <Act
                key="revoke"
                question={t('keys.revokeQuestion', { name: key.name })}
                onAct={async () => {
                  await source.revoke(key.id);
                  reload();
                }}
              >
                {t('keys.revoke')}
              </Act>
            ) : (
              t('keys.revoked', { time: format.time(key.revoked_at) })
            ),
          ],
        }))}
      />
      <NewKey source={source} onMade={reload} />
    </>
  );
}

function NewKey({ source, onMade }: { readonly source: KeySource; readonly onMade: () => void }) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [cap, setCap] = useState('');
  const [isReader, setReader] = useState(false);
  const [made, setMade] = useState<string>();
  const [error, setError] = useState<ReturnType<typeof asError>>();
  const create = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const spend = cap === '' ? null : Math.round(Number(cap) * microsPerDollar);
      const { key } = await source.create({
        name: name.trim(),
        spend_cap_micros: spend,
        ...(isReader ? { scopes: ['read'] } : {}),
      });
      setMade(key);
      setName('');
      setCap('');
      setError(undefined);
      onMade();
    } catch (caught) {
      setError(asError(caught));
    }
  };
  return (
    <>
      <form className="inline-form" onSubmit={(event) => void create(event)}>
        <label>
          {t('keys.new')}
          <input required maxLength={100} value={name} onChange={({ target }) => setName(target.value)} />
        </label>
        <label>
          {t('keys.cap')}
          <input
            inputMode="decimal"
            pattern="\d+(\.\d{1,6})?"
            value={cap}
            onChange={({ target }) => setCap(target.value)}
          />
        </label>
        <label className="inline-check">
          <input type="checkbox" checked={isReader} onChange={({ target }) => setReader(target.checked)} />
          {t('keys.readOnly')}
        </label>
        <button type="submit">{t('keys.create')}</button>
      </form>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {made === undefined ? null : (
        <Notice kind="info">
          <span>{t('keys.shownOnce')}</span>
          <code className="new-key">{made}</code>
        </Notice>
      )}
    </>
  );
}
