/** What was spent: by day as bars, and by model, engine or key as a table with bars in it. */
import { type ReactNode, useState } from 'react';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { useSession } from '../session.tsx';
import { useLoaded } from '../use-loaded.ts';
import { DayChart } from './day-chart.tsx';
import { liveMs } from './pages.tsx';
import { Segments } from './segments.tsx';
import { Table } from './table.tsx';
import { groupings, type Measure, measures, nameKeys, type Sum, sumByDay, sumByGroup } from './usage-sums.ts';

const spans = ['7', '30', '90'] as const;

export function Usage() {
  const { t, format, named, language } = useWords();
  const { owner } = useSession();
  const [days, setDays] = useState<(typeof spans)[number]>('30');
  const [measure, setMeasure] = useState<Measure>('spent');
  const [grouping, setGrouping] = useState<(typeof groupings)[number]>('model');
  const { value, error } = useLoaded(
    `usage ${days}`,
    (signal) => client.call(owner ? 'getAllUsage' : 'getUsage', { query: { days } }, { signal }),
    { everyMs: liveMs },
  );
  if (error !== undefined) return <ErrorNotice error={error} />;
  if (value === undefined) return null;
  const show = (amount: number) => (measure === 'tasks' ? format.number(amount) : format.money(amount));
  const dayFormat = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const showDay = (day: string) => dayFormat.format(new Date(day));
  const byDay = sumByDay(value.data, value.from, value.until, measure);
  const total = byDay.reduce((sum, day) => sum + day.value, 0);
  const keyNames = nameKeys(value.data);
  const nameOf = ({ name }: Sum) => {
    if (name === '') return t('usage.deleted');
    return grouping === 'key' ? keyNames.get(name) || name : name;
  };
  return (
    <>
      <div className="usage-choices">
        <Segments
          label={t('usage.days')}
          options={spans}
          value={days}
          onChange={setDays}
          text={(count) => t('usage.lastDays', { count })}
        />
        <Segments
          label={t('usage.measure')}
          options={measures}
          value={measure}
          onChange={setMeasure}
          text={(name) => named('measure', name)}
        />
      </div>
      <p className="usage-total">
        <strong>{show(total)}</strong>
        <span className="faint">{t('usage.total', { from: showDay(value.from), until: showDay(value.until) })}</span>
      </p>
      <DayChart label={t('usage.byDay')} days={byDay} show={show} showDay={showDay} />
      <details>
        <summary className="faint">{t('usage.asTable')}</summary>
        <Table
          label={t('usage.byDay')}
          heads={[t('usage.day'), named('measure', measure)]}
          rows={byDay.toReversed().map((day) => ({ key: day.name, cells: [showDay(day.name), show(day.value)] }))}
        />
      </details>
      <Segments
        label={t('usage.grouping')}
        options={groupings}
        value={grouping}
        onChange={setGrouping}
        text={(name) => named('grouping', name)}
      />
      <Shares sums={sumByGroup(value.data, grouping, measure)} total={total} show={show} nameOf={nameOf} />
    </>
  );
}

type SharesProps = {
  readonly sums: readonly Sum[];
  readonly total: number;
  readonly show: (value: number) => string;
  readonly nameOf: (sum: Sum) => ReactNode;
};

function Shares({ sums, total, show, nameOf }: SharesProps) {
  const { t, format } = useWords();
  const most = sums[0]?.value ?? 0;
  return (
    <Table
      label={t('usage.shares')}
      heads={[t('usage.name'), t('usage.amount'), t('usage.share'), t('usage.bar')]}
      rows={sums.map((sum) => ({
        key: sum.name,
        cells: [
          nameOf(sum),
          show(sum.value),
          total === 0 ? '–' : format.percent(sum.value / total),
          <meter
            key="bar"
            className="share-bar"
            min={0}
            max={Math.max(1, most)}
            value={sum.value}
            aria-hidden="true"
          />,
        ],
      }))}
    />
  );
}
