/** What a tenant may see of itself. */
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { readAccount } from '../session.tsx';
import { useLoaded } from '../use-loaded.ts';

export function Account() {
  const { t, format, named } = useWords();
  const { value, error } = useLoaded('account', readAccount);
  if (error !== undefined) return <ErrorNotice error={error} />;
  if (value === undefined) return null;
  const { tenant, key } = value;
  return (
    <dl className="facts">
      <div>
        <dt>{t('tenants.name')}</dt>
        <dd>{tenant.name}</dd>
      </div>
      <div>
        <dt>{t('tenants.balance')}</dt>
        <dd>{format.money(tenant.balance_micros)}</dd>
      </div>
      <div>
        <dt>{t('keys.name')}</dt>
        <dd>{key.name}</dd>
      </div>
      <div>
        <dt>{t('keys.scopes')}</dt>
        <dd>{key.scopes.map((scope) => named('scope', scope)).join(', ')}</dd>
      </div>
      <div>
        <dt>{t('keys.spent')}</dt>
        <dd>{format.money(key.spent_micros)}</dd>
      </div>
    </dl>
  );
}
