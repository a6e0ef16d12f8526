/** What an owner looks after; a tenant sees its own account. */
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { type MessageKey, useWords } from '../i18n/index.tsx';
import { Notice } from '../parts/notice.tsx';
import { useSession } from '../session.tsx';
import { Account } from './account.tsx';
import { Deliveries } from './deliveries.tsx';
import { Engines } from './engines.tsx';
import { ownKeys } from './key-source.ts';
import { Keys } from './keys.tsx';
import { OwnLedger } from './ledger.tsx';
import { Overview } from './overview.tsx';
import { Settings } from './settings.tsx';
import { Storage } from './storage.tsx';
import { AllTasks } from './tasks.tsx';
import { TenantPage } from './tenant.tsx';
import { Tenants } from './tenants.tsx';
import { Usage } from './usage.tsx';

type Section = { readonly name: string; readonly title: MessageKey; readonly View: () => React.ReactNode };

const ownerSections: readonly Section[] = [
  { name: '', title: 'console.overview', View: Overview },
  { name: 'usage', title: 'console.usage', View: Usage },
  { name: 'tenants', title: 'console.tenants', View: Tenants },
  { name: 'tasks', title: 'console.tasks', View: AllTasks },
  { name: 'deliveries', title: 'console.deliveries', View: Deliveries },
  { name: 'engines', title: 'console.engines', View: Engines },
  { name: 'storage', title: 'console.storage', View: Storage },
  { name: 'settings', title: 'console.settings', View: Settings },
];

const tenantSections: readonly Section[] = [
  { name: '', title: 'console.account', View: Account },
  { name: 'usage', title: 'console.usage', View: Usage },
  { name: 'keys', title: 'keys.heading', View: OwnKeys },
  { name: 'ledger', title: 'ledger.heading', View: OwnLedger },
  { name: 'deliveries', title: 'console.deliveries', View: Deliveries },
];

function OwnKeys() {
  return <Keys source={ownKeys} />;
}

const tenantPrefix = 'tenants/';

export function Console({ section }: { readonly section: string }) {
  const { t } = useWords();
  const { owner } = useSession();
  useEffect(() => {
    document.title = t('console.title');
  }, [t]);
  const navigation = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a phone, another section may stand out of sight.
  useEffect(() => {
    navigation.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section]);
  const sections = owner ? ownerSections : tenantSections;
  const chosen = sections.find(({ name }) => name === section);
  const tenant = owner && section.startsWith(tenantPrefix) ? section.slice(tenantPrefix.length) : undefined;
  const isHere = (name: string) => (tenant === undefined ? name === section : name === 'tenants');
  return (
    <div className="page console">
      <nav className="console-nav" ref={navigation} aria-label={t('console.title')}>
        {sections.map(({ name, title }) => (
          <Link
            key={name}
            href={`/console/${name}`.replace(/\/$/, '')}
            aria-current={isHere(name) ? 'page' : undefined}
          >
            {t(title)}
          </Link>
        ))}
      </nav>
      <h1>{t(chosen?.title ?? 'console.tenants')}</h1>
      {owner || section !== '' ? null : <Notice kind="info">{t('console.tenantOnly')}</Notice>}
      {tenant === undefined ? null : <TenantPage id={tenant} />}
      {chosen === undefined ? null : <chosen.View />}
      {tenant === undefined && chosen === undefined ? <Notice kind="problem">{t('shell.notFound')}</Notice> : null}
    </div>
  );
}
