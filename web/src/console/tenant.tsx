/** One tenant: its money, its keys, its ledger. */
import { type FormEvent, useState } from 'react';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { asError, useLoaded } from '../use-loaded.ts';
import { keysOf } from './key-source.ts';
import { Keys } from './keys.tsx';
import { Ledger } from './ledger.tsx';
import { Pages } from './pages.tsx';

const microsPerDollar = 1_000_000;

export function TenantPage({ id }: { readonly id: string }) {
  const { t, format } = useWords();
  const {
    value: tenant,
    error,
    reload,
  } = useLoaded(`tenant ${id}`, (signal) => client.call('getTenant', { path: { id } }, { signal }));
  if (error !== undefined) return <ErrorNotice error={error} />;
  if (tenant === undefined) return null;
  return (
    <>
      <h2>{tenant.name}</h2>
      <dl className="facts">
        <div>
          <dt>{t('tenants.balance')}</dt>
          <dd>{format.money(tenant.balance_micros)}</dd>
        </div>
        <div>
          <dt>{t('tenants.discount')}</dt>
          <dd>{format.percent(tenant.discount_percent / 100)}</dd>
        </div>
        <div>
          <dt>{t('tenants.id')}</dt>
          <dd>
            <code>{tenant.id}</code>
          </dd>
        </div>
      </dl>
      <Grant id={id} onGranted={reload} />
      <h3>{t('keys.heading')}</h3>
      <Keys source={keysOf(id)} />
      <h3>{t('ledger.heading')}</h3>
      <Pages
        name={`ledger ${id} ${tenant.balance_micros}`}
        load={(cursor, signal) => client.call('listLedger', { path: { id }, query: { cursor } }, { signal })}
      >
        {(entries) => <Ledger entries={entries} />}
      </Pages>
    </>
  );
}

function Grant({ id, onGranted }: { readonly id: string; readonly onGranted: () => void }) {
  const { t } = useWords();
  const [dollars, setDollars] = useState('');
  const [note, setNote] = useState('');
  const [error, setError] = useState<ReturnType<typeof asError>>();
  const grant = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const amount = Math.round(Number(dollars) * microsPerDollar);
      await client.call('createGrant', { path: { id }, body: { amount_micros: amount, note } });
      setDollars('');
      setNote('');
      setError(undefined);
      onGranted();
    } catch (caught) {
      setError(asError(caught));
    }
  };
  return (
    <form className="inline-form" onSubmit={(event) => void grant(event)}>
      <label>
        {t('tenants.grantAmount')}
        <input
          required
          inputMode="decimal"
          pattern="\d+(\.\d{1,6})?"
          value={dollars}
          onChange={({ target }) => setDollars(target.value)}
        />
      </label>
      <label>
        {t('tenants.grantNote')}
        <input maxLength={500} value={note} onChange={({ target }) => setNote(target.value)} />
      </label>
      <button type="submit">{t('tenants.grant')}</button>
      {error === undefined ? null : <ErrorNotice error={error} />}
    </form>
  );
}
