/** What webhooks were owed, what each attempt met, and sending again. */
import { useState } from 'react';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { useSession } from '../session.tsx';
import { useLoaded } from '../use-loaded.ts';
import { Act } from './act.tsx';
import { Pages } from './pages.tsx';
import { Table } from './table.tsx';

export function Deliveries() {
  const { t, format, named } = useWords();
  const { owner } = useSession();
  const [opened, setOpened] = useState<string>();
  return (
    <>
      <Pages
        name="deliveries"
        load={(cursor, signal) =>
          client.call(owner ? 'listAllDeliveries' : 'listDeliveries', { query: { cursor } }, { signal })
        }
      >
        {(deliveries, reload) => (
          <Table
            label={t('console.deliveries')}
            heads={[
              t('deliveries.state'),
              t('deliveries.event'),
              t('deliveries.url'),
              t('deliveries.attempts'),
              t('deliveries.created'),
              t('deliveries.resend'),
            ]}
            rows={deliveries.map((delivery) => ({
              key: delivery.id,
              cells: [
                named('delivery', delivery.state),
                delivery.event,
                <span key="url" className="long">
                  {delivery.url}
                </span>,
                <button
                  key="attempts"
                  type="button"
                  className="plain"
                  aria-expanded={opened === delivery.id}
                  onClick={() => setOpened(opened === delivery.id ? undefined : delivery.id)}
                >
                  {t(delivery.attempts === 1 ? 'deliveries.one' : 'deliveries.count', { count: delivery.attempts })}
                </button>,
                format.time(delivery.created_at),
                <Act
                  key="resend"
                  onAct={async () => {
                    await client.call(owner ? 'resendAnyDelivery' : 'resendDelivery', { path: { id: delivery.id } });
                    reload();
                  }}
                >
                  {t('deliveries.resend')}
                </Act>,
              ],
            }))}
          />
        )}
      </Pages>
      {opened === undefined ? null : <Attempts id={opened} />}
    </>
  );
}

function Attempts({ id }: { readonly id: string }) {
  const { t, format, named } = useWords();
  const { owner } = useSession();
  const { value } = useLoaded(id, (signal) =>
    client.call(owner ? 'getAnyDelivery' : 'getDelivery', { path: { id } }, { signal }),
  );
  if (value === undefined) return null;
  return (
    <section>
      <h2>{t('deliveries.attemptsOf', { id })}</h2>
      <Table
        label={t('deliveries.attempts')}
        heads={[t('deliveries.number'), t('deliveries.started'), t('deliveries.met'), t('deliveries.answer')]}
        rows={value.attempt_list.map(({ number, started_at: at, status, error, answer }) => ({
          key: String(number),
          cells: [
            format.number(number),
            format.time(at),
            status ?? named('attempt', error ?? ''),
            <code key="answer">{answer}</code>,
          ],
        }))}
      />
    </section>
  );
}
