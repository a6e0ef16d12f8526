/** What can be done with several tasks at once. */
import { useState } from 'react';
import { Link } from 'wouter';
import type { Task } from '../../../sdk/index.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { asError } from '../use-loaded.ts';
import { filesOf, mostZipBytes, saveFiles } from './save-files.ts';

const mostCompared = 4;

type ChosenBarProps = { readonly tasks: readonly Task[]; readonly onClear: () => void };

export function ChosenBar({ tasks, onClear }: ChosenBarProps) {
  const { t, format } = useWords();
  const [saved, setSaved] = useState<number>();
  const [error, setError] = useState<ReturnType<typeof asError>>();
  const files = filesOf(tasks);
  const bytes = files.reduce((sum, { file }) => sum + file.size_bytes, 0);
  const save = async () => {
    setError(undefined);
    try {
      setSaved(0);
      await saveFiles(tasks, setSaved);
    } catch (caught) {
      setError(asError(caught));
    } finally {
      setSaved(undefined);
    }
  };
  if (tasks.length === 0) return null;
  const canCompare = tasks.length > 1 && tasks.length <= mostCompared;
  return (
    <section className="chosen-bar" aria-label={t('history.chosen', { count: tasks.length })}>
      <p role="status">{t('history.chosen', { count: tasks.length })}</p>
      {canCompare ? (
        <Link className="button" href={`/compare?tasks=${tasks.map(({ id }) => id).join(',')}`}>
          <Icon name="compare" />
          {t('compare.start')}
        </Link>
      ) : (
        <span className="faint">{t('compare.howMany', { most: mostCompared })}</span>
      )}
      <button
        type="button"
        disabled={files.length === 0 || saved !== undefined || bytes > mostZipBytes}
        onClick={() => void save()}
      >
        <Icon name="download" />
        {saved === undefined
          ? t('history.save', { count: files.length, size: format.bytes(bytes) })
          : t('history.saving', { done: saved, count: files.length })}
      </button>
      <button type="button" className="plain" onClick={onClear}>
        {t('history.clear')}
      </button>
      {error === undefined ? null : <ErrorNotice error={error} />}
    </section>
  );
}
