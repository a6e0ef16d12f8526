/** What came and went: grants, and what tasks reserved, cost and gave back. */
import { Link } from 'wouter';
import type { LedgerEntry } from '../../../sdk/index.ts';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Pages } from './pages.tsx';
import { Table } from './table.tsx';

export function Ledger({ entries }: { readonly entries: readonly LedgerEntry[] }) {
  const { t, format, named } = useWords();
  return (
    <Table
      label={t('ledger.heading')}
      heads={[t('ledger.time'), t('ledger.kind'), t('ledger.amount'), t('ledger.task'), t('ledger.note')]}
      rows={entries.map((entry, index) => ({
        key: `${entry.created_at} ${entry.kind} ${index}`,
        cells: [
          format.time(entry.created_at),
          named('ledger', entry.kind),
          format.money(entry.amount_micros),
          entry.task === null ? (
            ''
          ) : (
            <Link key="task" href={`/tasks/${entry.task}`}>
              <code>{entry.task}</code>
            </Link>
          ),
          entry.note ?? '',
        ],
      }))}
    />
  );
}

/** Of the tenant that is signed in. */
export function OwnLedger() {
  return (
    <Pages name="own ledger" load={(cursor, signal) => client.call('listOwnLedger', { query: { cursor } }, { signal })}>
      {(entries) => <Ledger entries={entries} />}
    </Pages>
  );
}
