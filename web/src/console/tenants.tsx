/** Every tenant, and a way to add one. */
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { asError, useLoaded } from '../use-loaded.ts';
import { Table } from './table.tsx';

export function Tenants() {
  const { t, format } = useWords();
  const { value, error, reload } = useLoaded('tenants', (signal) => client.call('listTenants', {}, { signal }));
  const [name, setName] = useState('');
  const [refusal, setRefusal] = useState<ReturnType<typeof asError>>();
  const create = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await client.call('createTenant', { body: { name: name.trim() } });
      setName('');
      setRefusal(undefined);
      reload();
    } catch (caught) {
      setRefusal(asError(caught));
    }
  };
  return (
    <>
      {error === undefined ? null : <ErrorNotice error={error} />}
      <Table
        label={t('console.tenants')}
        heads={[t('tenants.name'), t('tenants.balance'), t('tenants.discount'), t('tenants.created'), t('tenants.id')]}
        rows={value?.data.map((tenant) => ({
          key: tenant.id,
          cells: [
            <Link key="name" href={`/console/tenants/${tenant.id}`}>
              {tenant.name}
            </Link>,
            format.money(tenant.balance_micros),
            format.percent(tenant.discount_percent / 100),
            format.time(tenant.created_at),
            <code key="id">{tenant.id}</code>,
          ],
        }))}
      />
      <form className="inline-form" onSubmit={(event) => void create(event)}>
        <label>
          {t('tenants.new')}
          <input required maxLength={100} value={name} onChange={({ target }) => setName(target.value)} />
        </label>
        <button type="submit">{t('tenants.create')}</button>
      </form>
      {refusal === undefined ? null : <ErrorNotice error={refusal} />}
    </>
  );
}
