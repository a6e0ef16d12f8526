/** The row of filters above the models. */
import type { ListedModel } from '../../../sdk/index.ts';
import { useWords } from '../i18n/index.tsx';
import type { FilterName, Filters } from './filters.ts';
import { makerOf } from './navigation.ts';

type FilterBarProps = {
  readonly models: readonly ListedModel[];
  readonly filters: Filters;
  readonly onChange: (name: FilterName, value: string) => void;
  readonly onClear: () => void;
};

const lengths = ['5', '8', '10', '15', '30'];
const prices = ['0.05', '0.10', '0.25', '0.50', '1'];

const sorted = (names: Iterable<string>) => [...new Set(names)].sort((one, other) => one.localeCompare(other));

export function FilterBar({ models, filters, onChange, onClear }: FilterBarProps) {
  const { t, named, format } = useWords();
  const makers = sorted(models.map(makerOf));
  const sellers = sorted(models.flatMap(({ names }) => names.map(({ dialect }) => dialect))).filter(
    (name) => !makers.includes(name),
  );
  const operations = sorted(models.map(({ operation }) => operation));
  const resolutions = [...new Set(models.flatMap(({ capabilities }) => capabilities.resolutions))].sort(
    (one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10),
  );
  const options = (values: readonly string[], text: (value: string) => string) =>
    values.map((value) => (
      <option key={value} value={value}>
        {text(value)}
      </option>
    ));
  const choice = (name: FilterName, label: string, children: React.ReactNode) => (
    <label className="filter">
      <span>{label}</span>
      <select value={filters[name] ?? ''} onChange={(event) => onChange(name, event.target.value)}>
        <option value="">{t('gallery.any')}</option>
        {children}
      </select>
    </label>
  );
  return (
    <search className="filters">
      <label className="filter filter-text">
        <span>{t('gallery.search')}</span>
        <input type="search" value={filters.q ?? ''} onChange={(event) => onChange('q', event.target.value)} />
      </label>
      {choice(
        'operation',
        t('gallery.operation'),
        options(operations, (name) => named('operation', name)),
      )}
      {choice(
        'vendor',
        t('gallery.vendor'),
        <>
          {options(makers, (name) => named('maker', name))}
          {options(sellers, (name) => named('maker', name))}
        </>,
      )}
      {choice(
        'min_seconds',
        t('gallery.length'),
        options(lengths, (length) => t('gallery.atLeast', { length })),
      )}
      {choice(
        'resolution',
        t('gallery.resolution'),
        options(resolutions, (name) => name),
      )}
      {choice(
        'max_price',
        t('gallery.price'),
        options(prices, (price) => t('gallery.atMost', { price: format.money(Number(price) * 1_000_000) })),
      )}
      {choice(
        'available',
        t('gallery.availability'),
        <>
          <option value="true">{t('model.runsHere')}</option>
          <option value="false">{t('model.notHere')}</option>
        </>,
      )}
      {Object.keys(filters).length === 0 ? null : (
        <button type="button" className="plain" onClick={onClear}>
          {t('gallery.clear')}
        </button>
      )}
    </search>
  );
}
