/** Two to four results side by side; two pictures also one over the other. */
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { Task } from '../../../sdk/index.ts';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { CompareSlider } from '../result/compare-slider.tsx';
import { Facts } from '../result/facts.tsx';
import { promptOf } from '../result/task-view.tsx';
import { toComparable } from '../result/use-comparables.ts';
import { Viewer } from '../result/viewer.tsx';
import { useLoaded } from '../use-loaded.ts';

const mostCompared = 4;

export function ComparePage() {
  const { t } = useWords();
  const [params] = useSearchParams();
  const ids = (params.get('tasks') ?? '').split(',').filter(Boolean).slice(0, mostCompared);
  const [isOver, setOver] = useState(false);
  const { value: tasks, error } = useLoaded(ids.join(), (signal) =>
    Promise.all(ids.map((id) => client.task(id, { signal }))),
  );
  useEffect(() => {
    document.title = t('compare.title');
  }, [t]);
  const pictures = (tasks ?? []).flatMap((task, index) => {
    const file = task.output?.files[0];
    return file?.kind === 'image' ? [toComparable(file, t('result.number', { number: index + 1 }))] : [];
  });
  const [left, right] = pictures;
  const canLieOver = tasks?.length === 2 && left !== undefined && right !== undefined;
  return (
    <div className="page">
      <nav aria-label={t('model.breadcrumb')}>
        <ol className="breadcrumb">
          <li>
            <Link href="/tasks">{t('shell.history')}</Link>
          </li>
        </ol>
      </nav>
      <h1>{t('compare.heading')}</h1>
      {ids.length < 2 ? <Notice kind="info">{t('compare.howMany', { most: mostCompared })}</Notice> : null}
      {error === undefined ? null : <ErrorNotice error={error} />}
      {canLieOver ? (
        <div className="actions">
          <button type="button" aria-pressed={isOver} onClick={() => setOver(!isOver)}>
            <Icon name="compare" />
            {t('compare.over')}
          </button>
        </div>
      ) : null}
      {canLieOver && isOver ? <CompareSlider left={left} right={right} /> : null}
      <div className="side-by-side" data-count={tasks?.length ?? 0}>
        {(tasks ?? []).map((task, index) => (
          <Side key={task.id} task={task} number={index + 1} others={tasks ?? []} isBare={canLieOver && isOver} />
        ))}
      </div>
    </div>
  );
}

type SideProps = {
  readonly task: Task;
  readonly number: number;
  readonly others: readonly Task[];
  /** The picture is shown elsewhere. */
  readonly isBare: boolean;
};

function Side({ task, number, others, isBare }: SideProps) {
  const { t } = useWords();
  const file = task.output?.files[0];
  const alt = promptOf(task) || t('result.of', { model: task.model });
  const differing = Object.entries(task.input).filter(([name, value]) =>
    others.some(({ input }) => JSON.stringify(input[name]) !== JSON.stringify(value)),
  );
  return (
    <article className="side">
      <h2>
        <Link href={`/tasks/${task.id}`}>{t('result.number', { number })}</Link>
      </h2>
      {file === undefined ? <p className="empty">{t(`state.${task.state}`)}</p> : null}
      {file === undefined || isBare ? null : <Viewer file={file} alt={alt} />}
      <p>
        <code>{task.model}</code>
      </p>
      {differing.length === 0 ? null : (
        <dl className="differences" aria-label={t('compare.differs')}>
          {differing.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <Facts task={task} file={file} />
    </article>
  );
}
