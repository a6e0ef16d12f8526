/** One task of the history. */
import { useEffect } from 'react';
import { Link } from 'wouter';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { promptOf, TaskView } from '../result/task-view.tsx';
import { useTask } from '../result/use-task.ts';
import { Lineage } from './lineage.tsx';

export function TaskPage({ id }: { readonly id: string }) {
  const { t } = useWords();
  const { task, error, glimpse } = useTask(id);
  useEffect(() => {
    document.title = t('task.title');
  }, [t]);
  return (
    <div className="page task-page">
      <nav aria-label={t('model.breadcrumb')}>
        <ol className="breadcrumb">
          <li>
            <Link href="/tasks">{t('shell.history')}</Link>
          </li>
          {task === undefined ? null : (
            <li>
              <Link href={`/models/${task.model}`}>{task.model}</Link>
            </li>
          )}
        </ol>
      </nav>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {task === undefined ? null : (
        <>
          <h1 className="task-prompt">{promptOf(task) || task.model}</h1>
          <TaskView
            task={task}
            glimpse={glimpse}
            actions={
              <Link className="button" href={`/models/${task.model}?from=${task.id}`}>
                <Icon name="again" />
                {t('task.openInForm')}
              </Link>
            }
          />
          <Lineage task={task} />
        </>
      )}
    </div>
  );
}
