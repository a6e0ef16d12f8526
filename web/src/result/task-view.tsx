/** One task from its place in the queue to its result. */
import type { ReactNode } from 'react';
import { isFinal, type Task } from '../../../sdk/index.ts';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Notice } from '../parts/notice.tsx';
import { Facts } from './facts.tsx';
import { Glimpse } from './glimpse.tsx';
import { ResultFile } from './result-file.tsx';

type TaskViewProps = {
  readonly task: Task;
  readonly glimpse?: string | undefined;
  /** What else may be done with it. */
  readonly actions?: ReactNode;
};

export function promptOf({ input }: Task): string {
  return typeof input.prompt === 'string' ? input.prompt : '';
}

export function TaskView({ task, glimpse, actions }: TaskViewProps) {
  const { t } = useWords();
  const files = task.output?.files ?? [];
  return (
    <div className="task" data-state={task.state}>
      <p className="visually-hidden" role="status">
        {t(`state.${task.state}`)}
      </p>
      {isFinal(task) ? null : <Waiting task={task} glimpse={glimpse} />}
      {task.state === 'failed' && task.error !== null ? (
        <Notice kind="problem">
          <span>{task.error.message}</span>
          <code>{task.error.code}</code>
        </Notice>
      ) : null}
      {task.state === 'canceled' ? <Notice kind="info">{t('state.canceled')}</Notice> : null}
      {task.warnings.map((warning) => (
        <Notice kind="info" key={warning}>
          {warning}
        </Notice>
      ))}
      {files.map((file, index) => (
        <ResultFile
          key={file.id}
          task={task}
          file={file}
          alt={promptOf(task) || t('result.of', { model: task.model })}
          // What is done with the whole task is offered once.
          actions={index === files.length - 1 ? actions : null}
        />
      ))}
      {files.length === 0 && isFinal(task) ? <div className="actions">{actions}</div> : null}
      <Facts task={task} file={files[0]} />
    </div>
  );
}

function Waiting({ task, glimpse }: Pick<TaskViewProps, 'task' | 'glimpse'>) {
  const { t, format } = useWords();
  const isRunning = task.state === 'running';
  const isCanceling = task.cancel_requested_at !== null;
  return (
    <div className="waiting-task">
      {isRunning && glimpse !== undefined ? <Glimpse taskId={task.id} name={glimpse} /> : null}
      <p className="waiting-line">
        <strong>{isCanceling ? t('state.canceling') : t(`state.${task.state}`)}</strong>
        <span>
          {isRunning ? format.percent(task.progress) : null}
          {task.queue_position === null ? null : t('state.position', { position: task.queue_position })}
        </span>
      </p>
      <progress max={1} value={isRunning ? task.progress : 0} aria-label={t('state.progress')} />
      <button type="button" disabled={isCanceling} onClick={() => void client.cancel(task.id).catch(() => {})}>
        {t('result.cancel')}
      </button>
    </div>
  );
}
