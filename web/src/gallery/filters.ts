/** The filters of the gallery: they stand in the address, so that a view can be kept and sent. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

export const filterNames = [
  'q',
  'operation',
  'vendor',
  'resolution',
  'min_seconds',
  'max_price',
  'available',
  'nav',
  'use',
  'from',
] as const;
export type FilterName = (typeof filterNames)[number];
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

/** These are ours: the server filters by all others. */
const local: readonly FilterName[] = ['nav', 'use', 'from'];

export function useFilters(): readonly [Filters, (name: FilterName, value: string) => void, () => void] {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(
    () =>
      Object.fromEntries(
        filterNames.flatMap((name) => (params.get(name) ? [[name, params.get(name) ?? '']] : [])),
      ) as Filters,
    [params],
  );
  const set = useCallback(
    (name: FilterName, value: string) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (value === '') after.delete(name);
          else after.set(name, value);
          return after;
        },
        // Letter by letter is no way back that anybody wants.
        { replace: name === 'q' },
      ),
    [setParams],
  );
  return [filters, set, () => setParams({})];
}

/** What the server is asked. */
export function serverQuery(filters: Filters): Partial<Record<Exclude<FilterName, 'nav' | 'use' | 'from'>, string>> {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => !local.includes(name as FilterName)));
}
