/** A plain table that scrolls by itself where the page is narrow; on a phone its rows are cards. */
import type { ReactNode } from 'react';
import { useWords } from '../i18n/index.tsx';

type TableProps = {
  readonly label: string;
  readonly heads: readonly string[];
  /** Undefined while they are read: nothing is said of what is not known yet. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[] | undefined;
};

export function Table({ label, heads, rows }: TableProps) {
  const { t } = useWords();
  if (rows === undefined) return null;
  if (rows.length === 0) return <p className="empty">{t('console.nothing')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section className="table-scroll" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                // On a phone each cell stands under its own head.
                <td key={heads[index]} data-head={heads[index]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
