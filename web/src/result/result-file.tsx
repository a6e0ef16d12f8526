/** One file that a task made, with what can be done with it. */
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { Artifact, Task } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { CompareSlider } from './compare-slider.tsx';
import { toComparable, useComparables } from './use-comparables.ts';
import { Viewer } from './viewer.tsx';

type ResultFileProps = {
  readonly task: Task;
  readonly file: Artifact;
  readonly alt: string;
  readonly actions: ReactNode;
};

export function ResultFile({ task, file, alt, actions }: ResultFileProps) {
  const { t } = useWords();
  const comparables = useComparables(task, file);
  const [comparedId, setComparedId] = useState<string>();
  const compared = comparables.find(({ id }) => id === comparedId);
  return (
    <figure>
      {compared === undefined ? (
        <Viewer file={file} alt={alt} />
      ) : (
        <CompareSlider left={compared} right={toComparable(file, t('result.title'))} />
      )}
      <figcaption className="actions">
        <a className="button" href={ownPath(file.url)} download={file.file_name}>
          <Icon name="download" />
          {t('result.download')}
        </a>
        {comparables.length === 0 ? null : (
          <button
            type="button"
            aria-pressed={compared !== undefined}
            onClick={() => setComparedId(compared === undefined ? comparables[0]?.id : undefined)}
          >
            <Icon name="compare" />
            {t('compare.start')}
          </button>
        )}
        {compared === undefined || comparables.length < 2 ? null : (
          <select
            className="compare-with"
            aria-label={t('compare.with')}
            value={compared.id}
            onChange={({ target }) => setComparedId(target.value)}
          >
            {comparables.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        {file.kind === 'image' || file.kind === 'video' || file.kind === 'audio' ? (
          <Link className="button" href={`/?use=${file.id}&available=true`}>
            <Icon name="use" />
            {t('result.useAsInput')}
          </Link>
        ) : null}
        <Link className="button" href={`/?from=${task.id}&available=true`}>
          <Icon name="models" />
          {t('result.otherModel')}
        </Link>
        {actions}
      </figcaption>
    </figure>
  );
}
