/** The vendors' trees beside the list of models. */
import { memo } from 'react';
import { useWords } from '../i18n/index.tsx';
import type { Branch } from './navigation.ts';

type TreeProps = {
  readonly branches: readonly Branch[];
  readonly chosen: string;
  readonly onChoose: (path: string) => void;
};

export const Tree = memo(function Tree(props: TreeProps) {
  const { t } = useWords();
  const { chosen, onChoose } = props;
  return (
    <nav className="tree" aria-label={t('gallery.tree')}>
      <button type="button" aria-pressed={chosen === ''} onClick={() => onChoose('')}>
        {t('gallery.allPlaces')}
      </button>
      <Branches {...props} />
    </nav>
  );
});

function Branches({ branches, chosen, onChoose }: TreeProps) {
  return (
    <ul>
      {branches.map(({ name, path, count, branches: inner }) => {
        const isOpen = chosen === path || chosen.startsWith(`${path}/`);
        return (
          <li key={path}>
            <button
              type="button"
              aria-pressed={chosen === path}
              aria-expanded={inner.length === 0 ? undefined : isOpen}
              onClick={() => onChoose(chosen === path ? path.split('/').slice(0, -1).join('/') : path)}
            >
              <span>{name}</span>
              <span className="count">{count}</span>
            </button>
            {isOpen && inner.length > 0 ? <Branches branches={inner} chosen={chosen} onChoose={onChoose} /> : null}
          </li>
        );
      })}
    </ul>
  );
}
